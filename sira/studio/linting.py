"""What is probably wrong with a process on this desk, in plain words: who is asked, what is told, what is named."""

from collections.abc import Callable, Iterator, Sequence

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sira.processes import calling
from sira.processes.bpmn.compiling import examine
from sira.processes.bpmn.expressions import NotAnExpression, Value
from sira.processes.bpmn.graph import Graph, Kind, Node
from sira.processes.bpmn.reading import read
from sira.processes.refusals import Stuck
from sira.processes.tasks import planning
from sira.shell import formats
from sira.studio import conditions, loose_ends, speaking, words
from sira.studio.answered import ANSWERS
from sira.studio.asked_first import asked_first, filled_in_portal, start_form
from sira.studio.namable import Desk
from sira.studio.shelves.shelf import Problem

NOBODY_NEEDED = ("requester", "agent", "group")
SETTABLE = ("subject", "impact", "urgency", "priority", "category", "service", "group", "tags")
SAYS = ("text", "subject")
CALLS = ("url", "body")


def problems(source: str, key: str, found: Sequence[Problem] = ()) -> list[Problem]:
    """On top of what the engine has found, or in place of it where nothing is drawn yet; only that where the engine
    cannot make a graph of the drawing."""
    graph, _findings = examine(read(source), key)
    if graph is None:
        return list(found)
    if all(node.kind is Kind.START for node in graph.nodes.values()):
        said = _("nothing is drawn behind it yet; choose a block")
        return [_problem(node, said, True) for node in graph.nodes.values()]
    return [*found, *_problems(graph)]


def _problems(graph: Graph) -> Iterator[Problem]:
    desk = Desk(frozenset(filter(None, map(_address, graph.nodes.values()))))
    spoken = speaking.spoken(graph)
    for node in graph.nodes.values():
        for look in LOOKS:
            for sentence, stops in look(node, desk):
                yield _problem(node, sentence, stops)
        yield from _speaks(node, spoken)
    yield from _begins(graph)
    for node, sentence in loose_ends.of(graph, is_called=lambda: desk.is_called(graph.key)):
        yield _problem(node, sentence, False)


def _begins(graph: Graph) -> Iterator[Problem]:
    """Whether people fill in what the drawing expects, and are not asked for it a second time."""
    own, first = start_form(graph), list(asked_first(graph))
    filled = filled_in_portal(graph) if own or first else set()
    for node in graph.nodes.values():
        if node.form and node.inside == graph.key and filled and node.form not in filled:
            yield _problem(node, _("people fill in another form in the portal; choose this one there too"), False)
    for node in first:
        if node.plan is not None and node.plan.form in {own, *filled}:
            said = _("the requester has filled in this form already to ask for it; take this block out")
            yield _problem(node, said, False)


def _problem(node: Node, sentence: str | Promise, stops: bool) -> Problem:
    return Problem(node.id, words.drawn(node.id, node.name, node.element), sentence, stops)


Found = Iterator[tuple[str, bool]]


def named_groups(node: Node) -> list[str]:
    """Keys of groups that stand in the drawing as they are."""
    plan = node.plan
    given = plan.groups if plan is not None else None
    if given is None or given.expression is not None:
        return []
    return [part for part in map(str.strip, given.text.split(",")) if part and not part.isdecimal()]


def _people(node: Node, desk: Desk) -> Found:
    if node.plan is None:
        return
    for group in [*named_groups(node), *filter(None, [node.headers.get("fallback", "")])]:
        if group.startswith("=") or group.isdecimal():
            continue
        if group not in desk.groups:
            yield _("there is no group “%(group)s”") % {"group": group}, True
        elif not desk.groups[group]:
            yield _("nobody is in the group “%(group)s”, so nobody would be asked") % {"group": group}, False
    mail = _address(node)
    if mail and mail not in desk.known_addresses:
        yield _("nobody here has the mail address “%(mail)s”") % {"mail": mail}, True


def _address(node: Node) -> str:
    """The mail address of the one who shall do it, where the drawing names one."""
    assignee = node.plan.assignee if node.plan is not None else None
    text = assignee.text.strip().lower() if assignee is not None and assignee.expression is None else ""
    return text if "@" in text else ""


def _approves(node: Node, desk: Desk) -> Found:
    """Whether there is anybody at all, and a rule that can be read, the engine has asked before."""
    plan = node.plan
    if plan is None or plan.kind != "approve" or plan.groups is not None or node.headers.get("fallback"):
        return
    who = plan.assignee.text if plan.assignee is not None else ""
    if "requester.manager" in who and (number := desk.without_manager):
        said = ngettext(
            "%(shown)s person has no manager; choose who decides then, or their request gets stuck",
            "%(shown)s people have no manager; choose who decides then, or their requests get stuck",
            number,
        )
        yield said % {"shown": formats.amount(number, get_language() or "en")}, False
    if "requester.leads" in who and "if " not in who and (number := desk.without_lead):
        said = ngettext(
            "%(shown)s person is in no group with a lead; choose who decides then, or their request gets stuck",
            "%(shown)s people are in no group with a lead; choose who decides then, or their requests get stuck",
            number,
        )
        yield said % {"shown": formats.amount(number, get_language() or "en")}, False


def _tells(node: Node, desk: Desk) -> Found:
    if node.task_type == "sira:notify" and not node.headers.get("kind"):
        if not any(node.headers.get(name, "").strip() for name in (*SAYS, "text:tr", "text:fa", "text:pl")):
            yield _("the mail says nothing; write its text or choose a standing one"), True
        to = node.headers.get("to", "").strip()
        for part in [one for one in map(str.strip, to.split(",")) if one and not to.startswith("=")]:
            if part in NOBODY_NEEDED or "@" in part or part.isdecimal():
                continue
            if part not in desk.groups:
                yield _("the mail has no recipient: there is no group “%(group)s”") % {"group": part}, True
            elif not desk.groups[part]:
                yield _("the mail has no recipient: nobody is in the group “%(group)s”") % {"group": part}, False
    if node.task_type == "sira:reply" and not node.headers.get("text", "").strip():
        yield _("the answer says nothing; write its text"), True


def _names(node: Node, desk: Desk) -> Found:
    if (form := node.plan.form if node.plan is not None else node.form) and form not in desk.forms:
        yield _("the form “%(form)s” is not published") % {"form": form}, True
    if node.plan is not None and node.plan.kind in ("ask", "survey") and not node.plan.form:
        yield _("it asks nothing: choose a form"), True
    if node.task_type == "sira:decide" and node.headers.get("decision") not in desk.decisions:
        yield _("the decision “%(key)s” is not published") % {"key": node.headers.get("decision", "")}, True
    called = node.called
    if called is not None and called.expression is None and called.text not in desk.processes:
        yield _("the process “%(key)s” is not published") % {"key": called.text}, True
    if node.task_type == "sira:stage" and node.headers.get("stage") not in ("opened", "assigned", "in_work", "testing"):
        yield _("no stage is chosen"), True
    if node.task_type == "sira:open_child" and (wanted := node.headers.get("type", "")) and wanted not in desk.types:
        yield _("there is no type of ticket “%(key)s”") % {"key": wanted}, True
    if node.task_type == "sira:set" and not (
        node.inputs or any(name.partition(":")[0] in SETTABLE or name.startswith("fields.") for name in node.headers)
    ):
        yield _("it sets nothing: choose a field"), True
    if node.task_type == "sira:set":
        yield from _is_there(node, "category", desk.categories if "category" in node.headers else set())
        yield from _is_there(node, "group", set(desk.groups) if "group" in node.headers else set())


def _is_there(node: Node, name: str, known: set[str]) -> Found:
    wanted = node.headers.get(name, "")
    if wanted and not wanted.startswith("=") and wanted not in known:
        yield _("there is no “%(key)s” to set") % {"key": wanted}, True


def _calls(node: Node, desk: Desk) -> Found:
    if node.task_type != calling.TYPE:
        return
    url, body, token = (node.headers.get(name, "").strip() for name in ("url", "body", "token"))
    if not url:
        yield _("it calls nobody: write the address of the other system"), True
    else:
        try:
            calling.address(url, {})
        except Stuck as problem:
            yield str(problem.message), True
    if body.startswith("="):
        try:
            planning.compiled(body)
        except NotAnExpression as problem:
            yield str(problem.args[0]), True
    if token and token.lower() not in desk.call_tokens:
        yield _("this server has no key called “%(name)s”, so none is shown") % {"name": token}, False


LOOKS: list[Callable[[Node, Desk], Found]] = [_people, _approves, _tells, _names, _calls]


def _speaks(node: Node, spoken: speaking.Spoken) -> Iterator[Problem]:
    """Names in conditions and texts that nothing on the desk or in the drawing gives."""
    said: set[str] = set()
    for value in _values(node):
        for path in conditions.unknown_in(value, spoken):
            said.add(path)
    for name in dict.fromkeys(filter(None, (conditions.without_value(value, spoken) for value in _values(node)))):
        yield _problem(node, _("it is not said yet what “%(name)s” is compared with") % {"name": name}, True)
    for path in sorted(said):
        yield _problem(node, _not_there(path), False)
    for name, text in node.headers.items():
        calls = name in CALLS and node.task_type == calling.TYPE and not text.lstrip().startswith("=")
        if calls or name.partition(":")[0] in SAYS:
            for path in speaking.unknown_places(text, spoken):
                yield _problem(node, _("the text names “%(name)s”, which nothing fills") % {"name": path}, False)


def _not_there(path: str) -> str:
    field = path.removeprefix(f"{ANSWERS}.")
    if field != path:
        return _("no form asks for “%(name)s”; the condition would never hold") % {"name": field}
    return _("nothing is called “%(name)s”; the condition would never hold") % {"name": path}


def _values(node: Node) -> Iterator[Value]:
    given = [flow.condition for flow in node.outgoing]
    if node.event is not None and node.event.kind == "condition":
        given.append(node.event.value)
    if node.plan is not None:
        given += [node.plan.assignee, node.plan.groups]
    yield from (one for one in given if one is not None)
