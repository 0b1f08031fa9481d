"""What proves a table, by program: its examples asked anew of a version, and what a version leaves open. For who draws.

A build can so refuse a table before it is published.
"""

import json
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from sira.api.once import once
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import TRIMMED, Closed
from sira.decisions.models import DecisionVersion
from sira.studio import examples
from sira.studio.drawings_by_program import Number, chosen, for_drawers
from sira.studio.models import Example

router = Router(tags=["drawings"])


class NewExample(Closed):
    """facts: by name, nested as tables ask for them.  version: whose answer is what is expected from now on; left out,
    the published one's.  decision: by its name in the drawing; left out, its last.

    An example of that name is replaced.
    """

    name: Annotated[str, Field(min_length=1, max_length=120, pattern=TRIMMED)]
    facts: dict[str, Any] = Field(default_factory=dict)
    version: Number | None = None
    decision: str = Field("", max_length=200)


class ExampleKept(Schema):
    id: int
    name: str
    facts: dict[str, Any]
    expected: Any


class ExampleShown(ExampleKept):
    """result: what the version says.  rows: those that matched, by table.  refused: why nothing came out."""

    result: Any
    rows: list[str]
    refused: str
    passed: bool


class Examples(Schema):
    """passed: whether all did; null where there is none, which proves nothing."""

    version: int
    passed: bool | None
    items: list[ExampleShown]


class InputShown(Schema):
    column: str
    values: str


class FindingShown(Schema):
    """kind: gap (no rule answers), conflict (two rules give different answers), never (a rule that no facts reach),
    unread (a rule that could not be looked through).  rules: from 1.  example: facts to try, by the paths asked."""

    kind: Literal["gap", "conflict", "never", "unread"]
    table: str
    rules: list[int]
    inputs: list[InputShown]
    example: dict[str, Any]


class Coverage(Schema):
    """complete: everything was looked through.  tables: how many."""

    version: int
    complete: bool
    tables: int
    items: list[FindingShown]


def kept(row: Example) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "facts": row.facts, "expected": row.expected}


@router.get(
    "/drawings/decisions/{key}/versions/{version}/examples", summary="Ask a version of a table its examples",
    response=answers(Examples),
)  # fmt: skip
@for_drawers
def asked(request: HttpRequest, key: str, version: Number) -> HttpResponse:
    row = chosen(DecisionVersion, key, version)
    found = [
        kept(one.example)
        | {"result": one.result, "rows": list(one.rows), "refused": one.refused, "passed": bool(one.passed)}
        for one in examples.told(key, row.source)
        if one.example
    ]
    passed = all(one["passed"] for one in found) if found else None
    return JsonResponse({"version": row.version, "passed": passed, "items": found})


@router.post(
    "/drawings/decisions/{key}/examples", summary="Keep an example beside a table",
    response=answers(ExampleKept, status=201),
)  # fmt: skip
@for_drawers
@once
def keep(request: HttpRequest, key: str, given: NewExample) -> tuple[int, Any]:
    """What the version answers is what is expected; where it refuses, nothing is kept."""
    row = chosen(DecisionVersion, key, given.version)
    facts = examples.as_typed(given.facts, examples.asked(row.source))
    tried = examples.ask(row, facts, decision=given.decision)
    if tried.refused:
        raise Problem(422, "no_answer", tried.refused)
    return 201, kept(examples.keep(key, given.name, facts, expected=tried.result))


@router.delete(
    "/drawings/decisions/{key}/examples/{example}", summary="Forget an example", response=answers(None, status=204)
)
@for_drawers
def forgot(request: HttpRequest, key: str, example: Key) -> HttpResponse:
    get_object_or_404(Example, key=key, pk=example).delete()
    return HttpResponse(status=204)


@router.get(
    "/drawings/decisions/{key}/versions/{version}/coverage", summary="Look for what a table leaves open",
    response=answers(Coverage),
)  # fmt: skip
@for_drawers
def covered(request: HttpRequest, key: str, version: Number) -> HttpResponse:
    from sira.studio import covering  # noqa: PLC0415 - loaded with the first call

    row = chosen(DecisionVersion, key, version)
    found = covering.findings(row.source)
    items = [
        {
            "kind": one.kind,
            "table": one.table,
            "rules": list(one.rows),
            "inputs": [{"column": column, "values": values} for column, values in one.inputs],
            "example": json.loads(one.example or "{}"),
        }
        for one in found.told
    ]
    own = {"version": row.version, "complete": not found.incomplete, "tables": found.tables}
    return JsonResponse({**own, "items": items})
