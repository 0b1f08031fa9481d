"""What automatic steps do in a dry run: the desk's tables are asked, and only the facts of the play change."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.people.models import Person
from sira.processes import calling
from sira.processes.bpmn.expressions import NotAnExpression, plain
from sira.processes.bpmn.graph import Node
from sira.processes.deciding import DECIDE
from sira.processes.refusals import Stuck
from sira.processes.tasks import labels, particulars, people, planning
from sira.shell import formats
from sira.shell.names import named
from sira.studio.rehearsal.playing import Play

if TYPE_CHECKING:
    from sira.studio.rehearsal.scene import TicketScene

Done = Mapping[str, Any] | None
StandIn = Callable[["TicketScene", Node, Mapping[str, Any], Play], Done]


def priority(scene: "TicketScene", node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    result = scene.desk.decide("priority", scene.facts, play.at)
    scene.ticket["priority"] = result["priority"] if isinstance(result, dict) else result
    play.line("does", node, scene.desk.names.value("priority", scene.ticket["priority"]))
    return None


def promise(scene: "TicketScene", node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    result = scene.desk.decide("promises", scene.facts, play.at) or {}
    calendar = scene.desk.calendar(scene.calendar_key())
    until = {
        target: calendar.add(play.at, timedelta(minutes=float(minutes))) if calendar else None
        for target, minutes in result.items()
        if isinstance(minutes, int | float) and minutes
    }
    play.line("does", node, detail=until)
    return None


def route(scene: "TicketScene", node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    result = scene.desk.decide("routing", scene.facts, play.at)
    key = result.get("group") if isinstance(result, dict) else result
    group = scene.desk.groups.get(key or "")
    scene.ticket["group"], scene.ticket["stage"] = (
        (group.key, "assigned") if group else (None, scene.ticket.get("stage"))
    )
    said = named(group) if group else _("No group is named for it.")
    if group and scene.write_mails:
        said = scene.dealt(group, said, play.at)
    play.line("does", node, said)
    return None


def stage(scene: "TicketScene", node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    given = node.headers.get("stage", "")
    if given != scene.ticket.get("stage"):
        scene.ticket["stage"] = given
        scene.mail("stage", node, play)
    return None


def notify(scene: "TicketScene", node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    """A standing text, or the drawing's own to whomever it names."""
    if kind := node.headers.get("kind"):
        scene.mail(kind, node, play)
    else:
        scene.own_mail(node, variables, play)
    return None


def reply(scene: "TicketScene", node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    scene.own_mail(node, variables, play)
    return None


def set_field(scene: "TicketScene", node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    """What the input mappings and headers give, in the facts of this play alone."""
    written = {name: text for name, text in node.headers.items() if not labels.is_label(name)}
    given: dict[str, Any] = {name: _written(text, variables, play) for name, text in written.items()}
    given |= {path: plain(particulars.at_path(variables, path)) for path, _source in node.inputs}
    for name, value in given.items():
        place, _dot, field_ = name.partition(".")
        if place == "fields" and field_:
            scene.ticket.setdefault("fields", {})[field_] = value
        elif name in scene.ticket:
            scene.ticket[name] = value
    play.line("does", node, _said(scene, given) if scene.write_mails else "")
    return None


def _written(text: str, variables: Mapping[str, Any], play: Play) -> Any:
    """As tickets.setting reads it."""
    try:
        value = planning.compiled(text)
    except NotAnExpression as problem:
        raise Stuck(problem.args[0], code="expression_failed") from None
    return plain(value.of(variables, play.at)) if value.expression else particulars.filled(text, variables)


def open_child(_scene: "TicketScene", node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    play.line("does", node, _("A child ticket would be opened."))
    return {"child": "…"}


def absence(_scene: "TicketScene", node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    play.line("does", node, _("An absence would be entered in the team's calendar."))
    return {
        "absence": 0,
        "stand_in_id": 0 if particulars.at_path(variables, "stand_in") else None,
        "stand_in_name": "…",
    }


def resolve(scene: "TicketScene", node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    scene.ticket.update(status="resolved", stage="testing")
    scene.mail("resolved", node, play)
    return None


def close(scene: "TicketScene", node: Node, _variables: Mapping[str, Any], play: Play) -> Done:
    scene.ticket.update(status="closed", stage="closed")
    scene.mail("closed", node, play)
    return None


def decide(scene: "TicketScene", node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    key, name = node.headers["decision"], node.headers.get("result", "")
    result = scene.desk.decide(key, dict(variables), play.at)
    told = (_asked(name, result, play) or scene.desk.told(key, result)) if scene.write_mails else ""
    play.line("does", node, told)
    if name:
        return {name: result}
    return result if isinstance(result, dict) else {}


def _asked(name: str, result: Any, play: Play) -> str:
    """Names of the people whom a table has found, where a step of the drawing asks them."""
    plans = (node.plan for frame in play.frames for node in frame.graph.nodes.values())
    if not name or not any(
        plan and plan.assignee and plan.assignee.text.removeprefix("=").strip() == name for plan in plans
    ):
        return ""
    found = Person.objects.in_bulk(people.named(result))
    return formats.listed((str(person) for person in found.values()), get_language() or "en")


def web_call(_scene: "TicketScene", node: Node, variables: Mapping[str, Any], play: Play) -> Done:
    """Nobody is called: the address as it would be, and the answer that a drawing hopes for."""
    headers = node.headers
    method = headers.get("method", "GET").upper()
    named = {"method": method, "url": calling.address(headers.get("url", ""), variables)}
    play.line("does", node, _("It would call %(method)s %(url)s; here an empty answer is taken.") % named)
    return {headers.get("result") or calling.RESULT: {"status": 200, "body": None}}


def _said(scene: "TicketScene", given: Mapping[str, Any]) -> str:
    """Fields and their new values, as the reader calls them."""
    names = scene.desk.names
    parts = (f"{formats.lead_in(names.field(name))} {names.value(name, one)}" for name, one in given.items())
    return formats.listed(parts, get_language() or "en")


STAND_INS: dict[str, StandIn] = {
    "sira:priority": priority,
    "sira:promise": promise,
    "sira:route": route,
    "sira:stage": stage,
    "sira:notify": notify,
    "sira:reply": reply,
    "sira:set": set_field,
    "sira:open_child": open_child,
    "sira:absence": absence,
    "sira:resolve": resolve,
    "sira:close": close,
    calling.TYPE: web_call,
    DECIDE: decide,
}
