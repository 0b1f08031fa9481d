"""How work is dealt, who works when, calendars' dates, macros and the portal's look, by program."""

import base64
from datetime import datetime, timedelta

import pytest
from django.utils.timezone import now

from sira.api import pace
from sira.calendars.models import Calendar
from sira.plumbing.models import AuditEntry
from sira.portal.models import Branding
from sira.tickets.models import Participant, Ticket
from sira.workforce.models import Absence, Pattern, Shift
from sira.workspace.models import Macro

ANY = {"If-Match": "*"}
EARLY = [[[[480, 960]]] * 7]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(autouse=True)
def fresh_pace():
    pace._counted.clear()


def at_nine(days: int) -> str:
    return (now() + timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0).isoformat()


def at_five(days: int) -> str:
    return (now() + timedelta(days=days)).replace(hour=17, minute=0, second=0, microsecond=0).isoformat()


def problem(answer) -> str:
    return answer.json()["type"].rpartition(":")[2]


def test_who_leads_a_group_says_how_its_tickets_are_dealt(desk, caller):
    call, way = caller(desk.ayse), "groups/it/dealing"
    read = call("GET", way)
    assert read.json()["strategy"] == "free" and len(read.json()["seats"]) == 2
    shares = {desk.ayse.pk: 30, desk.jonas.pk: 70}
    terms = {"strategy": "shares", "day_cap": 40, "weights": {"priority": {"1": 3}}}
    terms["seats"] = [{"person": person, "share": share} for person, share in shares.items()]
    assert call("PUT", way, terms).status_code == 428
    agreed = call("PUT", way, terms, **{"If-Match": read["ETag"]})
    assert agreed.status_code == 200, agreed.content
    assert {seat["person"]: seat["share"] for seat in agreed.json()["seats"]} == shares
    assert (agreed.json()["day_cap"], agreed.json()["weights"]) == (40, {"priority": {"1": 3.0}})
    assert call("PUT", way, terms, **{"If-Match": read["ETag"]}).status_code == 412
    assert AuditEntry.objects.filter(by=desk.ayse.pk, way="api").exists()
    for amiss in (
        {"seats": [{"person": desk.zeynep.pk, "share": 100}]},
        {"seats": [{"person": desk.ayse.pk, "share": 60}]},
        {"weights": {"priority": {"nothing": 3}}},
    ):
        assert call("PUT", way, terms | amiss, **ANY).status_code == 422
    only_one = {"strategy": "shares", "seats": [{"person": desk.ayse.pk, "share": 30, "day_cap": 5}]}
    assert call("PUT", way, only_one, **ANY).json()["seats"][1]["share"] == 70
    assert caller(desk.jonas)("GET", way).status_code == 403
    assert caller(desk.zeynep)("GET", way).status_code == 404
    assert caller(desk.tom)("GET", way).status_code == 403


def test_who_leads_a_group_says_who_is_called_for_it(desk, caller):
    call, way = caller(desk.ayse), "groups/it/calls"
    terms = {"people": [desk.jonas.pk, desk.ayse.pk], "since": "2026-01-05", "steps": 2, "time_zone": "Europe/Berlin"}
    agreed = call("PUT", way, terms, **{"If-Match": call("GET", way)["ETag"]})
    assert agreed.status_code == 200, agreed.content
    assert agreed.json() == terms | {"minute": 480, "days": 7}
    assert call("PUT", way, terms).status_code == 428
    duties = call("GET", f"shifts?kind=on_call&person={desk.jonas.pk}").json()["items"]
    assert duties and all(one["group"] == "it" and one["rota"] for one in duties)
    assert call("PUT", way, terms | {"people": [desk.jonas.pk, desk.zeynep.pk]}, **ANY).status_code == 422
    assert caller(desk.jonas)("PUT", way, terms, **ANY).status_code == 403
    assert caller(desk.jonas)("GET", way).status_code == 403
    assert call("PUT", way, terms | {"people": []}, **ANY).json()["people"] == []


def test_patterns_are_made_once_and_people_work_by_them(desk, caller):
    call = caller(desk.ayse)
    made = call("POST", "patterns", {"name": "Early", "weeks": EARLY})
    assert made.status_code == 201, made.content
    assert problem(call("POST", "patterns", {"name": "Early", "weeks": EARLY})) == "key_taken"
    pattern = f"patterns/{made.json()['id']}"
    late = call("PUT", pattern, {"weeks": [[[[600, 1080]]] * 7]}, **{"If-Match": call("GET", pattern)["ETag"]})
    assert late.json()["weeks"][0][0] == [[600, 1080]] and Pattern.objects.count() == 1
    person = f"people/{desk.jonas.pk}"
    rota = call("POST", f"{person}/rotas", {"pattern": made.json()["id"], "since": "2026-01-05"})
    assert rota.status_code == 201, rota.content
    assert call("GET", f"{person}/rotas").json()["items"] == [rota.json()]
    work = call("GET", f"{person}/work")
    assert work.json()["by_shifts"] is True
    terms = {"by_shifts": True, "capacity": 5, "channels": {"phone": 1}, "skills": {"network": 4}}
    changed = call("PUT", f"{person}/work", terms, **{"If-Match": work["ETag"]})
    assert changed.status_code == 200 and changed.json().items() >= terms.items()
    assert call("PUT", f"{person}/work", terms, **{"If-Match": work["ETag"]}).status_code == 412
    assert call("GET", f"people/{desk.zeynep.pk}/work").status_code == 404  # of a group that she does not lead
    for way in (f"{person}/work", f"{person}/rotas", "patterns"):
        assert caller(desk.jonas)("GET", way).status_code == 403


def test_shifts_are_planned_by_those_who_plan_and_seen_by_who_works_them(desk, caller):
    lead, agent = caller(desk.ayse), caller(desk.jonas)
    span = {"starts_at": at_nine(3), "ends_at": at_five(3)}
    made = lead("POST", "shifts", {"person": desk.jonas.pk, **span})
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert [one["id"] for one in agent("GET", "shifts").json()["items"]] == [key]
    assert agent("GET", f"shifts?since={at_nine(5)[:10]}T00:00:00Z").json()["items"] == []
    assert caller(desk.zeynep)("GET", "shifts").json()["items"] == []
    for amiss in ({"person": desk.zeynep.pk}, {"kind": "on_call"}, {"kind": "on_call", "group": "hr"}):
        assert lead("POST", "shifts", {"person": desk.jonas.pk, **span, **amiss}).status_code == 422
    assert agent("POST", "shifts", {"person": desk.jonas.pk, **span}).status_code == 403
    assert agent("DELETE", f"shifts/{key}").status_code == 403
    given = lead("PUT", f"shifts/{key}/person", {"person": desk.ayse.pk})
    assert given.json()["person"] == desk.ayse.pk
    assert lead("DELETE", f"shifts/{key}").status_code == 204 and Shift.objects.get(pk=key).is_cancelled


def test_two_swap_their_shifts_when_both_say_so(desk, caller):
    lead, mine, theirs = caller(desk.ada), caller(desk.jonas), caller(desk.ayse)
    one, other = (
        lead("POST", "shifts", {"person": who.pk, "starts_at": at_nine(day), "ends_at": at_five(day)}).json()["id"]
        for who, day in ((desk.jonas, 3), (desk.ayse, 4))
    )
    span = {"starts_at": at_nine(30), "ends_at": at_five(30)}
    late = lead("POST", "shifts", {"person": desk.ayse.pk, **span}).json()["id"]
    assert mine("POST", "swaps", {"one": one, "other": late}).status_code == 422
    asked = mine("POST", "swaps", {"one": one, "other": other})
    assert asked.status_code == 201, asked.content
    assert theirs("GET", "swaps").json()["items"] == [asked.json()]
    way = f"swaps/{asked.json()['id']}/answer"
    assert mine("PUT", way, {"answer": "agreed"}).status_code == 403
    assert caller(desk.zeynep)("PUT", way, {"answer": "agreed"}).status_code == 404
    assert mine("POST", "swaps", {"one": other, "other": one}).status_code == 404
    assert theirs("PUT", way, {"answer": "agreed"}).json()["state"] == "agreed"
    assert Shift.objects.get(pk=one).person == desk.ayse and Shift.objects.get(pk=other).person == desk.jonas


def test_leave_is_asked_for_decided_by_who_may_and_seen_by_no_other(desk, caller):
    agent, lead = caller(desk.jonas), caller(desk.ayse)
    leave = {"kind": "leave", "starts_at": at_nine(3), "ends_at": at_five(4), "stand_in": desk.ayse.pk}
    made = agent("POST", "absences", leave)
    assert (made.status_code, made.json()["state"]) == (201, "asked"), made.content
    way = f"absences/{made.json()['id']}"
    assert agent("PUT", f"{way}/decision", {"decision": "approve"}).status_code == 403
    assert caller(desk.zeynep)("GET", "absences").json()["items"] == []
    assert caller(desk.zeynep)("DELETE", way).status_code == 404
    assert lead("PUT", f"{way}/decision", {"decision": "approve"}).json()["state"] == "approved"
    assert agent("POST", "absences", leave | {"stand_in": desk.zeynep.pk}).status_code == 422
    assert agent("POST", "absences", {"kind": "leave", "starts_at": at_nine(9)}).status_code == 422
    assert agent("POST", "absences", {"kind": "sick", "starts_at": at_nine(0)}).json()["state"] == "approved"
    for other in (
        desk.ayse,
        desk.zeynep,
    ):  # neither a colleague of one's group nor anybody else, for whom one plans not
        sick = {"kind": "sick", "starts_at": at_nine(0), "person": other.pk}
        assert agent("POST", "absences", sick).status_code in (403, 404)
    lasting = agent("GET", f"absences?since={at_nine(30)[:10]}T00:00:00Z").json()["items"]
    assert [(one["kind"], one["ends_at"]) for one in lasting] == [("sick", None)]
    assert agent("DELETE", way).status_code == 204
    assert not Absence.objects.filter(pk=made.json()["id"], ends_at__gt=now() + timedelta(days=1)).exists()


def test_one_says_whether_one_is_here(desk, caller):
    call = caller(desk.jonas)
    assert call("GET", "presence").json() == {"state": "here", "until": None}
    assert call("PUT", "presence", {"state": "busy", "until": at_five(1)}).json()["state"] == "busy"
    kept = call("GET", "presence").json()
    assert (kept["state"], datetime.fromisoformat(kept["until"])) == ("busy", datetime.fromisoformat(at_five(1)))
    assert call("PUT", "presence", {"state": "away", "until": at_five(-1)}).status_code == 422
    assert call("GET", "presence").json() == kept
    assert caller(desk.tom)("PUT", "presence", {"state": "away"}).status_code == 403


def test_dates_of_a_calendar_are_set_and_as_usual_again(desk, caller):
    call, key = caller(desk.ada), Calendar.objects.get().pk
    way, day = f"calendars/{key}", "2027-03-01"
    assert call("PUT", f"{way}/holidays/{day}", {"name": "Half", "opens": 0, "closes": 720}).status_code == 200
    hours = {"openings": [[540, 600]], "reason": "Move"}
    assert call("PUT", f"{way}/overrides/2027-03-02", hours).status_code == 200
    dates = call("GET", f"{way}/dates?year=2027").json()
    half = {"on": day, "name": "Half", "opens": 0, "closes": 720, "kept": True, "source": ""}
    assert dates == {"holidays": [half], "overrides": [{"on": "2027-03-02", **hours}]}
    assert call("PUT", f"{way}/overrides/86400", hours).status_code == 422  # a day, and no number of seconds
    assert call("PUT", f"{way}/holidays/86400", {"name": "Half"}).status_code == 422
    assert call("GET", f"{way}/dates?year=2028").json() == {"holidays": [], "overrides": []}
    assert call("DELETE", f"{way}/holidays/{day}").status_code == 204
    assert call("DELETE", f"{way}/overrides/2027-03-02").status_code == 204
    assert call("GET", f"{way}/dates?year=2027").json() == {"holidays": [half | {"kept": False}], "overrides": []}
    assert call("PUT", f"{way}/country", {"country": "TR"}).status_code == 200
    assert len(call("GET", f"{way}/dates").json()["holidays"]) > 5
    feed = call("POST", f"{way}/feeds", {"address": "https://holidays.example.org/tr.ics"})
    assert feed.status_code == 201 and call("GET", f"{way}/feeds").json()["items"] == [feed.json()]
    other = call("POST", "calendars", {"name": "Other", "time_zone": "UTC", "week": [[]] * 7}).json()["id"]
    assert call("DELETE", f"calendars/{other}/feeds/{feed.json()['id']}").status_code == 404
    assert call("DELETE", f"{way}/feeds/{feed.json()['id']}").status_code == 204
    always = call("PUT", way, {"time_zone": "UTC", "week": [[]] * 7, "always_open": True}, **{"If-Match": "*"})
    assert always.json()["always_open"] is True
    assert call("PUT", f"{way}/default").json()["is_default"] is True
    for path in (f"{way}/overrides/{day}", f"{way}/holidays/{day}", f"{way}/default", f"{way}/country"):
        assert caller(desk.ayse)("PUT", path, hours | {"name": "x", "country": "TR"}).status_code in (403, 422)
    for path in (f"{way}/overrides/{day}", f"{way}/holidays/{day}"):
        assert caller(desk.ayse)("DELETE", path).status_code == 403


def test_macros_are_written_by_leads_and_used_at_once(desk, caller):
    lead, agent = caller(desk.ayse), caller(desk.jonas)
    acts = {"take": True, "priority": "high", "tags": ["vpn"], "wait": True}
    given = {"name": "Begun", "group": "it", "text": "Dear {first_name}, is it so on a cable?", "acts": acts}
    made = lead("POST", "macros", given)
    assert made.status_code == 201, made.content
    assert made.json()["acts"].items() >= acts.items()
    own = f"macros/{made.json()['id']}"
    read = agent("GET", own)
    assert read.json() == made.json() and agent("PUT", own, given, **ANY).status_code == 403
    assert caller(desk.zeynep)("GET", own).status_code == 404
    changed = lead("PUT", own, given | {"name": "Work begun"}, **{"If-Match": read["ETag"]})
    assert changed.json()["name"] == "Work begun"
    assert lead("PUT", own, given, **{"If-Match": read["ETag"]}).status_code == 412
    ticket = desk.ticket(at=now())
    Ticket.objects.filter(pk=ticket.pk).update(group=desk.it)
    used = agent("POST", f"tickets/{ticket.number}/macros/{made.json()['id']}", {})
    assert used.status_code == 200, used.content
    assert used.json()["agent"]["id"] == desk.jonas.pk
    assert used.json().items() >= {"priority": "high", "tags": ["vpn"], "status": "waiting"}.items()
    assert ticket.messages.latest("pk").text == "Dear Tom, is it so on a cable?"
    assert caller(desk.zeynep)("POST", f"tickets/{ticket.number}/macros/{made.json()['id']}", {}).status_code == 404
    assert caller(desk.tom)("POST", f"tickets/{ticket.number}/macros/{made.json()['id']}", {}).status_code == 403
    assert lead("DELETE", own).status_code == 204 and not Macro.objects.exists()


@pytest.mark.parametrize(
    "amiss",
    [
        {"text": "", "acts": {}},
        {"text": "", "acts": {"resolve": True}},
        {"kind": "note", "text": "x", "acts": {"resolve": True}},
        {"acts": {"wait": True, "resolve": True}},
        {"acts": {"group": "nothing"}},
        {"text": "Dear {nobody}"},
        {"acts": {"hold": 0}},
        {"acts": {"tags": [" "]}},
        {"name": " "},
    ],
)
def test_what_the_page_of_a_macro_refuses_is_refused_by_program(desk, caller, amiss):
    call, given = caller(desk.ayse), {"name": "Begun", "group": "it", "text": "Words"}
    assert call("POST", "macros", given | amiss).status_code == 422
    assert call("POST", "macros", given | {"group": None}).status_code == 403
    assert call("POST", "macros", given | {"group": "hr"}).status_code == 403
    assert not Macro.objects.exists()


def test_where_an_act_of_a_macro_is_refused_nothing_has_happened(desk, caller):
    desk.incident.mandatory_fields = ["service"]
    desk.incident.save()
    acts = {"tags": ["vpn"], "resolve": True}
    made = caller(desk.ada)("POST", "macros", {"name": "Renewed", "text": "Renewed it.", "acts": acts})
    ticket = desk.ticket(at=now())
    Ticket.objects.filter(pk=ticket.pk).update(group=desk.it)
    refused = caller(desk.jonas)("POST", f"tickets/{ticket.number}/macros/{made.json()['id']}", {})
    assert (refused.status_code, problem(refused)) == (409, "not_ready")
    assert Ticket.objects.get(pk=ticket.pk).tags == [] and not ticket.messages.filter(from_desk=True).exists()


def test_who_hands_a_ticket_on_sees_as_what_it_left_them(desk, caller):
    acts = {"tags": ["vpn"], "group": "hr"}
    made = caller(desk.ada)("POST", "macros", {"name": "Over to them", "acts": acts})
    first, second = desk.ticket(at=now()), desk.ticket(at=now())
    Ticket.objects.update(group=desk.it)
    call = caller(desk.jonas)
    used = call("POST", f"tickets/{first.number}/macros/{made.json()['id']}", {})
    given = call("PUT", f"tickets/{second.number}/assignment", {"group": "hr"})
    assert [(one.status_code, one.json().get("group")) for one in (used, given)] == [(200, "hr")] * 2
    assert call("GET", f"tickets/{first.number}").status_code == 404


def test_an_agent_watches_a_ticket_and_no_longer(desk, caller):
    ticket = desk.ticket(at=now())
    Ticket.objects.filter(pk=ticket.pk).update(group=desk.it)
    call, way = caller(desk.jonas), f"tickets/{ticket.number}/watching"
    watching = Participant.objects.filter(ticket=ticket, person=desk.jonas, kind="watcher")
    for _twice in range(2):
        assert call("PUT", way).status_code == 200 and watching.count() == 1
    assert call("DELETE", way).status_code == 200 and not watching.exists()
    assert caller(desk.zeynep)("PUT", way).status_code == 404


def test_the_look_of_the_portal_is_said_seen_and_taken_back(desk, caller):
    call = caller(desk.ada)
    assert call("GET", "brandings/desk").status_code == 404
    given = {"name": "Help", "accent": "#1A6B54", "greetings": {"tr": "Merhaba"}}
    assert call("PUT", "brandings/desk", given).status_code == 428
    said = call("PUT", "brandings/desk", given | {"logo": base64.b64encode(PNG).decode()}, **ANY)
    assert said.status_code == 200, said.content
    assert said.json().items() >= {"organisation": None, "accent": "#1a6b54", "logo": "image/png"}.items()
    assert call("PUT", "brandings/desk", given).status_code == 428
    kept = call("PUT", "brandings/desk", given | {"name": "Desk"}, **{"If-Match": said["ETag"]})
    assert kept.json()["logo"] == "image/png" and kept.json()["name"] == "Desk"
    other = base64.b64encode(PNG + b"!").decode()
    assert (
        call("PUT", "brandings/desk", given | {"name": "Desk", "logo": other}, **{"If-Match": kept["ETag"]}).status_code
        == 200
    )
    assert call("PUT", "brandings/desk", given, **{"If-Match": kept["ETag"]}).status_code == 412
    assert call("PUT", "brandings/desk", given | {"logo": "!"}, **ANY).status_code == 422
    assert problem(call("PUT", "brandings/desk", given | {"logo": "AAAA"}, **ANY)) == "not_a_logo"
    spoken = {"addressing": {"tr": {"portal": "sen"}}}
    assert call("PUT", "brandings/desk", given | {"logo": ""} | spoken, **ANY).json().items() >= spoken.items()
    house = f"brandings/{desk.halden.pk}"
    assert problem(call("PUT", house, given | spoken, **ANY)) == "no_such_form_of_address"
    for method in ("PUT", "GET"):
        assert call(method, house, given, **ANY).json()["organisation"] == desk.halden.pk
    assert len(call("GET", "brandings").json()["items"]) == 2
    assert call("PUT", "brandings/elsewhere", given, **ANY).status_code == 404
    assert call("DELETE", house).status_code == 204 and Branding.objects.count() == 1
    for method, way in (("GET", "brandings"), ("GET", "brandings/desk"), ("DELETE", "brandings/desk")):
        assert caller(desk.ayse)(method, way).status_code == 403
