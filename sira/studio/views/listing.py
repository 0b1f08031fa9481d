"""What lies on each shelf, and how something new comes onto it."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from sira.people.rights import Right
from sira.plumbing.decoding import as_utf8
from sira.plumbing.refusals import Refused
from sira.studio import beginning, drawn_for, keeping, navigation
from sira.studio.access import for_right, who
from sira.studio.refusals import NothingGiven, NotText
from sira.studio.shelves import SHELVES
from sira.studio.shelves.shelf import DRAFT, PUBLISHED, Row, Shelf


@dataclass
class Line:
    """One key with its published version, its drafts, and what relies on it."""

    key: str
    name: str = ""
    published: Row = None
    drafts: list[Row] = field(default_factory=list)
    uses: list[str] = field(default_factory=list)


@require_GET
@for_right(*navigation.RIGHTS)
def home(request: HttpRequest) -> HttpResponse:
    return redirect(navigation.first_for(who(request)))


@require_GET
@for_right(Right.DRAW)
def shelf(request: HttpRequest, kind: str) -> HttpResponse:
    return show_shelf(request, SHELVES[kind])


def show_shelf(request: HttpRequest, shelf: Shelf, *, refused: Refused | None = None) -> HttpResponse:
    context = {
        "place": "studio",
        "shelf": shelf,
        "lines": lines_of(shelf),
        "templates": templates_of(shelf),
        "refused": refused,
        "given": request.POST,
    }
    return render(request, "studio/list.html", context, status=refused.status if refused else 200)


def templates_of(shelf: Shelf) -> list[tuple[str, str]]:
    """(which, words): what the drawing calls itself, by name."""
    named = ((which, shelf.title_in(file.read_text("utf-8")) or which) for which, file in shelf.templates().items())
    return sorted(named, key=lambda pair: pair[1].casefold())


def lines_of(shelf: Shelf) -> list[Line]:
    uses: dict[str, Any] = shelf.uses()
    lines: dict[str, Line] = {}
    rows = shelf.rows() if shelf.kind == "forms" else shelf.rows().defer("source")
    for row in rows.order_by("key", "-version"):
        line = lines.setdefault(row.key, Line(row.key, shelf.name_of(row), uses=uses.get(row.key, [])))
        if row.status == PUBLISHED:
            line.published, line.name = row, shelf.name_of(row)
        elif row.status == DRAFT:
            line.drafts.append(row)
    return sorted(lines.values(), key=lambda line: line.name.casefold())


@require_POST
@for_right(Right.DRAW)
def begin(request: HttpRequest, kind: str) -> HttpResponse:
    """A new drawing, blank or from a template."""
    shelf = SHELVES[kind]
    try:
        key, name = (request.POST.get(each, "").replace("\x00", "").strip() for each in ("key", "name"))
        row = beginning.begin(shelf, key, name, template=request.POST.get("template", ""), by=who(request), at=now())
    except Refused as refused:
        return show_shelf(request, shelf, refused=refused)
    if shelf.kind == "forms":
        drawn_for.remember(request, row.key)
    return redirect("studio:show", kind, row.key)


@require_POST
@for_right(Right.DRAW)
def bring_in(request: HttpRequest, kind: str) -> HttpResponse:
    """A file becomes the draft of the key it names; a draft that is there already is set aside."""
    shelf = SHELVES[kind]
    try:
        source, name = given_file(request)
        key = shelf.key_in(source, name)
        if not shelf.model.objects.filter(key=key).exists():
            shelf.free_key(key)
        row = keeping.draft_of(shelf, key, source, by=who(request), at=now())
    except Refused as refused:
        return show_shelf(request, shelf, refused=refused)
    return redirect("studio:show", kind, row.key)


def given_file(request: HttpRequest) -> tuple[str, str]:
    """(text, file name) of what was uploaded. Raises NothingGiven, NotText."""
    file = request.FILES.get("file")
    if file is None:
        raise NothingGiven
    try:
        return as_utf8(file.read()), file.name or ""
    except (UnicodeError, LookupError) as error:
        raise NotText from error
