"""Every address says who may come in, and keeps it."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls.converters import get_converters
from django.utils.module_loading import import_string

from sira.config import fields, routes

FOUND = routes.routes()
GUARDED = [one for one in FOUND if one["right"] not in ("anybody", "holder", routes.UNCLASSIFIED)]
SAMPLES = {"number": "INC-1", "kind": "decisions"}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def test_every_route_is_classified():
    assert [route["path"] for route in FOUND if route["right"] == routes.UNCLASSIFIED] == []


def test_every_rule_about_a_route_is_about_one():
    names = {route["name"] for route in FOUND}
    names |= {route["path"] for route in FOUND}
    stale = [rule for rule in routes.RIGHTS if not any(name == rule or name.startswith(rule) for name in names)]
    assert stale == []


def test_pages_of_the_studio_ask_for_the_right_that_is_told_of_them():
    pages = [route for route in FOUND if route["view"].startswith("sira.studio.")]
    asked = {route["name"]: getattr(import_string(route["view"]), "asks", ()) for route in pages}
    assert {name for name, rights in asked.items() if not rights} == {"drawings:of_ticket"}
    told = {route["name"]: routes.asked_for(route["right"]) for route in pages}
    assert {name: told[name] for name, rights in asked.items() if rights and set(told[name]) != set(rights)} == {}


def test_every_right_that_is_told_of_a_route_is_one():
    words = {"anybody", "holder", "signed_in", "token"}
    assert [right for right in routes.RIGHTS.values() if right not in words and not routes.asked_for(right)] == []


def test_the_page_about_fields_names_every_field_that_is_taken_or_given():
    page = (Path(__file__).resolve().parents[3] / "docs/reference/fields.md").read_text(encoding="utf-8")
    beginning = "\n## Shapes of the API\n"
    told = page[page.index(beginning) :].splitlines()
    found = fields.page(routes.with_fields()).splitlines()
    assert [line for line in found if line not in told] == [], "bin/sira routes --fields prints what it is to say"
    assert [line for line in told if line not in found] == []


def test_fields_are_found_in_shapes_forms_and_what_a_view_asks_for_itself():
    by_name = {route["name"]: route for route in routes.with_fields()}
    assert by_name["studio:remove_held_file"]["fields"]["writes"] == ["because", "sure"]  # in a function that it calls
    assert {"after_answer", "seen"} <= set(by_name["people:profile"]["fields"]["writes"])  # of a form, and beside it
    assert by_name["workspace:wait"]["fields"]["writes"] == []
    [opens] = [one for one in by_name.values() if one["path"] == "/api/v1/held-files/<key>/removal"]
    assert opens["fields"]["writes"] == ["Decided"] and fields.shapes()["Decided"] == ["because"]


def test_methods_are_known_where_they_are_limited():
    by_name = {route["name"]: route["methods"] for route in FOUND if not route["name"].startswith("api")}
    assert by_name["workspace:desk"] == ["GET"] and by_name["workspace:take"] == ["POST"]


def address(path: str) -> str:
    """With something in the place of each parameter that its converter takes."""

    def sample(found: re.Match[str]) -> str:
        words = getattr(get_converters().get(found[1]), "regex", "")
        return words.split("|")[0] if "|" in words else SAMPLES.get(found[2], "1")

    return PARAMETER.sub(sample, path)


@pytest.mark.parametrize("route", GUARDED, ids=lambda one: one["path"])
def test_nobody_comes_in_who_has_not_signed_in(db, route):
    method = "POST" if route["methods"] == ["POST"] else "GET"
    if route["methods"] and method not in route["methods"]:
        method = route["methods"][0]
    answer = Client().generic(method, address(route["path"]))
    assert answer.status_code in ((401,) if route["right"].startswith("token") else (302, 401, 403)), answer.status_code
    if answer.status_code == 302:
        assert "sign-in" in answer["Location"] or answer["Location"].startswith("/profile/")
