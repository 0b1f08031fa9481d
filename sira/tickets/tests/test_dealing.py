"""Tickets that wait for somebody to be there, and tickets that were met with silence."""

from datetime import date, timedelta

import pytest

from sira.decisions.models import Trace
from sira.notifications.models import OutgoingMail
from sira.people.automation import automation
from sira.people.models import Membership, SupportGroup
from sira.routing.models import Offer, Waiting
from sira.tickets import assigning, conversation, lifecycle
from sira.tickets.dealing import deal_waiting, return_silent
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.tests.cast import monday
from sira.tickets.wording import tell
from sira.workforce import planning, working
from sira.workforce.presence import set_presence

HOUR = timedelta(hours=1)


@pytest.fixture
def it(desk) -> SupportGroup:
    """Ayşe and Jonas take turns; the desk as the rooms above connect it."""
    SupportGroup.objects.filter(pk=desk.it.pk).update(strategy="round_robin")
    desk.it.refresh_from_db()
    return desk.it


def everybody(desk, state: str, at) -> None:
    for person in (desk.ayse, desk.jonas):
        set_presence(person, state, by=person, at=at)


def agent_of(ticket: Ticket):
    return Ticket.objects.get(pk=ticket.pk).agent


def test_with_nobody_there_a_ticket_waits_and_is_dealt_as_soon_as_somebody_comes(desk, it):
    everybody(desk, "off", monday(9))
    ticket = desk.ticket(at=monday(10))
    assert (ticket.agent, ticket.group) == (None, it)
    assert Waiting.objects.get().try_at is None
    assert deal_waiting(monday(11)) == 0
    set_presence(desk.jonas, "here", by=desk.jonas, at=monday(11))
    assert deal_waiting(monday(11)) == 1
    assert agent_of(ticket) == desk.jonas
    assert not Waiting.objects.exists()
    assert deal_waiting(monday(11)) == 0
    entry = HistoryEntry.objects.filter(ticket=ticket, fact__kind="assigned").latest("id")
    assert entry.facts["how"] == "dealt" and tell([entry])[0].why == "route"
    assert Trace.objects.filter(subject=ticket.pk, reason__kind="route").count() == 2
    assert OutgoingMail.objects.filter(subject=ticket.pk, kind="assigned", person=desk.jonas).exists()


def test_a_shift_that_begins_brings_what_waits_at_its_start(desk, it):
    for person in (desk.ayse, desk.jonas):
        pattern = planning.keep_pattern("Late", [[[[12 * 60, 20 * 60]]] * 7], by=automation(), at=monday(8))
        person.time_zone = "UTC"
        person.save(update_fields=["time_zone"])
        planning.put_on_rota(person, pattern, since=date(2026, 11, 23), by=automation(), at=monday(8))
    ticket = desk.ticket(at=monday(10))
    assert Waiting.objects.get().try_at == monday(12)
    assert deal_waiting(monday(11, 59)) == 0
    assert deal_waiting(monday(12)) == 1
    assert agent_of(ticket) is not None


def test_a_new_day_frees_the_caps(desk, it):
    for person in (desk.ayse, desk.jonas):
        working.set_limits(person, by=automation(), at=monday(8), day_cap=1)
    tickets = [desk.ticket(at=monday(9, minute)) for minute in range(3)]
    assert [one.agent is not None for one in tickets] == [True, True, False]
    midnight = Waiting.objects.get().try_at
    assert midnight == monday(23)  # the desk's own zone is Warsaw
    assert deal_waiting(midnight) == 1


def test_room_that_a_solved_ticket_makes_is_given_at_once(desk, it):
    Membership.objects.filter(group=it, person=desk.ayse).delete()
    working.set_limits(desk.jonas, by=automation(), at=monday(8), capacity=1)
    first, second = desk.ticket(at=monday(9)), desk.ticket(at=monday(9, 5))
    assert (first.agent, second.agent) == (desk.jonas, None)
    assert deal_waiting(monday(10)) == 0
    lifecycle.resolve(first, by=desk.jonas, resolution="New cable.", at=monday(11))
    assert deal_waiting(monday(11)) == 1
    assert agent_of(second) == desk.jonas


def test_what_somebody_took_meanwhile_is_left_with_them(desk, it):
    everybody(desk, "off", monday(9))
    ticket = desk.ticket(at=monday(10))
    assigning.take(ticket, by=desk.ayse, at=monday(10))
    set_presence(desk.jonas, "here", by=desk.jonas, at=monday(11))
    deal_waiting(monday(11))
    assert agent_of(ticket) == desk.ayse
    assert not Waiting.objects.exists()


def test_what_waits_alike_is_put_off_together(desk, it, django_assert_max_num_queries):
    everybody(desk, "off", monday(9))
    for minute in range(30):
        desk.ticket(at=monday(10, minute))
    Waiting.objects.update(try_at=monday(11))
    with django_assert_max_num_queries(20):
        assert deal_waiting(monday(11)) == 0
    assert not Waiting.objects.exclude(try_at=None).exists()


def test_nothing_due_costs_one_statement_each(desk, it, django_assert_num_queries):
    with django_assert_num_queries(2):
        deal_waiting(monday(11))
        return_silent(monday(11))


@pytest.fixture
def hasty(it) -> SupportGroup:
    SupportGroup.objects.filter(pk=it.pk).update(silence_minutes=30)
    it.refresh_from_db()
    return it


def test_silence_gives_the_ticket_to_somebody_else_with_notice_and_history(desk, hasty):
    ticket = desk.ticket(at=monday(9))
    first = ticket.agent
    assert return_silent(monday(9, 29)) == 0
    assert return_silent(monday(9, 30)) == 1
    assert agent_of(ticket) not in (first, None)
    assert OutgoingMail.objects.filter(subject=ticket.pk, kind="taken_back").get().person == first
    words = [one.words for one in tell(HistoryEntry.objects.filter(ticket=ticket).order_by("id"))]
    assert f"{first.name} did not react in time; it went back to the group" in words
    assert return_silent(monday(9, 30)) == 0


def test_the_time_given_is_working_time(desk, hasty):
    ticket = desk.ticket(at=monday(17, 50))
    assert return_silent(monday(23)) == 0
    assert Offer.objects.get(subject=ticket.pk).react_by == monday(33, 20)


def test_who_was_silent_does_not_get_it_again_and_at_last_it_waits_in_sight(desk, hasty):
    ticket = desk.ticket(at=monday(9))
    assert return_silent(monday(10)) == 1
    assert return_silent(monday(11)) == 1
    assert agent_of(ticket) is None
    assert deal_waiting(monday(11)) == 0
    assert Waiting.objects.get(subject=ticket.pk).try_at is None
    set_presence(desk.jonas, "here", by=desk.jonas, at=monday(12))
    assert deal_waiting(monday(12)) == 0
    assert return_silent(monday(15)) == 0
    assert OutgoingMail.objects.filter(subject=ticket.pk, kind="taken_back").count() == 2


@pytest.mark.parametrize("reaction", ["begins", "is given to another", "is solved"])
def test_any_reaction_keeps_it(desk, hasty, reaction):
    ticket = desk.ticket(at=monday(9))
    agent = ticket.agent
    if reaction == "begins":
        conversation.begin(ticket, by=agent, at=monday(9, 10))
    elif reaction == "is given to another":
        assigning.assign(ticket, group=hasty, agent=desk.ayse if agent != desk.ayse else desk.jonas, by=desk.ayse,
                         at=monday(9, 10))  # fmt: skip
    else:
        lifecycle.resolve(ticket, by=agent, resolution="Done.", at=monday(9, 10))
    after = agent_of(ticket)
    assert return_silent(monday(12)) == 0
    assert agent_of(ticket) == after
    assert not Offer.objects.exists()
