"""What a move may be; without the machinery that makes it, for who only describes one."""

DELAYS = (0, 60, 240, 1440, 4320, 10080)  # minutes
MOST = 200
