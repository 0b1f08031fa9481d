"""The people of the sample organisation, where they belong and when they work."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sira.calendars import editing
from sira.calendars.models import Calendar
from sira.calendars.public_holidays import load_holidays
from sira.people import organisations, persons, second_factor
from sira.people.automation import automation
from sira.people.models import Organisation, Person, SupportGroup
from sira.workforce import absences

FIRST_SEEN = timedelta(days=400)


@dataclass
class Desk:
    """agents, requesters: by language, in the order of the file."""

    calendars: dict[str, Calendar] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    groups: dict[str, SupportGroup] = field(default_factory=dict)
    agents: list[Person] = field(default_factory=list)
    requesters: dict[str, list[Person]] = field(default_factory=dict)


def is_there() -> bool:
    return SupportGroup.objects.filter(key="customer_care").exists()


def make(told: dict[str, Any], passwords: dict[str, str], *, at: datetime) -> Desk:
    desk, began = Desk(), at - FIRST_SEEN
    for one in told["calendars"]:
        desk.calendars[one["key"]] = _calendar(one, at=began)
    for one in told["organisations"]:
        desk.organisations[one["key"]] = _organisation(one, desk)
    for one in told["groups"]:
        desk.groups[one["key"]] = SupportGroup.objects.create(
            key=one["key"],
            name=one["name"],
            names=one["names"],
            strategy=one["strategy"],
            calendar_id=desk.calendars[one["calendar"]].pk,
            signature=one["signature"],
        )
    for one in told["agents"]:
        desk.agents.append(_agent(one, desk, at=began, now=at))
    for one in told["requesters"]:
        person = _person(one, organisation=desk.organisations[one["organisation"]], at=began)
        desk.requesters.setdefault(one["language"], []).append(person)
    _managers(told["organisations"], desk)
    _sign_ins(passwords, at=at)
    return desk


def _calendar(one: dict[str, Any], *, at: datetime) -> Calendar:
    calendar = editing.create(one["name"], time_zone=one["zone"], week=one["week"], by=automation(), at=at)
    load_holidays(calendar, one["country"], range(at.year, at.year + 4), by=automation(), at=at)
    return calendar


def _organisation(one: dict[str, Any], desk: Desk) -> Organisation:
    made = organisations.create_organisation(
        name=one["name"],
        kind=one["kind"],
        parent=desk.organisations.get(one.get("parent", "")),
        tier=one.get("tier", "standard"),
        country=one.get("country", ""),
        mail_domains=one.get("domains", []),
        shares_tickets=one.get("shares", False),
        by=automation(),
    )
    if one.get("calendar"):
        made.calendar_id = desk.calendars[one["calendar"]].pk
        made.save(update_fields=["calendar_id"])
    return made


def _agent(one: dict[str, Any], desk: Desk, *, at: datetime, now: datetime) -> Person:
    person = _person(one, organisation=desk.organisations["office"], at=at)
    for key in one["groups"]:
        persons.put_in_group(person, desk.groups[key], leads=key in one.get("leads", []), by=automation())
    if one.get("away"):
        absences.record_absence(
            person,
            "leave",
            starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=6),
            by=automation(),
            at=now - timedelta(days=20),
        )
    return person


def _person(one: dict[str, Any], *, organisation: Organisation, at: datetime) -> Person:
    person = persons.create_person(
        name=one["name"],
        email=one["mail"],
        role=one.get("role", Person.Role.REQUESTER),
        organisation=organisation,
        language=one["language"],
        time_zone=one.get("zone", ZONES[one["language"]]),
        by=automation(),
        at=at,
    )
    return persons.change_details(person, by=automation(), title=one.get("title", ""), place=one.get("place", ""))


def _managers(told: list[dict[str, Any]], desk: Desk) -> None:
    """Who leads each part of the house; approvals ask them."""
    for one in told:
        if one.get("led_by"):
            manager = Person.objects.get(email=one["led_by"])
            for person in Person.objects.filter(organisation=desk.organisations[one["key"]]).exclude(pk=manager.pk):
                persons.change_manager(person, manager, by=automation())


def _sign_ins(passwords: dict[str, str], *, at: datetime) -> None:
    """Their passwords are known to everybody, so a second factor would only keep one from looking around."""
    for address, password in passwords.items():
        person = Person.objects.get(email=address)
        persons.set_password(person, password=password, by=automation())
        second_factor.waive(person, at=at)


ZONES = {"en": "Europe/Warsaw", "tr": "Europe/Istanbul", "fa": "Asia/Tehran", "pl": "Europe/Warsaw"}
