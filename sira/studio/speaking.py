"""What conditions and texts of a drawing can speak of, and under which names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from sira.forms.models import FormVersion
from sira.forms.schema import Schema, fields
from sira.processes import calling, naming
from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.processes.bpmn.particulars import DECIDE
from sira.processes.tasks import particulars
from sira.studio.answered import ANSWERS, YES_NO, Fact, Words, answer, begun, kept_on_ticket
from sira.studio.asked_first import begun_with
from sira.tickets.facts_in_words import codes_of

LEVELS = ("high", "medium", "low")
VOUCHED = ("pass", "fail", "softfail", "neutral", "none")
KNOWN = frozenset({"ticket", "requester", "message"})
BEGUN_WITH = frozenset({"reopened", "loopCounter"})  # what the desk and the engine hand in
PROVED = ("message.dmarc", "message.dkim", "message.spf")
# Whom these mean is kept as a number: a drawing asks them or tells them, but no text says it.
PEOPLE = (
    "requester.id", "requester.manager", "requester.leads", "ticket.agent", "ticket.service_owner", "stand_in_id",
)  # fmt: skip

# Path, words, values to choose from.  As sira.tickets.facts gives them.
FACTS: list[tuple[str, Words, tuple[str, ...]]] = [
    ("ticket.type", gettext_lazy("Type"), ()),
    ("ticket.priority", gettext_lazy("Priority"), ("critical", "high", "medium", "low")),
    ("ticket.impact", gettext_lazy("Impact"), LEVELS),
    ("ticket.urgency", gettext_lazy("Urgency"), LEVELS),
    ("ticket.category", gettext_lazy("Category"), ()),
    ("ticket.service", gettext_lazy("Service"), ()),
    ("message.text", gettext_lazy("What the request said first"), ()),
    ("message.dmarc", gettext_lazy("The mail's sender by DMARC"), VOUCHED),
    ("message.dkim", gettext_lazy("The mail's sender by DKIM"), VOUCHED),
    ("message.spf", gettext_lazy("The mail's sender by SPF"), VOUCHED),
    ("ticket.service_owner", gettext_lazy("The service's owner"), ()),
    ("ticket.group", gettext_lazy("Group"), ()),
    ("ticket.agent", gettext_lazy("The ticket's agent"), ()),
    ("ticket.has_agent", gettext_lazy("Somebody has the ticket"), YES_NO),
    ("ticket.needs_test", gettext_lazy("Its type needs a test"), YES_NO),
    ("ticket.stage", gettext_lazy("Stage"), ("opened", "assigned", "in_work", "testing", "closed")),
    ("ticket.status", gettext_lazy("State"), ("open", "waiting", "held", "resolved", "closed")),
    (
        "ticket.channel",
        gettext_lazy("Channel"),
        ("mail", "portal", "form", "phone", "walk_in", "chat", "api", "monitoring"),
    ),
    ("ticket.language", gettext_lazy("Language of the ticket"), ("en", "tr", "fa", "pl")),
    ("ticket.number", pgettext_lazy("ticket", "Number"), ()),
    ("ticket.subject", gettext_lazy("Subject"), ()),
    ("ticket.tags", gettext_lazy("Tags"), ()),
    (ANSWERS, gettext_lazy("Answers of the request's form"), ()),
    ("requester.name", gettext_lazy("The requester's name"), ()),
    ("requester.mail", gettext_lazy("The requester's mail address"), ()),
    ("requester.id", gettext_lazy("The requester"), ()),
    ("requester.manager", gettext_lazy("The requester's manager"), ()),
    ("requester.leads", gettext_lazy("Who leads the requester's groups"), ()),
    ("requester.language", gettext_lazy("The requester's language"), ("en", "tr", "fa", "pl")),
    ("requester.role", gettext_lazy("The requester's role"), ()),
    ("requester.organisation", gettext_lazy("The requester's organisation"), ()),
    ("requester.kind", gettext_lazy("Kind of organisation"), ("internal", "customer")),
    ("requester.tier", gettext_lazy("Level of the contract"), ("standard", "silver", "gold")),
    ("requester.country", gettext_lazy("Country"), ()),
]
PATHS = frozenset(path for path, _words, _values in FACTS)
FUNCTIONS = (
    "contains(", "starts with(", "ends with(", "lower case(", "upper case(", "string length(", "count(", "sum(", "min(",
    "max(", "list contains(", "not(", "now()", "today()", "date(", "duration(", "is defined(", "working days(",
    "working hours(",
)  # fmt: skip
RESULTS: dict[str, list[tuple[str, Words, tuple[str, ...]]]] = {
    "approve": [
        ("approved", gettext_lazy("Approved"), YES_NO),
        ("decision", gettext_lazy("Decision"), ("approved", "rejected")),
        ("reason", gettext_lazy("Why it was decided so"), ("votes", "veto", "deadline")),
        ("decided_by", gettext_lazy("Who decided"), ()),
        ("comments", gettext_lazy("What they wrote"), ()),
    ],
    "test": [
        ("passed", gettext_lazy("Passed"), YES_NO),
        ("result", gettext_lazy("Result"), ("passed", "failed")),
    ],
}
WORKED: list[tuple[str, Words, tuple[str, ...]]] = [("result", gettext_lazy("Result"), ("done",))]
# What the answers of tasks are called.
CALLED: dict[str, Mapping[str, Words]] = {
    "decision": {"approved": gettext_lazy("Approved"), "rejected": gettext_lazy("Declined")},
    "reason": {
        "votes": gettext_lazy("the votes"),
        "veto": gettext_lazy("one refusal was enough"),
        "deadline": gettext_lazy("the deadline"),
    },
    "result": {
        "passed": gettext_lazy("Passed"), "failed": gettext_lazy("Failed"), "done": gettext_lazy("Done"),
    },
}  # fmt: skip


@dataclass
class Spoken:
    """facts: all that can be chosen.  made: first words of the paths that the drawing makes.  answers: keys of the
    forms that it begins with and asks; None where it begins with none, so nobody knows what the ticket has."""

    facts: list[Fact] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    open_ended: bool = False
    answers: set[str] | None = None

    def plain(self) -> list[dict[str, Any]]:
        return [one.plain() for one in self.facts]

    def lacks(self, path: str) -> str:
        """What of a path nothing gives: a field of the ticket that does not exist, a variable that no step makes."""
        head = path.partition(".")[0]
        if path.startswith(f"{ANSWERS}.") and self.answers is not None:
            key = path.removeprefix(f"{ANSWERS}.").partition(".")[0]
            return "" if key in self.answers or key.startswith("_") else path
        if head in KNOWN:
            return "" if any(path == known or path.startswith(f"{known}.") for known in PATHS) else path
        return "" if self.open_ended or head in self.made else head


def spoken(graph: Graph | None) -> Spoken:
    """What the drawing can speak of."""
    found = Spoken()
    if graph is not None:
        first = begun_with(graph)
        forms = schemas_of(graph, first)
        found.facts += begun(first, forms)
        for node in graph.nodes.values():
            found.facts += made_by(node, forms)
            found.open_ended |= _may_make_anything(node)
        found.made = {path.partition(".")[0] for path in (*BEGUN_WITH, *(fact.path for fact in found.facts))} - KNOWN
        unique = {fact.path: fact for fact in reversed(found.facts)}
        found.facts = list(unique.values())[::-1]
        if any(key in forms for key in first):
            found.answers = set(kept_on_ticket(graph, first, forms))
    found.facts += _of_desk(_("Ticket"), _("Requester"), _("Message"), _("Proof of who sent the mail"))
    return found


def _of_desk(ticket: str, requester: str, message: str, proof: str) -> Iterator[Fact]:
    groups = {"ticket": ticket, "requester": requester, "message": message, "proof": proof}
    for path, words, values in sorted(FACTS, key=lambda one: one[0] in PROVED):
        place = "proof" if path in PROVED else path.partition(".")[0]
        yield Fact(path, str(words), groups[place], values, codes_of(path), _kind(path, values), place)


def _kind(path: str, values: tuple[str, ...]) -> str:
    if path in PEOPLE:
        return "person"
    if path == ANSWERS:
        return "whole"
    if path == "ticket.tags":
        return "many"
    return "yes_no" if values == YES_NO else "choice" if values else "text"


def schemas_of(graph: Graph, first: Iterable[str] = ()) -> dict[str, Any]:
    """Of the forms that it asks for, and of those with which it begins."""
    wanted = {node.plan.form for node in graph.nodes.values() if node.plan and node.plan.form} | set(first)
    rows = FormVersion.objects.filter(key__in=wanted, status=FormVersion.Status.PUBLISHED) if wanted else ()
    return {row.key: row.schema for row in rows}


def made_by(node: Node, forms: Mapping[str, Schema]) -> Iterator[Fact]:
    """What a step answers or makes."""
    group, language = naming.step(node), get_language() or ""
    chosen = results_of(node, language) if node.plan is not None else {}
    for target, source in node.outputs:
        own = chosen if source.text.removeprefix("=").strip() == "result" else {}
        yield Fact(target, target, group, tuple(own), own, "choice" if own else "text")
    if node.plan is not None and not node.outputs:
        for name, words, values in RESULTS.get(node.plan.kind, WORKED):
            own = chosen if name == "result" else {}
            offered = tuple(own) or values
            yield Fact(name, str(words), group, offered, own or CALLED.get(name, {}), _kind(name, offered))
        for one in fields(forms.get(node.plan.form, {})):
            if one.key:
                yield answer(one, one.key, group, language)
    if node.loop is not None and node.loop.item:
        yield Fact(node.loop.item, node.loop.item, group)
    for name in (node.result, node.loop.results if node.loop else ""):
        if name:
            yield Fact(name, name, group)
    if node.task_type == calling.TYPE and not node.outputs:
        yield from _answered(node.headers.get("result") or calling.RESULT, group)
    if node.task_type == "sira:open_child":
        yield Fact("child", _("Number of the child ticket"), group)
    if node.task_type == "sira:absence":
        yield Fact("stand_in_name", _("Name of the stand-in"), group)
        yield Fact("stand_in_id", _("The stand-in"), group, kind="person")


def results_of(node: Node, language: str) -> dict[str, str]:
    """The answers that a task offers as buttons, and their words."""
    offered = particulars.results(particulars.texts(node.headers, "results", {}))
    return {one["key"]: particulars.in_language(one["words"], language) for one in offered}


def _answered(name: str, group: str) -> Iterator[Fact]:
    """What another system answered; what its body holds, nobody can say."""
    yield Fact(f"{name}.status", _("Number of the answer"), group, ("200", "404"))
    yield Fact(f"{name}.body", _("What it answered"), group)


def _may_make_anything(node: Node) -> bool:
    """Whether nobody can say which variables come of it: a message, a called process, a table's own outputs."""
    if node.kind in (Kind.CALL, Kind.RECEIVE) or (node.event is not None and node.event.kind in ("message", "signal")):
        return True
    ours = node.task_type.startswith("sira:") and node.task_type != DECIDE
    return node.kind is Kind.SERVICE and not node.result and not ours


TEMPLATE_PLACE = re.compile(r"\{([^{}\n]{1,80})\}")


def unknown_places(text: str, spoken: Spoken) -> Iterable[str]:
    """{places} of a text that nothing fills."""
    for found in TEMPLATE_PLACE.findall(text):
        if spoken.lacks(found.strip()):
            yield found.strip()
