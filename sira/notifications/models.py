"""Notices and mails that go out, what became of each, and how people wish to be told."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person, SupportGroup


class OutgoingMail(models.Model):
    """One mail to one person (and those on copy), from the moment it is decided until its fate is known.

    subject: the id of the ticket, empty for mails about none (signing in).  message: the id of the message it carries.
    kind: which text, see templates/notifications/mails.  placeholders: all that the text needs, frozen when it was
    decided, so that a retry sends the same bytes; none once it is sent.  answer: the server's own words.
    unseen: whether the notice that it is still waits behind the bell; empty for what is no notice, and where the person
    does not want it there.  opens: the id of the ballot, task or note that a notice leads to, where it is not the
    ticket itself.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        DELAYED = "delayed", _("Delayed, will be tried again")
        REFUSED = "refused", _("Refused")
        UNSURE = "unsure", _("Perhaps sent: the server's answer was lost")
        KEPT = "kept", _("Not sent: no mail server is set")
        DIGEST = "digest", _("Waits for the next digest")
        TOLD = "told", _("Told in a digest")
        UNASKED = "unasked", _("Not by mail: the person chose so")

    ACTIVE = (State.QUEUED, State.DELAYED)
    UNDELIVERED = (State.REFUSED, State.UNSURE, State.KEPT)

    subject = models.BigIntegerField(null=True)
    message = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    to = models.CharField(max_length=254)
    copies = models.JSONField(null=True, help_text="addresses on copy")
    language = models.CharField(max_length=5)
    placeholders: Any = models.JSONField(null=True, blank=True, default=dict)
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled: Any = models.JSONField(
        null=True,
        blank=True,
        default=dict,
        help_text="{address: sent or refused} of those that are done, while others are not",
    )
    answer = models.TextField(blank=True)
    unseen = models.BooleanField(null=True)
    opens = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="sent_mail_has_a_time", condition=~Q(state="sent") | Q(sent_at__isnull=False)),
        ]
        indexes: ClassVar = [
            models.Index(name="mails_to_do", fields=["next_at"], condition=Q(next_at__isnull=False)),
            # Not with the time: a person has at most one an hour, and entries that differ in nothing share their key.
            models.Index(name="mails_acknowledging", fields=["person"], condition=Q(kind="acknowledgement")),
            models.Index(name="mails_of_subject", fields=["subject"], condition=Q(subject__isnull=False)),
            models.Index(name="notices_of_person", fields=["person", "id"], condition=Q(unseen__isnull=False)),
            models.Index(name="notices_not_seen", fields=["person"], condition=Q(unseen=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"


class OutgoingServer(models.Model):
    """The server that takes the desk's mail, where an administrator has named one; it goes before the settings.

    secret: the password, sealed (sira.plumbing.sealing); written, never shown.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, default="starttls", help_text="starttls, tls or none")
    user = models.CharField(max_length=254, blank=True)
    secret = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="there_is_one_outgoing_server", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Wish(models.Model):
    """How somebody is told of what concerns them, or how a group's members are who have not chosen themselves.

    ways: {kind: words of kinds.WAYS}; a kind that is missing has the usual ones.  digest_hour: of the person's clock.
    quiet_from, quiet_to: hours of the person's clock; from 20 to 7 goes over midnight.
    """

    class Every(models.TextChoices):
        HOUR = "hour", _("Every hour")
        DAY = "day", _("Once a day")

    class Quiet(models.TextChoices):
        NEVER = "never", _("Never")
        HOURS = "hours", _("At these hours")
        WORK = "work", _("Outside my working hours")

    class Then(models.TextChoices):
        AFTER = "after", _("Comes when the quiet is over")
        DIGEST = "digest", _("Comes in the next digest")

    person = models.OneToOneField(Person, null=True, on_delete=models.CASCADE, related_name="+")
    group = models.OneToOneField(SupportGroup, null=True, on_delete=models.CASCADE, related_name="+")
    ways: Any = models.JSONField(default=dict)
    every = models.CharField(max_length=4, choices=Every, default=Every.DAY)
    digest_hour = models.PositiveSmallIntegerField(default=8)
    quiet = models.CharField(max_length=5, choices=Quiet, default=Quiet.NEVER)
    quiet_from = models.PositiveSmallIntegerField(default=20)
    quiet_to = models.PositiveSmallIntegerField(default=7)
    quiet_then = models.CharField(max_length=6, choices=Then, default=Then.AFTER)
    lets_promises_through = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="wish_is_of_a_person_or_of_a_group", condition=Q(person=None) ^ Q(group=None)),
            models.CheckConstraint(
                name="wish_names_hours_of_a_day",
                condition=Q(digest_hour__lt=24) & Q(quiet_from__lt=24) & Q(quiet_to__lt=24),
            ),
        ]

    def __str__(self) -> str:
        return f"wish of {self.person_id or self.group_id}"


class PushKey(models.Model):
    """By which push services know the desk (RFC 8292), made once.  public: as browsers take it.  secret: sealed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    public = models.CharField(max_length=100)
    secret = models.TextField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="there_is_one_push_key", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.public


class PushDevice(models.Model):
    """A browser that asked to be told of its person's notices.

    endpoint: the push service's address for it.  digest: SHA-256 of that.  key, secret: the browser's (RFC 8291).
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    endpoint = models.TextField()
    digest = models.BinaryField(unique=True)
    key = models.CharField(max_length=100)
    secret = models.CharField(max_length=50)
    name = models.CharField(max_length=200, blank=True, help_text="what the browser calls itself")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"device of {self.person_id}"


class Push(models.Model):
    """A notice on its way to a device.  notice: the id of an OutgoingMail.  next_at: empty once it is over."""

    notice = models.BigIntegerField()
    device = models.ForeignKey(PushDevice, on_delete=models.CASCADE, related_name="pushes", db_index=False)
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="device_is_told_once_of_a_notice", fields=["device", "notice"]),
        ]
        indexes: ClassVar = [
            models.Index(name="pushes_to_do", fields=["next_at"], condition=Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.notice} to {self.device_id}"
