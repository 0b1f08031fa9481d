from sira.tickets.tests.fixtures import desk, jonas, sign_in

__all__ = ["desk", "jonas", "sign_in"]
