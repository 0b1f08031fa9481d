"""What a search found as ready HTML, written in Python like the marks: a page holds twenty."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sira.shell import marks
from sira.shell.marks import esc
from sira.shell.times import moment
from sira.tickets.search import Hit

register = template.Library()


@register.simple_tag
def found_hits(hits: Iterable[Hit]) -> SafeString:
    unnamed, note = esc(_("Without a subject")), f"{marks.icon('lock', 14)} {_('Internal note')} · "
    return SafeString("".join(_hit(hit, unnamed, note) for hit in hits))


def _hit(hit: Hit, unnamed: str, note: str) -> str:
    ticket, message = hit.ticket, hit.message
    said = "".join(f"<mark>{esc(words)}</mark>" if is_hit else esc(words) for words, is_hit in hit.sentence)
    return (
        f'<article class="hit">\n<h2><a href="{esc(ticket.get_absolute_url())}">{marks.number(ticket.number)}'
        f" <bdi>{esc(ticket.subject) or unnamed}</bdi></a></h2>\n"
        f'<p dir="auto">{said}</p>\n'
        f'<p class="second">{note if message.is_internal else ""}<bdi>{esc(str(message.author))}</bdi>'
        f" · {moment(message.sent_at, 'time')} · {marks.mini_stage(ticket.stage, word=True)}</p>\n</article>\n"
    )
