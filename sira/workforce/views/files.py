"""Shifts and leave as a file, out and in."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET, require_POST

from sira.plumbing.audit import told_of
from sira.shell.formats import amount
from sira.shell.parts import say
from sira.workforce import exchange, incoming, rights
from sira.workforce.access import TeamRequest, for_workers, groups_of, people_in
from sira.workforce.forms import ImportForm
from sira.workforce.refusals import BadRow, NotAFile, TooManyRows
from sira.workforce.views.team import chosen, team_page


@require_GET
@for_workers
def export(request: TeamRequest, form: str) -> HttpResponse:
    groups, at = groups_of(request.user), now()
    people = people_in(chosen(request, groups), groups).values_list("pk", flat=True)
    rows = exchange.rows_between(people, *exchange.weeks_around(at), in_full=rights.may_plan(request.user))
    if form == "csv":
        answer = HttpResponse(exchange.to_csv(rows), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(exchange.to_ical(rows, at=at), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="team.{form}"'
    return answer


@require_POST
@for_workers
@told_of
def take_in(request: TeamRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return team_page(request, form, status=422)
    file = form.cleaned_data["file"]
    content = file.read()
    is_calendar = file.name.lower().endswith(".ics") or content.startswith(b"BEGIN:VCALENDAR")
    at = now()
    try:
        rows = _rows_in(content, is_calendar=is_calendar, at=at)
        count = exchange.take_in(rows, by=request.user, at=at)
    except (BadRow, NotAFile, TooManyRows) as refused:
        form.add_error("file", str(refused))
        return team_page(request, form, status=422)
    said = ngettext("%(count)s row taken over", "%(count)s rows taken over", count)
    return say(request, redirect("workforce:team"), said % {"count": amount(count, get_language() or "en")})


def _rows_in(content: bytes, *, is_calendar: bool, at: datetime) -> Iterator[exchange.Row]:
    if is_calendar:
        first, last = exchange.weeks_around(at)
        return incoming.read_ical(content, (first.date(), last.date()))
    return incoming.read_csv(incoming.decoded(content, language=get_language() or "en"))
