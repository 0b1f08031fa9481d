"""The desk as a drawing that is tried out sees it: its tables and texts, but nothing is changed and nobody told."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people.models import Person, SupportGroup
from sira.processes import naming
from sira.processes.bpmn.expressions import NotAnExpression, WorkingTime
from sira.processes.bpmn.graph import Graph, Node
from sira.processes.bpmn.messages import OpenTask
from sira.processes.tasks import particulars, planning
from sira.processes.tasks.refusals import NobodyToApprove
from sira.routing import agents
from sira.routing.work import Work
from sira.shell import formats
from sira.studio.rehearsal import asking
from sira.studio.rehearsal.desk import Desk
from sira.studio.rehearsal.playing import Play
from sira.studio.rehearsal.stand_ins import STAND_INS
from sira.studio.rehearsal.story import Place
from sira.studio.words import RECIPIENTS
from sira.tickets import local_time

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

    def zone(self) -> tzinfo:
        calendar = self.desk.calendar(self.calendar_key())
        return calendar.zone if calendar else UTC

    def after(self, amount: WorkingTime, at: datetime) -> datetime:
        calendar = self.desk.calendar(self.calendar_key())
        if calendar is None:
            return at + timedelta(**{amount.unit: float(amount.amount)})
        return local_time.ends(calendar, amount, at)

    def calendar_key(self) -> int | None:
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
        try:
            readers = list(asking.readers(node, task, self.told, self.facts["requester"].get("id")))
        except NobodyToApprove as refused:
            play.line("wrong", node, refused.message)
            return
        self._ask(kind, node, readers, due, play, place)

    def overdue(self, node: Node, task: OpenTask, due: datetime | None, play: Play, place: Place) -> None:
        """They are reminded, or their managers asked; of whoever has none, they themselves are reminded."""
        if not self.write_mails:
            return
        try:
            people = asking.asked_people(node, task, self.facts["requester"].get("id"))
        except NobodyToApprove:
            return  # which was said when it was asked
        instead: list[Person] = []
        if node.headers.get("at_deadline") == planning.ESCALATE:
            instead, people = asking.above(people, without=self.facts["requester"].get("id"))
        self._ask(asking.kind_of(node), node, asking.addressed(instead), due, play, place)
        self._ask(asking.kind_of(node), node, asking.addressed(people), due, play, place, again=True)

    def _ask(
        self,
        kind: str,
        node: Node,
        readers: Iterable[tuple[str, str, str]],
        due: datetime | None,
        play: Play,
        place: Place,
        **more: Any,
    ) -> None:
        variables = play.variables(place)
        for to in readers:
            self._write(kind, node, to, asking.placeholders(node, to[0], to[2], variables, due) | more, play)

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
        self.notices.append(naming.step(node))
        if not self.write_mails:
            return
        name, address, language = self.told
        texts = {part: particulars.texts(node.headers, part, variables) for part in ("subject", "text")}
        subject = particulars.in_language(texts["subject"], language) or self.ticket.get("subject") or ""
        text = particulars.in_language(texts["text"], language)
        given = node.headers.get("to", "").strip()
        requester = f"{name} <{address}>" if address else name
        to = requester if given in ("", "requester") else self._named(given, variables, play)
        letter = Letter("own", to, language or "en", subject, text)
        self.letters.append(letter)
        play.line("mail", node, subject, letter)

    def _named(self, given: str, variables: Mapping[str, Any], play: Play) -> str:
        """Whom a text goes to: groups, people, the agent; what it comes to, where the drawing computes it."""
        try:
            found = planning.compiled(given).of(variables, play.at)
        except NotAnExpression:
            return given
        names = self.desk.names
        told = {**dict(RECIPIENTS), **names.group, **{str(key): name for key, name in names.people.items()}}
        parts = [str(one) for one in (found if isinstance(found, list) else [found]) if one not in (None, "")]
        return formats.listed((str(told.get(one, one)) for one in parts), get_language() or "en") or "–"
