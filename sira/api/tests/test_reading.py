"""What an agent reads beside a ticket, and the lists of the desk, by program."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from sira.api import pace
from sira.boards import letters
from sira.boards.models import Letter
from sira.decisions.models import Trace
from sira.tickets import assigning, conversation, editing
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import monday
from sira.workforce import absences
from sira.workforce.absences import record_absence
from sira.workspace import queues
from sira.workspace.models import SavedView

ANY = {"If-Match": "*"}


@pytest.fixture(autouse=True)
def fresh_pace():
    pace._counted.clear()


def items(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def test_the_history_of_a_ticket_tells_each_fact_with_who_did_it(desk, caller):
    ticket = desk.ticket()
    assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ayse, at=monday(10))
    ticket.refresh_from_db()
    editing.set_fields(ticket, {"subject": "VPN drops at noon"}, seen={}, by=desk.jonas, at=monday(11))
    call = caller(desk.jonas)
    newest, *_rest = told = items(call("GET", f"tickets/{ticket.number}/history"))
    assert (newest["kind"], newest["by"]) == ("changed", desk.jonas.pk)
    assert newest["facts"]["subject"] == ["VPN drops", "VPN drops at noon"]
    given = next(one for one in told if one["kind"] == "assigned" and one["by"] == desk.ayse.pk)
    assert given["facts"]["agent"][-1] == desk.jonas.pk
    groups = [one["facts"]["group"] for one in told if "group" in one["facts"]]
    assert groups and all(key in (None, "it") for pair in groups for key in pair)  # keys, as everywhere in the API
    first = call("GET", f"tickets/{ticket.number}/history?limit=1").json()
    rest = items(call("GET", f"tickets/{ticket.number}/history?limit=200&cursor={first['next']}"))
    assert first["items"] + rest == told
    assert caller(desk.tom)("GET", f"tickets/{ticket.number}/history").status_code == 403
    assert caller(desk.zeynep)("GET", f"tickets/{ticket.number}/history").status_code == 404


def test_each_decision_about_a_ticket_names_its_table_its_rows_and_who_could_have_it(desk, caller):
    ticket = desk.ticket()
    told = {one["kind"]: one for one in items(caller(desk.jonas)("GET", f"tickets/{ticket.number}/decisions"))}
    assert told["priority"]["table"]["key"] == "priority" and told["priority"]["table"]["rows"]
    assert told["priority"]["inputs"] and told["priority"]["outcome"]
    assert {"route", "promise"} & told.keys()
    assert caller(desk.tom)("GET", f"tickets/{ticket.number}/decisions").status_code == 403


def test_of_leave_a_colleague_reads_that_somebody_was_away_and_their_lead_what_it_was(desk, caller):
    desk.it.strategy = "least_load"
    desk.it.save()
    at = now()
    absences.record_absence(
        desk.jonas, "sick", starts_at=at - timedelta(days=1), ends_at=at + timedelta(days=1), by=desk.ayse, at=at
    )
    ticket = desk.ticket(at=at)
    assert Trace.objects.filter(subject=ticket.pk).exists()
    path = f"tickets/{ticket.number}/decisions"

    def said(person):
        routes = [one for one in items(caller(person)("GET", path)) if one["kind"] == "route"]
        return [one["why"] for one in routes[0]["left_out"] if one["person"] == desk.jonas.pk]

    assert said(desk.ayse) == ["sick"]
    assert said(desk.jonas) == ["away"]


def test_what_was_owed_at_an_instant_of_the_past_is_told_with_its_rule(desk, caller):
    ticket = desk.ticket(at=monday(9))
    call, path = caller(desk.jonas), f"tickets/{ticket.number}/promises"
    then = {one["target"]: one for one in items(call("GET", f"{path}?on=2026-11-23T09:00:30Z"))}
    assert then["resolution"]["minutes"] > 0 and then["resolution"]["state"] == "counting"
    assert then["resolution"]["table"]["rows"] and then["resolution"]["calendar"] == "Weekdays"
    assert items(call("GET", f"{path}?on=2020-01-01T00:00:00Z")) == []
    for amiss in ("5", "7324-01-01T00:00:00Z", "0001-01-01T00:00:00Z"):
        assert call("GET", f"{path}?on={amiss}").status_code == 422, amiss
    assert caller(desk.tom)("GET", path).status_code == 403


def test_the_search_finds_what_was_said_by_number_and_by_person_for_who_may_read_it(desk, caller):
    ticket = desk.ticket(subject="Toner is empty", said=Said(text="The toner of the printer ran out."))
    conversation.note(ticket, Said(text="The cartridge came from Helsinki."), by=desk.jonas, at=monday(10))
    call = caller(desk.jonas)
    (found,) = items(call("GET", "search?q=helsinki"))
    assert (found["ticket"], found["how"]) == (ticket.number, "message") and "Helsinki" in found["text"]
    assert items(call("GET", f"search?q={ticket.number}"))[0]["how"] == "number"
    assert "person" in {one["how"] for one in items(call("GET", "search?q=Whitfield"))}
    assert items(caller(desk.zeynep)("GET", "search?q=helsinki")) == []
    assert caller(desk.tom)("GET", "search?q=helsinki").status_code == 403
    assert call("GET", "search?q=a").status_code == 422
    assert call("GET", "search?q=toner&nothing=1").status_code == 422
    assert call("GET", "search?q=toner&cursor=none").status_code == 400


def test_a_search_pages_to_older_tickets_without_a_gap_or_a_repeat(desk, caller):
    made = {desk.ticket(subject=f"Scanner {n}", said=Said(text="The scanner jams.")).number for n in range(25)}
    call, cursor, found = caller(desk.jonas), "", []
    for _page in range(5):
        answer = call("GET", f"search?q=scanner&cursor={cursor}").json()
        found += [one["ticket"] for one in answer["items"]]
        cursor = answer["next"]
        if not cursor:
            break
    assert len(found) == len(set(found)) == 25 and set(found) == made


def test_tickets_that_speak_of_the_same_are_listed_beside_one(desk, caller):
    one = desk.ticket(subject="Docking station flickers", said=Said(text="The docking station flickers."))
    other = desk.ticket(subject="Docking station black", said=Said(text="My docking station stays black."))
    (found,) = items(caller(desk.jonas)("GET", f"tickets/{one.number}/similar"))
    assert (found["ticket"], found["shared"]) == (other.number, 2)
    assert caller(desk.tom)("GET", f"tickets/{one.number}/similar").status_code == 403


def test_the_lists_hold_what_they_count_in_the_order_of_their_turn(desk, caller):
    tickets = [desk.ticket(at=monday(9, minute), subject=f"No. {minute}") for minute in (0, 5, 10)]
    call = caller(desk.jonas)
    counts = {one["name"]: one["count"] for one in items(call("GET", "lists"))}
    assert counts["all"] == len(items(call("GET", "lists/all/tickets"))) == 3
    assert [one["number"] for one in items(call("GET", "lists/all/tickets?sort=-number"))] == [
        one.number for one in reversed(tickets)
    ]
    for sort in ("", "-number", "opened"):
        first = call("GET", f"lists/all/tickets?limit=2&sort={sort}").json()
        rest = call("GET", f"lists/all/tickets?limit=2&sort={sort}&cursor={first['next']}").json()
        assert len({one["number"] for one in first["items"] + rest["items"]}) == 3 and rest["next"] is None
    assert call("GET", "lists/all/tickets?cursor=n5_5").status_code == 422
    assert call("GET", "lists/nothing/tickets").status_code == 422
    assert items(caller(desk.zeynep)("GET", "lists/all/tickets")) == []
    assert caller(desk.tom)("GET", "lists").status_code == 403


def test_a_view_is_kept_shared_counted_and_read_by_each_as_their_rights_go(desk, caller):
    ticket = desk.ticket()
    lead, agent, other = caller(desk.ayse), caller(desk.jonas), caller(desk.zeynep)
    wanted = {"group": ["it", None], "category": ["network"], "priority": ["low", "medium", "high", "critical"]}
    made = lead("POST", "views", {"name": "Network", "list": "all", "filters": wanted, "group": "it"})
    assert made.status_code == 201, made.content
    shown = made.json()
    assert {name: shown["filters"][name] for name in wanted} == wanted and shown["owner"] == desk.ayse.pk
    path = f"views/{shown['id']}"
    assert [one["number"] for one in items(agent("GET", f"{path}/tickets"))] == [ticket.number]
    assert items(agent("GET", "views/counts")) == [{"id": shown["id"], "name": "Network", "count": 1, "more": False}]
    read = agent("GET", path)
    assert agent("PUT", path, {"name": "Mine", "list": "all"}, **{"If-Match": read["ETag"]}).status_code == 403
    assert agent("DELETE", path).status_code == 403
    assert other("GET", path).status_code == 404 and other("GET", f"{path}/tickets").status_code == 404
    assert lead("POST", "views", {"name": "Network", "list": "all"}).status_code == 409
    assert lead("POST", "views", {"name": "Theirs", "list": "all", "group": "hr"}).status_code == 403
    for amiss in ({"category": ["nothing"]}, {"priority": ["huge"]}, {"nobody": [1]}, {"since": "soon"}):
        assert lead("POST", "views", {"name": "Amiss", "list": "all", "filters": amiss}).status_code == 422
    assert lead("PUT", path, {"name": "Net", "list": "mine"}).status_code == 428
    changed = lead("PUT", path, {"name": "Net", "list": "mine"}, **{"If-Match": read["ETag"]})
    assert changed.status_code == 200 and SavedView.objects.get().filters == {}
    assert agent("GET", path).status_code == 404
    assert lead("DELETE", path).status_code == 204 and not SavedView.objects.exists()


def test_a_view_of_any_list_of_the_desk_is_kept_and_read(desk, caller):
    call = caller(desk.jonas)
    for scope in queues.SCOPES:
        given = {"name": scope, "list": scope, "filters": {"hour": [9, 10]}}
        made = call("POST", "views", given)
        assert made.status_code == 201 and made.json()["filters"]["hour"] == [9, 10], made.content
        assert call("GET", f"views/{made.json()['id']}/tickets").status_code == 200, scope
    for amiss in ({"list": "nothing"}, {"list": "all", "filters": {"hour": [24]}}):
        assert call("POST", "views", {"name": "Amiss", **amiss}).status_code == 422


def test_boards_tell_what_one_has_and_the_tiles_that_one_has_chosen(desk, caller):
    desk.ticket(at=now())
    call = caller(desk.jonas)
    assert {one["name"] for one in call("GET", "boards/mine").json()["work"]} >= {"all", "risk", "broken"}
    board = call("GET", "boards/figures")
    assert board.status_code == 200, board.content
    assert [one["name"] for one in board.json()["tiles"]] == ["now", "period", "trend", "ages"]
    (standing, *_others) = board.json()["tiles"]
    assert {one["name"]: one["value"] for one in standing["numbers"]}["open"] == 1
    assert call("PUT", "boards/tiles", {"tiles": ["ages", "now"]}).json() == {"tiles": ["ages", "now"]}
    assert [one["name"] for one in call("GET", "boards/figures?period=week").json()["tiles"]] == ["ages", "now"]
    assert call("PUT", "boards/tiles", {"tiles": ["nothing"]}).status_code == 422
    assert call("PUT", "boards/tiles/agent", {"tiles": ["now"]}).status_code == 403
    assert caller(desk.ayse)("PUT", "boards/tiles/agent", {"tiles": ["now"]}).status_code == 200
    assert call("DELETE", "boards/tiles").status_code == 204
    assert call("GET", "boards/tiles").json() == {"tiles": ["now"]}
    for amiss in ("since=soon", "channel=pigeon", "since=2026-11-20&until=2026-11-01", "nothing=1"):
        assert call("GET", f"boards/figures?{amiss}").status_code == 422, amiss
    assert caller(desk.tom)("GET", "boards/mine").status_code == 403


def test_the_board_of_the_day_is_told_as_the_page_shows_it(desk, caller):
    ticket = assigning.assign(desk.ticket(at=now()), group=desk.it, agent=desk.jonas, by=desk.ada, at=now())
    desk.ticket(at=now(), category="payroll")
    call = caller(desk.jonas)
    told = call("GET", "boards/today")
    assert told.status_code == 200, told.content
    board = told.json()
    assert {one["name"]: one["value"] for one in board["numbers"]}["all"] == 1
    (mine,) = [one for one in board["people"] if one["id"] == desk.jonas.pk]
    assert {one["name"]: one["value"] for one in mine["numbers"]} == {"all": 1, "risk": 0, "broken": 0}
    assert [one["group"] for one in board["groups"]] == ["it"] and sum(one["opened"] for one in board["hours"]) == 1
    assert {one["group"] for one in caller(desk.ada)("GET", "boards/today").json()["groups"]} == {"it", "hr"}
    assert call("GET", f"boards/today?group={desk.it.pk}").json()["groups"] == board["groups"]
    for amiss in (f"group={desk.hr.pk}", "group=99999", "channel=pigeon", "since=2026-11-01"):
        assert call("GET", f"boards/today?{amiss}").status_code == 422, amiss
    assert caller(desk.tom)("GET", "boards/today").status_code == 403
    late = now() - timedelta(hours=1)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=late, warn_at=late, turn_at=late)
    assert call("GET", "boards/today").json()["breaking"] == [ticket.number]


def test_the_morning_letter_is_read_and_its_hour_chosen(desk, caller):
    desk.ticket(at=now() - timedelta(days=1))
    call = caller(desk.ayse)
    told = call("GET", "boards/letter").json()
    assert told["hour"] == letters.HOUR and "Morning letter" in told["title"]
    assert "Opened: 1" in told["parts"][0]["lines"][0]["words"] and told["parts"][0]["lines"][0]["link"]
    assert not Letter.objects.exists(), "reading writes none"
    assert call("PUT", "boards/letter", {"hour": 9}).json() == {"hour": 9}
    assert call("PUT", "boards/letter", {"hour": None}).json() == {"hour": None}
    assert call("PUT", "boards/letter", {"hour": 24}).status_code == 422
    assert caller(desk.tom)("GET", "boards/letter").status_code == 403


def test_who_was_dealt_how_much_is_told_to_the_group_and_of_leave_to_its_lead_alone(desk, caller):
    record_absence(desk.jonas, "sick", starts_at=now() - timedelta(days=1), ends_at=None, by=desk.ayse, at=now())
    for reader, why in ((desk.ayse, "sick"), (desk.jonas, "away")):
        told = caller(reader)("GET", "groups/it/fairness?period=month")
        assert told.status_code == 200, told.content
        whys = {one["person"]: one["left_out"] for one in told.json()["people"]}
        assert (told.json()["period"], whys[desk.jonas.pk]) == ("month", why)
    call = caller(desk.jonas)
    assert call("GET", "groups/it/fairness?starts=2026-11-02").json()["starts"] == "2026-11-02"
    for beyond in ("0001-01-01", "9999-12-31"):
        assert call("GET", f"groups/it/fairness?starts={beyond}").json()["starts"] > "2026"
    assert call("GET", "groups/it/fairness?period=year").status_code == 422
    assert call("GET", "groups/hr/fairness").status_code == 404
    assert caller(desk.tom)("GET", "groups/it/fairness").status_code == 403
