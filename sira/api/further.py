"""Operations of rooms above this one: each names its router when the desk starts, and the first call loads it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

if TYPE_CHECKING:  # a third of what a start would load
    from ninja import Router

_named: list[tuple[str, str]] = []


def offer(prefix: str, router: str) -> None:
    """prefix: of its addresses.  router: dotted, since what offers it is loaded before anybody calls."""
    if (prefix, router) not in _named:
        _named.append((prefix, router))


def routers() -> Iterator[tuple[str, "Router"]]:
    for prefix, router in _named:
        yield prefix, import_string(router)
