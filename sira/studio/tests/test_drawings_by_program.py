"""What the studio does with drawings, by program."""

import pytest

from sira.api import pace
from sira.api.tests.conftest import Caller
from sira.decisions.models import DecisionVersion, Trace
from sira.processes import versions
from sira.processes.models import Instance, ProcessVersion
from sira.tickets.models import HistoryEntry
from sira.tickets.tests.cast import PACK, monday

TICKET = (PACK / "ticket.bpmn").read_text("utf-8")
PRIORITY = (PACK / "priority.dmn").read_text("utf-8")
ANY = {"If-Match": "*"}


@pytest.fixture(autouse=True)
def fresh_pace():
    pace._counted.clear()


@pytest.fixture
def call(desk):
    return Caller(desk.ada)


def problem(answer) -> str:
    return answer.json()["type"].rpartition(":")[2]


def test_a_draft_is_kept_against_what_was_read_and_published_when_nobody_loses_by_it(desk, call):
    way, text = "drawings/processes/ticket", TICKET.replace('name="Acknowledge"', 'name="Say hello"')
    made = call("PUT", f"{way}/draft", {"source": text})
    assert made.status_code == 200 and (made.json()["status"], made.json()["version"]) == ("draft", 2), made.content
    other = {"source": text.replace("Say hello", "Greet")}
    assert call("PUT", f"{way}/draft", other).status_code == 428
    kept = call("PUT", f"{way}/draft", other, **{"If-Match": made["ETag"]})
    assert kept.status_code == 200 and kept["ETag"] != made["ETag"]
    assert call("PUT", f"{way}/draft", {"source": text}, **{"If-Match": made["ETag"]}).status_code == 412
    assert call("PUT", f"{way}/draft/publication", {}, **{"If-Match": made["ETag"]}).status_code == 412
    out = call("PUT", f"{way}/draft/publication", {}, **{"If-Match": kept["ETag"]})
    assert (out.json()["status"], out.json()["version"]) == ("published", 2)
    listed = call("GET", f"{way}/versions").json()["items"]
    assert [(one["version"], one["status"]) for one in listed] == [(2, "published"), (1, "retired")]
    assert "Greet" in call("GET", f"{way}/versions/2").json()["source"]
    assert call("PUT", f"{way}/draft/publication", {}, **ANY).status_code == 404
    assert call("PUT", "drawings/processes/other/draft", {"source": text}).status_code in (409, 422)
    assert call("PUT", f"{way}/draft", {"source": "no drawing"}).status_code in (409, 422)


def test_what_others_rely_on_goes_only_when_one_is_sure(desk, call):
    way = "drawings/processes/ticket"
    assert "Incident" in call("GET", f"{way}/uses").json()["items"]
    refused = call("DELETE", f"{way}/publication")
    assert (refused.status_code, problem(refused)) == (409, "others_rely_on_it")
    assert "Incident" in refused.json()["losses"][0]["users"]
    assert call("DELETE", f"{way}/publication?sure=true").status_code == 204
    assert ProcessVersion.objects.get(key="ticket").status == "retired"
    assert call("DELETE", f"{way}/publication").status_code == 404


def test_what_stands_against_a_text_is_told_and_nothing_is_kept(desk, call):
    found = call("POST", "drawings/processes/ticket/problems", {"source": "<no-drawing/>"}).json()["items"]
    assert any(one["stops"] for one in found)
    fine = call("POST", "drawings/processes/ticket/problems", {"source": TICKET}).json()["items"]
    assert not any(one["stops"] for one in fine)
    assert ProcessVersion.objects.filter(key="ticket").count() == 1


def test_a_decision_is_asked_without_a_trace(desk, call):
    traces = Trace.objects.count()
    facts = {"ticket": {"type": "incident", "impact": "high", "urgency": "high"}}
    given = call("POST", "drawings/decisions/priority/trial", {"facts": facts})
    assert given.status_code == 200 and given.json()["rows"] and given.json()["result"], given.content
    assert Trace.objects.count() == traces
    assert call("POST", "drawings/decisions/priority/trial", {"version": 7}).status_code == 404
    broken = call("POST", "drawings/decisions/priority/trial", {"decision": "nothing of this name"})
    assert broken.status_code == 200 and broken.json()["refused"]


def test_a_process_is_tried_out_step_by_step_and_writes_nothing(desk, call):
    way, before = "drawings/processes/ticket/trial", HistoryEntry.objects.count()
    begun = call("POST", way, {})
    assert begun.status_code == 200, begun.content
    (waits,) = [one for one in begun.json()["waits"] if one["kind"] == "task"]
    assert not begun.json()["ended"] and begun.json()["lines"]
    answered = call("POST", way, {"moves": [{"do": "finish", "place": waits["place"]}]}).json()
    assert answered["moves"] == 1 and len(answered["lines"]) > len(begun.json()["lines"])
    assert call("POST", way, {"moves": [{"do": "rest"}]}).json()["ended"]
    ticket = desk.ticket()
    before = HistoryEntry.objects.count()
    of_one = call("POST", way, {"ticket": ticket.number, "moves": [{"do": "next"}]})
    assert of_one.status_code == 200 and HistoryEntry.objects.count() == before
    assert call("POST", way, {"ticket": "INC-99999"}).status_code == 404
    assert call("POST", way, {"moves": [{"do": "dance"}]}).status_code == 422


def test_what_runs_is_looked_at_first_and_then_moved(desk, call):
    ticket = desk.ticket()
    changed = TICKET.replace('"work"', '"labour"').replace(">work<", ">labour<")
    versions.install(changed.replace('value="labour"', 'value="work"'), by=desk.ada, at=monday(10))
    way = "drawings/processes/ticket/versions/1/moving"
    look = call("POST", f"{way}/trial", {"to": 2})
    assert look.status_code == 200, look.content
    assert (look.json()["running"], look.json()["fitting"]) == (1, 0)
    assert look.json()["steps"][0]["element"] == "work" and look.json()["steps"][0]["reason"]
    assert call("POST", way, {"to": 2}).json() == {"moved": 0, "stayed": [ticket.number]}
    mapped = {"to": 2, "mapping": {"work": "labour"}}
    assert call("POST", f"{way}/trial", mapped).json()["fitting"] == 1
    assert Instance.objects.get().version.version == 1
    assert call("POST", way, mapped).json() == {"moved": 1, "stayed": []}
    assert Instance.objects.get().version.version == 2
    assert call("POST", way, {"to": 1}).status_code == 422


def test_the_studio_by_program_is_for_who_draws(desk):
    for person in (desk.ayse, desk.tom):
        other = Caller(person)
        for method, way, body in (
            ("GET", "processes/ticket/versions", None),
            ("GET", "processes/ticket/versions/1", None),
            ("GET", "processes/ticket/uses", None),
            ("PUT", "processes/ticket/draft", {"source": TICKET}),
            ("PUT", "processes/ticket/draft/publication", {}),
            ("DELETE", "processes/ticket/publication", None),
            ("POST", "processes/ticket/problems", {"source": TICKET}),
            ("POST", "decisions/priority/trial", {}),
            ("POST", "processes/ticket/trial", {}),
            ("POST", "processes/ticket/versions/1/moving/trial", {"to": 2}),
            ("POST", "processes/ticket/versions/1/moving", {"to": 2}),
        ):
            assert other(method, f"drawings/{way}", body, **ANY).status_code == 403, (person, way)
    assert DecisionVersion.objects.filter(status="draft").count() == 0
