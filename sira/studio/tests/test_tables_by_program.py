"""Tables and drafts proven by program: examples, what is left open, past tickets."""

import pytest

from sira.api import pace
from sira.api.tests.conftest import Caller
from sira.decisions import publishing
from sira.decisions.models import DecisionVersion
from sira.processes import versions
from sira.studio.models import Example
from sira.tickets.tests.cast import PACK, monday

TICKET = (PACK / "ticket.bpmn").read_text("utf-8")
PRIORITY = (PACK / "priority.dmn").read_text("utf-8")
ASKED = {"ticket": {"type": "incident", "impact": "high", "urgency": "high"}}
TABLE, PROCESS = "drawings/decisions/priority", "drawings/processes/ticket"


@pytest.fixture(autouse=True)
def fresh_pace():
    pace._counted.clear()


@pytest.fixture
def call(desk):
    return Caller(desk.ada)


def lower(desk):
    """The table with the answer for the worst changed."""
    return publishing.publish("priority", PRIORITY.replace('"critical"', '"low"'), by=desk.ada, at=monday(10))


def test_an_example_is_kept_with_what_a_version_answers_and_asked_anew_of_each(desk, call):
    assert call("GET", f"{TABLE}/versions/1/examples").json() == {"version": 1, "passed": None, "items": []}
    kept = call("POST", f"{TABLE}/examples", {"name": "The worst", "facts": ASKED})
    assert kept.status_code == 201 and kept.json()["expected"] == "critical", kept.content
    first = call("GET", f"{TABLE}/versions/1/examples").json()
    assert first["passed"] and first["items"][0]["rows"]
    lower(desk)
    second = call("GET", f"{TABLE}/versions/2/examples").json()
    assert not second["passed"]
    assert [(one["expected"], one["result"]) for one in second["items"]] == [("critical", "low")]
    again = call("POST", f"{TABLE}/examples", {"name": "The worst", "facts": ASKED, "version": 2})
    assert (again.json()["id"], again.json()["expected"]) == (kept.json()["id"], "low")
    wrong = {"name": "Other", "facts": ASKED, "decision": "nothing of this name"}
    assert call("POST", f"{TABLE}/examples", wrong).status_code == 422
    assert Example.objects.count() == 1
    way = f"{TABLE}/examples/{kept.json()['id']}"
    assert call("DELETE", way.replace("priority", "routing")).status_code == 404
    assert call("DELETE", way).status_code == 204 and not Example.objects.exists()


def test_gaps_and_rules_that_contradict_each_other_are_told_with_facts_to_try(desk, call):
    whole = call("GET", f"{TABLE}/versions/1/coverage").json()
    assert whole["tables"] and not [one for one in whole["items"] if one["kind"] == "conflict"], whole
    left = PRIORITY[: PRIORITY.rindex("<rule")] + PRIORITY[PRIORITY.rindex("</rule>") + len("</rule>") :]
    publishing.publish("priority", left, by=desk.ada, at=monday(10))
    found = call("GET", f"{TABLE}/versions/2/coverage").json()["items"]
    gaps = [one for one in found if one["kind"] == "gap"]
    assert gaps and gaps[0]["inputs"] and gaps[0]["example"], found
    assert call("GET", f"{TABLE}/versions/9/coverage").status_code == 404


def test_a_version_of_a_table_is_asked_about_past_tickets(desk, call):
    ticket = desk.ticket(impact=1, urgency=1)
    alone = call("GET", f"{TABLE}/versions/1/comparison").json()
    assert (alone["published"], alone["tickets"], alone["differ"]) == (None, 1, 0)
    lower(desk)
    told = call("GET", f"{TABLE}/versions/1/comparison").json()
    assert (told["published"], told["differ"], told["items"][0]["ticket"]) == (2, 1, ticket.number)
    assert told["moves"] == [{"before": "low", "after": "critical", "number": 1}]
    assert call("GET", f"{TABLE}/versions/1/comparison?most=1001").status_code == 422
    assert DecisionVersion.objects.filter(key="priority").count() == 2


def test_past_tickets_are_led_through_a_draft_and_through_what_is_published(desk, call):
    ticket = desk.ticket()
    greeting = TICKET.replace('name="Acknowledge"', 'name="Say hello"')
    versions.draft(greeting, key="ticket", by=desk.ada, at=monday(10))
    told = call("GET", f"{PROCESS}/versions/2/comparison").json()
    assert (told["published"], told["tickets"], told["differ"]) == (1, 1, 1)
    (one,) = told["items"]
    assert one["ticket"] == ticket.number
    assert "Say hello" in one["after"]["steps"] and "Say hello" not in one["before"]["steps"]
    assert sum(each["after"] for each in told["arrivals"]) == 1
    same = call("GET", f"{PROCESS}/versions/1/comparison?most=1").json()
    assert (same["published"], same["tickets"], same["differ"]) == (None, 1, 0)


def test_proving_is_for_who_draws(desk):
    for person in (desk.ayse, desk.tom):
        for method, way, body in (
            ("GET", f"{TABLE}/versions/1/examples", None),
            ("POST", f"{TABLE}/examples", {"name": "One", "facts": {}}),
            ("DELETE", f"{TABLE}/examples/1", None),
            ("GET", f"{TABLE}/versions/1/coverage", None),
            ("GET", f"{TABLE}/versions/1/comparison", None),
            ("GET", f"{PROCESS}/versions/1/comparison", None),
        ):
            assert Caller(person)(method, way, body).status_code == 403, (person, way)
    assert not Example.objects.exists()
