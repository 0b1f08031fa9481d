"""Resolve, confirm, reopen, close."""

from datetime import timedelta

import pytest

from sira.plumbing.refusals import NotAllowed
from sira.processes import timers
from sira.processes.models import Task
from sira.promises.models import Clock
from sira.tickets import conversation, lifecycle, messages
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.refusals import NotOpen, NotReady, NotResolved, TooLate
from sira.tickets.tests.cast import Desk, monday


def solve(desk: Desk, ticket: Ticket, hour: int = 11) -> Ticket:
    return lifecycle.resolve(ticket, by=desk.ayse, resolution="Replaced the switch.", at=monday(hour))


def test_resolving_stops_the_resolution_clock(desk: Desk):
    ticket = solve(desk, desk.ticket(), 11)
    clock = Clock.objects.get(subject=ticket.pk, target=Clock.Target.RESOLUTION)
    assert clock.stopped_at == monday(11)
    assert clock.used == timedelta(hours=2)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.stage, ticket.due_at) == ("resolved", "testing", None)


def test_what_the_desk_says_by_itself_makes_no_second_contact(desk: Desk):
    first, second = desk.ticket(), desk.ticket()
    for ticket in (first, second):
        conversation.answer(ticket, Said("Try now."), by=desk.ayse, at=monday(10))
        by_itself = Said("You wrote to us.", is_automatic=True)
        messages.add(ticket, by_itself, author=desk.ayse, channel="portal", at=monday(10), from_desk=True)
    conversation.answer(second, Said("And now?"), by=desk.ayse, at=monday(10, 30))
    assert [solve(desk, ticket).first_contact for ticket in (first, second)] == [True, False]


def test_the_requester_confirms_and_the_ticket_closes(desk: Desk):
    ticket = solve(desk, desk.ticket())
    lifecycle.confirm(ticket, by=desk.tom, at=monday(12))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.stage, ticket.closed_at) == ("closed", "closed", monday(12))


def test_without_an_answer_it_closes_after_three_working_days(desk: Desk):
    ticket = solve(desk, desk.ticket())
    timers.pump(monday(11) + timedelta(days=3, minutes=-1))
    ticket.refresh_from_db()
    assert ticket.status == "resolved"
    timers.pump(monday(11) + timedelta(days=3))
    ticket.refresh_from_db()
    assert ticket.status == "closed"


def test_an_answer_that_is_no_thanks_reopens_and_the_clock_goes_on(desk: Desk):
    ticket = solve(desk, desk.ticket())
    conversation.hear(ticket, Said(text="It still drops."), by=desk.tom, channel="mail", at=monday(13))
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert Clock.objects.get(subject=ticket.pk, target=Clock.Target.RESOLUTION, stopped_at=None).due_at
    assert Task.objects.filter(subject=ticket.pk, kind="work", state="open").count() == 1


def test_a_thank_you_changes_nothing(desk: Desk):
    ticket = solve(desk, desk.ticket())
    conversation.hear(ticket, Said(text="Thanks a lot, Ayşe!"), by=desk.tom, channel="mail", at=monday(13))
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_a_reopened_ticket_can_be_resolved_again(desk: Desk):
    ticket = solve(desk, desk.ticket())
    lifecycle.reopen(ticket, by=desk.tom, at=monday(12))
    solve(desk, ticket, 14)
    lifecycle.confirm(ticket, by=desk.tom, at=monday(15))
    ticket.refresh_from_db()
    assert ticket.status == "closed"
    assert not Task.objects.filter(subject=ticket.pk, state="open").exists()


def test_a_closed_ticket_goes_back_to_work_within_the_days_of_its_group(desk: Desk):
    ticket = solve(desk, desk.ticket())
    lifecycle.confirm(ticket, by=desk.tom, at=monday(12))
    lifecycle.reopen(ticket, by=desk.tom, at=monday(12) + timedelta(days=14))
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert Task.objects.filter(subject=ticket.pk, kind="work", state="open").count() == 1


def test_after_the_days_of_its_group_it_stays_closed(desk: Desk):
    ticket = solve(desk, desk.ticket())
    lifecycle.confirm(ticket, by=desk.tom, at=monday(12))
    with pytest.raises(TooLate):
        lifecycle.reopen(ticket, by=desk.tom, at=monday(12) + timedelta(days=15))


def test_who_does_not_work_in_the_group_cannot_resolve(desk: Desk):
    ticket = desk.ticket()
    for stranger in (desk.zeynep, desk.tom):
        with pytest.raises(NotAllowed):
            lifecycle.resolve(ticket, by=stranger, resolution="Done.", at=monday(10))


def test_a_resolution_needs_words(desk: Desk):
    with pytest.raises(NotReady) as refused:
        lifecycle.resolve(desk.ticket(), by=desk.ayse, resolution="  ", at=monday(10))
    assert refused.value.details["fields"] == ["resolution"]


def test_resolving_twice_is_refused(desk: Desk):
    ticket = solve(desk, desk.ticket())
    with pytest.raises(NotOpen):
        solve(desk, ticket, 12)


def test_what_is_not_resolved_cannot_be_confirmed_or_closed(desk: Desk):
    ticket = desk.ticket()
    with pytest.raises(NotResolved):
        lifecycle.confirm(ticket, by=desk.tom, at=monday(10))
    with pytest.raises(NotResolved):
        lifecycle.close(ticket, by=desk.ayse, at=monday(10))


def test_a_type_that_needs_a_test_is_tested_before_the_requester_is_asked(desk: Desk):
    desk.incident.needs_test = True
    desk.incident.save()
    ticket = solve(desk, desk.ticket())
    ticket.refresh_from_db()
    assert (ticket.status, ticket.stage) == ("open", "testing")
    assert Task.objects.get(subject=ticket.pk, kind="test", state="open").mandatory
