"""What the frame shows but does not know: the places of the navigation, where its buttons lead, its live figures.

Higher rooms fill this in their `AppConfig.ready()`; the shell imports none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Place:
    """One word of the navigation.  tab: also in the tab bar of a phone.  may_enter: asked with the signed-in person.

    count: what waits there, shown behind the word; it is asked for every page, so it must cost next to nothing.
    """

    key: str
    words: str | Promise
    url_name: str
    icon: str
    order: int = 100
    tab: bool = True
    bar: bool = True
    may_enter: Callable[[Any], bool] = field(default=lambda person: True)
    count: Callable[[HttpRequest], int] | None = None

    @cached_property
    def url(self) -> str:
        return reverse(self.url_name)


_places: dict[str, Place] = {}
_ways: dict[str, str] = {}
_addresses: dict[str, str] = {}
_figures: dict[str, Callable[[HttpRequest], Any]] = {}
_frames: list[tuple[str, Callable[[Any], bool]]] = []


def add_place(place: Place) -> None:
    _places[place.key] = place


def add_way(name: str, url_name: str) -> None:
    """Where a part of the frame leads: the name of an address, or the address itself if it begins with a slash.

    Names: home, new_ticket, find, commands, notices, live, presence, preferences, sign_in, sign_out.
    """
    _ways[name] = url_name
    _addresses.pop(name, None)


def add_frame(template: str, *, may_enter: Callable[[Any], bool]) -> None:
    """The frame that pages of lower rooms stand in for some of the people, instead of shell/frame.html."""
    _frames.append((template, may_enter))


def frame_for(person: Any) -> str:
    return next((template for template, may_enter in _frames if may_enter(person)), "shell/frame.html")


def add_figure(name: str, read: Callable[[HttpRequest], Any]) -> None:
    """A value the frame shows on each page: notices (a number), presence (here, busy, later or away)."""
    _figures[name] = read


def places_for(person: Any) -> list[Place]:
    return sorted((place for place in _places.values() if place.may_enter(person)), key=lambda place: place.order)


def count_of(key: str, request: HttpRequest) -> int:
    """What waits at a place; asked once a page, however often it is shown."""
    place = _places.get(key)
    if place is None or place.count is None:
        return 0
    kept: dict[str, int] = request.__dict__.setdefault("_counts", {})
    if key not in kept:
        kept[key] = place.count(request)
    return kept[key]


def way(name: str) -> str:
    """The address, or nothing where no room has named one yet."""
    if name not in _addresses and name in _ways:
        try:
            _addresses[name] = _ways[name] if _ways[name].startswith("/") else reverse(_ways[name])
        except NoReverseMatch:
            return ""
    return _addresses.get(name, "")


def figure(name: str, request: HttpRequest) -> Any:
    read = _figures.get(name)
    return read(request) if read else None
