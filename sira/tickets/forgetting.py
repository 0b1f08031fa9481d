"""Texts of tickets forgotten: what requesters wrote, all that was said, files. Numbers, times, people and history stay.

Wherever such a text was copied to (traces, facts of the history, state of processes) it goes too; rooms above say what
they keep of a ticket with `also`.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from sira.decisions.models import Trace
from sira.forms.models import FormVersion
from sira.notifications.models import OutgoingMail
from sira.people.personal.scrubbing import GONE, Scrubber, clean, clean_shared
from sira.plumbing.words.tokens import line
from sira.processes.models import Advance, Incident, Instance, Subscription, Task
from sira.processes.tasks.models import Ballot, TaskFile, TaskSheet
from sira.promises.models import Clock, ClockPeriod
from sira.tickets.models import HistoryEntry, Message, MessageFile, Ticket
from sira.tickets.models_aside import LaterAnswer, SideTalk

AT_ONCE = 50  # tickets of one transaction
DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?")


@dataclass(frozen=True)
class What:
    """texts: what requesters wrote.  everything: also what the desk wrote.  files, raws: attachments, mails as they
    came.  of: these persons' alone, with their names wherever they stand; empty: every requester's."""

    texts: bool = False
    everything: bool = False
    files: bool = False
    raws: bool = False
    of: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass
class Batch:
    """tickets: their ids, locked.  gone: texts that were taken out, which may stand elsewhere too."""

    tickets: Sequence[int]
    what: What
    gone: set[str] = field(default_factory=set)

    @property
    def scrub(self) -> Scrubber:
        return Scrubber(self.what.names, self.gone)


_also: list[Callable[[Batch], None]] = []


def also(work: Callable[[Batch], None]) -> None:
    """A room above says what else it keeps of tickets."""
    _also.append(work)


def of_persons(persons: Collection[int], names: Collection[str]) -> None:
    """In every ticket that they asked for, wrote in or take part in."""
    what = What(texts=True, files=True, raws=True, of=frozenset(persons), names=frozenset(names))
    theirs = Q(requester__in=persons) | Q(messages__author__in=persons) | Q(participants__person__in=persons)
    last = 0
    while keys := list(
        Ticket.objects.filter(theirs, pk__gt=last).order_by("pk").values_list("pk", flat=True).distinct()[:AT_ONCE]
    ):
        forget(keys, what)
        last = keys[-1]


@transaction.atomic
def forget(keys: Sequence[int], what: What) -> None:
    """One transaction; the same again changes nothing."""
    tickets = list(Ticket.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    batch = Batch([ticket.pk for ticket in tickets], what)
    messages = Message.objects.filter(ticket__in=batch.tickets)
    said = messages if what.everything else messages.filter(from_desk=False)
    said = said.filter(author__in=what.of) if what.of else said
    if what.files:
        MessageFile.objects.filter(message__in=messages if what.everything else said).delete()
    if what.texts or what.everything:
        chosen = _choices()
        for ticket in tickets:
            if not what.of or ticket.requester_id in what.of:
                _empty(ticket, batch, chosen)
        _silence(said, messages, batch)
        _clean_around(batch)
    for work in _also:
        work(batch)


def open_of(persons: Collection[int]) -> int:
    return Ticket.objects.filter(requester__in=persons, status__in=Ticket.ACTIVE).count()


def words_of(message: Message) -> str:
    """As messages.made makes them, but of what is left."""
    first = Message.objects.filter(ticket=message.ticket_id).order_by("pk").values_list("pk", flat=True).first()
    parts = [message.ticket.subject] if message.pk == first else []
    names = message.files.values_list("name", flat=True)
    return line("\n".join([*parts, message.text, *names]), message.ticket.language)


def _empty(ticket: Ticket, batch: Batch, kept: set[str]) -> None:
    """Subject and free answers; what was chosen from a list stays, since rules and figures go by it."""

    def emptied(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: emptied(one) for name, one in value.items()}
        if isinstance(value, list):
            return [emptied(one) for one in value]
        if not isinstance(value, str) or not value.strip() or value in kept or DATE.fullmatch(value):
            return value
        batch.gone.add(value)
        return GONE

    batch.gone.add(ticket.subject)
    resolution = batch.what.everything and ticket.resolution
    new = {"subject": GONE, "fields": emptied(ticket.fields)} | ({"resolution": GONE} if resolution else {})
    Ticket.objects.filter(pk=ticket.pk).update(revision=F("revision") + 1, **new)


def _choices() -> set[str]:
    """Every value that a form lets somebody choose."""

    def found(components: Any) -> Iterator[str]:
        for one in components if isinstance(components, list) else ():
            yield from (str(choice.get("value")) for choice in one.get("values") or ())
            yield from found(one.get("components"))

    return {value for schema in FormVersion.objects.values_list("schema", flat=True)
            for value in found(schema.get("components"))}  # fmt: skip


def _silence(said: Any, messages: Any, batch: Batch) -> None:
    """Their texts; of the others' the quotes and the HTML, in which they are repeated."""
    batch.gone.update(text for pair in said.values_list("text", "full_text") for text in pair if text and text != GONE)
    empty: dict[str, Any] = {"full_text": "", "html": ""}
    messages.exclude(full_text="", html="").update(**empty)
    said.exclude(text="").update(text=GONE)
    said.update(message_id="", recipients={}, trouble="", words="")
    for message in messages.exclude(words="").select_related("ticket"):  # the first has the words of the subject
        Message.objects.filter(pk=message.pk).update(words=words_of(message))
    if batch.what.files:
        return
    MessageFile.objects.filter(message__in=said).update(name=GONE)


def _clean_around(batch: Batch) -> None:
    """What is known of the tickets beside their messages, in the rooms below."""
    keys, scrub = batch.tickets, batch.scrub
    if batch.what.names:
        clean(Ticket.objects.filter(pk__in=keys), scrub, ["resolution", "subject", "fields", "tags"])
        clean(Message.objects.filter(ticket__in=keys).select_related("ticket"), scrub)
        clean(MessageFile.objects.filter(message__ticket__in=keys), scrub)
    tasks = Task.objects.filter(subject__in=keys)
    if batch.what.of:
        TaskFile.objects.filter(task__subject__in=keys, by__in=batch.what.of).delete()
        tasks.filter(done_by__in=batch.what.of).exclude(evidence="").update(evidence=GONE)
        Ballot.objects.filter(approval__subject__in=keys, decided_by__in=batch.what.of).update(comment="")
    for rows in (
        tasks,
        TaskSheet.objects.filter(task__subject__in=keys),
        Ballot.objects.filter(approval__subject__in=keys),
        Incident.objects.filter(instance__subject__in=keys),
        Subscription.objects.filter(subject__in=keys),
        Trace.objects.filter(subject__in=keys),
        Advance.objects.filter(instance__subject__in=keys),
        Clock.objects.filter(subject__in=keys),
        ClockPeriod.objects.filter(clock__subject__in=keys),
        LaterAnswer.objects.filter(ticket__in=keys),
        SideTalk.objects.filter(ticket__in=keys),
        OutgoingMail.objects.filter(subject__in=keys),
    ):
        clean(rows, scrub)
    running = Instance.objects.filter(subject__in=keys)
    clean(running, scrub, ["begun_by"])
    clean(running, lambda state: _state_without(state, scrub), ["state"])
    clean_shared(HistoryEntry.objects.filter(ticket__in=keys), "fact", scrub)
    clean_shared(Trace.objects.filter(subject__in=keys), "reason", scrub)
    clean_shared(Advance.objects.filter(instance__subject__in=keys), "way", scrub)


def _state_without(state: dict[str, Any], scrub: Scrubber) -> dict[str, Any]:
    """What a process knows is cleaned; where it stands and waits is in the desk's own words, by which it goes on."""

    def cleaned(scope: dict[str, Any]) -> dict[str, Any]:
        return scope | {name: scrub(scope[name]) for name in ("variables", "loop") if name in scope}

    scopes = {key: cleaned(one) for key, one in state.get("scopes", {}).items()}
    return cleaned(state) | ({"scopes": scopes} if scopes else {})


def no_mail_to(persons: Collection[int], names: Collection[str]) -> None:
    """What waits to be sent to them is not sent, and they are on copy of nothing."""
    waiting = OutgoingMail.objects.filter(state__in=OutgoingMail.ACTIVE)
    waiting.filter(Q(person__in=persons) | Q(to__in=list(names))).update(
        state=OutgoingMail.State.REFUSED, next_at=None, placeholders=None, answer=""
    )
    for mail in waiting.exclude(copies=None):
        left = [one for one in mail.copies or () if one.lower() not in names]
        if left != mail.copies:
            OutgoingMail.objects.filter(pk=mail.pk).update(copies=left or None)
