"""The block that writes an absence into the team's calendar, such as a leave that was approved."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sira.people.automation import automation
from sira.people.models import Person
from sira.processes.blocks import Step
from sira.processes.bpmn.expressions import plain
from sira.processes.tasks.particulars import filled
from sira.tickets.refusals import UnknownValue
from sira.tickets.worksheet import Worksheet
from sira.workforce import absences
from sira.workforce.models import Absence

GIVEN = ("person", "kind", "first", "last", "stand_in")


def enter_absence(sheet: Worksheet, step: Step) -> Mapping[str, Any]:
    """Inputs or headers: first, last (days, both counted); kind (leave, sick), person and stand_in (id or address).

    Without `person` it is the requester. A stand-in whom nobody knows is left out.  Results: absence, stand_in_id
    (empty where nobody stands in), stand_in_name.  Raises UnknownValue, BadAbsence.
    """
    given = {name: filled(step.element.headers.get(name, ""), step.variables) for name in GIVEN}
    given |= {name: plain(step.variables.get(name)) for name, _value in step.element.inputs if name in GIVEN}
    person = _person(given["person"]) if given["person"] else sheet.requester
    if person is None:
        raise UnknownValue("person", given["person"])
    kind = str(given["kind"] or Absence.Kind.LEAVE)
    if kind not in Absence.Kind.values:
        raise UnknownValue("kind", kind)
    zone, first, last = ZoneInfo(person.time_zone), _day("first", given["first"]), _day("last", given["last"])
    stand_in = _person(given["stand_in"])
    absence = absences.enter_once(
        person,
        kind,
        starts_at=datetime.combine(first, time(), zone),
        ends_at=datetime.combine(last + timedelta(days=1), time(), zone),
        stand_in=stand_in if stand_in is not None and stand_in.is_agent and stand_in != person else None,
        by=automation(),
        at=sheet.at,
    )
    found = absence.stand_in
    return {
        "absence": absence.pk,
        "stand_in_id": found.pk if found else None,
        "stand_in_name": found.name if found else "–",
    }


def _person(given: Any) -> Person | None:
    text = str(given or "").strip().lower()
    if text.isdecimal():
        return Person.objects.filter(pk=int(text)).first() if len(text) < 19 else None
    return Person.objects.filter(email=text).first() if text else None


def _day(name: str, given: Any) -> date:
    try:
        return date.fromisoformat(str(given)[:10])
    except ValueError:
        raise UnknownValue(name, given) from None
