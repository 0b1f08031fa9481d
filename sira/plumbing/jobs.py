"""Work to do soon, in the queue that is this database: a job and its cause commit together.

Each room's jobs.py holds its tasks; a task takes ids, calls one operation, and may run twice.
"""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

# Waits of 4, 16, 64 ... seconds: a passing fault is over in a minute, a longer one is tried for about six hours.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)

task = app.task

__all__ = ["RETRY", "app", "task"]
