"""On to the next ticket of the list one came from, for those who want that after an answer."""

from django.http import HttpResponse
from django.utils.timezone import now

from sira.people.models import Person
from sira.tickets.models import Ticket
from sira.workspace import queues
from sira.workspace.access import DeskRequest
from sira.workspace.keeping_views import kept_by
from sira.workspace.views.queue import queue_of
from sira.workspace.views.ticket import done, go, with_queue


def after_answer(request: DeskRequest, found: Ticket) -> HttpResponse:
    """found: as it was read before it was answered, since an answer may move it or take it off the list."""
    if request.user.after_answer != Person.AfterAnswer.NEXT:
        return done(request, found.number)
    following = next_of(request, found)
    return go(request, with_queue(following.get_absolute_url() if following else "/desk/", request.GET))


def next_of(request: DeskRequest, found: Ticket) -> Ticket | None:
    """Behind it in the list, from whose end one goes on at its beginning; nobody where it was the last."""
    person, at = request.user, now()
    queue = queue_of(request.GET, kept_by(person.pk))
    turn = getattr(found, queue.turn.removeprefix("t."))
    pages = [queues.page_of(queue, person, at=at, after=(turn, found.pk), size=2)] if turn else []
    for page in (*pages, queues.page_of(queue, person, at=at, size=2)):
        others = [pk for pk in page.ids if pk != found.pk]  # an answered one may stand behind its old place
        if others:
            return Ticket.objects.get(pk=others[0])
    return None
