"""A folder made true: all of it or nothing, and a second time nothing changes."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import Error, transaction

from sira.calendars import editing
from sira.calendars.models import Calendar, DateOverride, Holiday
from sira.catalogue.models import RequestType
from sira.config.transfer import parts
from sira.config.transfer.places import Refusals, Source, sources
from sira.config.transfer.rows import References, bring
from sira.decisions import publishing as decisions
from sira.decisions.models import DecisionVersion
from sira.decisions.refusals import BadDrawing
from sira.forms import publishing as forms
from sira.forms.models import FormVersion
from sira.people.automation import automation
from sira.people.models import SupportGroup
from sira.plumbing.refusals import Refused
from sira.processes import versions
from sira.processes.bpmn.compiling import choose
from sira.processes.bpmn.reading import read
from sira.processes.models import ProcessVersion
from sira.processes.refusals import NotRunnable
from sira.studio.models import Example
from sira.tickets.models import Category, Service, TicketType

Change = str
PUBLISHED = "published"


def apply(folder: Path, *, at: datetime, dry_run: bool = False) -> list[Change]:
    """What was changed, or would be: `+ file: what` for what is new, `~ file: what` for what is different.

    What the folder does not name stays as it is. Raises Refusals with all that is wrong; nothing has changed then.
    """
    changes: list[Change] = []
    wrong: list[str] = []
    with transaction.atomic():
        for pattern, take in STEPS:
            for source in sources(folder, pattern):
                try:
                    with transaction.atomic():
                        changes += take(source, at)
                except Refusals as refused:
                    wrong += refused.lines
                except Refused as refused:
                    wrong.append(source.said(1, refused))
                except Error as error:
                    wrong.append(source.said(1, error))
        if wrong:
            raise Refusals(wrong)
        transaction.set_rollback(dry_run)
    return changes


def told(source: Source, done: str, name: str = "") -> Iterator[Change]:
    where = f"{source.name}: {name}" if name else source.name
    if done:
        yield f"+ {where}" if done == "added" else f"~ {where}: {done}"


# Drawings


def take_process(source: Source, at: datetime) -> Iterator[Change]:
    key = Path(source.name).stem
    before = ProcessVersion.objects.filter(key=key, status=PUBLISHED).first()
    try:
        process = choose(read(source.text), key)
        if process is None:
            raise Refusals([source.said(1, f"it holds no process {key!r}; the file is named by the process in it")])
        row = versions.install(source.text, key=key, by=automation(), at=at)
    except NotRunnable as refused:
        lines = (
            source.said(source.line_of_id(getattr(one, "element", "")), one) for one in refused.findings or [refused]
        )
        raise Refusals(list(lines)) from refused
    yield from _published(source, before, row)


def take_decision(source: Source, at: datetime) -> Iterator[Change]:
    key = Path(source.name).stem
    before = DecisionVersion.objects.filter(key=key, status=PUBLISHED).first()
    try:
        row = decisions.publish(key, source.text, by=automation(), at=at)
    except BadDrawing as refused:
        raise Refusals([source.said(_line_in(problem, source), problem) for problem in refused.problems]) from refused
    yield from _published(source, before, row)


def take_form(source: Source, at: datetime) -> Iterator[Change]:
    key, schema = Path(source.name).stem, source.json()
    before = FormVersion.objects.filter(key=key, status=PUBLISHED).first()
    try:
        row = forms.publish(key, schema, by=automation(), at=at)
    except forms.NotPublishable as refused:
        problems: Any = refused.details["problems"]
        lines = [source.said(source.line_of_id(one.where), one.sentence) for one in problems]
        raise Refusals(lines) from refused
    yield from _published(source, before, row)


def _published(source: Source, before: Any, row: Any) -> Iterator[Change]:
    if before is None:
        yield from told(source, "added")
    elif before.pk != row.pk:
        yield from told(source, f"version {row.version} instead of {before.version}")


def _line_in(problem: str, source: Source) -> int:
    """A problem of a table names its place in words; the first of them that the file holds is where to look."""
    for part in problem.replace("“", "”").split("”"):
        if len(part) > 2 and part in source.text:
            return source.text.count("\n", 0, source.text.index(part)) + 1
    return 1


def take_examples(source: Source, at: datetime) -> Iterator[Change]:
    key = source.name.removeprefix("decisions/").removesuffix(".examples.json")
    for given in _entries(source, source.json()):
        name = given.get("name")
        if not isinstance(name, str) or not name or "facts" not in given:
            raise Refusals([source.said(1, "an example has a name, facts and what is expected")])
        values = {"facts": given["facts"], "expected": given.get("expected")}
        row = Example.objects.filter(key=key, name=name).first()
        if row is None:
            Example.objects.create(key=key, name=name, **values)
            yield from told(source, "added", name)
        elif (row.facts, row.expected) != (values["facts"], values["expected"]):
            Example.objects.filter(pk=row.pk).update(**values)
            yield from told(source, "changed", name)


# Lists


def take_calendars(source: Source, at: datetime) -> Iterator[Change]:
    for given in _entries(source, source.json()):
        days = {name: given.pop(name, []) for name in ("holidays", "overrides")}
        default = bool(given.pop("is_default", False))
        names = [name for name in parts.CALENDAR_COLUMNS if name != "is_default"]
        row, done = bring(source, Calendar, given, known_by="name", names=names, references=parts.NO_REFERENCES)
        assert isinstance(row, Calendar)
        if default and not row.is_default:
            editing.make_default(row, by=automation())
            done = done or "changed is_default"
        try:
            dates = _dates(row, Holiday, days["holidays"]) + _dates(row, DateOverride, days["overrides"])
        except (KeyError, TypeError, ValueError) as error:
            raise Refusals([source.said(source.line_of_key(row.name), f"{row.name}: {error}")]) from error
        row.refresh_from_db()
        editing.publish(row, by=automation(), at=at)
        yield from told(source, done or ("changed dates" if dates else ""), row.name)


def _dates(calendar: Calendar, model: Any, given: Any) -> int:
    """How many dates are different from now on; those that are not named go."""
    wanted = {
        date.fromisoformat(one["date"]): {name: value for name, value in one.items() if name != "date"} for one in given
    }
    names = ("name", "opens", "closes", "is_observed", "source") if model is Holiday else ("openings", "reason")
    there = {row.date: row for row in model.objects.filter(calendar=calendar)}
    changed = model.objects.filter(calendar=calendar, date__in=set(there) - set(wanted)).delete()[0]
    for on, values in wanted.items():
        defaults = {name: values.get(name, model._meta.get_field(name).get_default()) for name in names}
        if on not in there or any(getattr(there[on], name) != value for name, value in defaults.items()):
            model.objects.update_or_create(calendar=calendar, date=on, defaults=defaults)
            changed += 1
    return int(changed)


def take_groups(source: Source, at: datetime) -> Iterator[Change]:
    for given in _entries(source, source.json()):
        name = given.pop("calendar", None)
        calendar = Calendar.objects.filter(name=name).first() if name else None
        if name and calendar is None:
            line = source.line_of_key(given.get("key"))
            raise Refusals([source.said(line, f"{given.get('key')}: there is no calendar {name!r}")])
        row, done = bring(source, SupportGroup, given, names=parts.GROUP_COLUMNS, references=parts.NO_REFERENCES)
        assert isinstance(row, SupportGroup)
        wanted = calendar.pk if calendar else None
        if row.calendar_id != wanted:
            SupportGroup.objects.filter(pk=row.pk).update(calendar_id=wanted)
            done = done or "changed calendar"
        yield from told(source, done, row.key)


def take_catalogue(source: Source, at: datetime) -> Iterator[Change]:
    given = source.json()
    if not isinstance(given, dict) or set(given) - set(LISTS):
        raise Refusals([source.said(1, f"it is no catalogue: it has the lists {', '.join(LISTS)}")])
    for name, (model, names, references) in LISTS.items():
        entries = list(_entries(source, given.get(name, [])))
        if model is Category:
            entries = _parents_first(entries)
        for one in entries:
            row, done = bring(source, model, one, names=names, references=references)
            _check_names(source, row)
            yield from told(source, done, f"{name} {row.key}")  # type: ignore[attr-defined]


def _check_names(source: Source, row: Any) -> None:
    """A process or form that an entry names must be there; drawings come before the catalogue."""
    missing = ""
    if isinstance(row, TicketType) and row.process_key:
        if not ProcessVersion.objects.filter(key=row.process_key, status=PUBLISHED).exists():
            missing = f"there is no process {row.process_key!r}"
    elif isinstance(row, RequestType) and row.form_key and forms.published(row.form_key) is None:
        missing = f"there is no form {row.form_key!r}"
    if missing:
        raise Refusals([source.said(source.line_of_key(row.key), f"{row.key}: {missing}")])


def _parents_first(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    left = entries
    while left:
        keys = {one.get("key") for one in left}
        ready = [one for one in left if one.get("parent") not in keys] or left
        found += ready
        left = [one for one in left if one not in ready]
    return found


def _entries(source: Source, given: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Refusals([source.said(1, "it is no list of entries")])
    yield from given


LISTS: dict[str, tuple[Any, list[str], References]] = {
    "ticket_types": (TicketType, parts.TYPE_COLUMNS, parts.NO_REFERENCES),
    "services": (Service, parts.SERVICE_COLUMNS, parts.NO_REFERENCES),
    "categories": (Category, parts.CATEGORY_COLUMNS, parts.PARENT),
    "request_types": (RequestType, parts.REQUEST_COLUMNS, parts.REQUEST),
}
# In this order: what is named comes before what names it.
STEPS: list[tuple[str, Callable[[Source, datetime], Iterator[Change]]]] = [
    ("calendars.json", take_calendars),
    ("groups.json", take_groups),
    ("forms/*.json", take_form),
    ("decisions/*.dmn", take_decision),
    ("decisions/*.examples.json", take_examples),
    ("processes/*.bpmn", take_process),
    ("catalogue.json", take_catalogue),
]
