"""What happened to an instance, and what it called elsewhere."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from sira.plumbing import rows
from sira.plumbing.kept_once import key_of
from sira.processes.models.running import Instance


class WebCall(models.Model):
    """A call that a process made to another system, without what was sent or answered.

    status: of the answer.  trouble: why there is none, or none that counts.
    """

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="web_calls")
    element = models.CharField(max_length=120)
    at = models.DateTimeField()
    method = models.CharField(max_length=6)
    host = models.CharField(max_length=255)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField()
    trouble = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.method} {self.host}: {self.status or self.trouble}"


class Way(models.Model):
    """The steps of an advance, kept once for all instances that went the same way (see plumbing.kept_once).

    cause: what set it going, as far as it is no number, such as {"start": "ticket"}.
    steps: in order; "x" passed the element x, "+x" waits at it, "-x" was called off, "!x" got stuck,
    "~x" took the flow x out of several.
    """

    IS_KEPT_ONCE = True

    id = models.BigIntegerField(primary_key=True)
    cause = models.JSONField(default=dict)
    steps = models.JSONField()

    def __str__(self) -> str:
        return " ".join(self.steps)


class Advance(models.Model):
    """What one stimulus made of an instance: one row for all steps, because a row for each would fill the disk.

    own: the numbers of what set it going, which are this one's alone, such as {"task": 12, "by": 5}.
    """

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="history", db_index=False)
    at = models.DateTimeField()
    own = models.JSONField(null=True)
    way = models.ForeignKey(Way, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        # Not with the id: entries that differ in nothing share their key, and an instance has few.
        indexes: ClassVar = [models.Index(name="advances_of_instance", fields=["instance"])]

    def __str__(self) -> str:
        return f"{self.way_id} at {self.at}"

    @classmethod
    def told(cls, cause: dict[str, Any], steps: list[str], at: datetime) -> "Advance":
        """Unsaved, with its way, which is written with it."""
        own = {name: value for name, value in cause.items() if isinstance(value, int)}
        rest = {name: value for name, value in cause.items() if name not in own}
        way = rows.made(Way, id=key_of(rest, steps), cause=rest, steps=steps)
        return rows.made(cls, at=at, own=own or None, way=way)

    @property
    def cause(self) -> dict[str, Any]:
        return {**self.way.cause, **(self.own or {})}

    @property
    def steps(self) -> list[str]:
        found: list[str] = self.way.steps
        return found
