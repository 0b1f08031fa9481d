"""`{% load desk %}`: every mark, part and format of a screen; docs/reference/components.md lists them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from sira.shell import formats, marks, places
from sira.shell.assets import asset as asset_named

register = template.Library()

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

CHANNEL_ICONS = {
    "email": "mail",
    "mail": "mail",
    "web": "globe",
    "form": "globe",
    "walk_in": "user",
    "portal": "globe",
    "chat": "message-circle",
    "phone": "phone",
    "monitoring": "activity",
    "process": "workflow",
    "telegram": "send",
    "whatsapp": "message-circle",
    "slack": "hash",
    "teams": "users",
    "matrix": "message-square",
    "sms": "smartphone",
    "api": "webhook",
}
FATE_ICONS = {"waiting": "clock", "sent": "check", "delivered": "check-check", "refused": "circle-alert"}


@register.simple_tag
def asset(name: str) -> str:
    return asset_named(name).url


@register.simple_tag
def channel(name: str, label: str = "") -> SafeString:
    """The icon of a channel."""
    return marks.icon(CHANNEL_ICONS.get(name, "message-square"), 14, label)


# Times and numbers, in the language and zone of the page.


@register.filter
def moment(at: datetime | None, with_time: Any = "") -> SafeString | str:
    """Time alone today, day and month this year; `|moment:"time"` adds the time to other days.  Exact in the tip."""
    if at is None:
        return ""
    language, zone = marks.language(), timezone.get_current_timezone()
    shown = formats.moment(at, language, now=timezone.now(), zone=zone, time=bool(with_time))
    return _time(at, shown, formats.exact(at, language, zone=zone))


@register.filter
def full(at: datetime | None) -> SafeString | str:
    """Tue 24 Nov 2026, 13:36."""
    if at is None:
        return ""
    language, zone = marks.language(), timezone.get_current_timezone()
    return _time(at, formats.full(at, language, zone=zone), formats.exact(at, language, zone=zone))


@register.filter
def clock(at: datetime | None) -> SafeString | str:
    """13:36, whatever the day."""
    if at is None:
        return ""
    language, zone = marks.language(), timezone.get_current_timezone()
    return _time(at, formats.clock(at.astimezone(zone), language), formats.exact(at, language, zone=zone))


@register.filter
def exact(at: datetime | None) -> str:
    """The moment to the second with its zone, as plain text."""
    return formats.exact(at, marks.language(), zone=timezone.get_current_timezone()) if at else ""


def _time(at: datetime, shown: str, tip: str) -> SafeString:
    """Both texts come from formats.py, where nothing needs escaping; a list has one in every row."""
    return SafeString(f'<time datetime="{at.isoformat()}" data-tip="{tip}">{shown}</time>')


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
def size(octets: int | None) -> str:
    return formats.size(octets, marks.language()) if octets is not None else ""


@register.filter
def digits(text: Any) -> str:
    return formats.digits(text, marks.language())


@register.filter
def direction(language: str) -> str:
    """rtl or ltr for a language; auto where it is not known."""
    return "rtl" if language in ("fa", "ar", "he", "ur") else "ltr" if language else "auto"


# Parts that hold something.


def _part(name: str, **context: Any) -> SafeString:
    return render_to_string(f"shell/parts/{name}.html", context)


@register.simple_block_tag
def message(
    content: str,
    author: str,
    at: datetime,
    to: str = "",
    ours: bool = False,
    tone: str = "",
    via: str = "",
    fate: str = "",
    fate_words: str = "",
    language: str = "",
    id: str = "",
) -> SafeString:
    """What was said.  ours: the desk's answer.  via: the channel.  fate: waiting, sent, delivered, refused."""
    return _part(
        "message",
        content=content,
        author=author,
        at=at,
        to=to,
        ours=ours,
        tone=tone,
        via=via,
        fate=fate,
        fate_icon=FATE_ICONS.get(fate, ""),
        fate_words=fate_words,
        language=language,
        id=id,
    )


@register.simple_block_tag
def note(content: str, author: str, at: datetime, language: str = "", id: str = "") -> SafeString:
    """What only the desk sees: hatch, lock and words."""
    return _part("note", content=content, author=author, at=at, language=language, id=id)


@register.simple_block_tag
def fact(content: str, at: datetime | None = None, why: str = "") -> SafeString:
    """One quiet line of what happened; why: the address of its explanation."""
    return _part("fact", content=content, at=at, why=why)


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


@register.simple_block_tag
def explanation(content: str, conclusion: str, rule: str = "", rule_url: str = "", stale: str = "") -> SafeString:
    """Why: the conclusion, the facts as content ({% pairs %} or .candidates), the rule with its version."""
    return _part("explanation", content=content, conclusion=conclusion, rule=rule, rule_url=rule_url, stale=stale)


@register.simple_block_tag
def section(content: str, title: str, more: str = "", more_url: str = "", key: str = "", id: str = "") -> SafeString:
    """A block of a side column: heading, and at its end a link or a word or a key."""
    return _part("section", content=content, title=title, more=more, more_url=more_url, key=key, id=id)


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

_kept: dict[tuple[str, str], SafeString] = {}


@register.simple_tag
def kept(template_name: str) -> SafeString:
    """A part that depends on nothing but the language, written once by each process."""
    key = (template_name, marks.language())
    if key not in _kept or settings.DEBUG:
        _kept[key] = render_to_string(template_name)
    return _kept[key]


@register.simple_tag(takes_context=True)
def places_here(context: Mapping[str, Any]) -> list[places.Place]:
    request = context.get("request")
    person = getattr(request, "user", None)
    return places.places_for(person) if person is not None and person.is_authenticated else []


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
