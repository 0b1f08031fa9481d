"""The ticket, what was said in it, and what happened to it."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.people.models import Organisation, Person, SupportGroup
from sira.plumbing import rows
from sira.plumbing.kept_once import key_of
from sira.plumbing.words.tokens import indexed_of
from sira.processes.models import Instance, Task
from sira.tickets import flowing, gates, tallying
from sira.tickets.models_aside import LaterAnswer, LaterFile, SideMessage, SideTalk  # noqa: F401
from sira.tickets.models_retention import RetentionRule  # noqa: F401
from sira.tickets.visibility import MessageQuerySet, TicketQuerySet


class SortedBy(models.QuerySet[Any]):
    def offered(self, *, besides: Any = None) -> Self:
        """What can be chosen now.  besides: the row, or its primary key, that stands there already."""
        return self.filter(Q(is_offered=True) | Q(pk=getattr(besides, "pk", besides)))


class TicketType(models.Model):
    """A kind of work. Which process leads it and what must be filled before it is resolved are its own data."""

    key = models.SlugField(max_length=40, unique=True)
    prefix = models.CharField(max_length=5, unique=True, help_text="before the number: INC")
    name = models.CharField(max_length=80)
    names = models.JSONField(default=dict, blank=True, help_text="name by language")
    process_key = models.CharField(max_length=80, blank=True, help_text="empty: no drawing leads it")
    mandatory_fields = models.JSONField(
        default=list, blank=True, help_text="columns or keys of fields that must be filled to resolve or close"
    )
    needs_test = models.BooleanField(default=False, help_text="somebody tests before the requester is asked")
    group = models.ForeignKey(
        SupportGroup,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="has every ticket of the type that is given to no other; empty: such a ticket is everybody's",
    )
    is_offered = models.BooleanField(default=True, db_default=True, help_text="else withdrawn: what has it keeps it")

    objects = SortedBy.as_manager()

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """What the organisation offers to people, such as e-mail or payroll."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_offered = models.BooleanField(default=True, db_default=True)

    objects = SortedBy.as_manager()

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """What a ticket is about; a tree. The routing table reads its key."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    is_offered = models.BooleanField(default=True, db_default=True)

    objects = SortedBy.as_manager()

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """Any piece of work somebody asked for. Its description is its first message.

    turn_at: the place in the queue; the next running promise, else far ahead. due_at and warn_at are the
    next promise and its early warning, copied from promises for lists; `sira check` compares them.
    revision: goes up with every edit of a field; an editor that saw an older one is told.
    """

    class Stage(models.TextChoices):
        OPENED = "opened", _("Opened")
        ASSIGNED = "assigned", _("Assigned")
        IN_WORK = "in_work", _("In work")
        TESTING = "testing", _("Testing")
        CLOSED = "closed", _("Closed")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WAITING = "waiting", _("Waiting for the requester")
        HELD = "held", _("On hold")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    class Channel(models.TextChoices):
        MAIL = "mail", _("E-mail")
        PORTAL = "portal", _("Portal")
        FORM = "form", _("Public form")
        PHONE = "phone", _("Phone")
        WALK_IN = "walk_in", _("In person")
        CHAT = "chat", _("Chat")
        API = "api", _("API")
        MONITORING = "monitoring", _("Monitoring")
        PROCESS = "process", _("Process")

    class Level(models.IntegerChoices):
        """Impact and urgency."""

        HIGH = 1, _("High")
        MEDIUM = 2, _("Medium")
        LOW = 3, _("Low")

    class Priority(models.IntegerChoices):
        CRITICAL = 1, _("Critical")
        HIGH = 2, _("High")
        MEDIUM = 3, _("Medium")
        LOW = 4, _("Low")

    ACTIVE = (Status.OPEN, Status.WAITING, Status.HELD)
    DONE = (Status.RESOLVED, Status.CLOSED)

    type = models.ForeignKey(TicketType, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    number = models.CharField(max_length=20, db_collation="C")
    subject = models.TextField()
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="asked", db_index=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel)
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, db_index=False)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, db_index=False)
    group = models.ForeignKey(
        SupportGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    agent = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="working_on", db_index=False
    )
    impact = models.PositiveSmallIntegerField(choices=Level, default=Level.LOW)
    urgency = models.PositiveSmallIntegerField(choices=Level, default=Level.MEDIUM)
    priority = models.PositiveSmallIntegerField(choices=Priority, null=True, blank=True)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.OPENED)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    language = models.CharField(max_length=5, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True, help_text="answers of the request's form, by field key")
    resolution = models.TextField(blank=True, help_text="what was done, in words for the requester")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="the last message or fact")
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    turn_at = models.DateTimeField()
    has_news = models.BooleanField(default=True, help_text="the requester's side spoke last")
    instance = models.ForeignKey(Instance, null=True, blank=True, on_delete=models.PROTECT, db_index=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    revision = models.PositiveIntegerField(default=1)
    answered_in = models.IntegerField(
        null=True, blank=True, help_text="seconds of working time to the first answer of a person"
    )
    answer_kept = models.BooleanField(null=True, blank=True, help_text="whether the first answer came in time")
    solved_in = models.IntegerField(null=True, blank=True, help_text="seconds of working time, without pauses")
    kept = models.BooleanField(null=True, blank=True, help_text="whether it was solved in time; empty: not promised")
    first_contact = models.BooleanField(
        null=True, blank=True, help_text="solved with one answer at most, and not reopened"
    )
    reopens = models.PositiveSmallIntegerField(default=0)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # Not unique=True, which brings a second index for LIKE; the collation lets this one serve.
            models.UniqueConstraint(name="ticket_has_a_number_of_its_own", fields=["number"]),
            models.CheckConstraint(
                name="resolved_ticket_has_time_and_text",
                condition=~Q(status__in=["resolved", "closed"])
                | ~Q(merged_into=None)
                | (Q(resolved_at__isnull=False) & ~Q(resolution="")),
            ),
            models.CheckConstraint(
                name="closed_ticket_has_time_and_stage",
                condition=Q(status="closed", stage="closed", closed_at__isnull=False)
                | (~Q(status="closed") & ~Q(stage="closed") & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="held_ticket_says_until_when", condition=~Q(status="held") | Q(held_until__isnull=False)
            ),
            models.CheckConstraint(
                name="ticket_is_not_merged_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=F("id"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="queue_of_group", fields=["group", "turn_at", "id"], condition=~Q(status="closed")),
            models.Index(name="queue_of_agent", fields=["agent", "turn_at", "id"], condition=~Q(status="closed")),
            models.Index(
                name="queue_of_nobody", fields=["group", "turn_at", "id"], condition=Q(agent=None) & ~Q(status="closed")
            ),
            models.Index(name="queue_of_all", fields=["turn_at", "id"], condition=~Q(status="closed")),
            # Holds all that counting late tickets and listing those at risk needs: no ticket is read for it.
            models.Index(
                name="ticket_by_warning",
                fields=["warn_at"],
                include=["due_at", "group", "agent", "id"],
                condition=Q(status__in=["open", "waiting", "held"]),
            ),
            # Not with the id: entries that differ in nothing share their key.
            models.Index(name="ticket_of_requester", fields=["requester"]),
            models.Index(name="ticket_of_organisation", fields=["organisation"]),
            models.Index(name="tickets_merged", fields=["merged_into"], condition=Q(merged_into__isnull=False)),
            models.Index(name="ticket_held", fields=["held_until"], condition=Q(status="held")),
            # Not one by ranges of pages: what changes moves, and soon each range holds tickets of many days.
            models.Index(name="ticket_by_opening", fields=["opened_at"]),
            models.Index(name="ticket_by_solving", fields=["resolved_at"], condition=Q(resolved_at__isnull=False)),
        ]
        triggers: ClassVar = [gates.ticket_gate(), tallying.ticket_tally(), flowing.ticket_flow()]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/tickets/{self.number}/"


class Tally(models.Model):
    """How many tickets that are not closed there are of a kind: the sum of n over its rows.

    A trigger adds a row for every change, so that two transactions never wait for one counter; tallies.fold adds up.
    Its keys are copies of the ticket's own, which the database checks there; so are those of a flow.
    """

    group = models.ForeignKey(
        SupportGroup, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    agent = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    status = models.CharField(max_length=8)
    priority = models.PositiveSmallIntegerField(null=True)
    n = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.n} {self.status}"


class Flow(models.Model):
    """What came and went on a day of the desk, by group, category and channel: the sum over its rows.

    standing, waiting: of those that came on that day, how many are open now.  solve_seconds of `measured` tickets,
    answer_seconds of `answered` ones.  is_summed: added up by flows.fold; the others are single changes, with their
    hour.
    """

    day = models.DateField()
    group = models.ForeignKey(
        SupportGroup, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    category = models.ForeignKey(
        Category, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=10)
    hour = models.PositiveSmallIntegerField(null=True)
    is_summed = models.BooleanField(default=False, db_default=False)
    opened = models.IntegerField()
    standing = models.IntegerField()
    waiting = models.IntegerField()
    solved = models.IntegerField()
    kept = models.IntegerField()
    missed = models.IntegerField()
    answer_kept = models.IntegerField()
    answer_missed = models.IntegerField()
    first_contact = models.IntegerField()
    reopened = models.IntegerField()
    answered = models.IntegerField()
    answer_seconds = models.BigIntegerField()
    measured = models.IntegerField()
    solve_seconds = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="flow_by_day", fields=["day"]),
            models.Index(name="flow_that_stands", fields=["day"], condition=~Q(standing=0) | ~Q(waiting=0)),
            models.Index(name="flow_to_fold", fields=["id"], condition=Q(is_summed=False)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.opened}/{self.solved}"


class Hour(models.Model):
    """What came and went in an hour of the desk's day, by group: what flows.fold has added up, for some weeks."""

    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    group = models.ForeignKey(
        SupportGroup, null=True, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    opened = models.IntegerField()
    solved = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="hour_of_a_group_is_counted_once", fields=["day", "hour", "group"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hour}: {self.opened}/{self.solved}"


class TicketTask(Task):
    """A task of a process as the gate sees it."""

    class Meta:
        proxy = True
        triggers: ClassVar = [gates.task_gate(), gates.task_kept_gate()]


class Message(models.Model):
    """What was said in a ticket: to or from the requester's side, or an internal note.

    text: what is new in it.  full_text: with quotes and signature, empty if the same.  html: sanitised, as it came.
    message_id: RFC 5322, as it came; those we send are derived from the id (sira.notifications.identity).
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages", db_index=False)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_internal = models.BooleanField(default=False)
    from_desk = models.BooleanField(default=False, help_text="said by an agent or the desk itself")
    is_automatic = models.BooleanField(default=False, help_text="written by a machine; never answered automatically")
    channel = models.CharField(max_length=10, choices=Ticket.Channel)
    sent_at = models.DateTimeField()
    text = models.TextField(blank=True)
    full_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.TextField(blank=True)
    recipients = models.JSONField(default=dict, blank=True, help_text="addresses as written: {to: [...], cc: [...]}")
    trouble = models.CharField(max_length=200, blank=True, help_text="what could not be read of it")
    words = models.TextField(blank=True, help_text="what the search finds it by, see plumbing.words.tokens.line")

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="messages_of_ticket", fields=["ticket"]),
            HashIndex(name="message_by_message_id", fields=["message_id"], condition=~Q(message_id="")),
            GinIndex(indexed_of("words"), name="message_words"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} of {self.ticket_id}"


class MessageFile(models.Model):
    """An attachment of a message; the content lies in SIRA_HOME/files under its digest."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32, db_index=True, help_text="SHA-256 of the content")
    content_id = models.CharField(max_length=255, blank=True, help_text="set where the message's HTML shows it")

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """Somebody besides requester and agent who takes part: on copy (may answer) or watching from the desk."""

    class Kind(models.TextChoices):
        COPY = "copy", _("On copy")
        WATCHER = "watcher", _("Watching")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="takes_part")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.COPY)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_takes_part_once", fields=["ticket", "person"]),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.ticket_id}"


class TicketLink(models.Model):
    """One ticket's relation to another, read from source to target."""

    class Kind(models.TextChoices):
        RELATED = "related", _("Related to")
        FOLLOW_UP = "follow_up", _("Follow-up of")
        CHILD = "child", _("Part of")
        CAUSED_BY = "caused_by", _("Caused by")
        DUPLICATE = "duplicate", _("Duplicate of")
        SPLIT = "split", _("Split from")

    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.RELATED)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="tickets_are_linked_once_a_kind", fields=["source", "target", "kind"]),
            models.CheckConstraint(name="ticket_is_not_linked_to_itself", condition=~Q(source=F("target"))),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Fact(models.Model):
    """What entries of many tickets have in common, kept once (see plumbing.kept_once).

    kind: of HistoryEntry.Kind.  facts: what a renderer needs, such as {"priority": [4, 2]} (before, after).
    """

    IS_KEPT_ONCE = True

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=9)
    facts = models.JSONField()

    def __str__(self) -> str:
        return f"{self.kind} {self.facts}"

    @classmethod
    def of(cls, kind: str, facts: dict[str, Any]) -> "Fact":
        """Unsaved; HistoryEntry.rows_of brings it to be written with its entry."""
        return rows.made(cls, id=key_of(str(kind), facts), kind=str(kind), facts=facts)


class HistoryManager(models.Manager["HistoryEntry"]):
    def get_queryset(self) -> models.QuerySet["HistoryEntry"]:
        """With the facts, for which every entry would ask by itself."""
        return super().get_queryset().select_related("fact")


class HistoryEntry(models.Model):
    """What happened to a ticket, when, by whom. Facts are kept, words are rendered.

    An entry is found by its ticket: the keys of entries say their order, and have no index.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        CHANGED = "changed", _("Changed")
        DECIDED = "decided", _("Decided")
        ASSIGNED = "assigned", _("Assigned")
        STAGE = "stage", _("Stage")
        WAITING = "waiting", _("Waiting for the requester")
        HELD = "held", _("On hold")
        RESUMED = "resumed", _("Resumed")
        RESOLVED = "resolved", _("Resolved")
        CONFIRMED = "confirmed", _("Confirmed")
        REOPENED = "reopened", _("Reopened")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("ticket", "Withdrawn")
        LINKED = "linked", _("Linked")
        MERGED = "merged", _("Merged")
        UNMERGED = "unmerged", _("Merge undone")
        JOINED_BY = "joined_by", _("Takes part")
        TASK = "task", _("Task")
        APPROVAL = "approval", _("Approval")
        WARNED = "warned", _("Warned")
        BREACHED = "breached", _("Promise broken")
        DELIVERY = "delivery", _("Delivery")
        INCIDENT = "incident", _("Process stuck")
        LATER = "later", _("Answer for later")
        SPLIT = "split", _("Split")
        SIDE = "side", _("Side conversation")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="history", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = HistoryManager()

    class Meta:
        indexes: ClassVar = [models.Index(name="history_of_ticket", fields=["ticket"])]

    def __str__(self) -> str:
        return f"{self.fact_id} of {self.ticket_id}"

    @property
    def kind(self) -> str:
        return self.fact.kind

    @property
    def facts(self) -> dict[str, Any]:
        told: dict[str, Any] = self.fact.facts
        return told

    @staticmethod
    def rows_of(entries: Sequence["HistoryEntry"]) -> tuple[list[Fact], list["HistoryEntry"]]:
        """New entries with their facts before them, for plumbing.rows.insert."""
        return [entry.fact for entry in entries], list(entries)


class Merge(models.Model):
    """One ticket put into another: what moved, so that it can be undone."""

    source = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="merges_from")
    target = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="merges_into")
    moved = models.JSONField(help_text="{messages: [ids], participants: [ids], before: {status, stage}}")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="ticket_is_merged_once_at_a_time", fields=["source"], condition=Q(undone_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"
