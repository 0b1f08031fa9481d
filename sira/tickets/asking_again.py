"""Conditions that speak of what stands beside the ticket are asked again from time to time.

What is changed in a ticket asks them at once (see worksheet.py). Its requester, their organisation, the owner of its
service and the clock know nothing of tickets, and whoever changes them shall not have to.
"""

import logging
import re
import time
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import OperationalError, transaction
from django.db.models import Q

from sira.processes import running, versions
from sira.processes.models import Subscription
from sira.tickets import facts

OUTSIDE = re.compile(r"\b(?:requester|service_owner)\b|\b(?:now|today)\s*\(")
EVERY = 60.0
AT_ONCE = 200
log = logging.getLogger(__name__)
_asked_at = [0.0]
_last = [0]


def ask_again_seldom(at: datetime) -> int:
    if time.monotonic() - _asked_at[0] < EVERY:
        return 0
    _asked_at[0] = time.monotonic()
    return ask_again(at)


def ask_again(at: datetime) -> int:
    """Some at a time, one after the other, and from the first again. Returns how many tickets were looked at."""
    waiting = Subscription.objects.filter(kind=Subscription.Kind.CONDITION)
    kinds = list(waiting.values_list("instance__version", "element").distinct())
    chosen = [Q(instance__version=version, element=element) for version, element in kinds if _speaks(version, element)]
    if not chosen:
        return 0
    rows = waiting.filter(reduce(or_, chosen), pk__gt=_last[0]).order_by("pk").values_list("pk", "subject")[:AT_ONCE]
    found = list(rows)
    _last[0] = found[-1][0] if len(found) == AT_ONCE else 0
    return sum(_ask(subject, at) for subject in dict.fromkeys(subject for _pk, subject in found))


def _speaks(version: int, element: str) -> bool:
    """Whether the condition there speaks of something beside the ticket."""
    node = versions.graph_of(version).nodes.get(element)
    value = node.event.value if node is not None and node.event is not None else None
    return value is not None and OUTSIDE.search(value.text) is not None


def _ask(subject: int, at: datetime) -> bool:
    """One ticket; who works on it now asks by doing so."""
    try:
        with transaction.atomic():
            return facts.lock_unless_busy(subject) and running.look_again(subject, at=at) > 0
    except OperationalError as problem:
        log.warning("The conditions of %s had to wait: %s", subject, problem)
    except Exception:
        log.exception("The conditions of %s cannot be asked", subject)  # the others can
    return False
