"""The audit trail: looked through, and taken out whole."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing import audit
from sira.plumbing.models import AuditEntry
from sira.studio.access import for_right, who

PAGE = 100


@require_GET
@for_right(Right.AUDIT)
def trail(request: HttpRequest) -> HttpResponse:
    """Newest first, paged by key; narrowed to one thing by what and key."""
    rows = AuditEntry.objects.order_by("-id")
    before, what, key = (request.GET.get(name, "") for name in ("before", "what", "key"))
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    if what:
        rows = rows.filter(what__startswith=what[:80].replace("\0", ""))
    if key:
        rows = rows.filter(key=key[:200].replace("\0", ""))
    found = list(rows[: PAGE + 1])
    names = dict(Person.objects.filter(pk__in={row.by for row in found if row.by}).values_list("pk", "name"))
    place, digest = audit.head()
    context = {
        "place": "studio",
        "house": "audit",
        "entries": [(row, names.get(row.by, ""), told(row)) for row in found[:PAGE]],
        "last": found[PAGE - 1].pk if len(found) > PAGE else None,
        "what": what,
        "key": key,
        "head": f"{place}:{digest}",
    }
    return render(request, "studio/trust/audit.html", context)


def told(row: AuditEntry) -> str:
    """Each column, before and after, in one line."""
    parts = []
    for name, change in row.changes.items():
        before, after = change if isinstance(change, list) and len(change) == 2 else ("", change)
        parts.append(f"{name}: {json.dumps(before, ensure_ascii=False)} → {json.dumps(after, ensure_ascii=False)}")
    return "; ".join(parts)


@require_GET
@for_right(Right.AUDIT)
def export(request: HttpRequest) -> HttpResponse:
    """JSON lines for bin/verify-audit; that somebody took it out is told too."""
    audit.record("export audit trail", "", by=who(request).pk, way=audit.PAGE)
    response = HttpResponse("".join(f"{line}\n" for line in audit.lines()), content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="audit-{now():%Y-%m-%d}.jsonl"'
    return response
