"""The places of the desk as links: in the bar above each page, and in the tab bar of a phone."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest
from django.utils.safestring import SafeString

from sira.shell import formats, marks, places
from sira.shell.places import Place


def bar(request: HttpRequest, here: str) -> SafeString:
    """here: key of the place one is in."""
    return _links(request, here, lambda one: _words(one, marks.language()) + _waiting(one, request) if one.bar else "")


def tabs(request: HttpRequest, here: str) -> SafeString:
    return _links(request, here, lambda one: _tab(one, marks.language()) if one.tab else "")


def _links(request: HttpRequest, here: str, said: Callable[[Place], str]) -> SafeString:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return SafeString("")
    found = ((one, said(one)) for one in places.places_for(person))
    return SafeString("".join(_link(one, words, here) for one, words in found if words))


def _link(one: Place, words: str, here: str) -> str:
    current = ' aria-current="page"' if one.key == here else ""
    return f'<a href="{marks.esc(one.url)}"{current}>{words}</a>'


@cache
def _words(one: Place, language: str) -> str:
    return marks.esc(str(one.words))


@cache
def _tab(one: Place, language: str) -> str:
    return f"{marks.icon(one.icon, 20)}<span>{_words(one, language)}</span>"


def _waiting(one: Place, request: HttpRequest) -> str:
    waiting = places.count_of(one.key, request)
    return f' <span class="count">{formats.amount(waiting, marks.language())}</span>' if waiting else ""
