"""A stuck process is helped on by who may, and the ticket's history says so."""

import pytest

from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.processes.models import Incident, Instance, Task
from sira.processes.refusals import NotWaiting
from sira.processes.tests.drawing import drawing, end, service, start, user
from sira.tickets import finishing, operating
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.operating import NeedsReason
from sira.tickets.tests.cast import a_person, monday
from sira.tickets.tests.office import Office, headers, now, task
from sira.tickets.wording import tell

STUCK = drawing(
    start(), service("set", "sira:set", extension=headers(category="nowhere")), user("work"), end(),
    key="purchase", ways="start > set > work > end",
)  # fmt: skip


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def a_stuck_ticket(office: Office, **more: object) -> tuple[Ticket, Incident]:
    ticket = office.asks(STUCK, group=office.it, **more)
    return ticket, Incident.objects.get(instance__subject=ticket.pk)


def said(ticket: Ticket) -> str:
    return tell(ticket.history.filter(fact__kind=HistoryEntry.Kind.INCIDENT).order_by("id"))[-1].words


def test_an_administrator_and_the_lead_of_the_group_let_a_step_try_again(office: Office):
    ticket, incident = a_stuck_ticket(office)
    for by in (office.ayse, office.ada):
        operating.retry(incident, by=by, at=monday(10))
        incident = Incident.objects.get(instance__subject=ticket.pk, resolved_at=None)
    assert any(
        "Ada Admin: the stuck step “Set” is tried again" in one.words for one in tell(ticket.history.order_by("id"))
    )


def test_who_leads_another_group_works_here_or_asks_may_not(office: Office):
    _ticket, incident = a_stuck_ticket(office)
    other = a_person("Lea Lead", role="lead")
    for by in (office.jonas, office.tom, other, office.zeynep):
        with pytest.raises(NotAllowed):
            operating.retry(incident, by=by, at=monday(10))
        assert list(operating.open_incidents(by)) == []
    assert list(operating.open_incidents(office.ayse)) == [incident]


@pytest.mark.parametrize("name", ["ayse", "jonas", "tom"])
def test_only_an_administrator_skips_moves_and_calls_off(office: Office, name: str):
    _ticket, incident = a_stuck_ticket(office)
    by: Person = getattr(office, name)
    for act in (
        lambda: operating.skip(incident, by=by, at=monday(10)),
        lambda: operating.move(incident, "work", by=by, at=monday(10)),
        lambda: operating.cancel(incident, reason="so", by=by, at=monday(10)),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Instance.objects.get().status == "stuck"


def test_it_goes_on_behind_the_step_or_elsewhere(office: Office):
    ticket, incident = a_stuck_ticket(office)
    operating.skip(incident, by=office.ada, at=monday(10))
    assert Task.objects.get().element == "work" and said(ticket).endswith("goes on behind the stuck step “Set”")
    with pytest.raises(NotWaiting):
        operating.retry(incident, by=office.ada, at=monday(10))
    ticket, incident = a_stuck_ticket(office)
    operating.move(incident, "work", by=office.ada, at=monday(10))
    assert Task.objects.filter(subject=ticket.pk, element="work").exists() and "“Work” instead of “Set”" in said(ticket)


def test_what_is_called_off_leaves_the_ticket_to_be_worked_on_by_hand(office: Office):
    ticket, incident = a_stuck_ticket(office)
    with pytest.raises(NeedsReason):
        operating.cancel(incident, reason=" ", by=office.ada, at=monday(10))
    operating.cancel(incident, reason="Drawn wrong", by=office.ada, at=monday(10))
    assert Instance.objects.get().status == "cancelled" and not Incident.objects.filter(resolved_at=None).exists()
    assert now(ticket).status == "open" and "called off: Drawn wrong" in said(ticket)


def test_what_a_called_process_could_not_do_stands_with_its_caller_and_all_is_called_off(office: Office):
    office.draws(STUCK.replace("purchase", "inner"), key="inner")
    call = (
        '<bpmn:callActivity id="call" name="Call"><bpmn:extensionElements>'
        '<zeebe:calledElement processId="inner"/></bpmn:extensionElements></bpmn:callActivity>'
    )
    office.asks(drawing(start(), call, end(), key="purchase", ways="start > call > end"))
    operating.cancel(Incident.objects.get(), reason="so", by=office.ada, at=monday(10))
    assert not Instance.objects.filter(status__in=Instance.ACTIVE).exists()


def test_what_a_drawing_sets_is_not_told_as_if_the_requester_had_set_it(office: Office):
    source = drawing(
        start(), task("it", "work", groups="it"), service("set", "sira:set", extension=headers(impact="high")),
        user("work"), end(), key="purchase", ways="start > it > set > work > end",
    )  # fmt: skip
    ticket = office.asks(source)
    finishing.finish(Task.objects.get(kind="task"), by=office.jonas, outcome={}, at=monday(10))
    changed = tell(ticket.history.filter(fact__kind=HistoryEntry.Kind.CHANGED))
    assert [one.words.startswith("Jonas") for one in changed] == [False]
