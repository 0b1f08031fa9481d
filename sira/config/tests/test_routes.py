"""Every address says who may come in, and keeps it."""

import pytest
from django.test import Client

from sira.config import routes

FOUND = routes.routes()
GUARDED = [one for one in FOUND if one["right"] in ("agent", "signed_in", "token", "administrator")]
SAMPLES = {
    "number": "INC-1",
    "kind": "decisions",
    "key": "1",
    "pk": "1",
    "token": "x",
    "secret": "x",
    "digest": "x",
    "name": "x",
    "version": "1",
    "aside": "1",
    "example": "1",
    "person_act:act": "role",
    "group_act:act": "member",
}


def test_every_route_is_classified():
    assert [route["path"] for route in FOUND if route["right"] == routes.UNCLASSIFIED] == []


def test_every_rule_about_a_route_is_about_one():
    names = {route["name"] for route in FOUND}
    stale = [rule for rule in routes.RIGHTS if not any(name == rule or name.startswith(rule) for name in names)]
    assert stale == []


def test_methods_are_known_where_they_are_limited():
    by_name = {route["name"]: route["methods"] for route in FOUND if not route["name"].startswith("api")}
    assert by_name["workspace:desk"] == ["GET"] and by_name["workspace:take"] == ["POST"]


def address(path: str) -> str:
    parts = []
    for part in path.split("/"):
        whole = part.strip("<>")
        sample = SAMPLES.get(whole) or SAMPLES.get(whole.rpartition(":")[2], "x")
        parts.append(sample if part.startswith("<") or "{" in part else part)
    return "/".join(parts)


@pytest.mark.parametrize("route", GUARDED, ids=lambda one: one["path"])
def test_nobody_comes_in_who_has_not_signed_in(db, route):
    method = "POST" if route["methods"] == ["POST"] else "GET"
    if route["methods"] and method not in route["methods"]:
        method = route["methods"][0]
    answer = Client().generic(method, address(route["path"]))
    assert answer.status_code in ((401,) if route["right"] == "token" else (302, 403)), answer.status_code
    if answer.status_code == 302:
        assert "sign-in" in answer["Location"] or answer["Location"].startswith("/profile/")
