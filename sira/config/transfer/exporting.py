"""The desk's set-up written into a folder: the same desk gives the same files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sira.calendars.models import Calendar
from sira.catalogue.models import RequestType
from sira.config.transfer import parts
from sira.config.transfer.places import written
from sira.config.transfer.rows import entry
from sira.decisions.models import DecisionVersion
from sira.forms.models import FormVersion
from sira.people.models import MadeRole, SupportGroup
from sira.processes.models import ProcessVersion
from sira.studio.models import Example
from sira.tickets.models import Category, Service, TicketType

OURS = (
    "processes/*.bpmn",
    "decisions/*.dmn",
    "decisions/*.examples.json",
    "forms/*.json",
    "calendars.json",
    "groups.json",
    "roles.json",
    "catalogue.json",
)


def export(folder: Path) -> list[str]:
    """Names of the files. What an earlier export left and the desk no longer has is taken away."""
    files = dict(sorted(contents()))
    for pattern in OURS:
        for old in folder.glob(pattern):
            if old.relative_to(folder).as_posix() not in files:
                old.unlink()
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    return list(files)


def contents() -> Iterator[tuple[str, str]]:
    """(file, text)."""
    for process in ProcessVersion.objects.filter(status=ProcessVersion.Status.PUBLISHED):
        yield f"processes/{process.key}.bpmn", process.source
    for decision in DecisionVersion.objects.filter(status=DecisionVersion.Status.PUBLISHED):
        yield f"decisions/{decision.key}.dmn", decision.source
    for form in FormVersion.objects.filter(status=FormVersion.Status.PUBLISHED):
        yield f"forms/{form.key}.json", written(form.schema)
    for key in sorted(set(Example.objects.values_list("key", flat=True))):
        rows = Example.objects.filter(key=key).order_by("name")
        kept = [{"name": row.name, "facts": row.facts, "expected": row.expected} for row in rows]
        yield f"decisions/{key}.examples.json", written(kept)
    yield "calendars.json", written([_calendar(row) for row in Calendar.objects.order_by("name")])
    yield "groups.json", written([_group(row) for row in SupportGroup.objects.order_by("key")])
    roles = MadeRole.objects.order_by("key")
    yield "roles.json", written([entry(row, parts.ROLE_COLUMNS, parts.NO_REFERENCES) for row in roles])
    yield "catalogue.json", written(_catalogue())


def _calendar(row: Calendar) -> dict[str, Any]:
    found = entry(row, parts.CALENDAR_COLUMNS, parts.NO_REFERENCES)
    holidays = row.holidays.order_by("date").values("date", "name", "opens", "closes", "is_observed", "source")
    overrides = row.overrides.order_by("date").values("date", "openings", "reason")
    found["holidays"] = [_said(one) for one in holidays]
    found["overrides"] = [_said(one) for one in overrides]
    return {name: value for name, value in found.items() if value != []}


def _said(values: Any) -> dict[str, Any]:
    kept = {
        name: value
        for name, value in values.items()
        if value not in (None, "") and (name, value) != ("is_observed", True)
    }
    return kept | {"date": values["date"].isoformat()}


def _group(row: SupportGroup) -> dict[str, Any]:
    found = entry(row, parts.GROUP_COLUMNS, parts.NO_REFERENCES)
    calendar = Calendar.objects.filter(pk=row.calendar_id or 0).values_list("name", flat=True).first()
    return found | ({"calendar": calendar} if calendar else {})


def _catalogue() -> dict[str, Any]:
    categories = Category.objects.select_related("parent").order_by("key")
    requests = RequestType.objects.select_related("type", "service", "category").order_by("key")
    return {
        "ticket_types": [
            entry(row, parts.TYPE_COLUMNS, parts.TYPE)
            for row in TicketType.objects.select_related("group").order_by("key")
        ],
        "services": [entry(row, parts.SERVICE_COLUMNS, parts.NO_REFERENCES) for row in Service.objects.order_by("key")],
        "categories": [entry(row, parts.CATEGORY_COLUMNS, parts.PARENT) for row in categories],
        "request_types": [entry(row, parts.REQUEST_COLUMNS, parts.REQUEST) for row in requests],
    }
