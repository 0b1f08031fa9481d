"""`{% load desk %}`: every mark, part and format of a screen; docs/reference/components.md lists them."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.html import conditional_escape, format_html, linebreaks, urlize
from django.utils.safestring import SafeString

from sira.plumbing import speaking
from sira.shell import formats, holding, marks, navigation, places, times
from sira.shell.assets import asset as asset_named
from sira.shell.assets import of_page
from sira.shell.laying_out import has_signs, laid_out
from sira.shell.meanwhile import mark_of, others_of

register = template.Library()
# What Django makes a link of has one of these in it.
LIKE_A_LINK = re.compile(r"://|www\.|@|\.(com|edu|gov|int|mil|net|org)", re.IGNORECASE)

MARKS = (
    marks.icon,
    marks.shape,
    marks.priority,
    marks.promise_state,
    marks.presence,
    marks.promise_line,
    marks.bar,
    marks.stage_line,
    marks.mini_stage,
    marks.avatar,
    marks.slip,
    marks.number,
    marks.badge,
    marks.key,
    marks.mark,
)
for mark in MARKS:
    register.simple_tag(mark)


@register.simple_tag
def asset(name: str) -> str:
    return asset_named(name).url


@register.simple_tag(takes_context=True)
def keeps_key(context: Mapping[str, Any]) -> str:
    """With which the browser seals the unsent words that it keeps (browser-keeps.js): their person's, so that they find
    them when they sign in again; of nobody's this browser's. It stands in pages alone. Base64 of 32 octets.
    """
    request = context["request"]
    person = getattr(getattr(request, "user", None), "pk", None)  # a refusal may come before anybody is known
    whose = f"person {person}" if person else f"browser {request.META.get('CSRF_COOKIE', '')}"
    return b64encode(salted_hmac("sira.shell.keeps", whose, algorithm="sha256").digest()).decode()


@register.simple_tag(takes_context=True)
def sheets(context: Mapping[str, Any]) -> list[str]:
    """What the page needs of styles and islands beside those of every page."""
    request = context.get("request")
    found, person = getattr(request, "resolver_match", None), getattr(request, "user", None)
    return of_page(
        found.namespace if found else None,
        signed_in=bool(person and person.is_authenticated),
        works_here=bool(getattr(person, "is_agent", False)),
    )


channel = register.simple_tag(holding.channel)


# Times and numbers, in the language and zone of the page.


moment = register.filter(times.moment)
full = register.filter(times.full)
clock = register.filter(times.clock)
until = register.filter(times.until)
exact = register.filter(times.exact)


@register.filter
def day(on: date | None) -> str:
    """24 Nov 2026, in the calendar of the language."""
    return formats.day(on, marks.language(), year=True) if on else ""


@register.filter
def span(length: timedelta | None) -> str:
    """52 min; 1 h 05 m."""
    return formats.span(length, marks.language()) if length is not None else ""


@register.filter
def left(length: timedelta | None) -> str:
    """52 min left; 24 min late where negative."""
    return formats.left(length, marks.language()) if length is not None else ""


@register.filter
def amount(value: int | float | Decimal | None, places_: int | None = None) -> str:
    return formats.amount(value, marks.language(), places=places_) if value is not None else ""


@register.filter
def percent(share: int | float | Decimal | None, places_: int | None = None) -> str:
    return formats.percent(share, marks.language(), places=places_) if share is not None else ""


@register.filter
def listed(words: Iterable[object]) -> str:
    """One, two; with the comma of the language."""
    return formats.listed(map(str, words), marks.language())


@register.simple_tag
def comma() -> str:
    """Between words, with its space: as the language writes it."""
    return formats.comma(marks.language())


lead_in = register.filter(formats.lead_in)


@register.filter
def size(octets: int | None) -> str:
    return formats.size(octets, marks.language()) if octets is not None else ""


@register.filter
def prose(text: str) -> SafeString:
    """What somebody wrote, in paragraphs, addresses in it as links. Looking at each word costs 1 ms a message."""
    if not LIKE_A_LINK.search(text):
        return SafeString(linebreaks(text, autoescape=True))
    return SafeString(linebreaks(urlize(text, nofollow=True, autoescape=True)))


@register.filter
def formatted(text: str, pictures: Mapping[str, str] | None = None) -> SafeString:
    """What the desk wrote, with the signs of its composer: lists, emphasis, code (see shell.laying_out).

    pictures: addresses of those that may stand in it, by name.
    """
    return laid_out(text, pictures or {}) if has_signs(text) else prose(text)


@register.filter
def digits(text: Any) -> str:
    return formats.digits(text, marks.language())


direction = register.filter(holding.direction)


# Parts that hold something.


def _part(name: str, **context: Any) -> SafeString:
    return render_to_string(f"shell/parts/{name}.html", context)


for part in (holding.message, holding.note, holding.fact, holding.explanation, holding.section):
    register.simple_block_tag(part)


@register.simple_block_tag
def dialog(content: str, id: str, title: str, wide: bool = False) -> SafeString:
    """A question that is opened by any button with data-opens="<id>"; the content ends with .buttons."""
    return _part("dialog", content=content, id=id, title=title, wide=wide)


@register.simple_block_tag
def menu(
    content: str,
    label: str,
    icon: str = "ellipsis",
    align: str = "",
    up: bool = False,
    kind: str = "quiet",
    words: bool = False,
) -> SafeString:
    """A button with a menu of elements with role="menuitem"; words: the label is shown, not only told."""
    return _part("menu", content=content, label=label, icon=icon, align=align, up=up, kind=kind, words=words)


@register.simple_block_tag
def empty(content: str, title: str, sentence: str = "") -> SafeString:
    """An empty place: mark, sentence, one action as content."""
    return _part("empty", content=content, title=title, sentence=sentence)


@register.simple_tag
def pairs(facts: Mapping[Any, Any] | Sequence[tuple[Any, Any]]) -> SafeString:
    """Names and values of an explanation."""
    items = facts.items() if isinstance(facts, Mapping) else facts
    rows = "".join(f"<dt>{conditional_escape(name)}</dt><dd>{conditional_escape(value)}</dd>" for name, value in items)
    return format_html('<dl class="pairs">{}</dl>', SafeString(rows))


@register.simple_tag
def pager(newer: str = "", older: str = "", words: str = "", target: str = "") -> SafeString:
    """Pages by key: the addresses of newer and older rows, or nothing at an end; target: what htmx changes."""
    return _part("pager", newer=newer, older=older, words=words, target=target)


@register.simple_tag
def refusal(words: str) -> SafeString:
    return _part("refused", message=words) if words else SafeString("")


# The frame.

_kept: dict[tuple[str, str | None], SafeString] = {}


@register.simple_tag
def kept(template_name: str) -> SafeString:
    """A part that depends on nothing but the language and its form of address, written once by each process."""
    key = (template_name, speaking.spoken())
    if key not in _kept or settings.DEBUG:
        _kept[key] = render_to_string(template_name)
    return _kept[key]


@register.inclusion_tag("shell/parts/meanwhile.html")
def meanwhile(form: BaseForm) -> dict[str, object]:
    """In a form that begins with what a row says: see sira.shell.meanwhile."""
    return {"seen": mark_of(form), "others": list(others_of(form))}


@register.simple_tag(takes_context=True)
def places_bar(context: Mapping[str, Any], here: str) -> SafeString:
    request = context.get("request")
    return navigation.bar(request, here) if request is not None else SafeString("")


@register.simple_tag(takes_context=True)
def places_tabs(context: Mapping[str, Any], here: str) -> SafeString:
    request = context.get("request")
    return navigation.tabs(request, here) if request is not None else SafeString("")


@register.simple_tag(takes_context=True)
def count_of(context: Mapping[str, Any], key: str) -> int:
    """What waits at a place of the navigation."""
    request = context.get("request")
    return places.count_of(key, request) if request is not None else 0


@register.simple_tag
def way(name: str) -> str:
    return places.way(name)


@register.simple_tag(takes_context=True)
def frame_figure(context: Mapping[str, Any], name: str) -> Any:
    request = context.get("request")
    return places.figure(name, request) if request is not None else None
