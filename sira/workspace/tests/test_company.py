"""Colleagues at a ticket see each other, and hear when a note names them."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people.tests.cast import an_agent
from sira.tickets import mentions
from sira.workspace.models import Looking
from sira.workspace.views.company import ASKED


def looks(client, ticket, **given) -> str:
    return client.post(f"{ticket.get_absolute_url()}looking/", given).content.decode()


def notes(client, ticket, text):
    return client.post(f"{ticket.get_absolute_url()}answer/", {"kind": "note", "text": text}, follow=True)


@pytest.fixture
def ayse(desk, sign_in):
    return sign_in(desk.ayse)


def test_who_has_the_same_ticket_open_is_shown_reading_or_writing(desk, jonas, ayse):
    ticket = desk.ticket()
    assert looks(jonas, ticket).strip() == ""
    assert "Jonas Weber is reading" in looks(ayse, ticket)
    looks(jonas, ticket, writes="yes")
    assert "Jonas Weber is writing" in ayse.get(f"{ticket.get_absolute_url()}looking/").content.decode()


def test_who_has_left_or_said_nothing_for_a_minute_is_gone(desk, jonas, ayse):
    ticket = desk.ticket()
    looks(jonas, ticket)
    jonas.post(f"{ticket.get_absolute_url()}leave/")
    assert "Jonas" not in looks(ayse, ticket)
    looks(jonas, ticket)
    Looking.objects.filter(person=desk.jonas).update(seen_at=now() - timedelta(minutes=2))
    assert "Jonas" not in looks(ayse, ticket)


def test_of_a_ticket_of_others_nobody_says_who_looks(desk, sign_in):
    assert sign_in(desk.zeynep).post(f"{desk.ticket().get_absolute_url()}looking/").status_code == 404


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Jonas Weber, look", ["Jonas Weber"]),
        ("ask @ayşe demir and @jonas@desk.example", ["Ayşe Demir", "Jonas Weber"]),
        ("mail to help@jonas weber", []),
        ("Jonas Weber", []),
        ("@Jonas Weberling", []),
    ],
)
def test_names_behind_an_at_are_found_in_any_case(desk, text, named):
    assert sorted(map(str, mentions.named_in(text, [desk.jonas, desk.ayse]))) == named


def test_a_colleague_named_in_a_note_is_told_once_by_mail_and_among_the_notices(desk, jonas, ayse):
    ticket = desk.ticket(subject="VPN drops")
    answer = notes(jonas, ticket, "@Ayşe Demir, the gateway again? @Ayşe Demir?")
    assert "Ayşe Demir will hear of it." in answer.content.decode()
    mail = OutgoingMail.objects.get(kind="mentioned")
    assert mail.to == desk.ayse.email and "the gateway again?" in writing.write(mail).text
    assert '<span class="count">1</span>' in ayse.get("/desk/find/").content.decode()
    page = ayse.get("/notices/").content.decode()
    assert "VPN drops" in page and "the gateway again?" in page
    assert '<span class="count">1</span>' not in ayse.get("/desk/find/").content.decode()


def test_who_may_not_read_the_note_is_not_told_and_the_writer_learns_it(desk, jonas):
    answer = notes(jonas, desk.ticket(), "@Zeynep Kaya, is this yours?")
    assert "Not told, since the ticket is not theirs to read: Zeynep Kaya." in answer.content.decode()
    assert not OutgoingMail.objects.filter(kind="mentioned").exists()


def test_an_answer_names_nobody(desk, jonas):
    ticket = desk.ticket()
    jonas.post(f"{ticket.get_absolute_url()}answer/", {"kind": "answer", "text": "@Ayşe Demir will call you."})
    assert not OutgoingMail.objects.filter(kind="mentioned").exists()


def test_colleagues_are_offered_by_the_beginning_of_their_name(desk, jonas):
    assert jonas.get("/desk/colleagues/?q=ay").json() == [{"name": "Ayşe Demir", "more": ""}]
    assert jonas.get("/desk/colleagues/?q=hann").json() == []


def test_in_a_ticket_only_colleagues_who_may_read_it_are_offered(desk, jonas):
    way = f"/desk/colleagues/?ticket={desk.ticket().number}&q="
    assert [one["name"] for one in jonas.get(f"{way}ay").json()] == ["Ayşe Demir"]
    assert jonas.get(f"{way}zey").json() == []
    assert jonas.get("/desk/colleagues/?q=zey").json() != []


def test_colleagues_of_the_group_are_found_among_many_of_such_names(desk, jonas):
    for number in range(ASKED):
        an_agent(f"Aya {number:02}")
    ticket = desk.ticket()
    assert [one["name"] for one in jonas.get(f"/desk/colleagues/?ticket={ticket.number}&q=ay").json()] == ["Ayşe Demir"]


def test_the_composer_asks_for_colleagues_of_its_ticket(desk, jonas):
    ticket = desk.ticket()
    assert f'src="/desk/colleagues/?ticket={ticket.number}"' in jonas.get(ticket.get_absolute_url()).content.decode()
