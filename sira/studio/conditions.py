"""A condition or value as it is typed: read, held against what its drawing can speak of, and said back in words."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sira.decisions.feel import nodes, signatures
from sira.forms import telling
from sira.processes.bpmn.expressions import NotAnExpression, Value, condition, value
from sira.shell import formats
from sira.studio.answered import Fact, Words
from sira.studio.speaking import KNOWN, Spoken

IS, IS_NOT = gettext_lazy("is"), gettext_lazy("is not")
OPERATORS: dict[str, Words] = {
    "=": IS,
    "!=": IS_NOT,
    "<": gettext_lazy("is less than"),
    "<=": gettext_lazy("is at most"),
    ">": gettext_lazy("is more than"),
    ">=": gettext_lazy("is at least"),
}
# As sentences, since not every language has the value at the end.
IN_ORDER: dict[str, Words] = {
    "=": gettext_lazy("“%(name)s” is %(value)s"),
    "!=": gettext_lazy("“%(name)s” is not %(value)s"),
    "<": gettext_lazy("“%(name)s” is less than %(value)s"),
    "<=": gettext_lazy("“%(name)s” is at most %(value)s"),
    ">": gettext_lazy("“%(name)s” is more than %(value)s"),
    ">=": gettext_lazy("“%(name)s” is at least %(value)s"),
}
IN_TIME: dict[str, Words] = {
    "=": IS,
    "!=": IS_NOT,
    "<": gettext_lazy("is before"),
    "<=": gettext_lazy("is not after"),
    ">": gettext_lazy("is after"),
    ">=": gettext_lazy("is not before"),
}
HAS, HAS_NOT = "has", "has not"  # not FEEL's: list contains(), and its contrary
OF_MANY: dict[str, Words] = {HAS: gettext_lazy("has"), HAS_NOT: gettext_lazy("does not have")}
TEMPORAL = ("day", "moment", "time")


def operators_of(kind: str) -> dict[str, Words]:
    """What a fact of that kind can be compared by, and in which words."""
    if kind in TEMPORAL:
        return IN_TIME
    if kind in ("choice", "person"):
        return {"=": IS, "!=": IS_NOT}
    if kind == "yes_no":
        return {"=": IS}
    return OF_MANY if kind == "many" else OPERATORS


def operators() -> dict[str, list[tuple[str, str]]]:
    """By kind, for the panel; of all others under nothing."""
    kinds = ("", *TEMPORAL, "choice", "person", "yes_no", "many")
    return {kind: [(key, str(words)) for key, words in operators_of(kind).items()] for kind in kinds}


@dataclass(frozen=True)
class Checked:
    ok: bool
    said: str


def check(text: str, *, kind: str, spoken: Spoken) -> Checked:
    """kind: condition, or value for what may be plain text."""
    text = text.strip()
    names = frozenset(fact.path.partition(".")[0] for fact in spoken.facts)
    if not text:
        return Checked(kind != "condition", _("There is no condition yet.") if kind == "condition" else "")
    try:
        read = condition(text, names) if kind == "condition" else value(text, names)
    except NotAnExpression as problem:
        return Checked(False, str(problem.args[0]))
    if read.expression is None:
        return Checked(True, _("A plain text, taken as it stands."))
    for path in unknown_in(read, spoken):
        near = difflib.get_close_matches(path, [fact.path for fact in spoken.facts], 1)
        said = _("Nothing here is called “%(name)s”.") % {"name": path}
        return Checked(False, f"{said} {_('Do you mean “%(name)s”?') % {'name': near[0]}}" if near else said)
    if name := without_value(read, spoken):
        return Checked(False, _("Say what “%(name)s” is compared with.") % {"name": name})
    return Checked(True, in_words(read.expression.node, spoken))


def without_value(read: Value, spoken: Spoken) -> str:
    """What is compared with nothing, in words: it is chosen, and its value is still to be written."""
    facts = {fact.path: fact for fact in spoken.facts if fact.kind in ("number", "many", *TEMPORAL)}
    open_ = [read.expression.node] if read.expression else []
    while open_:
        node = open_.pop()
        if (found := compared(node)) and found[0] in facts and found[2] == "":
            return facts[found[0]].words
        open_ += _inside(node)
    return ""


def unknown_in(read: Value, spoken: Spoken) -> list[str]:
    """Paths that nothing gives."""
    if read.expression is None:
        return []
    bound = set(_bound(read.expression.node))
    paths = [path for path in paths_in(read.expression.node) if path.partition(".")[0] not in bound]
    lacking = (spoken.lacks(path) for path in paths if path not in KNOWN)
    return list(dict.fromkeys(path for path in lacking if path))


def paths_in(node: nodes.Node) -> Iterator[str]:
    """Names and paths that an expression reads, the longest of each."""
    path = path_of(node)
    if path:
        yield path
        return
    for inner in _inside(node):
        yield from paths_in(inner)


def path_of(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Path):
        base = path_of(node.base)
        return f"{base}.{node.name}" if base else ""
    return ""


def _inside(node: nodes.Node) -> Iterator[nodes.Node]:
    """Not the function that is called: its name is no fact."""
    called = node.function if isinstance(node, nodes.Call) else None
    return (one for one in signatures.children(node) if one is not called)


def _bound(node: nodes.Node) -> Iterator[str]:
    """Names that an expression makes for itself: of a for, some, every or function, and the item of a filter."""
    if isinstance(node, nodes.For | nodes.Quantified):
        yield from (one.name for one in node.rounds)
    if isinstance(node, nodes.FunctionOf):
        yield from (one.name for one in node.parameters)
    if isinstance(node, nodes.Filter):
        yield from (path.partition(".")[0] for path in paths_in(node.condition))
    if isinstance(node, nodes.ContextOf):
        yield from (name for name, _entry in node.entries)
    yield from ("item", "partial", "?")
    for inner in _inside(node):
        yield from _bound(inner)


def in_words(node: nodes.Node, spoken: Spoken) -> str:
    """A condition as a sentence, where it is made of comparisons; else what it reads."""
    facts = {fact.path: fact for fact in spoken.facts}
    said = comparison(node, facts)
    if said:
        return _("Holds if %(condition)s.") % {"condition": said}
    read = [facts[path].words if path in facts else path for path in dict.fromkeys(paths_in(node))]
    if not read:
        return _("It can be read.")
    return _("It can be read. It looks at: %(names)s.") % {"names": formats.listed(read, get_language() or "en")}


def comparison(node: nodes.Node, facts: Mapping[str, Fact]) -> str:
    """Comparisons and what joins them, in words; empty where there is more to it."""
    if isinstance(node, nodes.Junction):
        parts = [comparison(part, facts) for part in node.parts]
        return f" {_('and') if node.operator == 'and' else _('or')} ".join(parts) if all(parts) else ""
    if found := compared(node):
        path, operator, value = found
        fact = facts.get(path)
        words = operators_of(HAS_OR_NOT.get(operator) or (fact.kind if fact else ""))
        if fact and fact.kind == "yes_no" and operator == "!=" and isinstance(value, bool):
            operator, value = "=", not value
        called, literal = _name(path, facts), _literal(value, fact)
        if words is not IN_TIME and operator in IN_ORDER:
            return IN_ORDER[operator] % {"name": called, "value": literal}
        return f"“{called}” {words.get(operator) or OPERATORS.get(operator, operator)} {literal}"
    path = path_of(node)
    return _("“%(name)s” is yes") % {"name": _name(path, facts)} if path else ""


HAS_OR_NOT = {HAS: "many", HAS_NOT: "many"}


def compared(node: nodes.Node) -> tuple[str, str, Any] | None:
    """Path, operator and what it is compared with, of what the panel's three fields can say."""
    match node:
        case nodes.Comparison(_at, "=", nodes.Call() as call, nodes.Literal(_where, True)):
            return compared(call)
        case nodes.Comparison(_at, operator, left, nodes.Literal(_where, value)):
            path = path_of(left)
            return (path, operator, value) if path else None
        case nodes.Call(_at, nodes.Name(_where, "not"), (inner,)):
            found = compared(inner)
            return (found[0], HAS_NOT, found[2]) if found and found[1] == HAS else None
        case nodes.Call(_at, nodes.Name(_where, "list contains"), (many, nodes.Literal(_place, value))):
            path = path_of(many)
            return (path, HAS, value) if path else None
    return None


def _name(path: str, facts: Mapping[str, Fact]) -> str:
    return facts[path].words if path in facts else path


def _literal(value: Any, fact: Fact | None) -> str:
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if value is None:
        return _("nothing")
    language = get_language() or "en"
    if isinstance(value, Decimal):
        return formats.amount(value, language)
    said = fact.said.get(str(value)) if fact else None
    return f"“{said or telling.moment(str(value), language)}”"
