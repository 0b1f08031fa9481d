"""Processes, decisions and forms by program, for administrators: read as text, published as text."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from sira.api import shapes_of_house as shapes
from sira.api.auth import caller
from sira.api.house import for_right
from sira.api.once import once
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.decisions import publishing as decisions
from sira.decisions.models import DecisionVersion
from sira.forms import publishing as forms
from sira.forms.models import FormVersion
from sira.people.rights import Right
from sira.processes import versions
from sira.processes.models import ProcessVersion

router = Router(tags=["drawings"])
MODELS: dict[str, Any] = {"processes": ProcessVersion, "decisions": DecisionVersion, "forms": FormVersion}


def drawing(row: Any) -> dict[str, Any]:
    at = getattr(row, "published_at", None)
    name = str(getattr(row, "name", "") or row.key)
    return {"key": row.key, "version": row.version, "name": name, "status": row.status, "published_at": at}


def source(row: Any) -> str:
    return row.source if hasattr(row, "source") else json.dumps(row.schema, ensure_ascii=False)


@router.get("/{shelf}", summary="List what is published", response=answers(shapes.Drawings))
@for_right(Right.DRAW)
def listed(request: HttpRequest, shelf: shapes.Shelf) -> HttpResponse:
    rows = MODELS[shelf].objects.filter(status="published").order_by("key")
    return JsonResponse({"items": [drawing(row) for row in rows]})


@router.get("/{shelf}/{key}", summary="Read the published version", response=answers(shapes.DrawingSource))
@for_right(Right.DRAW)
def read(request: HttpRequest, shelf: shapes.Shelf, key: str) -> HttpResponse:
    row = get_object_or_404(MODELS[shelf], key=key, status="published")
    return JsonResponse({**drawing(row), "source": source(row)})


@router.post("/{shelf}/{key}", summary="Publish a new version", response=answers(shapes.DrawingShown, status=201))
@for_right(Right.DRAW)
@once
def published(request: HttpRequest, shelf: shapes.Shelf, key: str, given: shapes.Published) -> tuple[int, Any]:
    """The checks of the studio stand: what can't run is refused, naming why."""
    by, at = caller(request), timezone.now()
    if len(key) > 60:
        raise Problem(422, "invalid", "key: longer than 60 characters.")
    if shelf == "processes":
        row: Any = versions.install(given.source, key=key, by=by, at=at)
    elif shelf == "decisions":
        row = decisions.publish(key, given.source, by=by, at=at)
    else:
        row = forms.publish(key, schema(given.source), by=by, at=at)
    shown = drawing(row)
    return 201, shown | {"published_at": shown["published_at"].isoformat() if shown["published_at"] else None}


def schema(text: str) -> dict[str, Any]:
    """Raises Problem."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Problem(422, "invalid", "source: a form is one JSON object.")
    return found
