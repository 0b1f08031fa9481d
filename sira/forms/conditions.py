"""Which parts of a form are hidden for these answers."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sira.decisions import feel
from sira.forms.schema import Component, Schema, once

NOTHING: Mapping[str, Any] = MappingProxyType({})
ROUNDS = 10  # a condition may hang on a field that another condition hides; longer chains are not forms


def hidden(schema: Schema, values: dict[str, Any], around: Mapping[str, Any] = NOTHING) -> frozenset[str]:
    """Ids of the components that do not show. A hidden field counts as unanswered for the other conditions.

    around: of a list's row, the answers outside it; the row's own come before those of the same key.
    """
    found = once(schema)
    conditional = [component for component in found if component.hide]
    gone: frozenset[str] = frozenset()
    if not conditional:
        return gone
    keys = {**around, **{component.key: None for component in found if component.is_field}}
    names = tuple(sorted(keys))
    for _round in range(ROUNDS):
        facts = keys | {c.key: _said(c, values) for c in found if c.is_field and not _is_gone(c, gone)}
        now = frozenset(component.id for component in conditional if _holds(component.hide, names, facts))
        if now == gone:
            break
        gone = now
    return frozenset(component.id for component in found if _is_gone(component, gone))


def _said(component: Component, values: Mapping[str, Any]) -> Any:
    """A box that nobody ticked says no, as in form-js, so that not(box) holds."""
    return values.get(component.key, False if component.type == "checkbox" else None)


def _is_gone(component: Component, gone: frozenset[str]) -> bool:
    return component.id in gone or any(group in gone for group in component.inside)


def _holds(source: str, names: tuple[str, ...], facts: dict[str, Any]) -> bool:
    """A condition that cannot be evaluated does not hide: better one question too many than one never asked."""
    try:
        return _compiled(source, names).evaluate(facts) is True
    except feel.FeelProblem:
        return False


@lru_cache(maxsize=500)
def _compiled(source: str, names: tuple[str, ...]) -> feel.Expression:
    return feel.compile_expression(source, names)
