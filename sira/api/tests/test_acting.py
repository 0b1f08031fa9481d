"""What else programs can do: to tickets, and for administrators to the house."""

import pytest
from django.utils.timezone import now

from sira.api import pace, tokens
from sira.people.models import Organisation, Person, SupportGroup
from sira.plumbing.models import AuditEntry
from sira.tickets import assigning
from sira.tickets.models import Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.tickets.tests.cast import MONDAY
from sira.workforce import calling


@pytest.fixture(autouse=True)
def fresh_pace():
    pace._counted.clear()


def test_a_ticket_is_linked_and_parted_again(desk, caller):
    call, one, two = caller(desk.jonas), desk.ticket(), desk.ticket()
    made = call("POST", f"tickets/{one.number}/links", {"ticket": two.number, "kind": "duplicate"})
    assert made.status_code == 201
    assert [row["ticket"] for row in call("GET", f"tickets/{one.number}/links").json()["items"]] == [two.number]
    assert call("DELETE", f"tickets/{one.number}/links/{made.json()['id']}").status_code == 204
    assert call("GET", f"tickets/{one.number}/links").json()["items"] == []


def test_a_ticket_is_merged_and_the_merge_undone(desk, caller):
    call, one, two = caller(desk.jonas), desk.ticket(), desk.ticket()
    made = call("POST", f"tickets/{one.number}/merge", {"into": two.number})
    assert made.status_code == 201 and call("GET", f"tickets/{one.number}").json()["merged_into"] == two.number
    undone = call("DELETE", f"tickets/{one.number}/merge/{made.json()['id']}")
    assert undone.status_code == 200 and undone.json()["merged_into"] is None


def test_several_are_done_each_by_itself(desk, caller):
    mine, foreign = desk.ticket(), desk.ticket(category="payroll")
    answer = caller(desk.jonas)(
        "POST",
        "bulk",
        {"tickets": [mine.number, foreign.number], "act": "resolve", "resolution": "Replaced."},
    )
    told = {row["ticket"]: row["done"] for row in answer.json()["items"]}
    assert told == {mine.number: True, foreign.number: False}
    assert Ticket.objects.get(pk=mine.pk).status == "resolved" and Ticket.objects.get(pk=foreign.pk).status == "open"


def test_several_are_handed_over_with_one_note(desk, caller):
    one, two = desk.ticket(), desk.ticket()
    given = {"tickets": [one.number, two.number], "act": "assign", "agent": desk.ayse.pk, "note": "Of one switch."}
    assert caller(desk.jonas)("POST", "bulk", given).status_code == 200
    said = [ticket.messages.latest("id") for ticket in (one, two)]
    assert [(each.text, each.is_internal, each.channel) for each in said] == [("Of one switch.", True, "api")] * 2


def test_a_change_of_several_is_undone_at_once_by_who_made_it(desk, caller):
    one, two = desk.ticket(), desk.ticket()
    before = list(Ticket.objects.order_by("pk").values_list("priority", flat=True))
    given = {"tickets": [two.number, one.number.lower(), one.number], "act": "priority", "priority": "critical"}
    call = caller(desk.jonas)
    done = call("POST", "bulk", given).json()
    assert [row["ticket"] for row in done["items"]] == [two.number, one.number] and done["undo"]
    assert set(Ticket.objects.values_list("priority", flat=True)) == {1}
    assert caller(desk.ayse)("DELETE", f"bulk/{done['undo']}").status_code == 404
    undone = call("DELETE", f"bulk/{done['undo']}").json()
    assert [row["done"] for row in undone["items"]] == [True, True]
    assert list(Ticket.objects.order_by("pk").values_list("priority", flat=True)) == before
    assert call("DELETE", f"bulk/{done['undo']}").status_code == 404


def test_an_answer_to_several_fills_in_for_each_and_can_be_called_off(desk, caller):
    tickets = [desk.ticket(), desk.ticket(requester=desk.hannah)]
    given = {"tickets": [one.number for one in tickets], "act": "answer", "text": "{first_name}, it works again."}
    call = caller(desk.jonas)
    done = call("POST", "bulk", given).json()
    assert [row["done"] for row in done["items"]] == [True, True], done
    texts = set(LaterAnswer.objects.values_list("text", flat=True))
    assert texts == {"Tom, it works again.", "Hannah, it works again."}
    assert all(row["done"] for row in call("DELETE", f"bulk/{done['undo']}").json()["items"])
    assert not LaterAnswer.objects.exists() and not any(one.messages.filter(from_desk=True) for one in tickets)


@pytest.mark.parametrize("act", ["priority", "tags", "resolve", "answer", "macro"])
def test_an_act_on_several_without_what_it_needs_is_refused(desk, caller, act):
    ticket = desk.ticket()
    refused = caller(desk.jonas)("POST", "bulk", {"tickets": [ticket.number], "act": act})
    assert refused.status_code == 422 and Ticket.objects.get().revision == ticket.revision
    assert caller(desk.tom)("POST", "bulk", {"tickets": [ticket.number], "act": "close"}).status_code == 403


def test_a_requester_withdraws_their_own_and_nobody_else_s(desk, caller):
    mine, other = desk.ticket(requester=desk.hannah), desk.ticket()
    assert caller(desk.hannah)("PUT", f"tickets/{mine.number}/withdrawal").json()["status"] == "closed"
    assert caller(desk.hannah)("PUT", f"tickets/{other.number}/withdrawal").status_code == 404


def test_an_administrator_sets_the_house_up_and_the_trail_says_so(desk, caller):
    call = caller(desk.ada)
    assert call("POST", "groups", {"key": "legal", "name": "Legal"}).status_code == 201
    assert call("PUT", f"groups/legal/members/{desk.jonas.pk}", {"leads": True}).json()["members"] == [desk.jonas.pk]
    seen = call("GET", "groups/legal")["ETag"]
    assert call("PATCH", "groups/legal", {"signature": "Yours"}).status_code == 428
    signed = call("PATCH", "groups/legal", {"signature": "Yours"}, **{"If-Match": seen})
    assert signed.json()["signature"] == "Yours" and signed["ETag"] == call("GET", "groups/legal")["ETag"]
    assert call("PATCH", "groups/legal", {"signature": "Mine"}, **{"If-Match": seen}).status_code == 412
    made = call("POST", "organisations", {"name": "Rigel"})
    assert made.status_code == 201
    way = f"organisations/{made.json()['id']}"
    seen = call("GET", way)["ETag"]
    assert call("PUT", way, {"name": "Vega"}).status_code == 428
    assert call("PUT", way, {"name": "Vega"}, **{"If-Match": seen}).json()["name"] == "Vega"
    assert call("PUT", way, {"name": "Deneb"}, **{"If-Match": seen}).status_code == 412
    assert caller(desk.tom)("GET", way).status_code == 403
    risen = call("PUT", f"people/{desk.jonas.pk}/role", {"role": "lead"}).json()
    assert (risen["role"], risen["went_back"]) == ("lead", {"tickets": [], "tasks": [], "calls": []})
    entry = AuditEntry.objects.filter(what="people_supportgroup insert").latest("id")
    assert (entry.by, entry.way) == (desk.ada.pk, "api")


def test_an_administrator_who_lets_somebody_go_is_told_what_went_back_to_whom(desk, caller):
    call, ticket, way = caller(desk.ada), desk.ticket(), f"people/{desk.jonas.pk}/standing"
    assigning.assign(ticket, group=ticket.group, agent=desk.jonas, by=desk.jonas, at=MONDAY)
    calling.agree(ticket.group, [desk.jonas], since=now().date(), time_zone="UTC", by=desk.ada, at=now())
    told = call("PUT", way, {"active": False}).json()["went_back"]
    it = ticket.group.key
    assert told == {"tickets": [{"ticket": ticket.number, "group": it}], "tasks": [], "calls": [it]}
    assert not Person.objects.get(pk=desk.jonas.pk).is_active
    assert call("PUT", way, {"active": True}).json()["went_back"] == {"tickets": [], "tasks": [], "calls": []}


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("POST", "groups", {"key": "legal", "name": "Legal"}),
        ("POST", "organisations", {"name": "Rigel"}),
        ("PUT", "people/1/role", {"role": "administrator"}),
        ("GET", "drawings/processes", None),
        ("POST", "drawings/forms/x", {"source": "{}"}),
        ("GET", "webhooks", None),
        ("POST", "calendars", {"name": "x", "time_zone": "UTC", "week": [[]] * 7}),
    ],
)
def test_nobody_else_does(desk, caller, method, path, body):
    for person in (desk.hannah, desk.jonas, desk.ayse):
        assert caller(person)(method, path, body).status_code == 403
    assert (
        not SupportGroup.objects.filter(key="legal").exists() and not Organisation.objects.filter(name="Rigel").exists()
    )


def test_a_drawing_is_read_and_published_as_text(desk, caller):
    call = caller(desk.ada)
    listed = call("GET", "drawings/decisions").json()["items"]
    read = call("GET", f"drawings/decisions/{listed[0]['key']}").json()
    again = call("POST", f"drawings/decisions/{listed[0]['key']}", {"source": read["source"]})
    assert again.status_code == 201, again.content
    assert call("POST", "drawings/processes/broken", {"source": "<x/>"}).status_code in (409, 422)


def test_a_token_that_may_only_read_changes_nothing(desk, caller):
    call = caller(desk.jonas)
    call.token = tokens.make("reads", person=desk.jonas, at=MONDAY, scope=tokens.READ)[1]
    assert call("GET", "tickets").status_code == 200
    assert call("POST", "tickets", {"subject": "x", "text": "y"}).status_code == 403
    assert Ticket.objects.count() == 0


def test_a_token_has_its_share_of_calls(desk, caller, settings):
    settings.API_CALLS_A_MINUTE = 3
    call = caller(desk.jonas)
    answers = [call("GET", "categories") for _call in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Limit"] == "3" and answers[0]["RateLimit-Remaining"] == "2"
    assert int(answers[3]["Retry-After"]) <= 60 and answers[3].json()["status"] == 429
    assert caller(desk.ayse)("GET", "categories").status_code == 200
