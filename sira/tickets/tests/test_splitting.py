"""One ticket turns out to be two: messages go on in a ticket of their own, and come back by merging."""

import pytest

from sira.people import recognition
from sira.plumbing.refusals import NotAllowed
from sira.tickets import conversation, linking, merging, search, side_talks, splitting
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Message, Ticket, TicketLink
from sira.tickets.splitting import NotSplittable
from sira.tickets.tests.cast import monday

FILE = Attached("badge.jpg", 6, b"x" * 32, "image/jpeg")


@pytest.fixture
def ticket(desk) -> Ticket:
    return desk.ticket()


def also(desk, ticket, text="And my badge is broken.", by=None, files=()) -> Message:
    return conversation.hear(ticket, Said(text=text, files=files), by=by or desk.tom, channel="mail", at=monday(10))


def parted(desk, ticket, *messages, subject="Badge", by=None) -> Ticket:
    keys = [one.pk for one in messages]
    return splitting.split(ticket, keys, subject=subject, by=by or desk.jonas, at=monday(11))


def texts(ticket) -> list[str]:
    return [one.text for one in ticket.messages.order_by("id")]


def test_the_chosen_messages_with_their_files_become_a_ticket_with_a_process_of_its_own(desk, ticket):
    asked = also(desk, ticket, files=[FILE])
    note = conversation.note(ticket, Said(text="That is for facilities."), by=desk.jonas, at=monday(10, 30))
    fresh = parted(desk, ticket, asked, note)
    assert texts(fresh) == ["And my badge is broken.", "That is for facilities."]
    assert texts(ticket) == ["It drops every few minutes."]
    assert (fresh.subject, fresh.requester, fresh.channel) == ("Badge", desk.tom, "mail")
    assert fresh.instance is not None and fresh.number != ticket.number
    assert fresh.messages.first().files.get().name == "badge.jpg"
    assert fresh.messages.first().pk == asked.pk


def test_it_is_found_by_its_new_subject_s_words(desk, ticket):
    fresh = parted(desk, ticket, also(desk, ticket), subject="Turnstile")
    assert "turnstil" in fresh.messages.first().words


def test_the_old_one_is_found_by_its_subject_also_without_the_message_that_opened_it(desk, ticket):
    also(desk, ticket)
    conversation.note(ticket, Said(text="x"), by=desk.jonas, at=monday(10))
    parted(desk, ticket, ticket.messages.earliest("pk"))
    assert [hit.message.ticket for hit in search.find("vpn badge", desk.jonas).hits] == [ticket]


def test_the_two_are_linked_and_the_old_one_says_where_it_goes_on(desk, ticket):
    fresh = parted(desk, ticket, also(desk, ticket))
    assert TicketLink.objects.get(source=fresh, target=ticket).kind == TicketLink.Kind.SPLIT
    assert ticket.history.latest("id").facts == {"into": fresh.number, "messages": 1}


def test_merging_it_back_undoes_it(desk, ticket):
    fresh = parted(desk, ticket, also(desk, ticket))
    merging.merge(fresh, ticket, by=desk.jonas, at=monday(12))
    assert texts(ticket) == ["It drops every few minutes.", "And my badge is broken."]
    assert Ticket.objects.get(pk=fresh.pk).merged_into == ticket


def test_who_wrote_the_first_of_them_asks_and_the_others_are_on_copy(desk, ticket):
    linking.link(ticket, desk.ticket(), kind="related", by=desk.jonas, at=monday(9))
    conversation.add_participant(ticket, desk.hannah, kind="copy", by=desk.jonas, at=monday(9))
    fresh = parted(desk, ticket, also(desk, ticket, by=desk.hannah), also(desk, ticket, "Mine too."))
    assert fresh.requester == desk.hannah
    assert [one.person for one in fresh.participants.all()] == [desk.tom]


def test_something_must_go_and_something_must_stay(desk, ticket):
    first, note = ticket.messages.get(), conversation.note(ticket, Said(text="x"), by=desk.jonas, at=monday(10))
    for chosen in ([], [note], [first, note]):
        with pytest.raises(NotSplittable):
            parted(desk, ticket, *chosen)
    elsewhere = desk.ticket().messages.get()
    with pytest.raises(NotSplittable):
        parted(desk, ticket, elsewhere)


def test_only_who_works_on_it_may(desk):
    ticket = desk.ticket(group=desk.it)
    asked = also(desk, ticket)
    with pytest.raises(NotAllowed):
        parted(desk, ticket, asked, by=desk.zeynep)
    assert len(texts(ticket)) == 2


def test_a_talk_on_the_side_goes_over_whole_and_its_answers_follow_it(desk, ticket):
    asked = also(desk, ticket)
    carrier = recognition.recognise("noc@carrier.example", name="Carrier", at=monday(10))
    words = {"by": desk.jonas, "at": monday(10)}
    talk = side_talks.begin(ticket, to=carrier, subject="Badges", said=Said(text="Do you print them?"), **words)
    stays = side_talks.begin(ticket, to=carrier, subject="Line", said=Said(text="Is it down?"), **words)
    side_talks.hear(talk, Said(text="Yes."), by=carrier, channel="mail", at=monday(10, 30))
    fresh = parted(desk, ticket, asked, talk.messages.earliest("pk").message)
    assert texts(fresh) == ["And my badge is broken.", "Do you print them?", "Yes."]
    assert texts(ticket) == ["It drops every few minutes.", "Is it down?"]
    assert (side_talks.of_ticket(fresh), side_talks.of_ticket(ticket)) == ([talk], [stays])
    talk.refresh_from_db()
    assert side_talks.hear(talk, Said(text="By Friday."), by=carrier, channel="mail", at=monday(12)).ticket == fresh
