"""Oneself by program: details, wishes, notices; and what became of mails and webhooks."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from sira.api import pace, webhooks
from sira.api.models import Delivery
from sira.channels.email.models import BrokenMail
from sira.notifications.models import OutgoingMail, Wish
from sira.tickets import assigning, later
from sira.tickets.messages import Said
from sira.tickets.models import Message

ANY = {"If-Match": "*"}


@pytest.fixture(autouse=True)
def fresh_pace():
    pace._counted.clear()


def test_everybody_reads_and_changes_their_own_details(desk, caller):
    call = caller(desk.jonas)
    read = call("GET", "profile")
    assert read.json()["mail"] == "jonas@desk.example" and read.json()["rights"] == ["work"]
    changes = {"language": "tr", "theme": "dark", "signature": "Jonas, IT"}
    assert call("PATCH", "profile", changes).status_code == 428
    changed = call("PATCH", "profile", changes, **{"If-Match": read["ETag"]})
    assert changed.status_code == 200 and changed.json().items() >= changes.items()
    assert call("PATCH", "profile", changes, **{"If-Match": read["ETag"]}).status_code == 412
    for amiss in ({"time_zone": "Nowhere"}, {"name": ""}, {"theme": "pink"}, {"role": "administrator"}):
        assert call("PATCH", "profile", amiss, **ANY).status_code == 422, amiss
    assert caller(desk.tom)("GET", "profile").json()["rights"] == []


def test_everybody_says_how_they_are_told(desk, caller):
    call, way = caller(desk.jonas), "profile/notifications"
    read = call("GET", way)
    assert read.json()["chosen"] is False and "assigned" in read.json()["ways"]
    wanted = {"ways": {"assigned": ["page", "digest"]}, "every": "hour", "quiet": "work"}
    assert call("PUT", way, wanted).status_code == 428
    kept = call("PUT", way, wanted, **{"If-Match": read["ETag"]})
    assert kept.status_code == 200, kept.content
    assert kept.json()["chosen"] and kept.json()["ways"]["assigned"] == ["page", "digest"]
    assert kept.json()["ways"]["heard"] == read.json()["ways"]["heard"]
    assert call("PUT", way, wanted, **{"If-Match": read["ETag"]}).status_code == 412
    for amiss in ({"ways": {"assigned": ["mail", "digest"]}}, {"ways": {"nothing": []}}, {"quiet_from": 24}):
        assert call("PUT", way, wanted | amiss, **ANY).status_code == 422, amiss
    asks = caller(desk.tom)
    assert asks("PUT", way, {"ways": {"assigned": ["page"]}}, **ANY).status_code == 422
    assert asks("PUT", way, {"ways": {"answer": ["page"]}}, **ANY).status_code == 422  # its mail is the conversation
    assert asks("PUT", way, {"quiet": "work"}, **ANY).status_code == 422
    assert asks("PUT", way, {"ways": {"answer": ["page", "mail"]}}, **ANY).status_code == 200
    assert call("DELETE", way).status_code == 204
    assert Wish.objects.filter(person=desk.jonas).count() == 0 and Wish.objects.count() == 1


def test_a_lead_says_how_the_members_are_told_who_chose_nothing(desk, caller):
    lead, way = caller(desk.ayse), "groups/it/notifications"
    read = lead("GET", way)
    wanted = {"ways": {"assigned": ["page"]}}
    assert lead("PUT", way, wanted, **{"If-Match": read["ETag"]}).json()["chosen"] is True
    assert lead("PUT", way, wanted, **{"If-Match": read["ETag"]}).status_code == 412
    of_member = caller(desk.jonas)("GET", "profile/notifications").json()
    assert of_member["ways"]["assigned"] == ["page"] and of_member["chosen"] is False
    for one in (desk.jonas, desk.zeynep, desk.tom):
        assert caller(one)("GET", way).status_code == 403
        assert caller(one)("PUT", way, wanted, **ANY).status_code == 403
        assert caller(one)("DELETE", way).status_code == 403
    assert lead("DELETE", way).status_code == 204 and not Wish.objects.exists()


def test_notices_are_ones_own_and_seen_when_one_says_so(desk, caller):
    for number in range(3):
        ticket = desk.ticket(at=now(), subject=f"No. {number}")
        assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ayse, at=now())
    call = caller(desk.jonas)
    told = call("GET", "notices").json()["items"]
    assert [one["subject"] for one in told] == ["No. 2", "No. 1", "No. 0"]
    assert {(one["kind"], one["seen"]) for one in told} == {("assigned", False)}
    first = call("GET", "notices?limit=2").json()
    assert call("GET", f"notices?limit=2&cursor={first['next']}").json() == {"items": told[2:], "next": None}
    assert call("PUT", f"notices/{told[1]['id']}/seen").status_code == 204
    assert caller(desk.zeynep)("PUT", f"notices/{told[0]['id']}/seen").status_code == 404
    assert [one["seen"] for one in call("GET", "notices").json()["items"]] == [False, True, False]
    assert call("PUT", "notices/seen").status_code == 204
    assert all(one["seen"] for one in call("GET", "notices").json()["items"])
    assert caller(desk.zeynep)("GET", "notices").json()["items"] == []


def test_an_answer_that_is_held_can_be_taken_back_by_who_wrote_it_and_another_can_not(desk, caller):
    ticket = desk.ticket(at=now())
    call, path = caller(desk.jonas), f"tickets/{ticket.number}/messages"
    held = call("POST", path, {"text": "Try again.", "held": True})
    assert held.status_code == 201 and held.json()["channel"] == "api"
    key = held.json()["id"]
    assert key in [one["id"] for one in caller(desk.ayse)("GET", path).json()["items"]]
    assert key not in [one["id"] for one in caller(desk.tom)("GET", path).json()["items"]]
    assert caller(desk.ayse)("DELETE", f"{path}/{key}").status_code == 403
    assert call("DELETE", f"{path}/{key}").status_code == 204
    assert not Message.objects.filter(pk=key).exists() and not OutgoingMail.objects.filter(message=key).exists()
    said = call("POST", path, {"text": "It works."}).json()["id"]
    assert call("DELETE", f"{path}/{said}").status_code == 409
    assert call("POST", path, {"text": "Note", "internal": True, "held": True}).status_code == 422
    assert caller(desk.tom)("POST", path, {"text": "Hello?", "held": True}).status_code == 422


def test_a_kept_answer_is_sent_now_by_who_works_on_the_ticket(desk, caller):
    ticket, at = desk.ticket(at=now()), now()
    kept = later.keep(ticket, Said(text="Done."), goes_at=at + timedelta(days=1), by=desk.jonas, at=at)
    way = f"tickets/{ticket.number}/later/{kept.pk}/sending"
    assert caller(desk.tom)("PUT", way).status_code == 403
    assert caller(desk.zeynep)("PUT", way).status_code == 404
    assert caller(desk.jonas)("PUT", way).status_code == 204
    assert Message.objects.filter(ticket=ticket, text="Done.").exists()
    assert caller(desk.jonas)("PUT", way).status_code == 404


def test_a_mail_that_did_not_arrive_is_sent_again_and_one_that_did_is_not(desk, caller):
    ticket = desk.ticket(at=now())
    call = caller(desk.jonas)
    call("POST", f"tickets/{ticket.number}/messages", {"text": "Try again."})
    path = f"tickets/{ticket.number}/mails"
    mail = call("GET", path).json()["items"][0]
    assert (mail["to"], mail["kind"]) == ("tom@desk.example", "answer")
    again = f"{path}/{mail['id']}/again"
    assert call("PUT", again).status_code == 409
    OutgoingMail.objects.filter(pk=mail["id"]).update(state="refused", next_at=None, answer="550 unknown")
    assert caller(desk.zeynep)("PUT", again).status_code == 404 and caller(desk.tom)("GET", path).status_code == 403
    assert call("PUT", again).status_code == 204
    assert OutgoingMail.objects.get(pk=mail["id"]).state == "queued"
    other = desk.ticket(at=now())
    assert call("PUT", f"tickets/{other.number}/mails/{mail['id']}/again").status_code == 404


def test_mails_that_broke_the_reader_are_listed_and_read_again_by_who_sets_up_mail(desk, caller):
    at = now()
    row = BrokenMail.objects.create(raw=b"\0" * 32, tries=3, why="too deep", came_at=at, tried_at=at)
    call = caller(desk.ada)
    (found,) = call("GET", "unread-mails").json()["items"]
    assert (found["id"], found["why"], found["tries"]) == (row.pk, "too deep", 3)
    assert call("PUT", f"unread-mails/{row.pk}/retry").json() == {"ticket": None}  # its raw text is not there
    row.refresh_from_db()
    assert row.tries == 4
    assert call("PUT", "unread-mails/99999/retry").status_code == 404
    for one in (desk.ayse, desk.tom):
        assert caller(one)("GET", "unread-mails").status_code == 403
        assert caller(one)("PUT", f"unread-mails/{row.pk}/retry").status_code == 403


def test_what_a_webhook_was_told_is_listed_and_told_again(desk, caller):
    at = now()
    hook, _secret = webhooks.make("Out", url="https://hooks.example.org/x", kinds=[], by=desk.ada, at=at)
    ticket = desk.ticket(at=at)
    Delivery.objects.filter(webhook=hook).delete()
    values = {"kind": "opened", "ticket": ticket.pk, "at": at}
    gone = Delivery.objects.create(webhook=hook, entry=1, state="dead", settled_at=at, status=500, **values)
    Delivery.objects.create(webhook=hook, entry=2, state="sent", settled_at=at, status=200, **values)
    call, path = caller(desk.ada), f"webhooks/{hook.pk}/deliveries"
    assert [one["state"] for one in call("GET", path).json()["items"]] == ["sent", "dead"]
    (dead,) = call("GET", f"{path}?state=dead").json()["items"]
    assert (dead["id"], dead["ticket"], dead["status"]) == (gone.pk, ticket.number, 500)
    assert call("GET", f"{path}?state=lost").status_code == 422
    assert caller(desk.ayse)("PUT", f"{path}/{gone.pk}/again").status_code == 403
    assert call("PUT", f"webhooks/99999/deliveries/{gone.pk}/again").status_code == 404
    assert call("PUT", f"{path}/{gone.pk}/again").status_code == 204
    gone.refresh_from_db()
    assert (gone.state, gone.attempts) == ("queued", 0)
