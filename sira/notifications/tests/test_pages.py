"""The bell and one's own settings."""

import pytest
from django.test import Client
from django.utils import timezone

from sira.notifications.models import OutgoingMail, Wish
from sira.tickets import assigning, conversation, unsending
from sira.tickets.messages import Said
from sira.tickets.tests.cast import Desk, monday

SETTINGS = "/profile/notifications/"
HOURS = {
    "every": "day",
    "digest_hour": "8",
    "quiet": "never",
    "quiet_from": "20",
    "quiet_to": "7",
    "quiet_then": "after",
}


@pytest.fixture
def desk(db):
    return Desk()


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def assigned(desk, **ticket):
    found = desk.ticket(**ticket)
    assigning.assign(found, group=desk.it, agent=desk.jonas, by=desk.ayse, at=monday(9))
    return found


def test_the_bell_counts_until_its_page_was_looked_at(desk):
    ticket, jonas = assigned(desk), signed_in(desk.jonas)
    assert '<span class="count">1</span>' in jonas.get("/notices/waiting/").content.decode()
    page = jonas.get("/notices/").content.decode()
    assert ticket.number in page and "You get this because the ticket is assigned to you." in page
    assert '<span class="count"></span>' in jonas.get("/notices/waiting/").content.decode()


def test_a_notice_opens_its_ticket_and_is_seen_by_that(desk):
    ticket, jonas = assigned(desk), signed_in(desk.jonas)
    notice = OutgoingMail.objects.get(kind="assigned")
    assert jonas.get(f"/notices/{notice.pk}/").headers["Location"] == ticket.get_absolute_url()
    notice.refresh_from_db()
    assert notice.unseen is False


def test_a_requester_finds_the_answer_behind_the_bell_and_opens_it_in_the_portal(desk):
    ticket = desk.ticket()
    conversation.answer(ticket, Said(text="Try again."), by=desk.ayse, at=timezone.now())
    tom = signed_in(desk.tom)
    page = tom.get("/notices/").content.decode()
    assert "An answer to your request" in page and "Try again." in page
    notice = OutgoingMail.objects.get(kind="answer")
    assert tom.get(f"/notices/{notice.pk}/").headers["Location"] == f"/portal/requests/{ticket.number}/"


def test_an_answer_that_can_be_taken_back_is_not_behind_the_bell_yet(desk):
    ticket, at = desk.ticket(), timezone.now()
    unsending.answer(ticket, Said(text="Oh, not that."), by=desk.ayse, at=at)
    notice, tom = OutgoingMail.objects.get(kind="answer"), signed_in(desk.tom)
    assert '<span class="count"></span>' in tom.get("/notices/waiting/").content.decode()
    assert "Oh, not that." not in tom.get("/notices/").content.decode()
    assert tom.get(f"/notices/{notice.pk}/").status_code == 404
    OutgoingMail.objects.filter(pk=notice.pk).update(next_at=at)
    assert '<span class="count">1</span>' in tom.get("/notices/waiting/").content.decode()
    assert "Oh, not that." in tom.get("/notices/").content.decode()


def test_nobody_opens_anothers_notice(desk):
    assigned(desk)
    notice = OutgoingMail.objects.get(kind="assigned")
    ada = signed_in(desk.ada)
    assert ada.get(f"/notices/{notice.pk}/").status_code == 404
    assert ada.get(f"/notices/{notice.pk}/said/").status_code == 404


def test_a_ticket_that_one_may_not_read_any_more_is_not_named(desk):
    ticket = assigned(desk, subject="Secret thing")
    assigning.assign(ticket, group=desk.hr, agent=desk.zeynep, by=desk.ada, at=monday(10))
    page = signed_in(desk.jonas).get("/notices/").content.decode()
    assert "A ticket is yours" in page and "Secret thing" not in page


def test_one_chooses_by_kind_and_way_and_finds_it_again(desk):
    jonas = signed_in(desk.jonas)
    jonas.post(SETTINGS, {**HOURS, "assigned-page": "on", "assigned-mail": "digest", "heard-mail": "mail"})
    wish = Wish.objects.get(person=desk.jonas)
    assert wish.ways["assigned"] == ["page", "digest"] and wish.ways["heard"] == ["mail"]
    assert wish.ways["mentioned"] == [] and not wish.lets_promises_through
    page = jonas.get(SETTINGS).content.decode()
    assert '<option value="digest" selected>' in page and "You have chosen this yourself." in page
    jonas.post(SETTINGS, {"back": "1"})
    assert not Wish.objects.exists()


def test_what_cannot_be_is_refused_and_the_rest_stays_as_typed(desk):
    answer = signed_in(desk.jonas).post(SETTINGS, {**HOURS, "digest_hour": "25", "quiet": "work"})
    page = answer.content.decode()
    assert answer.status_code == 422 and not Wish.objects.exists()
    assert '<option value="work" selected>' in page


def test_a_requester_has_the_few_kinds_that_concern_them(desk):
    page = signed_in(desk.tom).get(SETTINGS).content.decode()
    assert "The desk answers me" in page and "A promise is at risk" not in page and "Always" in page
    assert "Outside my working hours" not in page


def test_the_lead_chooses_for_the_group_and_a_member_sees_whose_choice_it_is(desk):
    of_group = f"{SETTINGS}groups/it/"
    assert signed_in(desk.jonas).get(of_group).status_code == 404
    signed_in(desk.ayse).post(of_group, {**HOURS, "assigned-page": "on"})
    assert Wish.objects.get().group == desk.it
    jonas = signed_in(desk.jonas)
    assert f"what the lead of {desk.it.name} has chosen" in jonas.get(SETTINGS).content.decode()
    jonas.post(SETTINGS, {**HOURS, "assigned-page": "on"})
    assert Wish.objects.get(group=desk.it) and Wish.objects.get(person=desk.jonas)


def test_only_who_is_signed_in_has_a_bell(db):
    for path in ("/notices/", "/notices/waiting/", "/notices/1/", SETTINGS):
        assert Client().get(path).status_code == 302
