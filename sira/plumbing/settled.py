"""Answers about the desk's set-up, remembered by a process until the set-up changes.

Every change of set-up is in the audit trail, whose entries take their places one commit after the other (audit.py). So
the last place says which set-up a transaction sees: what was asked under it needs no second question, and processes
and machines agree without telling each other. Only tables that the trail tells of may be asked so, by their own rows
and nothing else's; a test compares.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sira.plumbing import prepared
from sira.plumbing.prepared import Params, Row

_SEEN = """
    SELECT (SELECT max(place) FROM plumbing_auditentry), EXISTS (SELECT FROM plumbing_auditentry WHERE place IS NULL)
"""
MOST = 500  # answers; each is a row or few

_here = threading.local()
_kept: dict[Any, dict[Any, list[Row]]] = {}  # of the newest set-up alone


@contextmanager
def remembered() -> Iterator[None]:
    """Inside a transaction that changes no set-up: `ask` asks each question once for all transactions."""
    before, _here.answers = getattr(_here, "answers", None), _answers()
    try:
        yield
    finally:
        _here.answers = before


def ask(sql: str, params: Params = ()) -> list[Row]:
    """As prepared.ask does; the rows may be shared with others, so they are not to be changed."""
    answers: dict[Any, list[Row]] | None = getattr(_here, "answers", None)
    if answers is None:
        return prepared.ask(sql, params)
    key = sql, repr(params)
    found = answers.get(key)
    if found is None:
        found = prepared.ask(sql, params)
        if len(answers) >= MOST:  # most were asked about one mail's addresses alone
            answers.clear()
        answers[key] = found
    return found


def one(sql: str, params: Params = ()) -> Row | None:
    found = ask(sql, params)
    return found[0] if found else None


def forget() -> None:
    """For who sets a database back, so that its places begin anew."""
    _kept.clear()


def _answers() -> dict[Any, list[Row]] | None:
    """Those under the set-up that is in force; None where nothing may be remembered.

    That is so while this very transaction has changed it, and where somebody counts what is asked.
    """
    if not prepared.is_direct():
        return None
    ((place, is_changing),) = prepared.ask(_SEEN)
    if is_changing:
        return None
    key = prepared.where(), place
    if key not in _kept:
        _kept.clear()
        _kept[key] = {}
    return _kept.get(key)
