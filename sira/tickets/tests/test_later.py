"""An answer is kept for later: nothing happens before its time, all of it happens then, once."""

from datetime import timedelta

import pytest
from django.db import connection

from sira.notifications.models import OutgoingMail
from sira.people.models import SupportGroup
from sira.plumbing.refusals import NotAllowed
from sira.portal.access import Access
from sira.promises.models import Clock
from sira.tickets import assigning, later, lifecycle, merging, wording
from sira.tickets.later import GoneAlready, NotAhead, NothingToSend
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Message, Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.tickets.refusals import NotReady
from sira.tickets.tests.cast import monday

FILE = Attached("log.txt", 6, b"x" * 32, "text/plain")


@pytest.fixture
def ticket(desk) -> Ticket:
    return desk.ticket()


def kept(desk, ticket, text="Try it now.", *, hour=14, follows="send", files=()) -> LaterAnswer:
    said = Said(text=text, files=files)
    return later.keep(ticket, said, goes_at=monday(hour), follows=follows, by=desk.jonas, at=monday(10))


def now(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def story(ticket) -> list[str]:
    return [one.words for one in wording.tell(ticket.history.order_by("id"))]


class TestItsTime:
    def test_before_it_nothing_is_said_and_the_promise_of_an_answer_runs(self, desk, ticket):
        kept(desk, ticket)
        assert later.send_due(monday(13, 59)) == 0
        assert ticket.messages.count() == 1 and not OutgoingMail.objects.filter(kind="answer").exists()
        assert Clock.objects.get(subject=ticket.pk, target="first_answer").stopped_at is None

    def test_then_it_is_sent_once_with_its_files_and_keeps_the_promise_as_of_then(self, desk, ticket):
        kept(desk, ticket, files=[FILE])
        assert later.send_due(monday(14)) == 1 and later.send_due(monday(14)) == 0
        said = ticket.messages.latest("id")
        assert (said.text, said.author, said.sent_at, said.files.get().name) == (
            "Try it now.", desk.jonas, monday(14), "log.txt",
        )  # fmt: skip
        assert OutgoingMail.objects.filter(kind="answer", message=said.pk).count() == 1
        assert Clock.objects.get(subject=ticket.pk, target="first_answer").stopped_at == monday(14)
        assert now(ticket).agent == desk.jonas

    def test_what_follows_is_done_with_it(self, desk, ticket):
        kept(desk, ticket, follows="waiting")
        later.send_due(monday(14))
        assert now(ticket).status == "waiting"
        kept(desk, desk.ticket(), "Renewed it.", follows="resolve", hour=15)
        later.send_due(monday(15))
        assert Ticket.objects.latest("id").resolution == "Renewed it."

    def test_the_worker_is_told_when_the_next_one_is_due(self, desk, ticket):
        kept(desk, ticket)
        with connection.cursor() as cursor:
            cursor.execute(later.DUE[0])
            assert cursor.fetchone()[0] == monday(14)

    def test_the_requester_does_not_see_it_before(self, desk, ticket):
        kept(desk, ticket)
        assert [one.text for one in Access(desk.tom, ticket).messages] == ["It drops every few minutes."]


class TestChanging:
    def test_words_and_time_can_be_changed_until_it_has_left(self, desk, ticket):
        row = later.change(kept(desk, ticket), text="Rather now?", goes_at=monday(16), by=desk.ayse, at=monday(11))
        assert later.send_due(monday(15)) == 0 and later.send_due(monday(16)) == 1
        assert ticket.messages.latest("id").text == "Rather now?"
        with pytest.raises(GoneAlready):
            later.change(row, text="Too late", goes_at=monday(17), by=desk.jonas, at=monday(16))

    def test_changed_words_go_out_in_the_name_of_who_wrote_them_and_the_history_says_both(self, desk, ticket):
        row = kept(desk, ticket)
        first = row.author
        later.change(row, text="Rather now?", goes_at=monday(16), by=desk.ayse, at=monday(11))
        later.send_due(monday(16))
        assert ticket.messages.latest("id").author == desk.ayse != first
        told = ticket.history.filter(fact__kind="later").order_by("pk").values_list("by", "fact__facts__how")
        assert list(told)[:2] == [(first.pk, "kept"), (desk.ayse.pk, "changed")]

    def test_another_time_alone_leaves_its_author(self, desk, ticket):
        row = kept(desk, ticket)
        later.change(row, text=row.text, goes_at=monday(16), by=desk.ayse, at=monday(11))
        row.refresh_from_db()
        assert row.author == desk.jonas

    def test_what_needs_no_words_can_be_moved_without_any(self, desk, ticket):
        row = kept(desk, ticket)
        type(row).objects.filter(pk=row.pk).update(text="", follows="macro")
        later.change(row, text="", goes_at=monday(16), by=desk.ayse, at=monday(11))
        row.refresh_from_db()
        assert row.goes_at == monday(16)

    def test_it_is_called_off_and_its_words_come_back(self, desk, ticket):
        row = kept(desk, ticket, files=[FILE])
        taken = later.call_off(row, by=desk.jonas, at=monday(11))
        assert (taken.text, taken.files[0].name) == ("Try it now.", "log.txt")
        assert later.send_due(monday(14)) == 0
        with pytest.raises(GoneAlready):
            later.call_off(row, by=desk.jonas, at=monday(11))

    def test_it_is_sent_at_once_after_all(self, desk, ticket):
        later.send_now(kept(desk, ticket), by=desk.jonas, at=monday(11))
        assert ticket.messages.latest("id").sent_at == monday(11) and not LaterAnswer.objects.exists()

    def test_the_history_tells_of_it(self, desk, ticket):
        row = kept(desk, ticket)
        later.change(row, text="x", goes_at=monday(16), by=desk.ayse, at=monday(11))
        later.call_off(row, by=desk.jonas, at=monday(12))
        told = story(ticket)[-3:]
        assert told[0].startswith("Jonas Weber: an answer is kept for") and "15:00" in told[0]  # Berlin
        assert told[1].startswith("Ayşe Demir: the kept answer goes out") and told[2].endswith("is called off")


class TestRefusals:
    def test_a_time_that_has_passed_and_an_empty_answer(self, desk, ticket):
        with pytest.raises(NotAhead):
            kept(desk, ticket, hour=9)
        with pytest.raises(NothingToSend):
            kept(desk, ticket, " ")

    def test_only_who_works_on_the_ticket_keeps_changes_or_calls_off(self, desk):
        ticket = desk.ticket(group=desk.it)
        row = kept(desk, ticket)
        for act in (
            lambda: later.keep(ticket, Said(text="x"), goes_at=monday(15), by=desk.zeynep, at=monday(10)),
            lambda: later.change(row, text="x", goes_at=monday(15), by=desk.zeynep, at=monday(10)),
            lambda: later.call_off(row, by=desk.zeynep, at=monday(10)),
            lambda: later.send_now(row, by=desk.zeynep, at=monday(10)),
        ):
            with pytest.raises(NotAllowed):
                act()

    def test_what_the_gate_would_refuse_now_is_refused_now_and_leaves_nothing(self, desk, ticket):
        ticket.type.mandatory_fields = ["service"]
        ticket.type.save()
        with pytest.raises(NotReady):
            kept(desk, ticket, follows="resolve")
        assert not LaterAnswer.objects.exists() and ticket.messages.count() == 1

    def test_what_is_refused_at_its_time_waits_for_a_hand_and_the_author_hears(self, desk, ticket):
        row = kept(desk, ticket, follows="resolve")
        lifecycle.resolve(now(ticket), by=desk.ayse, resolution="Done already.", at=monday(12))
        said = ticket.messages.count()
        assert later.send_due(monday(14)) == 1 and later.send_due(monday(15)) == 0
        row.refresh_from_db()
        assert row.refusal and ticket.messages.count() == said
        mail = OutgoingMail.objects.get(kind="not_sent")
        assert mail.person == desk.jonas and "Try it now." in mail.placeholders["text"]
        later.change(row, text="It works?", goes_at=monday(16), by=desk.jonas, at=monday(15))
        row.refresh_from_db()
        assert row.refusal == ""

    def test_a_right_that_was_lost_and_a_ticket_that_was_merged_refuse_it(self, desk):
        ticket = desk.ticket(group=desk.it)
        row = kept(desk, ticket)
        assigning.assign(now(ticket), group=desk.hr, agent=None, by=desk.ada, at=monday(11))
        later.send_due(monday(14))
        row.refresh_from_db()
        assert row.refusal and not Message.objects.filter(text="Try it now.").exists()
        other, target = desk.ticket(), desk.ticket()
        merged = kept(desk, other)
        merging.merge(other, target, by=desk.ada, at=monday(11))
        later.send_due(monday(14))
        merged.refresh_from_db()
        assert "merged" in merged.refusal

    def test_one_that_an_error_stops_holds_up_no_other(self, desk, ticket, monkeypatch):
        monkeypatch.setitem(later.FOLLOWS, "macro", lambda due: SupportGroup.objects.get(key="gone since"))
        row = LaterAnswer.objects.create(
            ticket=ticket, author=desk.jonas, text="x", follows="macro", kept_at=monday(10), goes_at=monday(11)
        )
        kept(desk, ticket)
        assert later.send_due(monday(14)) == 2
        row.refresh_from_db()
        assert "no longer there" in row.refusal and ticket.messages.latest("id").text == "Try it now."
        assert OutgoingMail.objects.get(kind="not_sent").person == desk.jonas


def test_a_wait_of_seconds_is_not_told_in_the_history(desk, ticket):
    before = len(story(ticket))
    row = later.keep(ticket, Said(text="x"), goes_at=monday(10) + timedelta(seconds=10), by=desk.jonas, at=monday(10))
    later.call_off(row, by=desk.jonas, at=monday(10))
    assert len(story(ticket)) == before
