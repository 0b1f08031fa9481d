"""Parts of a screen that hold something: a message, a fact, an explanation, a section.

In Python for the reason that marks are: a ticket's page has two dozen of them. All words come escaped out of here.
"""

from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sira.shell import marks
from sira.shell.marks import esc
from sira.shell.times import moment

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


def channel(name: str, label: str = "") -> SafeString:
    """The icon of a channel."""
    return marks.icon(CHANNEL_ICONS.get(name, "message-square"), 14, label)


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
    via_words: str = "",
) -> SafeString:
    """What was said.  ours: the desk's answer.  via, via_words: the channel, and what its reader calls it.

    fate: waiting, sent, delivered, refused.
    """
    whom = f'<span class="to">{esc(to)}</span>' if to else ""
    way = _fate(fate, fate_words) if fate else channel(via, via_words or via) if via else ""
    return SafeString(
        f'<article class="message"{_id(id)}{" data-ours" if ours else ""}>\n'
        f"<header>{marks.avatar(author, tone)}<b><bdi>{esc(author)}</bdi></b>{whom}{moment(at, 'time')}{way}</header>\n"
        f"{_said(content, language)}\n</article>\n"
    )


def _fate(fate: str, words: str) -> str:
    """What became of a message that went out; what one expects is told to screen readers alone."""
    said = esc(words) if words else ""
    if not said and fate == "refused":
        said = _("refused")
    if not said:
        usual = _("sent") if fate == "sent" else _("delivered") if fate == "delivered" else _("goes out soon")
        said = f'<span class="sr-only">{usual}</span>'
    return f'<span class="delivery" data-fate="{esc(fate)}">{marks.icon(FATE_ICONS.get(fate, ""), 14)}{said}</span>'


def note(content: str, author: str, at: datetime, language: str = "", id: str = "") -> SafeString:
    """What only the desk sees: hatch, lock and words."""
    kind = f"{marks.icon('lock', 14)}<b>{_('Internal note')}</b><span>{_('only the desk sees this')}</span>"
    return SafeString(
        f'<article class="note"{_id(id)}>\n<header>{kind}{moment(at, "time")}<b><bdi>{esc(author)}</bdi></b></header>\n'
        f"{_said(content, language)}\n</article>\n"
    )


def _said(content: str, language: str) -> str:
    lang = f' lang="{esc(language)}"' if language else ""
    return f'<div class="said"{lang} dir="{direction(language)}">{content}</div>'


def direction(language: str) -> str:
    """rtl or ltr for a language; auto where it is not known."""
    return "rtl" if language in ("fa", "ar", "he", "ur") else "ltr" if language else "auto"


def fact(content: str, at: datetime | None = None, why: str = "") -> SafeString:
    """One quiet line of what happened; why: the address of its explanation."""
    way = f' <a href="{esc(why)}">{_("why?")}</a>' if why else ""
    return SafeString(f'<p class="fact"><span>{content}{way}</span>{moment(at, "time") if at else ""}</p>\n')


def explanation(content: str, conclusion: str, rule: str = "", rule_url: str = "", stale: str = "") -> SafeString:
    """Why: the conclusion, the facts as content ({% pairs %} or .candidates), the rule with its version."""
    by = f'<span class="quiet">{esc(rule)}</span>' if rule else ""
    by = f'<a href="{esc(rule_url)}">{esc(rule)}</a>' if rule_url else by
    old = f'<p class="stale">{esc(stale)}</p>\n' if stale else ""
    head = f"<header><h3>{esc(conclusion)}</h3>{by}</header>"
    return SafeString(f'<article class="explanation">\n{head}\n{content}\n{old}</article>\n')


def section(content: str, title: str, more: str = "", more_url: str = "", key: str = "", id: str = "") -> SafeString:
    """A block of a side column: heading, and at its end a link or a word or a key."""
    end = f'<a href="{esc(more_url)}">{esc(more)}</a>' if more_url else f"<span>{esc(more)}</span>" if more else ""
    head = f'<div class="section-head"><h2>{esc(title)}</h2>{end}{marks.key(key) if key else ""}</div>'
    return SafeString(f'<section class="section"{_id(id)}>\n{head}\n{content}\n</section>\n')


def _id(name: str) -> str:
    return f' id="{esc(name)}"' if name else ""
