"""What was posted for a task, on the ticket's page or on its own, and the task done with it."""

from django.http import HttpRequest
from django.utils.timezone import now

from sira.channels.web.receiving import kept
from sira.people.models import Person
from sira.processes.models import Task
from sira.tickets import finishing, tasks
from sira.tickets.finishing import Shown
from sira.tickets.task_forms import TaskForm


def finish(task: Task, request: HttpRequest, *, by: Person) -> bool:
    """Its button, with what shows that it is done.  False: its form got a row more or less, and nothing is done yet.

    Raises what finishing raises, and FormNotRight.
    """
    given = request.POST
    form = TaskForm.posted(task, request, by=by) if task.form else None
    if form and form.more_or_less:
        return False
    of_form = form.must_be_valid() if form else None
    shown = Shown(
        evidence=given.get("evidence", ""),
        files=[kept(upload) for upload in request.FILES.getlist("files")],
        checked=[int(place) for place in given.getlist("checked") if place.isdecimal()],
        signed=given.get("signed") == "yes",
        answers=of_form.values if of_form else None,
        form_files={key: [kept(upload) for upload in files] for key, files in of_form.files.items()} if of_form else {},
    )
    outcome = {} if task.kind in tasks.OF_REQUESTER else {"result": given.get("result", "done")[:40]}
    finishing.finish(task, by=by, outcome=outcome, shown=shown, at=now())
    return True
