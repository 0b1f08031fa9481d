"""The rows of a queue as ready HTML, written in Python like the marks: a list holds fifty of them."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sira.shell import marks
from sira.shell.marks import esc
from sira.shell.templatetags.desk import moment
from sira.workspace.rows import Row

register = template.Library()


@register.simple_tag
def queue_rows(rows: Iterable[Row], address: str, *opened: object) -> SafeString:
    """For the queue at the left.  address: the query string of the list.  opened: keys of the ticket that is open."""
    here, nobody, unnamed = esc(address), esc(_("nobody yet")), esc(_("Without a subject"))
    current = {str(key) for key in opened}
    return SafeString("".join(_queue_row(row, here, nobody, unnamed, str(row.ticket.pk) in current) for row in rows))


def _queue_row(row: Row, here: str, nobody: str, unnamed: str, is_open: bool) -> str:
    one = row.ticket
    agent = f'<span class="agent"><bdi>{esc(one.agent)}</bdi></span>' if one.agent else ""
    agent = agent or f'<span class="agent nobody">{nobody}</span>'
    line = f'<span class="line">{marks.promise_line(row.used, row.state)}</span>' if row.has_line else ""
    how = (" data-new" if one.has_news else "") + (' aria-current="true"' if is_open else "")
    return (
        f'<a class="queue-row" id="row-{one.pk}" data-row href="/tickets/{one.number}/?{here}"{how}>\n'
        f'{marks.priority(one.priority)}<span class="subject">{esc(one.subject) or unnamed}</span>\n'
        f"{marks.promise_state(row.shape, row.countdown)}{marks.number(one.number)}\n"
        f'<span class="from">{_from(one.requester, one.organisation)}</span>\n'
        f"{agent}\n{line}</a>\n"
    )


def _from(requester: str, organisation: str) -> str:
    return f"<bdi>{esc(requester)}</bdi>" + (f" · <bdi>{esc(organisation)}</bdi>" if organisation else "")


@register.simple_tag
def table_rows(rows: Iterable[Row], address: str) -> SafeString:
    """For the table of a list, in the order of its columns."""
    here, nobody, unnamed = esc(address), esc(_("nobody yet")), esc(_("Without a subject"))
    return SafeString("".join(_table_row(row, here, nobody, unnamed) for row in rows))


def _table_row(row: Row, here: str, nobody: str, unnamed: str) -> str:
    one = row.ticket
    way = f"/tickets/{one.number}/?{here}"
    box = f'<input type="checkbox" form="bulk" name="number" value="{one.number}" aria-label="{one.number}">'
    line = marks.promise_line(row.used, row.state) if row.has_line else ""
    new = " data-new" if one.has_news else ""
    agent = f"<bdi>{esc(one.agent)}</bdi>" if one.agent else f'<span class="nobody">{nobody}</span>'
    return (
        f"<tr data-row{new}>\n"
        f'<td class="tick">{box}</td>\n'
        f'<td><a href="{way}">{marks.number(one.number)}</a></td>\n'
        f'<td class="grow"><a href="{way}" tabindex="-1"><bdi>{esc(one.subject) or unnamed}</bdi></a></td>\n'
        f'<td class="cut">{_from(one.requester, one.organisation)}</td>\n'
        f"<td>{marks.priority(one.priority)}</td>\n<td>{marks.mini_stage(one.stage, True)}</td>\n"
        f'<td class="left">{line}{marks.promise_state(row.shape, row.countdown)}</td>\n'
        f"<td>{agent}</td>\n<td data-end>{moment(one.changed_at)}</td>\n</tr>"
    )
