"""Addresses found by the first word of their path; rooms that are loaded when somebody asks for an address in them.

Django tries every address of every room in turn, for the last ones some 250 of them: half a millisecond of each page.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.urls import ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.translation import get_language

Address = URLPattern | URLResolver


class ByFirstWord(URLResolver):
    """All given addresses, as one."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        super().__init__(RoutePattern(""), list(addresses))
        known = {word for one in addresses for word in words_of(one)}
        self._ways = {word: URLResolver(RoutePattern(""), only(addresses, word)) for word in known if word is not None}
        self._elsewhere = URLResolver(RoutePattern(""), only(addresses, None))

    def resolve(self, path: str) -> ResolverMatch:
        return self._ways.get(path.partition("/")[0], self._elsewhere).resolve(path)


class LoadedLater(URLResolver):
    """The addresses of a room under its own namespace. Whoever loads the desk need not wait for them.

    Django looks through every room for names before the first page; here only the one that asks by itself does, since
    who looks for a name in a namespace is sent to its own addresses.  room: the module of its addresses.
    words: with which their paths begin, since they are not there to be looked at.
    """

    def __init__(self, route: str, room: str, *, app_name: str, namespace: str, words: Sequence[str]) -> None:
        super().__init__(RoutePattern(route), room, app_name=app_name, namespace=namespace)
        self.words = words

    def _populate(self) -> None:
        pass

    @property
    def reverse_dict(self) -> Any:
        return self._looked_through()._reverse_dict[get_language()]

    @property
    def namespace_dict(self) -> Any:
        return self._looked_through()._namespace_dict[get_language()]

    @property
    def app_dict(self) -> Any:
        return self._looked_through()._app_dict[get_language()]

    def _looked_through(self) -> Any:
        found: Any = self
        if get_language() not in found._reverse_dict:
            URLResolver._populate(self)
        return found


def words_of(address: Address) -> Iterator[str | None]:
    """What its path can begin with; None where that is not one fixed word."""
    if isinstance(address, LoadedLater):
        yield from address.words
        return
    route = str(address.pattern) if isinstance(address.pattern, RoutePattern) else "<"
    word, slash, _rest = route.partition("/")
    if isinstance(address, URLResolver) and not route:
        for one in address.url_patterns:
            yield from words_of(one)
    elif "<" in word or (isinstance(address, URLResolver) and not slash):
        yield None
    else:
        yield word


def only(addresses: Iterable[Address], word: str | None) -> list[Address]:
    """Those of them, in their order, that a path with this first word can mean."""
    found: list[Address] = []
    for one in addresses:
        if not {word, None} & set(words_of(one)):
            continue
        is_room = isinstance(one, URLResolver) and isinstance(one.pattern, RoutePattern) and not str(one.pattern)
        if is_room and not isinstance(one, LoadedLater):
            room: Any = one
            inner: Any = only(room.url_patterns, word)
            one = URLResolver(room.pattern, inner, room.default_kwargs, room.app_name, room.namespace)
        found.append(one)
    return found
