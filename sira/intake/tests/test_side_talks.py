"""A third party is asked on the side: their answers are notes, whatever they do and whoever they are."""

import pytest

from sira.intake.incoming import Incoming, Sender, Threads
from sira.intake.receiving import receive
from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.portal.access import Access
from sira.tickets import assigning, merging, side_talks
from sira.tickets.messages import Said
from sira.tickets.models import Message, Ticket
from sira.tickets.models_aside import SideTalk
from sira.tickets.side_talks import NoAddress, NothingAsked, TakesPart
from sira.tickets.tests.cast import a_person, monday

SUPPLIER = "sam@desk.example"


@pytest.fixture
def ticket(desk) -> Ticket:
    ticket = desk.ticket(group=desk.it)
    return assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.jonas, at=monday(9))


@pytest.fixture
def talk(desk, ticket) -> SideTalk:
    sam, said = a_person("Sam Supplier"), Said(text="Is the line down?")
    return side_talks.begin(ticket, to=sam, subject="Line 14", said=said, by=desk.jonas, at=monday(10))


def mail() -> OutgoingMail:
    return OutgoingMail.objects.filter(kind="side").latest("id")


def reply(text="Yes, until noon.", sender=SUPPLIER, *, address="", subject="Re: Line 14", **more):
    incoming = Incoming(
        channel="mail", key=f"{sender} {text}", subject=subject, sender=Sender(sender), said=Said(text=text),
        threads=Threads(addressed=[address or writing.reply_address(mail(), None)]), **more,
    )  # fmt: skip
    return receive(incoming, at=monday(11))


class TestAsking:
    def test_the_mail_tells_nothing_of_what_the_requester_wrote(self, desk, ticket, talk):
        subject, text, html = writing.texts(mail(), None)
        assert subject == f"Line 14 [{ticket.number}]" and "Is the line down?" in text
        for told in (subject, text, html):
            assert "VPN" not in told and "drops" not in told and "Tom" not in told
        assert mail().to == SUPPLIER and writing.sender_name(mail(), None).startswith("Jonas Weber")

    def test_it_stands_among_the_desk_s_notes(self, desk, ticket, talk):
        note = ticket.messages.latest("id")
        assert note.is_internal and note.recipients == {"side": ["Sam Supplier"]}
        assert not Access(desk.tom, ticket).messages.filter(pk=note.pk).exists()

    def test_who_takes_part_already_is_answered_there(self, desk, ticket):
        with pytest.raises(TakesPart):
            side_talks.begin(ticket, to=desk.tom, subject="", said=Said(text="x"), by=desk.jonas, at=monday(10))

    def test_refusals(self, desk, ticket):
        nobody = Person.objects.create(name="No Mail", role="requester", created_at=monday(8))
        with pytest.raises(NoAddress):
            side_talks.begin(ticket, to=nobody, subject="", said=Said(text="x"), by=desk.jonas, at=monday(10))
        with pytest.raises(NothingAsked):
            side_talks.begin(ticket, to=desk.hannah, subject="", said=Said(text=" "), by=desk.jonas, at=monday(10))
        with pytest.raises(NotAllowed):
            side_talks.begin(ticket, to=desk.hannah, subject="", said=Said(text="x"), by=desk.zeynep, at=monday(10))
        assert not SideTalk.objects.exists()


class TestAnswers:
    def test_an_answer_comes_back_as_a_note_and_the_agent_hears(self, desk, ticket, talk):
        receipt = reply()
        assert receipt.ticket == ticket and not receipt.opened
        assert receipt.message.is_internal and receipt.message.side.talk == talk
        assert OutgoingMail.objects.get(kind="side_heard").person == desk.jonas
        assert not Access(desk.tom, ticket).messages.filter(pk=receipt.message.pk).exists()
        assert not OutgoingMail.objects.filter(kind="acknowledgement", to=SUPPLIER).exists()

    def test_a_colleague_there_who_was_sent_the_mail_on_may_answer_it(self, desk, ticket, talk):
        receipt = reply(sender="night@supplier.example")
        assert receipt.message.is_internal and receipt.message.side.talk == talk

    def test_even_an_agent_who_was_asked_on_the_side_answers_there(self, desk, ticket):
        side_talks.begin(ticket, to=desk.ayse, subject="x", said=Said(text="?"), by=desk.jonas, at=monday(10))
        assert reply(sender=desk.ayse.email).message.is_internal

    def test_without_the_key_the_number_in_the_subject_leads_there_for_who_was_asked_and_for_nobody_else(
        self, desk, ticket, talk
    ):
        subject = f"Line 14 [{ticket.number}]"
        assert reply(address="help@desk.example", subject=subject).message.side.talk == talk
        stranger = reply(sender="mallory@evil.example", address="help@desk.example", subject=subject)
        assert stranger.opened and stranger.ticket != ticket

    def test_it_ends_no_wait_and_reopens_nothing(self, desk, ticket, talk):
        Ticket.objects.filter(pk=ticket.pk).update(status="waiting")
        reply()
        assert Ticket.objects.get(pk=ticket.pk).status == "waiting"

    def test_it_follows_a_ticket_that_was_merged(self, desk, ticket, talk):
        target = desk.ticket()
        merging.merge(ticket, target, by=desk.ada, at=monday(10))
        assert reply().ticket == target

    def test_the_desk_goes_on_with_it_where_the_ticket_was_merged_into(self, desk, ticket, talk):
        target = desk.ticket()
        merging.merge(ticket, target, by=desk.ada, at=monday(10))
        Message.objects.filter(pk=reply().message.pk).update(message_id="yes@supplier.example")
        (there,) = side_talks.of_ticket(target)
        assert side_talks.write(there, Said(text="Thanks."), by=desk.jonas, at=monday(12)).ticket == target
        assert mail().subject == target.pk and mail().placeholders["number"] == target.number
        by_hand = reply("Later?", address="help@desk.example", subject=f"Line 14 [{target.number}]")
        assert by_hand.message.side.talk == talk

    def test_another_mail_goes_on_in_the_same_thread(self, desk, ticket, talk):
        Message.objects.filter(pk=reply().message.pk).update(message_id="yes@supplier.example")
        side_talks.write(talk, Said(text="And tomorrow?"), by=desk.ayse, at=monday(12))
        assert mail().placeholders["in_reply_to"] == "<yes@supplier.example>"
        with pytest.raises(NotAllowed):
            side_talks.write(talk, Said(text="x"), by=desk.zeynep, at=monday(12))
