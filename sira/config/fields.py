"""Which fields each address takes and gives, read from the code: the shapes of the API, the forms of the pages, and
what a page's view takes of what was posted (posted.py).
`sira routes --fields` prints them as docs/reference/fields.md has them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from django import forms
from ninja.openapi.schema import OpenAPISchema

from sira.api.urls import api
from sira.config.posted import DRAWN, of_page


class Fields(NamedTuple):
    """Of the API the names of shapes, whose fields `shapes` has; of a page those that it takes."""

    writes: list[str]
    reads: list[str]


def of(path: str, methods: list[str], view: Any) -> Fields:
    return of_call(path, methods) if path.startswith("/api/") else Fields(of_page(view), [])


def of_call(path: str, methods: list[str]) -> Fields:
    operations = _described()["paths"].get(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), {})
    writes: set[str] = set()
    reads: set[str] = set()
    for method in methods:
        operation = operations.get(method.lower(), {})
        writes |= _shapes_in(operation.get("requestBody", {}))
        for status, answer in operation.get("responses", {}).items():
            if str(status).startswith("2"):
                reads |= _shapes_in(answer)
    return Fields(sorted(writes), sorted(reads))


def shapes() -> dict[str, list[str]]:
    """Each shape of the API with its fields; one that is an entry of another beside it."""
    found = _described()["components"]["schemas"]
    return {name: sorted(shape["properties"]) for name, shape in sorted(found.items()) if "properties" in shape}


@cache
def _described() -> OpenAPISchema:
    return api.get_openapi_schema(path_prefix="/api/v1/")


def _shapes_in(told: Any) -> set[str]:
    """Those that it names, and those that these name."""
    found: set[str] = set()
    left = _named_in(told)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left |= _named_in(_described()["components"]["schemas"][name])
    return found & shapes().keys()


def _named_in(told: Any) -> set[str]:
    if isinstance(told, dict):
        own = {told["$ref"].rpartition("/")[2]} if isinstance(told.get("$ref"), str) else set()
        return own.union(*map(_named_in, told.values()))
    return set().union(*map(_named_in, told)) if isinstance(told, list) else set()


def all_forms() -> dict[str, list[str]]:
    """Every form of the pages with its own fields, also those that a view finds by other ways than its name."""
    found = {}
    left = [forms.BaseForm]
    while left:
        form = left.pop()
        left += form.__subclasses__()
        if form.__module__.startswith("sira.") and ".tests." not in form.__module__ and hasattr(form, "base_fields"):
            found[f"{form.__module__.removeprefix('sira.')}.{form.__qualname__}"] = sorted(form.base_fields)
    return dict(sorted(found.items()))


def page(routes: Iterable[Mapping[str, Any]]) -> str:
    """The tables of docs/reference/fields.md.  routes: with their fields."""
    pages = []
    takes: defaultdict[str, set[str]] = defaultdict(set)
    gives: defaultdict[str, set[str]] = defaultdict(set)
    for route in routes:
        writes, reads = route["fields"]["writes"], route["fields"]["reads"]
        if route["path"].startswith("/api/"):
            who = route["right"].removeprefix("token ").replace("token", "signed_in")
            for names, found in ((writes, takes), (reads, gives)):
                for name in names:
                    found[name].add(who)
        elif writes:
            pages.append([route["name"], route["right"], _listed(writes)])
    calls = [
        [f"`{name}`", ", ".join(sorted(takes[name])), ", ".join(sorted(gives[name])), _listed(its)]
        for name, its in shapes().items()
    ]
    made = [[f"`{name}`", _listed(its)] for name, its in all_forms().items() if its]
    parts = (
        "## Shapes of the API",
        _table("Shape", "Taken from who may", "Given to who may", "Fields", rows=calls),
        "## Pages",
        _table("Page", "Right", "Takes", rows=sorted(pages)),
        "## Forms of the pages",
        _table("Form", "Fields", rows=made),
    )
    return "\n\n".join(parts) + "\n"


def _listed(names: Iterable[str]) -> str:
    return " ".join(name if name == DRAWN else f"`{name}`" for name in names)


def _table(*heads: str, rows: Iterable[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in ([*heads], ["---"] * len(heads), *rows))
