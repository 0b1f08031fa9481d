"""From what the table of promises answers to promises.

Its outputs, each of which may be missing: working minutes for a target (`first_answer`, `next_answer`, `resolution`,
`group`); `<target>_calendar` and `calendar`, names of calendars; `<target>_pauses`, whether it stands still while
the requester is waited for; `warnings`, the key of a plan of marks.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sira.plumbing import prepared
from sira.promises.clocks import Promise

_NAMED = """
    SELECT 'calendar', name, edition_id FROM calendars_calendar WHERE name = ANY(%s) AND edition_id IS NOT NULL
    UNION ALL SELECT 'plan', key, id FROM promises_warningplan WHERE key = ANY(%s) AND is_current
"""


def promises_in(answer: Mapping[str, Any], targets: Mapping[str, str], rule: dict[str, Any]) -> list[Promise]:
    """targets: output -> target of the clock.  One query where the table names calendars or plans, else none.

    A calendar or a plan that is not there counts as not named: the ticket's own calendar, the standard marks.
    """
    wanted = {output: target for output, target in targets.items() if answer.get(output)}
    calendars = {output: answer.get(f"{output}_calendar") or answer.get("calendar") or "" for output in wanted}
    plan = str(answer.get("warnings") or "")
    editions, plans = _looked_up(set(filter(None, calendars.values())), plan) if wanted else ({}, {})
    return [
        Promise(
            target=target,
            budget=timedelta(minutes=float(answer[output])),
            pauses=answer.get(f"{output}_pauses") is not False,
            rule=rule,
            edition=editions.get(calendars[output]),
            plan=plans.get(plan),
        )
        for output, target in wanted.items()
        if answer[output] > 0
    ]


def _looked_up(calendars: Iterable[str], plan: str) -> tuple[dict[str, int], dict[str, int]]:
    names = sorted(calendars)
    if not names and not plan:
        return {}, {}
    found = prepared.ask(_NAMED, [names, [plan]])
    return (
        {n: key for kind, n, key in found if kind == "calendar"},
        {n: key for kind, n, key in found if kind == "plan"},
    )
