"""Answers, notes, waiting, holding, assigning, editing, linking, merging."""

from datetime import timedelta

import pytest

from sira.notifications.models import OutgoingMail
from sira.plumbing.refusals import NotAllowed
from sira.promises.models import Clock
from sira.tickets import assigning, conversation, editing, linking, merging, tallies, waiting
from sira.tickets.messages import Said
from sira.tickets.models import HistoryEntry, Message, Ticket
from sira.tickets.refusals import AlreadyTaken, ChangedMeanwhile, NotInGroup, NotMergeable, UnknownField
from sira.tickets.tests.cast import Desk, holding, monday


def resolution_clock(ticket: Ticket) -> Clock:
    return Clock.objects.get(subject=ticket.pk, target=Clock.Target.RESOLUTION, stopped_at=None)


def test_the_first_answer_keeps_its_promise_and_goes_out_with_copies(desk: Desk):
    ticket = desk.ticket(copies=[desk.hannah])
    conversation.answer(ticket, Said(text="We look into it."), by=desk.ayse, at=monday(10))
    clock = Clock.objects.get(subject=ticket.pk, target=Clock.Target.FIRST_ANSWER)
    assert clock.stopped_at == monday(10)
    mail = OutgoingMail.objects.get(subject=ticket.pk, kind="answer")
    assert (mail.to, mail.copies) == ("tom@desk.example", ["hannah@desk.example"])
    ticket.refresh_from_db()
    assert (ticket.stage, ticket.agent) == ("in_work", desk.ayse)


def test_who_works_by_a_made_role_has_what_they_answer(desk: Desk):
    helper = holding(desk.hannah, "work", by=desk.ada, group=desk.it)
    ticket = desk.ticket()
    conversation.answer(ticket, Said(text="We look into it."), by=helper, at=monday(10))
    ticket.refresh_from_db()
    assert (ticket.stage, ticket.agent) == ("in_work", helper)


def test_a_note_goes_to_nobody_outside(desk: Desk):
    ticket = desk.ticket()
    before = OutgoingMail.objects.count()
    conversation.note(ticket, Said(text="Impatient man."), by=desk.ayse, at=monday(10))
    assert OutgoingMail.objects.count() == before
    assert not Message.objects.visible_to(desk.tom).filter(text="Impatient man.").exists()


def test_while_the_requester_is_waited_for_the_clock_stands_still(desk: Desk):
    ticket = desk.ticket(impact=Ticket.Level.MEDIUM, urgency=Ticket.Level.HIGH)
    due = resolution_clock(ticket).due_at
    waiting.wait_for_requester(ticket, by=desk.ayse, at=monday(10))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.due_at) == ("waiting", None)
    conversation.hear(ticket, Said(text="On the cable too."), by=desk.tom, channel="mail", at=monday(12))
    ticket.refresh_from_db()
    assert ticket.status == "open" and ticket.has_news
    assert resolution_clock(ticket).due_at == due + timedelta(hours=2)


def test_a_thank_you_ends_neither_wait_nor_hold_but_an_answer_does(desk: Desk):
    ticket = desk.ticket()
    waiting.hold(ticket, until=monday(9) + timedelta(days=7), by=desk.ayse, at=monday(10))
    conversation.hear(ticket, Said(text="Thanks!"), by=desk.tom, channel="mail", at=monday(11))
    assert Ticket.objects.get(pk=ticket.pk).status == "held"
    conversation.hear(ticket, Said(text="It got worse."), by=desk.tom, channel="mail", at=monday(12))
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_a_hold_ends_on_its_day(desk: Desk):
    ticket = desk.ticket()
    waiting.hold(ticket, until=monday(12), by=desk.ayse, at=monday(10))
    assert waiting.end_due_holds(monday(11)) == 0
    assert waiting.end_due_holds(monday(12)) == 1
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_taking_what_somebody_has_is_refused(desk: Desk):
    ticket = desk.ticket()
    assigning.take(ticket, by=desk.ayse, at=monday(10))
    with pytest.raises(AlreadyTaken):
        assigning.take(ticket, by=desk.jonas, at=monday(10))


def test_an_agent_outside_the_group_cannot_be_given_the_ticket(desk: Desk):
    with pytest.raises(NotInGroup):
        assigning.assign(desk.ticket(), group=desk.it, agent=desk.zeynep, by=desk.ayse, at=monday(10))


def test_handing_over_to_another_group_takes_it_out_of_sight(desk: Desk):
    ticket = desk.ticket()
    assigning.assign(ticket, group=desk.hr, agent=None, by=desk.ayse, at=monday(10))
    assert not Ticket.objects.worked_by(desk.ayse).filter(pk=ticket.pk).exists()
    with pytest.raises(NotAllowed):
        assigning.take(ticket, by=desk.ayse, at=monday(11))


def test_a_changed_impact_decides_the_priority_anew_and_the_promise_follows(desk: Desk):
    ticket = desk.ticket()
    editing.set_fields(ticket, {"impact": 1, "urgency": 1}, seen={}, by=desk.ayse, at=monday(10))
    ticket.refresh_from_db()
    assert ticket.priority == Ticket.Priority.CRITICAL
    assert resolution_clock(ticket).budget == timedelta(hours=2)


def test_two_who_edit_the_same_field_are_told_and_nothing_is_saved(desk: Desk):
    ticket = desk.ticket()
    editing.set_fields(ticket, {"subject": "Theirs"}, seen={"subject": "VPN drops"}, by=desk.jonas, at=monday(10))
    with pytest.raises(ChangedMeanwhile) as refused:
        editing.set_fields(
            ticket, {"subject": "Mine", "urgency": 1}, seen={"subject": "VPN drops"}, by=desk.ayse, at=monday(11)
        )
    assert refused.value.details["fields"] == {"subject": ["Mine", "Theirs"]}
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.urgency) == ("Theirs", Ticket.Level.MEDIUM)


def test_two_who_edit_different_fields_both_win(desk: Desk):
    ticket = desk.ticket()
    editing.set_fields(ticket, {"subject": "New"}, seen={"subject": "VPN drops"}, by=desk.jonas, at=monday(10))
    editing.set_fields(ticket, {"tags": ["vpn"]}, seen={"tags": []}, by=desk.ayse, at=monday(11))
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.tags) == ("New", ["vpn"])


def test_a_field_that_nobody_listed_cannot_be_set(desk: Desk):
    for name in ("status", "requester", "fields.secret"):
        with pytest.raises(UnknownField):
            editing.set_fields(desk.ticket(), {name: "x"}, seen={}, by=desk.ayse, at=monday(10))


def test_a_merge_moves_everything_and_its_undo_brings_it_back(desk: Desk):
    source, target = desk.ticket(requester=desk.hannah, subject="Same"), desk.ticket()
    made = merging.merge(source, target, by=desk.ayse, at=monday(10))
    source.refresh_from_db()
    assert (source.status, source.merged_into) == ("closed", target)
    assert target.messages.count() == 2
    assert target.participants.filter(person=desk.hannah).exists()
    merging.undo_merge(made, by=desk.ayse, at=monday(11))
    source.refresh_from_db()
    assert (source.status, source.merged_into, source.messages.count()) == ("open", None, 1)
    assert not target.participants.exists()
    assert resolution_clock(source).due_at


def test_a_ticket_is_merged_once_and_never_into_itself(desk: Desk):
    source, target = desk.ticket(), desk.ticket()
    merging.merge(source, target, by=desk.ayse, at=monday(10))
    for pair in ((source, target), (target, target), (target, source)):
        with pytest.raises(NotMergeable):
            merging.merge(*pair, by=desk.ayse, at=monday(11))


def test_linking_says_so_once(desk: Desk):
    first, second = desk.ticket(), desk.ticket()
    linking.link(first, second, kind="related", by=desk.ayse, at=monday(10))
    linking.link(first, second, kind="related", by=desk.ayse, at=monday(10))
    assert first.history.filter(fact__kind=HistoryEntry.Kind.LINKED).count() == 1


def test_the_tally_equals_a_count_whatever_happens(desk: Desk):
    tickets = [desk.ticket() for _each in range(4)]
    assigning.take(tickets[0], by=desk.ayse, at=monday(10))
    assigning.assign(tickets[1], group=desk.hr, agent=desk.zeynep, by=desk.ayse, at=monday(10))
    merging.merge(tickets[2], tickets[3], by=desk.ayse, at=monday(10))
    Ticket.objects.filter(pk=tickets[3].pk).update(agent=desk.jonas)
    assert tallies.drift() == []
    assert sum(one.n for one in tallies.counts()) == 3
