"""Which fields the view of a page takes, read from its code: of its forms, and the names that it asks of what was
posted, itself or in a function that it hands it to.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from django import forms

DRAWN = "…"  # and what a form asks for that is drawn in the studio, or that is made for one row
Function = Callable[..., Any]


def of_page(view: Any) -> list[str]:
    """What a page takes; what it shows, its template says, of rows that `visible_to` gave."""
    kind = getattr(view, "view_class", None)
    if kind is not None:
        form = getattr(kind, "form_class", None)  # the library takes what ACCOUNT_FORMS puts in its place
        return sorted({DRAWN, *(form.base_fields if form else ())})
    return sorted(_asked(inspect.unwrap(view), frozenset(), ()))


class _Reader(ast.NodeVisitor):
    """One function. posted: the names under which it has what was posted."""

    def __init__(self, known: Mapping[str, Any], posted: frozenset[str]) -> None:
        self.known, self.posted = known, set(posted)
        self.found: set[str] = set()
        self.onward: list[tuple[Function, frozenset[str]]] = []

    def is_posted(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute) and node.attr in ("POST", "FILES"):
            return True
        if isinstance(node, ast.IfExp | ast.BoolOp):
            return any(map(self.is_posted, ast.iter_child_nodes(node)))
        return isinstance(node, ast.Name) and node.id in self.posted

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            self.posted |= {name.id for name, what in pairs if isinstance(name, ast.Name) and self.is_posted(what)}
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self.is_posted(node.value):
            self.take(node.slice)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if any(map(self.is_posted, node.comparators)):
            self.take(node.left)
        self.generic_visit(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        """request.POST.get(name) for name in ("base", "sitting")"""
        for part in node.generators:
            if isinstance(part.target, ast.Name) and (words := self.words(part.iter)) is not None:
                self.known = {**self.known, part.target.id: words}
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        if isinstance(called, ast.Attribute) and self.is_posted(called.value):
            if called.attr in ("get", "getlist", "pop") and node.args:
                self.take(node.args[0])
            elif called.attr in ("items", "lists", "keys", "dict", "values"):
                self.found.add(DRAWN)
        elif isinstance(called, ast.Name) and called.id == "map" and len(node.args) == 2:
            method, over = node.args
            if isinstance(method, ast.Attribute) and self.is_posted(method.value):
                self.take(over)
        else:
            self.follow(node)
        self.generic_visit(node)

    def take(self, node: ast.AST) -> None:
        self.found |= self.words(node) or {DRAWN}

    def words(self, node: ast.AST) -> set[str] | None:
        if isinstance(node, ast.Constant):
            return {node.value} if isinstance(node.value, str) else set()
        if isinstance(node, ast.Tuple | ast.List):
            return {word for each in node.elts for word in self.words(each) or {DRAWN}}
        value = self.value(node)
        if isinstance(value, str):
            return {value}
        is_table = isinstance(value, set | frozenset | tuple | list | dict)
        is_of_words = is_table and all(isinstance(one, str) for one in value)
        return set(value) if is_of_words else None

    def value(self, node: ast.AST) -> Any:
        """What a name of the module stands for, or one of a module that it names."""
        if isinstance(node, ast.Name):
            return self.known.get(node.id)
        if isinstance(node, ast.Attribute):
            return getattr(self.value(node.value), node.attr, None)
        return None

    def visit_Name(self, node: ast.Name) -> None:
        self.meet(self.value(node))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.meet(self.value(node))
        self.generic_visit(node)

    def meet(self, value: Any) -> None:
        for form in _forms(value):
            self.found |= set(getattr(form, "base_fields", ())) or {DRAWN}

    def follow(self, node: ast.Call) -> None:
        """Into a function of ours that is given the call, or what was posted."""
        function = self.value(node.func)
        if function is None and isinstance(node.func, ast.Attribute) and any(map(self.is_posted, node.args)):
            self.found.add(DRAWN)  # a form that is found by other ways than its name
        function = inspect.unwrap(function) if callable(function) else None
        if inspect.isclass(function):
            function = None if issubclass(function, forms.BaseForm) else function.__init__
        if not inspect.isfunction(function) or not function.__module__.startswith("sira."):
            return
        names = list(inspect.signature(function).parameters)
        if inspect.isclass(self.value(node.func)):
            names = names[1:]
        given = dict(zip(names, node.args, strict=False)) | {one.arg: one.value for one in node.keywords if one.arg}
        posted = frozenset(name for name, what in given.items() if self.is_posted(what))
        if posted or any(isinstance(what, ast.Name) and what.id == "request" for what in given.values()):
            self.onward.append((function, posted))


def _forms(value: Any) -> Iterator[type[forms.BaseForm]]:
    """The form that it is, or the forms that it is a table of."""
    if isinstance(value, type) and issubclass(value, forms.BaseForm) and value.__module__.startswith("sira."):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _forms(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _forms(each)


@cache
def _asked(function: Function, posted: frozenset[str], been: tuple[str, ...]) -> frozenset[str]:
    own = f"{function.__module__}.{function.__qualname__}"
    if own in been or len(been) > 6:
        return frozenset()
    known = {**vars(sys.modules[function.__module__]), **inspect.getclosurevars(function).nonlocals}
    reader = _Reader(known, posted)
    reader.visit(ast.parse(textwrap.dedent(inspect.getsource(function))))
    onward = (_asked(each, given, (*been, own)) for each, given in reader.onward)
    return frozenset(reader.found).union(*onward)
