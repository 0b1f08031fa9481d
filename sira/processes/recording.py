"""What an advance wants done, gathered and written in as few statements as there are kinds of rows."""

from datetime import datetime
from typing import Any

from django.utils.encoding import force_str

from sira.people.models import Person, SupportGroup
from sira.plumbing import rows
from sira.processes import together
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
from sira.processes.models import Advance, Incident, Instance, Subscription, Task, Timer
from sira.processes.over import Over, Place


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
                self.timers[token, element] = Timer(token=int(token), element=element, due_at=due)
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
        return rows.made(
            Task,
            subject=subject,
            token=int(effect.token),
            element=node.id,
            name=node.name[:200],
            kind=kind[:40],
            mandatory=plan.mandatory,
            form=plan.form[:120],
            assignee_id=None if asks_many else person(effect.assignee),
            group_id=None if asks_many else group(effect.groups),
            due_at=effect.due,
            created_at=self.at,
        )

    @property
    def has_task_changes(self) -> bool:
        return bool(self.tasks or self.gone.get("tasks"))

    def write(self, state: State) -> None:
        """All rows in one statement, unless one ends and begins at the same place: a repeating timer does."""
        instance, over = self.instance, Over(self.fired, self.gone, self.at)
        if any(over.begins_again(kind, getattr(self, kind)) for kind in BEGUN):
            over.write(instance.pk)
            over = Over([], {}, self.at)
        self._stand(state)
        history = [Advance.told(self.cause, self.steps, self.at)] if self.steps else []
        rows = [row for kind in BEGUN for row in getattr(self, kind).values()]
        together.write(instance, [*rows, *history], over)
        self.opened += self.tasks.values()
        self.stuck += self.incidents.values()
        self.cancelled += (element for _token, element in self.gone.get("tasks", ()))
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


BEGUN = ("tasks", "timers", "subscriptions", "incidents")
PENDING = {
    "task": "tasks",
    "timer": "timers",
    "retry": "timers",
    "message": "subscriptions",
    "signal": "subscriptions",
    "condition": "subscriptions",
    "incident": "incidents",
}


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
