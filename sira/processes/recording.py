"""What an advance wants done, gathered and written in as few statements as there are kinds of rows."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.encoding import force_str

from sira.people.models import Person, SupportGroup
from sira.processes import timing, together
from sira.processes.bpmn.graph import Graph
from sira.processes.bpmn.messages import (
    Call,
    Effect,
    Ended,
    GotStuck,
    Listen,
    OpenTask,
    Release,
    SetTimer,
    Throw,
)
from sira.processes.bpmn.state import State
from sira.processes.models import Advance, Incident, Instance, Subscription, Task, Timer, Way

Place = tuple[str, str]  # token and element


class Ledger:
    """Rows of one instance that wait to be written. What is asked for and called off in between never is."""

    def __init__(self, instance: Instance, graph: Graph, at: datetime, cause: dict[str, Any]) -> None:
        self.instance, self.graph, self.at, self.cause = instance, graph, at, cause
        self.steps: list[str] = []
        self.tasks: dict[Place, Task] = {}
        self.timers: dict[Place, Timer] = {}
        self.subscriptions: dict[Place, Subscription] = {}
        self.incidents: dict[Place, Incident] = {}
        self.gone: dict[str, list[Place]] = {}
        self.fired: list[Place] = []
        self.calls: list[Call] = []
        self.thrown: list[Throw] = []
        self.ended: Ended | None = None
        self.opened: list[Task] = []
        self.cancelled: list[str] = []
        self.stuck: list[Incident] = []
        self.uncalled: list[int] = []

    def take(self, effect: Effect) -> None:
        match effect:
            case OpenTask():
                self.tasks[effect.token, effect.element] = self._task(effect)
            case SetTimer(token, element, due):
                due_at = timing.instant(due, self.instance.subject, self.at)
                self.timers[token, element] = Timer(token=int(token), element=element, due_at=due_at)
            case Listen(token, element, kind, name, key):
                self.subscriptions[token, element] = Subscription(
                    subject=self.instance.subject,
                    token=int(token),
                    element=element,
                    kind=kind,
                    name=name,
                    key=key[:200],
                )
            case GotStuck(token, element, code, message):
                self.incidents[token, element] = Incident(
                    token=int(token), element=element, code=code[:60], message=force_str(message), at=self.at
                )
            case Release():
                self._release(effect)
            case Call():
                self.calls.append(effect)
            case Throw():
                self.thrown.append(effect)
            case Ended():
                self.ended = effect

    def _release(self, effect: Release) -> None:
        place = effect.token, effect.element
        pending: dict[Place, Any] = getattr(self, PENDING[effect.kind], {}) if effect.kind in PENDING else {}
        if pending.pop(place, None) is None and effect.kind in PENDING:
            if effect.done and effect.kind in ("timer", "retry"):
                self.fired.append(place)
            elif not (effect.done and effect.kind == "task"):
                self.gone.setdefault(PENDING[effect.kind], []).append(place)
        elif effect.kind == "call" and not effect.done:
            self.uncalled.append(int(effect.token))
            self.calls = [call for call in self.calls if (call.token, call.element) != place]

    def _task(self, effect: OpenTask) -> Task:
        node, subject = self.graph.nodes[effect.element], self.instance.subject
        plan = node.plan
        assert plan is not None
        # Work that somebody is named for is a task of its own; work for nobody in particular is the subject's own.
        kind = "task" if plan.kind == "work" and (plan.assignee or plan.groups) else plan.kind
        asks_many = kind == "approve"  # each is asked by a ballot
        return Task(
            subject=subject,
            token=int(effect.token),
            element=node.id,
            name=node.name[:200],
            kind=kind[:40],
            mandatory=plan.mandatory,
            form=plan.form[:120],
            assignee_id=None if asks_many else person(effect.assignee),
            group_id=None if asks_many else group(effect.groups),
            due_at=timing.instant(effect.due, subject, self.at) if effect.due else None,
            created_at=self.at,
        )

    @property
    def has_task_changes(self) -> bool:
        return bool(self.tasks or self.gone.get("tasks"))

    def write(self, state: State) -> None:
        """What ended before what began: a repeating timer is both."""
        instance = self.instance
        if instance.pk is not None:
            self._write_ended()
        self._stand(state)
        history = [Advance(at=self.at, cause=self.cause, way=Way.of(self.steps))] if self.steps else []
        begun = (self.tasks, self.timers, self.subscriptions, self.incidents)
        together.write(instance, [*(row for rows in begun for row in rows.values()), *history])
        self.opened += self.tasks.values()
        self.stuck += self.incidents.values()
        self.steps, self.fired, self.gone = [], [], {}
        self.tasks, self.timers, self.subscriptions, self.incidents = {}, {}, {}, {}

    def _stand(self, state: State) -> None:
        instance = self.instance
        instance.state = state.stored()
        if self.ended is not None:
            instance.status = Instance.Status.CANCELLED if self.ended.cancelled else Instance.Status.ENDED
            instance.ended_at = self.at
            return
        held = any(wait[0] == "incident" for waits in state.waits.values() for wait in waits.values())
        if instance.status == Instance.Status.STUCK and not held and not self.incidents:
            Incident.objects.filter(instance=instance, resolved_at=None).update(resolved_at=self.at)
        instance.status = Instance.Status.STUCK if held or self.incidents else Instance.Status.RUNNING

    def _write_ended(self) -> None:
        instance = self.instance
        if self.fired:
            at_places(Timer.objects.filter(instance=instance, fired_at=None), self.fired).update(fired_at=self.at)
        if places := self.gone.get("tasks"):
            open_tasks = Task.objects.filter(instance=instance, state=Task.State.OPEN)
            open_tasks.filter(token__in=[int(token) for token, _element in places]).update(
                state=Task.State.CANCELLED, done_at=self.at
            )
            self.cancelled += (element for _token, element in places)
        if places := self.gone.get("timers"):
            at_places(Timer.objects.filter(instance=instance, fired_at=None), places).delete()
        if places := self.gone.get("subscriptions"):
            at_places(Subscription.objects.filter(instance=instance), places).delete()
        if places := self.gone.get("incidents"):
            unresolved = Incident.objects.filter(instance=instance, resolved_at=None)
            at_places(unresolved, places).update(resolved_at=self.at)


PENDING = {
    "task": "tasks",
    "timer": "timers",
    "retry": "timers",
    "message": "subscriptions",
    "signal": "subscriptions",
    "condition": "subscriptions",
    "incident": "incidents",
}


def at_places(rows: Any, places: list[Place]) -> Any:
    """Those of the rows that belong to one of the tokens and elements."""
    if len(places) == 1:
        return rows.filter(token=int(places[0][0]), element=places[0][1])
    wanted = Q()
    for token, element in places:
        wanted |= Q(token=int(token), element=element)
    return rows.filter(wanted)


def person(given: Any) -> int | None:
    """The person a drawing means by an id or a mail address."""
    text = first(given)
    if not text:
        return None
    people = Person.objects.filter(is_active=True)
    found = people.filter(pk=int(text)) if text.isdecimal() else people.filter(email__iexact=text)
    return found.values_list("id", flat=True).first()


def group(given: Any) -> int | None:
    """The support group a drawing means by an id or a key; of several the first that exists."""
    for text in [given] if not isinstance(given, list) else given:
        for part in str(text if text is not None else "").split(","):
            wanted = {"pk": int(part)} if part.strip().isdecimal() else {"key": part.strip()}
            if part.strip() and (found := SupportGroup.objects.filter(**wanted).values_list("id", flat=True).first()):
                return found
    return None


def first(given: Any) -> str:
    if isinstance(given, list):
        given = given[0] if given else ""
    return str(given if given is not None else "").strip()
