"""Templates with their standing parts folded together.

Much of a page is the same for every reader of one language: its markup, its words, its icons, the addresses in its
frame. Each of them is a node that Django renders anew for each page. This loader puts neighbours of that kind into one
node, which keeps what they say in each language.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from typing import Any, TypeGuard

from django.conf import settings
from django.template import Node, Template
from django.template.base import FilterExpression, NodeList, TextNode, Variable
from django.template.context import Context
from django.template.defaulttags import AutoEscapeControlNode, CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString

from sira.plumbing import speaking
from sira.shell.templatetags import desk

# Tags whose answer depends on nothing but their arguments and the language.
STEADY = frozenset({*desk.MARKS, desk.asset, desk.channel, desk.kept, desk.way})
# What an address holds as it is.
PLAIN = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_writing = threading.Lock()


def language_of(context: Context) -> str | None:
    """That of the whole writing with its form of address, asked once: some hundred places of a page want to know."""
    try:
        return context.desk_language  # type: ignore[attr-defined]
    except AttributeError:
        context.desk_language = speaking.spoken()  # type: ignore[attr-defined]
        return context.desk_language  # type: ignore[attr-defined]


class Folded(Node):
    """Neighbours that say the same for everybody who reads in one language."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.said: dict[str | None, SafeString] = {}

    def render_annotated(self, context: Context) -> SafeString:
        language = language_of(context)
        if (said := self.said.get(language)) is None:
            said = self.said[language] = SafeString("".join(str(node.render_annotated(context)) for node in self.nodes))
        return said

    render = render_annotated


class Named(Node):
    """{% translate "..." as name %}, and steady tags whose answer gets a name."""

    def __init__(self, node: TranslateNode | SimpleNode) -> None:
        self.node, self.name = node, str(node.asvar if isinstance(node, TranslateNode) else node.target_var)
        self.said: dict[str | None, Any] = {}

    def render_annotated(self, context: Context) -> str:
        language = language_of(context)
        if language not in self.said:
            self.node.render(context)
            self.said[language] = context[self.name]
        context[self.name] = self.said[language]
        return ""

    render = render_annotated


class Addressed(Node):
    """{% url "name" value %}: once an address was found, another value only takes the place of the first."""

    def __init__(self, node: URLNode) -> None:
        self.node, self.value = node, node.args[0]
        self.around: tuple[str, str] | None = None
        self.is_number = False

    def render_annotated(self, context: Context) -> str:
        value = str(self.value.resolve(context))
        if self.around is None or not PLAIN(value) or (self.is_number and not value.isdecimal()):
            return self.found(context, value)
        return self.said(context, value.join(self.around))

    render = render_annotated

    def found(self, context: Context, value: str) -> str:
        """As Django finds it, and what stands around the value."""
        said = self.node.render(context)
        if PLAIN(value):
            address = str(context[self.node.asvar]) if self.node.asvar else said
            before, between, after = address.partition(value)
            if between and value not in after:
                self.is_number, self.around = value.isdecimal(), (before, after)
        return said

    def said(self, context: Context, address: str) -> str:
        if not self.node.asvar:
            return SafeString(address)
        context[self.node.asvar] = address
        return ""


class Loader(cached.Loader):
    def get_template(self, template_name: str, skip: Any = None) -> Template:
        found: Template = super().get_template(template_name, skip)
        if not getattr(found, "is_folded", False) and not settings.DEBUG:
            with _writing:
                if not getattr(found, "is_folded", False) and template_name.endswith(".html"):
                    fold(found.nodelist)
                found.is_folded = True  # type: ignore[attr-defined]
        return found


def fold(nodes: NodeList) -> None:
    """In place: blocks of an inherited template are found by their own lists."""
    found: list[Node] = []
    run: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and is_steady(node):
            run.append(node)
            continue
        found += together(run)
        run = []
        if node is not None:
            found.append(quicker(node))
            for inner in lists_in(node):
                fold(inner)
    nodes[:] = found


def quicker(node: Node) -> Node:
    if is_named(node):
        return Named(node)
    return Addressed(node) if is_address_of_one(node) else node


def together(run: list[Node]) -> Iterable[Node]:
    said = [node for node in run if not isinstance(node, LoadNode | CommentNode)]
    return said if all(isinstance(node, TextNode) for node in said) else [Folded(said)]


def lists_in(node: Node) -> Iterator[NodeList]:
    if isinstance(node, AutoEscapeControlNode):
        return
    if isinstance(node, IfNode):
        yield from (nodes for _condition, nodes in node.conditions_nodelists)
        return
    for name in {*node.child_nodelists, "nodelist"}:
        if isinstance(nodes := getattr(node, name, None), NodeList):
            yield nodes


def is_steady(node: Node) -> bool:
    match node:
        case TextNode() | LoadNode() | CommentNode():
            return True
        case TranslateNode():
            return node.asvar is None and _is_fixed(node)
        case SimpleNode() if type(node) is SimpleNode:
            return node.target_var is None and _is_steady_tag(node)
        case URLNode():
            return node.asvar is None and not node.args and not node.kwargs and is_constant(node.view_name)
        case StaticNode():
            return node.varname is None and is_constant(node.path)
    return False


def is_named(node: Node) -> TypeGuard[TranslateNode | SimpleNode]:
    if type(node) is SimpleNode:
        return node.target_var is not None and _is_steady_tag(node)
    return isinstance(node, TranslateNode) and node.asvar is not None and _is_fixed(node)


def _is_steady_tag(node: SimpleNode) -> bool:
    return node.func in STEADY and all(map(is_constant, [*node.args, *node.kwargs.values()]))


def is_address_of_one(node: Node) -> TypeGuard[URLNode]:
    return isinstance(node, URLNode) and len(node.args) == 1 and not node.kwargs and is_constant(node.view_name)


def _is_fixed(node: TranslateNode) -> bool:
    words, about = node.filter_expression, node.message_context
    return not words.filters and words.var.literal is not None and (about is None or is_constant(about))


def is_constant(value: FilterExpression) -> bool:
    """A quoted text or a number, also one to be translated."""
    return not value.filters and not isinstance(value.var, Variable)
