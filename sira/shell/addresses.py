"""Addresses found by the first word of their path.

Django tries every address of every room in turn, for the last ones some 250 of them: half a millisecond of each page.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.urls import ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

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


def words_of(address: Address) -> Iterator[str | None]:
    """What its path can begin with; None where that is not one fixed word."""
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
        if isinstance(one, URLResolver) and not str(one.pattern) and isinstance(one.pattern, RoutePattern):
            inner: Any = only(one.url_patterns, word)
            one = URLResolver(one.pattern, inner, one.default_kwargs, one.app_name, one.namespace)
        found.append(one)
    return found
