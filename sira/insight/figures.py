"""Every figure of the desk, defined once: boards, letters, exports and the API read them here.

docs/reference/figures.md says the same in sentences; a test compares the names.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from sira.insight import counting
from sira.insight.scope import Scope

COUNT, SHARE, TIME = "count", "share", "time"
NOW, PERIOD = "now", "period"


@dataclass(frozen=True)
class Definition:
    """kind: count, share or time.  when: of this moment or of the days of the scope.

    lists: the queue list behind it.  of, per: the sums whose quotient a share or a mean time is.
    """

    name: str
    words: str | Words
    kind: str = COUNT
    when: str = PERIOD
    lists: str = ""
    of: str = ""
    per: tuple[str, ...] = ()
    shape: str = ""


DEFINITIONS: dict[str, Definition] = {
    one.name: one
    for one in (
        Definition("open", _("Open now"), when=NOW, lists="all"),
        Definition("at_risk", _("At risk"), when=NOW, lists="risk", shape="at_risk"),
        Definition("broken", _("Broken"), when=NOW, lists="broken", shape="broken"),
        Definition("unassigned", _("Nobody's yet"), when=NOW, lists="unassigned"),
        Definition("waiting", _("Waiting for the requester"), when=NOW, lists="waiting", shape="paused"),
        Definition("resolved", _("Resolved, to be confirmed"), when=NOW, lists="resolved"),
        Definition("opened", _("Opened"), lists="opened", of="opened"),
        Definition("solved", _("Resolved"), lists="solved", of="solved"),
        Definition("kept", _("Solved in time"), lists="kept", of="kept"),
        Definition("missed", _("Solved too late"), lists="missed", of="missed"),
        Definition("kept_share", _("Promises kept"), SHARE, lists="kept", of="kept", per=("kept", "missed")),
        Definition(
            "answer_kept_share",
            _("First answers in time"),
            SHARE,
            lists="answer_kept",
            of="answer_kept",
            per=("answer_kept", "answer_missed"),
        ),
        Definition("reopen_rate", _("Reopened"), SHARE, lists="reopened", of="reopened", per=("solved",)),
        Definition(
            "first_contact_rate",
            _("Solved at first contact"),
            SHARE,
            lists="first_contact",
            of="first_contact",
            per=("solved",),
        ),
        Definition(
            "answer_time", _("First answer after"), TIME, lists="answered", of="answer_seconds", per=("answered",)
        ),
        Definition("solve_time", _("Solved after"), TIME, lists="measured", of="solve_seconds", per=("measured",)),
    )
}


def plain(value: Any, kind: str) -> Any:
    """As an export or a program gets it: times in minutes, shares in per cent."""
    if isinstance(value, timedelta):
        return round(value.total_seconds() / 60, 1)
    return round(100 * value, 2) if kind == SHARE and value is not None else value


@dataclass(frozen=True)
class Figure:
    """value: a number, a share between 0 and 1, or a mean time; None where there is nothing to divide by.

    counted: how many tickets the list behind it holds.
    """

    definition: Definition
    value: int | float | timedelta | None
    counted: int

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def plain(self) -> Any:
        return plain(self.value, self.definition.kind)


def figures(scope: Scope, names: tuple[str, ...] = tuple(DEFINITIONS)) -> dict[str, Figure]:
    """The named figures of a scope. One statement for those of now (two of open work), one for those of its days."""
    wanted = [DEFINITIONS[name] for name in names]
    now = counting.standing(scope) if any(one.when == NOW for one in wanted) else Counter[str]()
    needed = sorted({name for one in wanted if one.when == PERIOD for name in (one.of, *one.per)})
    sums: dict[str, int] = {}
    if needed:
        (row,) = counting.sums(scope, needed)
        sums = dict(zip(needed, row, strict=True))
    return {one.name: _figure(one, now, sums) for one in wanted}


def of_sums(sums: dict[str, int], name: str) -> Figure:
    """A figure of days whose sums are there already."""
    return _figure(DEFINITIONS[name], Counter(), sums)


def needed_for(names: tuple[str, ...]) -> list[str]:
    """The sums that figures of days are made of."""
    return sorted({one for name in names for one in (DEFINITIONS[name].of, *DEFINITIONS[name].per)})


def _figure(one: Definition, now: Counter[str], sums: dict[str, int]) -> Figure:
    if one.when == NOW:
        return Figure(one, now[one.name], now[one.name])
    if one.kind == COUNT:
        return Figure(one, sums[one.of], sums[one.of])
    whole = sum(sums[name] for name in one.per)
    if one.kind == SHARE:
        return Figure(one, sums[one.of] / whole if whole else None, sums[one.of])
    return Figure(one, timedelta(seconds=sums[one.of] / whole) if whole else None, whole)


def by_kind(scope: Scope, by: str) -> list[dict[str, Any]]:
    """Open, waiting, opened, solved and promises kept for each group, category or channel (by: its column)."""
    names = needed_for(("opened", "solved", "kept_share"))
    lines: dict[Any, dict[str, int]] = {}
    for key, is_open, waiting in counting.standing_by(scope, (by,)):
        lines.setdefault(key, Counter()).update(open=is_open, waiting=waiting)
    for key, *sums in counting.sums(scope, names, (by,)):
        lines.setdefault(key, Counter()).update(dict(zip(names, sums, strict=True)))
    return [{"key": key, **{name: line[name] for name in ("open", "waiting", *names)}} for key, line in lines.items()]
