"""One drawing: shown, kept while it is drawn, published, taken up again, given out."""

from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.people.rights import Right
from sira.plumbing.refusals import Refused
from sira.processes.models import Instance, ProcessVersion
from sira.shell import formats
from sira.shell.parts import say
from sira.shell.policy import drawing_page
from sira.studio import conditions, drawn_for, keeping, references
from sira.studio.access import for_right, who
from sira.studio.models import SetAside
from sira.studio.references import Loss
from sira.studio.refusals import NothingGiven
from sira.studio.shelves import SHELVES
from sira.studio.shelves.shelf import DRAFT, NOT_RUN_AS_TEXT, PUBLISHED, Problem, Row, Shelf
from sira.studio.views.beside import beside, facts_of, spoken_by

MOST_TOLD = 100


@require_GET
@for_right(Right.DRAW)
@drawing_page
def show(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    return show_drawing(request, SHELVES[kind], row_meant(SHELVES[kind], key, request.GET.get("version", "")))


def row_meant(shelf: Shelf, key: str, version: str) -> Row:
    """The version asked for; else the newest draft, the published one, the newest. Raises Http404."""
    rows = list(shelf.rows().filter(key=key).order_by("-version"))
    if version:
        rows = [row for row in rows if str(row.version) == version]
    for status in (DRAFT, PUBLISHED):
        for row in rows:
            if row.status == status:
                return row
    if not rows:
        raise Http404
    return rows[0]


def show_drawing(
    request: HttpRequest,
    shelf: Shelf,
    row: Row,
    *,
    refused: Refused | None = None,
    asked: tuple[str, list[Loss]] | None = None,
) -> HttpResponse:
    """asked: publish or retire, and what others would lose by it; the page asks whether it is meant so."""
    source = shelf.source_of(row)
    drawable = shelf.may_be_drawn(source)
    opened = shelf.to_draw if row.status == DRAFT else shelf.to_look_at
    context = {
        "place": "studio",
        "shelf": shelf,
        "row": row,
        "name": shelf.name_of(row),
        "source": opened(row.key, source) if drawable else "",
        "drawable": drawable,
        "is_draft": row.status == DRAFT,
        "versions": versions_of(shelf, row.key),
        "uses": shelf.uses().get(row.key, []),
        "asides": SetAside.objects.filter(kind=shelf.kind, key=row.key).select_related("by").order_by("-at"),
        "refused": refused,
        "way_back": drawn_for.way_back(request, row.key) if shelf.kind == "forms" else "",
        "losing": asked[0] if asked else "",
        "losses": asked[1] if asked else [],
        **state_of(shelf.problems(row.key, source)),
        **beside(shelf, row, source),
    }
    return render(request, shelf.template, context, status=refused.status if refused else 409 if asked else 200)


def versions_of(shelf: Shelf, key: str) -> list[Row]:
    """Newest first; of a process with how many tickets are on each."""
    rows = shelf.rows().filter(key=key).order_by("-version")
    if shelf.model is ProcessVersion:
        rows = rows.annotate(running=Count("instances", filter=Q(instances__status__in=Instance.ACTIVE)))
    return list(rows if shelf.kind == "forms" else rows.defer("source"))


def state_of(problems: list[Problem]) -> dict[str, Any]:
    """A drawing of another engine may have thousands; whoever mends the first learns what the others need."""
    stopping = [one for one in problems if one.stops]
    listed = sorted(problems, key=lambda one: not one.stops)[:MOST_TOLD]
    unlisted, looking = len(problems) - len(listed), len(problems) - len(stopping)
    return {"problems": listed, "unlisted": unlisted, "stopping": stopping, "looking": looking}


@require_POST
@for_right(Right.DRAW)
def save(request: HttpRequest, kind: str, key: str, version: int) -> HttpResponse:
    """Autosave. 200 with the new digest and the findings; 409 where somebody saved before: both texts are kept."""
    shelf = SHELVES[kind]
    try:
        source = given_source(request)
        base, sitting = (request.POST.get(name, "").replace("\x00", "") for name in ("base", "sitting"))
        kept = keeping.save(shelf, key, version, source, base=base, sitting=sitting, by=who(request), at=now())
    except Refused as refused:
        return JsonResponse({"code": refused.code, "said": str(refused.message)}, status=refused.status)
    if kept.aside is not None:
        context = {"shelf": shelf, "row": kept.row, "asides": [kept.aside], "by": kept.row.by}
        said = _("%(who)s saved while you drew. Both versions are here.") % {"who": kept.row.by or ""}
        html = render_to_string("studio/_asides.html", context, request)
        return JsonResponse({"code": "set_aside", "said": said, "asides": html}, status=409)
    return JsonResponse(told(request, shelf, kept.row, source))


@require_POST
@for_right(Right.DRAW)
def check(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Whether a condition that is being written can be read, in plain words."""
    row = get_object_or_404(ProcessVersion, key=key, version=version)
    kind = "condition" if request.POST.get("kind", "condition") == "condition" else "value"
    checked = conditions.check(request.POST.get("text", "")[:2000], kind=kind, spoken=spoken_by(row.source, key))
    return JsonResponse({"ok": checked.ok, "said": checked.said})


def told(request: HttpRequest, shelf: Shelf, row: Row, source: str) -> dict[str, Any]:
    at = now()
    time = formats.moment(at, get_language() or "en", now=at, zone=timezone.get_current_timezone())
    context = {"shelf": shelf, "row": row, "is_draft": True, **state_of(shelf.problems(row.key, source))}
    marked = [
        {"element": one.where, "stops": one.stops, "sentence": str(one.sentence)}
        for one in context["problems"]
        if one.where
    ]
    return {
        **({"facts": facts_of(source, row.key)} if shelf.kind == "processes" else {}),
        "digest": row.digest,
        "said": f"{_('kept')} {time}",
        "problems": render_to_string("studio/_problems.html", context, request),
        "publish": render_to_string("studio/_publish.html", context, request),
        "marked": marked,
    }


def given_source(request: HttpRequest) -> str:
    """As a file, since fields of forms may be 2 MB and drawings 5; as a field from elsewhere. Raises NothingGiven."""
    file = request.FILES.get("source")
    try:
        source = file.read().decode("utf-8") if file is not None else request.POST.get("source", "")
    except UnicodeDecodeError as error:
        raise NothingGiven from error
    if not source.strip():
        raise NothingGiven
    return source


@require_POST
@for_right(Right.DRAW)
@drawing_page
def publish(request: HttpRequest, kind: str, key: str, version: int) -> HttpResponse:
    shelf = SHELVES[kind]
    draft_row = row_meant(shelf, key, str(version))
    lost = references.losses(shelf, draft_row) if not request.POST.get("sure") else []
    if lost:
        return show_drawing(request, shelf, draft_row, asked=("publish", lost))
    try:
        row = keeping.publish(shelf, key, version, base=request.POST.get("base", ""), by=who(request), at=now())
    except Refused as refused:
        return show_drawing(request, shelf, row_meant(shelf, key, str(version)), refused=refused)
    words = _("Version %(version)s is published. What begins from now on follows it.") % {
        "version": formats.digits(str(row.version), get_language() or "en")
    }
    if shelf.kind == "processes" and not shelf.uses().get(key):
        words += " " + _("Nobody can ask for it yet: let people ask for it in the portal.")
    back = drawn_for.way_back(request, key) if shelf.kind == "forms" else ""
    if back:
        drawn_for.forget(request, key)
    return say(request, redirect(back or reverse("studio:show", args=[kind, key])), words)


@require_POST
@for_right(Right.DRAW)
@drawing_page
def retire(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Nothing new begins with it; what runs goes on. Asked where others rely on it."""
    shelf = SHELVES[kind]
    row = get_object_or_404(shelf.model, key=key, status=PUBLISHED)
    lost = references.retiring(shelf, key) if not request.POST.get("sure") else []
    if lost:
        return show_drawing(request, shelf, row, asked=("retire", lost))
    shelf.retire(key)
    return say(request, redirect("studio:show", kind, key), _("It is retired. Nothing new begins with it."))


@require_POST
@for_right(Right.DRAW)
def draft(request: HttpRequest, kind: str, key: str, version: int) -> HttpResponse:
    """The way back to an older version, or on from the published one: its text as a new draft."""
    shelf = SHELVES[kind]
    row = get_object_or_404(shelf.model, key=key, version=version)
    made = keeping.draft_of(shelf, key, shelf.source_of(row), by=who(request), at=now())
    return redirect(f"{reverse('studio:show', args=[kind, key])}?version={made.version}")


@require_GET
@for_right(Right.DRAW)
def export(request: HttpRequest, kind: str, key: str, version: int) -> HttpResponse:
    shelf = SHELVES[kind]
    row = get_object_or_404(shelf.model, key=key, version=version)
    return as_file(shelf, key, shelf.source_of(row))


@require_GET
@for_right(Right.DRAW)
def aside_text(request: HttpRequest, kind: str, key: str, aside: int) -> HttpResponse:
    found = get_object_or_404(SetAside, kind=kind, key=key, pk=aside)
    return as_file(SHELVES[kind], key, found.source)


def as_file(shelf: Shelf, name: str, source: str) -> HttpResponse:
    """Named by the key, since an imported decision or form is known by the name of its file."""
    response = HttpResponse(source, content_type=f"{NOT_RUN_AS_TEXT[shelf.ending]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{shelf.ending}"'
    return response


@require_POST
@for_right(Right.DRAW)
def take_aside(request: HttpRequest, kind: str, key: str, aside: int) -> HttpResponse:
    found = get_object_or_404(SetAside, kind=kind, key=key, pk=aside)
    row = keeping.take_aside(SHELVES[kind], found, by=who(request), at=now())
    return redirect(f"{reverse('studio:show', args=[kind, key])}?version={row.version}")


@require_POST
@for_right(Right.DRAW)
def drop_aside(request: HttpRequest, kind: str, key: str, aside: int) -> HttpResponse:
    get_object_or_404(SetAside, kind=kind, key=key, pk=aside).delete()
    return redirect("studio:show", kind, key)
