"""Two tickets about the same thing become one, and can become two again."""

from datetime import datetime

from django.db import transaction

from sira.people.models import Person
from sira.processes import naming, running
from sira.processes.models import Instance
from sira.promises import clocks
from sira.tickets import lifecycle, permissions, promised
from sira.tickets.models import HistoryEntry, Merge, Message, Participant, Ticket
from sira.tickets.refusals import NotMergeable, NotReady
from sira.tickets.worksheet import Worksheet, on_desk


@transaction.atomic
def merge(source: Ticket, target: Ticket, *, by: Person, at: datetime) -> Merge:
    """Move what was said in source to target and close source. The requester of source takes part in target.

    A test or an approval that is open in source must be ended first: merging is no way around it. Raises NotAllowed,
    NotMergeable, NotReady.
    """
    _lock_in_order(source, target)
    with on_desk(source, by=by, at=at) as old, on_desk(target, by=by, at=at) as new:
        permissions.must_work_on(by, old.ticket)
        permissions.must_work_on(by, new.ticket)
        _must_fit(old.ticket, new.ticket)
        messages = list(old.ticket.messages.order_by("id").values_list("pk", flat=True))
        moved = {
            "messages": messages,
            "participants": _bring_people(old.ticket, new.ticket),
            "before": {"status": old.ticket.status, "stage": old.ticket.stage},
        }
        Message.objects.filter(pk__in=messages).update(ticket=new.ticket)
        _end(old, new.ticket)
        new.record(HistoryEntry.Kind.MERGED, source=old.ticket.number)
        new.set(has_news=new.ticket.has_news or old.ticket.has_news)
        return Merge.objects.create(source=old.ticket, target=new.ticket, moved=moved, by=by, at=at)


@transaction.atomic
def undo_merge(made: Merge, *, by: Person, at: datetime) -> Ticket:
    """Give source back what was its own; it goes on at the work.  Raises NotAllowed, NotMergeable if already undone."""
    _lock_in_order(made.source, made.target)
    made = Merge.objects.select_for_update().get(pk=made.pk)
    if made.undone_at:
        raise NotMergeable()
    with on_desk(made.source_id, by=by, at=at) as old, on_desk(made.target_id, by=by, at=at) as new:
        permissions.must_work_on(by, new.ticket)
        Message.objects.filter(pk__in=made.moved["messages"], ticket=new.ticket).update(ticket=old.ticket)
        Participant.objects.filter(pk__in=made.moved["participants"], ticket=new.ticket).delete()
        _revive(old, made.moved["before"])
        new.record(HistoryEntry.Kind.UNMERGED, source=old.ticket.number)
        made.undone_at, made.undone_by = at, by
        made.save(update_fields=["undone_at", "undone_by"])
    return old.ticket


def survivor(ticket: Ticket) -> Ticket:
    """Where a merged ticket lives on."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return ticket


def _lock_in_order(*tickets: Ticket) -> None:
    """Always the lower number first, so that two merges of the same pair cannot wait for each other for ever."""
    keys = sorted(ticket.pk for ticket in tickets)
    list(Ticket.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))


def _must_fit(source: Ticket, target: Ticket) -> None:
    if source.pk == target.pk or source.merged_into_id or target.merged_into_id:
        raise NotMergeable()
    if target.status == Ticket.Status.CLOSED:
        raise NotMergeable()
    _fields, tasks = lifecycle.missing_before_end(source)
    if tasks:
        raise NotReady(tasks=[naming.task(task) for task in tasks])


def _bring_people(source: Ticket, target: Ticket) -> list[int]:
    """Everybody who took part in source takes part in target; the ids of the rows made for that."""
    known = set(target.participants.values_list("person", flat=True)) | {target.requester_id}
    people = {source.requester_id: Participant.Kind.COPY, **dict(source.participants.values_list("person", "kind"))}
    rows = Participant.objects.bulk_create(
        Participant(ticket=target, person_id=person, kind=kind)
        for person, kind in people.items()
        if person not in known
    )
    return [row.pk for row in rows]


def _end(sheet: Worksheet, target: Ticket) -> None:
    ticket, at = sheet.ticket, sheet.at
    if ticket.instance and ticket.instance.status in Instance.ACTIVE:
        running.cancel(ticket.instance, at=at, reason="merged")
    clocks.stop_all(ticket.pk, at=at)
    sheet.set(
        status=Ticket.Status.CLOSED,
        stage=Ticket.Stage.CLOSED,
        closed_at=at,
        held_until=None,
        merged_into=target,
        has_news=False,
    )
    promised.copy_to(sheet)
    sheet.record(HistoryEntry.Kind.MERGED, target=target.number)


def _revive(sheet: Worksheet, before: dict[str, str]) -> None:
    """As before the merge; a wait or a hold is over, since its reason may have passed meanwhile. So may what was
    promised."""
    ended = before["status"] in Ticket.DONE
    sheet.set(
        merged_into=None,
        status=before["status"] if ended and before["status"] != Ticket.Status.CLOSED else Ticket.Status.OPEN,
        stage=before["stage"] if before["stage"] != Ticket.Stage.CLOSED else Ticket.Stage.IN_WORK,
        closed_at=None,
    )
    sheet.record(HistoryEntry.Kind.UNMERGED)
    sheet.flush()
    if sheet.ticket.status == Ticket.Status.OPEN:
        if sheet.ticket.type.process_key:
            sheet.set(instance=lifecycle.start_again(sheet))
        clocks.restart_all(sheet.ticket.pk, at=sheet.at)
        clocks.resume(sheet.ticket.pk, at=sheet.at)
        promised.promise_anew(sheet)
