"""Small parts of a screen as ready HTML: icon, priority, promise, stage, presence, avatar, slip, badge, key.

Written in Python rather than as templates because a list shows hundreds of them: a mark costs 1-5 microseconds here
and 40-80 as an included template.  All words come in from the caller or from the tables below.
"""

import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sira.shell.assets import asset
from sira.shell.formats import initials
from sira.shell.shapes import SHAPES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"

# Icons that point mirror where the text runs the other way; clocks, ticks and brands do not.
MIRRORED = frozenset(
    {
        *(
            "reply",
            "reply-all",
            "arrow-left",
            "arrow-right",
            "chevron-left",
            "chevron-right",
            "send",
            "log-in",
            "log-out",
        ),
        *("list", "list-checks", "list-filter", "list-ordered", "list-todo", "undo-2", "redo-2", "corner-down-left"),
        *("external-link", "panel-right", "split", "merge", "book-open", "trending-up", "quote", "log-out"),
    }
)

PRIORITIES: dict[str, tuple[str, Words]] = {
    "critical": ("diamond", pgettext_lazy("priority", "Critical")),
    "high": ("triangle", pgettext_lazy("priority", "High")),
    "medium": ("square", pgettext_lazy("priority", "Medium")),
    "low": ("ring", pgettext_lazy("priority", "Low")),
}
PRIORITY_NUMBERS = {"1": "critical", "2": "high", "3": "medium", "4": "low"}
PROMISES: dict[str, tuple[str, Words]] = {
    "on_track": ("quarter", pgettext_lazy("promise", "on track")),
    "at_risk": ("three-quarter", pgettext_lazy("promise", "at risk")),
    "broken": ("cross-disc", pgettext_lazy("promise", "broken")),
    "kept": ("tick-disc", pgettext_lazy("promise", "kept")),
    "paused": ("bars", pgettext_lazy("promise", "paused")),
}
PRESENCES: dict[str, tuple[str, Words]] = {
    "here": ("disc", pgettext_lazy("presence", "Here")),
    "busy": ("disc-bar", pgettext_lazy("presence", "Busy")),
    "later": ("dashed-ring", pgettext_lazy("presence", "Later today")),
    "away": ("ring", pgettext_lazy("presence", "Away")),
    "off": ("ring", pgettext_lazy("presence", "Off")),
}
STAGES: dict[str, Words] = {
    "opened": pgettext_lazy("stage", "Opened"),
    "assigned": pgettext_lazy("stage", "Assigned"),
    "in_work": pgettext_lazy("stage", "In work"),
    "testing": pgettext_lazy("stage", "Testing"),
    "closed": pgettext_lazy("stage", "Closed"),
}
COPY, COPIED = _("Copy the number"), _("copied")
TONES = ("", "wait", "ok", "note", "warn")


def esc(words: Words) -> str:
    """As conditional_escape, which needs five times as long to see that a text is a text."""
    return escape(words) if type(words) is str else conditional_escape(words)


def _safe(markup: str) -> SafeString:
    return mark_safe(markup)


@cache
def _icon(name: str, size: int) -> SafeString:
    mirror = " data-mirrors" if name in MIRRORED else ""
    drawing = f'<use href="{asset("icons.svg").url}#{esc(name)}"/>'
    return _safe(f'<svg class="icon" data-size="{size}"{mirror} aria-hidden="true">{drawing}</svg>')


def icon(name: str, size: int = 16, label: Words = "") -> SafeString:
    """A Lucide icon from the sprite; new names go into icons.txt.  `label` is for icons that stand alone."""
    markup = _icon(name, size)
    return _safe(f'{markup}<span class="sr-only">{esc(label)}</span>') if label else markup


def shape(name: str) -> SafeString:
    return SHAPES[name]


@cache
def _named(language: str, kind: str, key: str) -> SafeString:
    """A state with its own name: the same for every row of a page."""
    form, words = {"priority": PRIORITIES, "promise": PROMISES, "presence": PRESENCES}[kind][key]
    return _state(kind, key, form, words)


def _state(kind: str, key: str, form: str, words: Words) -> SafeString:
    return _safe(f'<span class="state" data-{kind}="{key}">{SHAPES[form]}<span>{esc(words)}</span></span>')


def priority(value: object) -> SafeString:
    """critical, high, medium or low; also 1-4 and P1-P4.  Nothing for an empty value."""
    key = str(value or "").lower()
    key = PRIORITY_NUMBERS.get(key.removeprefix("p"), key)
    return _named(language(), "priority", key) if key else _safe("")


def promise_state(state: str, words: Words = "") -> SafeString:
    """on_track, at_risk, broken, kept or paused, with the countdown in `words` or else the state's own name."""
    return _state("promise", state, PROMISES[state][0], words) if words else _named(language(), "promise", state)


def presence(state: str, words: Words = "") -> SafeString:
    """here, busy, later, away or off; `words` says more, such as "from 14:00"."""
    return _state("presence", state, PRESENCES[state][0], words) if words else _named(language(), "presence", state)


def promise_line(used: float, state: str, warning: float = 75) -> SafeString:
    """The bar of a promise: `used` per cent of its working time is gone; always beside a number in words."""
    part = max(0.0, min(100.0, 100.0 if state == "broken" else float(used)))
    filled = (
        f'<line class="stripe" x1="0" x2="{part:g}%" y1="3.5" y2="3.5"/>'
        if state == "paused"
        else f'<rect class="used" y="2" width="{part:g}%" height="3"/>'
    )
    return _safe(
        f'<svg class="promise-line" data-promise="{esc(state)}" aria-hidden="true">'
        '<rect class="track" y="2" width="100%" height="3"/>'
        f'{filled}<rect class="warned" x="{float(warning):g}%" width="1" height="7"/></svg>'
    )


def bar(share: float) -> SafeString:
    """A plain bar of `share` per cent of its place, as candidates and loads are compared."""
    part = max(0.0, min(100.0, float(share)))
    return _safe(f'<svg class="bar" aria-hidden="true"><rect width="{part:g}%" height="5"/></svg>')


def _places(current: str, stages: Mapping[str, Words], skipped: Sequence[str]) -> list[tuple[str, Words, str]]:
    keys = list(stages)
    now = keys.index(current) if current in stages else len(keys)
    where = ["passed" if at < now else "now" if at == now else "to-come" for at in range(len(keys))]
    return [(key, stages[key], "skipped" if key in skipped else where[at]) for at, key in enumerate(keys)]


def stage_line(
    current: str,
    times: Mapping[str, Words] | None = None,
    skipped: Sequence[str] = (),
    stages: Mapping[str, Words] | None = None,
    upright: bool = False,
) -> SafeString:
    """The five stages, or others in order; the dot stands over `current`.  A finished line has no current stage."""
    times = times or {}
    items = []
    for key, words, where in _places(current, stages or STAGES, skipped):
        now = ' aria-current="step"' if where == "now" else ""
        dot = '<span class="dot"></span>' if where == "now" else ""
        below = f"<time>{esc(times[key])}</time>" if key in times and not upright else ""
        below = f"<small>{esc(times[key])}</small>" if key in times and upright else below
        items.append(f'<li data-stage="{where}"{now}>{dot}{esc(words)}{below}</li>')
    up = " data-upright" if upright else ""
    return _safe(f'<ol class="stage-line"{up}>{"".join(items)}</ol>')


def mini_stage(current: str, word: bool = False, stages: Mapping[str, Words] | None = None) -> SafeString:
    """The stage line as five strokes; with the stage's word where there is room, else told to screen readers."""
    return _mini_stage(current, word, stages) if stages else _usual_mini_stage(language(), current, word)


@cache
def _usual_mini_stage(language: str, current: str, word: bool) -> SafeString:
    return _mini_stage(current, word, STAGES)


def _mini_stage(current: str, word: bool, stages: Mapping[str, Words]) -> SafeString:
    strokes = "".join(f'<i data-stage="{where}"></i>' for _key, _words, where in _places(current, stages, ()))
    name = esc(stages.get(current, ""))
    if word:
        drawn = f'<span class="mini-stage" aria-hidden="true">{strokes}</span>'
        return _safe(f'<span class="mini-stage-word">{drawn}{name}</span>')
    return _safe(f'<span class="mini-stage" role="img" aria-label="{name}">{strokes}</span>')


def avatar(name: str, tone: str = "", size: int = 22) -> SafeString:
    """Initials in a disc.  tone: me (the reader), agent (a quiet tint that stays with the name), or nothing."""
    if tone == "agent":
        tone = TONES[zlib.crc32(name.encode()) % len(TONES)]
    letters = esc(initials(name))
    return _safe(
        f'<span class="avatar" data-size="{int(size)}" data-tone="{esc(tone)}" aria-hidden="true">{letters}</span>'
    )


def slip(number: str, url: str = "", size: str = "") -> SafeString:
    """A ticket's number: a link where `url` is given, else copied on click and by `.`."""
    text, small = esc(number), ' data-size="small"' if size == "small" else ""
    if url:
        return _safe(f'<a class="slip"{small} href="{esc(url)}"><bdi dir="ltr">{text}</bdi></a>')
    return _safe(
        f'<copy-slip><button class="slip" type="button"{small} data-tip="{esc(COPY)}"'
        f' data-key="." data-key-words="{esc(COPY)}"><bdi dir="ltr">{text}</bdi></button>'
        f'<span role="status" data-copied="{esc(COPIED)}"></span></copy-slip>'
    )


def number(text: str, url: str = "") -> SafeString:
    """An identifier inside a line: Latin and left to right in every language."""
    if url:
        return _safe(f'<a class="number" href="{esc(url)}"><bdi dir="ltr">{esc(text)}</bdi></a>')
    return _safe(f'<bdi class="number" dir="ltr">{esc(text)}</bdi>')


def badge(words: Words, kind: str = "", form: str = "") -> SafeString:
    """kind: nothing (tags), accent, danger, warn, ok, wait, note; form: a shape's name before the word."""
    before = SHAPES[form] if form else ""
    return _safe(f'<span class="badge" data-kind="{esc(kind)}">{before}{esc(words)}</span>')


def key(name: str) -> SafeString:
    return _safe(f"<kbd>{esc(name)}</kbd>")


def mark() -> SafeString:
    """The three who stand in line; the first one has the dot."""
    return _safe(
        '<svg class="mark" viewBox="0 0 18 20" aria-hidden="true"><circle class="first" cx="2.3" cy="2.3" r="2.3"/>'
        '<rect class="first" x=".65" y="6.6" width="3.3" height="13.4" rx="1.65"/>'
        '<rect x="7.35" y="6.6" width="3.3" height="13.4" rx="1.65"/>'
        '<rect class="last" x="14.05" y="6.6" width="3.3" height="13.4" rx="1.65"/></svg>'
    )


def language() -> str:
    """The language of the page being written, as the formats name it."""
    return (get_language() or "en")[:2]
