"""What has changed between two versions, as a picture and in words."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from sira.people.rights import Right
from sira.plumbing.refusals import Refused
from sira.shell.policy import drawing_page
from sira.studio import islands, texts
from sira.studio.access import for_right
from sira.studio.differing import decisions, forms, processes
from sira.studio.differing.change import MOVED, REMOVED, Change
from sira.studio.shelves import SHELVES
from sira.studio.shelves.shelf import PUBLISHED, Row, Shelf
from sira.studio.views import beside
from sira.studio.words import BLOCKS

TEMPLATES = {
    "processes": "studio/compared_process.html",
    "decisions": "studio/compared.html",
    "forms": "studio/compared.html",
}


@require_GET
@for_right(Right.DRAW)
@drawing_page
def changes(request: HttpRequest, kind: str, key: str, version: int) -> HttpResponse:
    """Against the version in the address, else the published one, else the one before."""
    shelf = SHELVES[kind]
    row = get_object_or_404(shelf.model, key=key, version=version)
    others = list(shelf.rows().filter(key=key).exclude(pk=row.pk).order_by("-version"))
    before = chosen(others, request.GET.get("with", ""), row)
    context: dict[str, Any] = {
        "place": "studio",
        "shelf": shelf,
        "row": row,
        "name": shelf.name_of(row),
        "before": before,
        "others": others,
        "texts": texts.dictionary(),
        "static_words": islands.said(),
        "source": shelf.to_look_at(row.key, shelf.source_of(row)),
    }
    if before is not None:
        try:
            context |= found(shelf, before, row)
        except Refused as refused:
            context["refused"] = refused.message
    return render(request, TEMPLATES[kind], context)


def chosen(others: list[Row], version: str, row: Row) -> Row | None:
    by_number = {str(one.version): one for one in others}
    if version in by_number:
        return by_number[version]
    published = next((one for one in others if one.status == PUBLISHED), None)
    earlier = next((one for one in others if one.version < row.version), None)
    return published or earlier or (others[0] if others else None)


def found(shelf: Shelf, before: Row, after: Row) -> dict[str, Any]:
    old, new = shelf.source_of(before), shelf.source_of(after)
    if shelf.kind == "processes":
        spoken = (one for source in (old, new) for one in beside.spoken_by(source, after.key).facts)
        differing = processes.differences(old, new, facts=spoken)
        return {
            "changes": [one for one in differing if one.kind != MOVED],
            "moved": [one for one in differing if one.kind == MOVED],
            "source_before": shelf.to_look_at(before.key, old),
            "marks": {"changes": marked(differing, gone=False)},
            "marks_before": {"changes": marked(differing, gone=True)},
            "blocks": {key: {"words": str(said), "icon": icon} for key, (said, icon) in BLOCKS.items()},
        }
    if shelf.kind == "decisions":
        differences = decisions.differences(old, new)
        return {"changes": differences.changes, "tables": differences.tables, "differs": bool(differences)}
    return {"changes": forms.differences(before.schema, after.schema)}


def marked(differing: list[Change], *, gone: bool) -> dict[str, dict[str, str]]:
    """Marks for the newer drawing, or for the older one, which alone has what is taken out."""
    shown = [one for one in differing if (one.kind == REMOVED) == gone]
    return {one.where: {"kind": one.kind, "words": str(one.words)} for one in shown}
