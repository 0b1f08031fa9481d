"""The desk as a drawing that is tried out sees it: its tables and texts, but nothing is changed and nobody told."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from sira.calendars.compiled import edition_in_force, working_time
from sira.calendars.refusals import NoCalendar
from sira.decisions.compiled import model_of
from sira.decisions.dmn import DrawingProblem
from sira.decisions.feel import FeelProblem
from sira.decisions.models import DecisionVersion
from sira.decisions.plain import plain
from sira.decisions.refusals import BadDrawing, NoSuchDecision, Stopped
from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people.models import SupportGroup
from sira.processes import versions
from sira.processes.bpmn.compiling import compile_process
from sira.processes.bpmn.expressions import WorkingTime
from sira.processes.bpmn.graph import Graph, Node
from sira.processes.bpmn.messages import OpenTask
from sira.processes.bpmn.reading import read
from sira.processes.deciding import DECIDE
from sira.processes.models import ProcessVersion
from sira.processes.tasks import particulars
from sira.routing import agents
from sira.routing.work import Work
from sira.studio.rehearsal import asking
from sira.studio.rehearsal.playing import Place, Play

USUAL_DAY = timedelta(hours=8)  # as sira.tickets.watching counts a working day
LINK = "https://…"


@dataclass(frozen=True)
class Letter:
    """A mail that would have been sent, as it would read."""

    kind: str
    to: str
    language: str
    subject: str
    text: str


@dataclass
class Desk:
    """What is read once for many plays: published tables and drawings, groups, calendars.

    instead: a table tried out in place of the published one, by key.
    """

    instead: Mapping[str, DecisionVersion] = field(default_factory=dict)
    calendars: dict[int | None, Any] = field(default_factory=dict)

    @cached_property
    def decisions(self) -> dict[str, DecisionVersion]:
        rows = DecisionVersion.objects.filter(status=DecisionVersion.Status.PUBLISHED).defer("source")
        return {row.key: row for row in rows} | dict(self.instead)

    @cached_property
    def drawings(self) -> dict[str, Graph]:
        rows = ProcessVersion.objects.filter(status=ProcessVersion.Status.PUBLISHED).values_list("key", "pk")
        return {key: versions.graph_of(pk) for key, pk in rows}

    @cached_property
    def groups(self) -> dict[str, SupportGroup]:
        return {group.key: group for group in SupportGroup.objects.all()}

    def decide(self, key: str, facts: Mapping[str, Any], at: datetime) -> Any:
        """The result, as JSON. Raises NoSuchDecision, Stopped, BadDrawing."""
        row = self.decisions.get(key)
        if row is None:
            raise NoSuchDecision(key)
        try:
            return plain(model_of(row.pk, row.digest).decide(facts, at=at, traced=False).value)
        except FeelProblem as problem:
            raise Stopped(key, problem) from problem
        except DrawingProblem as problem:
            raise BadDrawing([problem]) from problem

    def calendar(self, key: int | None) -> Any:
        if key not in self.calendars:
            try:
                self.calendars[key] = working_time(edition_in_force(key))
            except NoCalendar:
                self.calendars[key] = None
        return self.calendars[key]


@dataclass
class TicketScene:
    """A ticket, real or invented. told: whom mails go to (name, address, language).  number: what mails call it."""

    desk: Desk
    facts: dict[str, Any]
    told: tuple[str, str, str] = ("", "", "en")
    calendar: int | None = None
    write_mails: bool = True
    letters: list[Letter] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    agent: str = ""

    def __post_init__(self) -> None:
        self.facts = deepcopy(self.facts)
        self.facts.setdefault("ticket", {})
        self.facts.setdefault("requester", {})

    @property
    def ticket(self) -> dict[str, Any]:
        return self.facts["ticket"]

    def graph_of(self, key: str) -> Graph | None:
        return self.desk.drawings.get(key)

    def after(self, amount: WorkingTime, at: datetime) -> datetime:
        calendar = self.desk.calendar(self._calendar())
        unit = USUAL_DAY if amount.unit == "days" else timedelta(**{amount.unit: 1})
        return calendar.add(at, float(amount.amount) * unit) if calendar else at + float(amount.amount) * unit

    def _calendar(self) -> int | None:
        group = self.desk.groups.get(self.ticket.get("group") or "")
        return (group.calendar_id if group else None) or self.calendar

    def perform(self, node: Node, variables: Mapping[str, Any], play: Play) -> Mapping[str, Any]:
        stand_in = STAND_INS.get(node.task_type)
        if stand_in is None:
            play.line("does", node, _("This step is not done in a dry run; the drawing goes on as if it had worked."))
            return {}
        return stand_in(self, node, variables, play) or {}

    def dealt(self, group: SupportGroup, said: str, at: datetime) -> str:
        """Who of the group would get it as things stand at that time; nothing is counted for them."""
        asked = Work(
            channel=str(self.ticket.get("channel") or ""),
            language=str(self.ticket.get("language") or ""),
            requester=self.facts["requester"].get("id"),
        )
        choice = agents.foresee(group, at=at, work=asked)
        if choice.agent is None:
            return (
                said if choice.reasons["why"] == "taken_from_queue" else f"{said} – {_('nobody can be given it now')}"
            )
        self.agent = choice.agent.name
        self.ticket.update(agent=choice.agent.pk, has_agent=True)
        return f"{said} – {choice.agent.name}"

    def mail(self, kind: str, node: Node, play: Play) -> None:
        """What the requester would be told, in the requester's language."""
        self.notices.append(kind)
        if not self.write_mails:
            return
        self._write(kind, node, self.told, {"resolution": "…"}, play)

    def asks(self, node: Node, task: OpenTask, due: datetime | None, play: Play, place: Place) -> None:
        """What those would read who are asked to approve, to fill in or to do something."""
        kind = asking.kind_of(node)
        if not kind or not self.write_mails:
            return
        variables = play.variables(place)
        for to in asking.readers(node, task, self.told, self.facts["requester"].get("id")):
            said = asking.placeholders(node, to[0], to[2], variables, due)
            self._write(kind, node, to, said, play)

    def _write(self, kind: str, node: Node, to: tuple[str, str, str], more: Mapping[str, Any], play: Play) -> None:
        name, address, language = to
        group = self.desk.groups.get(self.ticket.get("group") or "")
        said = {
            "number": self.ticket.get("number") or "…",
            "subject": self.ticket.get("subject") or "",
            "requester": self.told[0],
            "agent": self.agent,
            "stage": self.ticket.get("stage"),
            "link": LINK,
            "to_name": name,
            **more,
        }
        unsent = OutgoingMail(kind=kind, to=address, language=language or "en", placeholders=said)
        subject, text, _html = writing.texts(unsent, group)
        letter = Letter(kind, f"{name} <{address}>" if address else name, unsent.language, subject, text)
        self.letters.append(letter)
        play.line("mail", node, subject, letter)

    def own_mail(self, node: Node, variables: Mapping[str, Any], play: Play) -> None:
        """What the drawing itself says, in the requester's language, to whom it names."""
        self.notices.append(node.name or node.id)
        if not self.write_mails:
            return
        name, address, language = self.told
        texts = {part: particulars.texts(node.headers, part, variables) for part in ("subject", "text")}
        subject = particulars.in_language(texts["subject"], language) or self.ticket.get("subject") or ""
        text = particulars.in_language(texts["text"], language)
        given = node.headers.get("to", "").strip()
        to = given if given and given != "requester" else f"{name} <{address}>" if address else name
        letter = Letter("own", to, language or "en", subject, text)
        self.letters.append(letter)
        play.line("mail", node, subject, letter)


Done = Mapping[str, Any] | None
StandIn = Callable[[TicketScene, Node, Mapping[str, Any], Play], Done]


def priority(scene: TicketScene, node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    result = scene.desk.decide("priority", scene.facts, play.at)
    scene.ticket["priority"] = result["priority"] if isinstance(result, dict) else result
    play.line("does", node, _said(scene.ticket["priority"]))
    return None


def promise(scene: TicketScene, node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    result = scene.desk.decide("promises", scene.facts, play.at) or {}
    calendar = scene.desk.calendar(scene._calendar())
    until = {
        target: calendar.add(play.at, timedelta(minutes=float(minutes))) if calendar else None
        for target, minutes in result.items()
        if isinstance(minutes, int | float) and minutes
    }
    play.line("does", node, detail=until)
    return None


def route(scene: TicketScene, node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    result = scene.desk.decide("routing", scene.facts, play.at)
    key = result.get("group") if isinstance(result, dict) else result
    group = scene.desk.groups.get(key or "")
    scene.ticket["group"], scene.ticket["stage"] = (
        (group.key, "assigned") if group else (None, scene.ticket.get("stage"))
    )
    said = group.name if group else _("No group is named for it.")
    if group and scene.write_mails:
        said = scene.dealt(group, said, play.at)
    play.line("does", node, said)
    return None


def stage(scene: TicketScene, node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    given = node.headers.get("stage", "")
    if given != scene.ticket.get("stage"):
        scene.ticket["stage"] = given
        scene.mail("stage", node, play)
    return None


def notify(scene: TicketScene, node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    """A standing text, or the drawing's own to whomever it names."""
    if kind := node.headers.get("kind"):
        scene.mail(kind, node, play)
    else:
        scene.own_mail(node, variables, play)
    return None


def reply(scene: TicketScene, node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    scene.own_mail(node, variables, play)
    return None


def set_field(scene: TicketScene, node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    """What the input mappings and headers give, in the facts of this play alone."""
    given: dict[str, Any] = {name: particulars.filled(text, variables) for name, text in node.headers.items()}
    given |= {target: variables.get(target) for target, _source in node.inputs}
    for name, value in given.items():
        place, _dot, field_ = name.partition(".")
        if place == "fields" and field_:
            scene.ticket.setdefault("fields", {})[field_] = value
        elif name in scene.ticket:
            scene.ticket[name] = value
    play.line("does", node, _said(given))
    return None


def open_child(_scene: TicketScene, node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    play.line("does", node, _("A child ticket would be opened."))
    return {"child": "…"}


def resolve(scene: TicketScene, node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    scene.ticket.update(status="resolved", stage="testing")
    scene.mail("resolved", node, play)
    return None


def close(scene: TicketScene, node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    scene.ticket.update(status="closed", stage="closed")
    scene.mail("closed", node, play)
    return None


def decide(scene: TicketScene, node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    key, name = node.headers["decision"], node.headers.get("result", "")
    result = scene.desk.decide(key, dict(variables), play.at)
    play.line("does", node, _said(result))
    if name:
        return {name: result}
    return result if isinstance(result, dict) else {}


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    return "–" if value is None else str(value)


STAND_INS: dict[str, StandIn] = {
    "sira:priority": priority,
    "sira:promise": promise,
    "sira:route": route,
    "sira:stage": stage,
    "sira:notify": notify,
    "sira:reply": reply,
    "sira:set": set_field,
    "sira:open_child": open_child,
    "sira:resolve": resolve,
    "sira:close": close,
    DECIDE: decide,
}


def drawing_of(source: str, key: str) -> Graph:
    """Raises NotReadable, NotRunnable."""
    return compile_process(read(source), key)
