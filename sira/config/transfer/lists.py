"""Groups and the catalogue as files: lists of entries, each known by its key."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sira.calendars.models import Calendar
from sira.catalogue.models import RequestType
from sira.config.transfer import parts
from sira.config.transfer.places import Change, Refusals, Source, one_by_one, told
from sira.config.transfer.rows import References, bring, entries
from sira.forms import publishing as forms
from sira.people import groups
from sira.people.automation import automation
from sira.people.models import SupportGroup
from sira.processes.models import ProcessVersion
from sira.tickets import assigning
from sira.tickets.models import Category, Service, TicketType


def take_groups(source: Source, at: datetime) -> Iterator[Change]:
    wrong: list[str] = []
    for given in entries(source, source.json(), wrong):
        line = source.line_of_key(given["key"])
        with one_by_one(wrong, source.said(line, given["key"])):
            yield from _take_group(source, given, line, at)
    if wrong:
        raise Refusals(wrong)


def _take_group(source: Source, given: dict[str, Any], line: int, at: datetime) -> Iterator[Change]:
    name = given.pop("calendar", None)
    calendar = Calendar.objects.filter(name=name).first() if isinstance(name, str) else None
    if name and calendar is None:
        raise Refusals([source.said(line, f"{given['key']}: there is no calendar {name!r}")])
    row, done = bring(source, SupportGroup, given, names=parts.GROUP_COLUMNS, references=parts.NO_REFERENCES)
    wanted = calendar.pk if calendar else None
    if row.calendar_id != wanted:
        SupportGroup.objects.filter(pk=row.pk).update(calendar_id=wanted)
        done = done or "changed calendar"
    if done == "added":
        groups.came(row, at=at)
    yield from told(source, done, row.key)


def take_catalogue(source: Source, at: datetime) -> Iterator[Change]:
    given = source.json()
    if not isinstance(given, dict) or set(given) - set(LISTS):
        raise Refusals([source.said(1, f"it is no catalogue: it has the lists {', '.join(LISTS)}")])
    wrong: list[str] = []
    for name in LISTS:
        with one_by_one(wrong, source.said(1, name)):
            yield from _take_list(source, name, given.get(name, []), at)
    if wrong:
        raise Refusals(wrong)


def _take_list(source: Source, name: str, given: Any, at: datetime) -> Iterator[Change]:
    model, names, references = LISTS[name]
    wrong: list[str] = []
    found = entries(source, given, wrong)
    if model is Category:
        found = _parents_first(source, found)
    for one in found:
        with one_by_one(wrong, source.said(source.line_of_key(one["key"]), one["key"])):
            row, done = bring(source, model, one, names=names, references=references)
            _check_names(source, row)
            if isinstance(row, TicketType):
                assigning.take_home(row, by=automation(), at=at)
            yield from told(source, done, f"{name} {row.key}")
    if wrong:
        raise Refusals(wrong)
    if model is Category:
        _check_rings(source)


def _check_names(source: Source, row: Any) -> None:
    """A process or form that an entry names must be there; drawings come before the catalogue."""
    missing = ""
    if isinstance(row, TicketType) and row.process_key:
        if not ProcessVersion.objects.filter(key=row.process_key, status="published").exists():
            missing = f"there is no process {row.process_key!r}"
    elif isinstance(row, RequestType) and row.form_key and forms.published(row.form_key) is None:
        missing = f"there is no form {row.form_key!r}"
    if missing:
        raise Refusals([source.said(source.line_of_key(row.key), f"{row.key}: {missing}")])


def _parents_first(source: Source, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Raises Refusals where some of them stand above each other in a ring."""
    found: list[dict[str, Any]] = []
    left = given
    while left:
        keys = [one["key"] for one in left]
        ready = [one for one in left if one.get("parent") not in keys]
        if not ready:
            raise _ring(source, keys)
        found += ready
        left = [one for one in left if one not in ready]
    return found


def _check_rings(source: Source) -> None:
    """An entry may close a ring with categories that only the desk has."""
    parents: dict[str, str] = dict(Category.objects.exclude(parent=None).values_list("key", "parent__key"))
    if keys := sorted(key for key in parents if key in set(_above(key, parents))):
        raise _ring(source, keys)


def _above(key: str, parents: dict[str, str]) -> Iterator[str]:
    at: str | None = key
    for _step in parents:
        at = parents.get(at) if at is not None else None
        if at is not None:
            yield at


def _ring(source: Source, keys: list[str]) -> Refusals:
    said = f"categories stand above each other in a ring: {', '.join(keys)}"
    return Refusals([source.said(source.line_of_key(keys[0]), said)])


LISTS: dict[str, tuple[Any, list[str], References]] = {
    "ticket_types": (TicketType, parts.TYPE_COLUMNS, parts.TYPE),
    "services": (Service, parts.SERVICE_COLUMNS, parts.NO_REFERENCES),
    "categories": (Category, parts.CATEGORY_COLUMNS, parts.PARENT),
    "request_types": (RequestType, parts.REQUEST_COLUMNS, parts.REQUEST),
}
