"""Personal data: all that is kept of one person, taken out for them or forgotten for good.

What each table has of a person is said in sira/config/personal_data.py; the tickets' texts are sira/tickets/forgetting.
"""
