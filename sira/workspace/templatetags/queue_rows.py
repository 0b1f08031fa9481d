"""The rows of a queue as ready HTML, written in Python like the marks: a list holds fifty of them."""

from collections.abc import Callable, Iterable, Sequence

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sira.shell import marks
from sira.shell.marks import esc
from sira.shell.templatetags.desk import moment
from sira.tickets.models import Ticket
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
        f'<a class="queue-row" id="row-{one.pk}" data-row data-peek="/tickets/{one.number}/peek/"'
        f' href="/tickets/{one.number}/?{here}"{how}>\n'
        f'{marks.priority(one.priority)}<span class="subject"><bdi>{esc(one.subject) or unnamed}</bdi></span>\n'
        f"{marks.promise_state(row.shape, row.countdown)}{marks.number(one.number)}\n"
        f'<span class="from">{_from(one.requester, one.organisation)}</span>\n'
        f"{agent}\n{line}</a>\n"
    )


def _from(requester: str, organisation: str) -> str:
    return f"<bdi>{esc(requester)}</bdi>" + (f" · <bdi>{esc(organisation)}</bdi>" if organisation else "")


@register.simple_tag
def table_rows(rows: Iterable[Row], address: str, columns: Sequence[str]) -> SafeString:
    """For the table of a list: box, number, subject, then the columns (keys of shaping.COLUMNS) in their order."""
    here, nobody, unnamed = esc(address), esc(_("nobody yet")), esc(_("Without a subject"))
    return SafeString("".join(_table_row(row, here, nobody, unnamed, columns) for row in rows))


def _table_row(row: Row, here: str, nobody: str, unnamed: str, columns: Sequence[str]) -> str:
    one = row.ticket
    way = f"/tickets/{one.number}/?{here}"
    box = f'<input type="checkbox" form="bulk" name="number" value="{one.number}" aria-label="{one.number}">'
    new = " data-new" if one.has_news else ""
    cells = "\n".join(CELLS[name](row, nobody) for name in columns)
    return (
        f'<tr data-row data-peek="/tickets/{one.number}/peek/"{new}>\n'
        f'<td class="tick">{box}</td>\n'
        f'<td><a href="{way}">{marks.number(one.number)}</a></td>\n'
        f'<td class="grow"><a href="{way}" tabindex="-1"><bdi>{esc(one.subject) or unnamed}</bdi></a></td>\n'
        f"{cells}\n</tr>"
    )


def _agent(row: Row, nobody: str) -> str:
    name = row.ticket.agent
    return f"<td><bdi>{esc(name)}</bdi></td>" if name else f'<td><span class="nobody">{nobody}</span></td>'


def _left(row: Row, nobody: str) -> str:
    line = marks.promise_line(row.used, row.state) if row.has_line else ""
    return f'<td class="left" data-kept>{line}{marks.promise_state(row.shape, row.countdown)}</td>'


def _named(name: str) -> Callable[[Row, str], str]:
    return lambda row, nobody: f'<td class="cut"><bdi>{esc(str(row.more.get(name) or ""))}</bdi></td>'


def _channel(row: Row, nobody: str) -> str:
    return f"<td>{esc(str(Ticket.Channel(row.more['channel']).label))}</td>"


def _tags(row: Row, nobody: str) -> str:
    return f"<td>{''.join(marks.badge(tag) for tag in row.more['tags'])}</td>"


CELLS: dict[str, Callable[[Row, str], str]] = {
    "requester": lambda row, nobody: f'<td class="cut">{_from(row.ticket.requester, row.ticket.organisation)}</td>',
    "priority": lambda row, nobody: f"<td>{marks.priority(row.ticket.priority)}</td>",
    "stage": lambda row, nobody: f"<td>{marks.mini_stage(row.ticket.stage, True)}</td>",
    "left": _left,
    "agent": _agent,
    "group": _named("group"),
    "category": _named("category"),
    "type": _named("type"),
    "channel": _channel,
    "tags": _tags,
    "opened": lambda row, nobody: f"<td data-end>{moment(row.more['opened'])}</td>",
    "changed": lambda row, nobody: f"<td data-end>{moment(row.ticket.changed_at)}</td>",
}
