"""Running instances go on in another version of their drawing: first looked at step by step, then moved.

What is waited for stays waited for: open tasks keep who has them, timers and tasks keep their due dates.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.people.rights import Right, has
from sira.plumbing.refusals import NotAllowed
from sira.processes import blocks, together, versions
from sira.processes.bpmn.state import State
from sira.processes.bpmn.transferring import Carried, Standing, carry
from sira.processes.models import Incident, Instance, ProcessVersion, Subscription, Task, Timer
from sira.processes.recording import Ledger
from sira.processes.refusals import CannotTransfer

Mapped = Mapping[str, str]
MOST_LOOKED_AT = 500  # instances


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would become of an instance. problems: what stands against it besides tokens without a place."""

    instance: Instance
    standing: list[Standing]
    problems: list[str | Promise]

    @property
    def fits(self) -> bool:
        return not self.problems and all(each.to for each in self.standing)


@dataclass(frozen=True, slots=True)
class Look:
    """What would become of all that runs on a version. running: how many; rehearsed: of the first of them."""

    running: int
    rehearsed: list[Rehearsed]

    @property
    def fitting(self) -> int:
        return sum(each.fits for each in self.rehearsed)

    def standing(self) -> list[tuple[str, str, int, str | Promise]]:
        """Steps where tokens stand: id, where they would go (empty: nowhere), how many, and why there is no place."""
        found = [one for each in self.rehearsed for one in each.standing]
        reasons = {one.element: one.reason for one in found if not one.to}
        counted = Counter((one.element, one.to) for one in found)
        return [
            (element, to, number, "" if to else reasons.get(element, ""))
            for (element, to), number in sorted(counted.items())
        ]

    def against(self) -> list[tuple[str, int]]:
        """What else keeps instances where they are, and how many, the commonest first."""
        return Counter(str(problem) for each in self.rehearsed for problem in each.problems).most_common()


def may_transfer(person: Person) -> bool:
    return has(person, Right.DRAW)


def running_on(version: ProcessVersion) -> QuerySet[Instance]:
    """Those that could be moved from it, the oldest first."""
    return Instance.objects.filter(version=version, status__in=Instance.ACTIVE).order_by("id")


def goals(version: ProcessVersion) -> QuerySet[ProcessVersion]:
    """Versions of the same process in which its instances can go on, the newest first."""
    others = ProcessVersion.objects.filter(key=version.key).exclude(pk=version.pk)
    return others.exclude(status=ProcessVersion.Status.DRAFT).order_by("-version")


def rehearse(
    instances: Iterable[Instance], to: ProcessVersion, *, mapping: Mapped | None = None, at: datetime
) -> list[Rehearsed]:
    """Where each token of each instance would stand; nothing changes. mapping: element before to element there."""
    return [_rehearsed(instance, to, mapping or {}, at) for instance in instances]


@transaction.atomic
def look(version: ProcessVersion, to: ProcessVersion, *, mapping: Mapped | None = None, at: datetime) -> Look:
    """Where all that runs on a version would stand in the other one.

    Facts of tickets are read under their locks, so the transaction is undone as a whole.
    """
    running = running_on(version)
    found = Look(running.count(), rehearse(running[:MOST_LOOKED_AT], to, mapping=mapping, at=at))
    transaction.set_rollback(True)
    return found


@transaction.atomic
def transfer(
    instance: Instance, to: ProcessVersion, *, mapping: Mapped | None = None, by: Person, at: datetime
) -> Instance:
    """Let the instance go on in the other version. Raises NotAllowed, CannotTransfer."""
    if not may_transfer(by):
        raise NotAllowed
    blocks.lock(instance.subject)
    instance = together.lock(instance.pk)
    carried = _carried(instance, to, mapping or {}, at)
    if not carried.fits:
        raise CannotTransfer([*carried.problems, *(_says(each) for each in carried.standing if not each.to)])
    before, graph = instance.version_id, versions.graph_of(to.pk)
    _rename(instance, carried, to)
    instance.version = to
    instance.save(update_fields=["version"])
    cause = {"transfer": {"from": before, "to": to.pk}, "by": by.pk}
    ledger = Ledger(instance, graph, at, cause)
    ledger.steps = [f"+{each.to}" for each in carried.standing if each.to != each.element] or [
        f"+{each.to}" for each in carried.standing
    ]
    for effect in carried.effects:
        ledger.take(effect)
    ledger.write(carried.state)
    return instance


def transfer_all(
    version: ProcessVersion, to: ProcessVersion, *, mapping: Mapped | None = None, by: Person, at: datetime
) -> tuple[int, list[Rehearsed]]:
    """Every running instance of the version, each in a transaction of its own: how many were moved, and who stayed."""
    moved, stayed = 0, []
    for instance in list(running_on(version)):
        try:
            transfer(instance, to, mapping=mapping, by=by, at=at)
            moved += 1
        except CannotTransfer:
            stayed += rehearse([instance], to, mapping=mapping, at=at)
    return moved, stayed


def _rehearsed(instance: Instance, to: ProcessVersion, mapping: Mapped, at: datetime) -> Rehearsed:
    carried = _carried(instance, to, mapping, at)
    return Rehearsed(instance, carried.standing, carried.problems)


def _carried(instance: Instance, to: ProcessVersion, mapping: Mapped, at: datetime) -> Carried:
    version = instance.version
    if version.key != to.key:
        return Carried(State(), [], [_("It is a version of another process.")])
    if to.status == ProcessVersion.Status.DRAFT:
        return Carried(State(), [], [_("A draft runs nothing. Publish it first.")])
    if instance.status not in Instance.ACTIVE:
        return Carried(State(), [], [_("It has ended already.")])
    old, new = versions.graph_of(version.pk), versions.graph_of(to.pk)
    facts = blocks.facts_of(instance.subject)
    return carry(old, new, State.read(instance.state), mapping, facts=facts(), at=at)


def _says(standing: Standing) -> str | Promise:
    return f"{standing.name}: {standing.reason}"


def _rename(instance: Instance, carried: Carried, to: ProcessVersion) -> None:
    """Rows follow their elements, and say what the new drawing says; who has a task and when it is due stays."""
    nodes = versions.graph_of(to.pk).nodes
    for token, before, now in carried.renamed:
        node = nodes[now]
        place = {"instance": instance, "token": int(token), "element": before}
        Timer.objects.filter(**place, fired_at=None).update(element=now)
        Incident.objects.filter(**place, resolved_at=None).update(element=now)
        Subscription.objects.filter(**place).update(element=now, name=node.event.name if node.event else "")
        form = {"form": node.plan.form[:120]} if node.plan else {}
        Task.objects.filter(**place, state=Task.State.OPEN).update(element=now, name=node.name[:200], **form)
