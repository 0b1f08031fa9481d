"""An agent opens a ticket for somebody on the phone or at the desk."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from sira.channels.web.receiving import kept
from sira.intake import receiving
from sira.intake.incoming import Incoming
from sira.people import recognition
from sira.people.finding import NotTheirs, met
from sira.people.models import Person
from sira.tickets.messages import Said
from sira.workspace.access import DeskRequest, for_agents
from sira.workspace.forms import NewTicketForm


@for_agents
def new_ticket(request: DeskRequest) -> HttpResponse:
    form = NewTicketForm(request.POST or None, initial={"mail": request.GET.get("mail", "")})
    form.fields["type"].initial = receiving.usual_type().pk
    if request.method == "POST" and form.is_valid():
        mail = recognition.normalised_mail(form.cleaned_data["mail"])
        try:
            person = met(request.user, mail, name=form.cleaned_data["name"], at=now())
        except NotTheirs as refused:
            form.add_error("mail", str(refused.message))
        else:
            return _open(request, form, person)
    context = {"place": "workspace", "form": form, "key": request.POST.get("key") or uuid.uuid4().hex}
    return render(request, "workspace/new_ticket.html", context, status=422 if form.errors else 200)


def _open(request: DeskRequest, form: NewTicketForm, person: Person) -> HttpResponse:
    """The key of the form makes a second click the same ticket."""
    given, at = form.cleaned_data, now()
    incoming = Incoming(
        channel=given["channel"],
        source=f"desk-{request.user.pk}",
        key=request.POST.get("key", "")[:64] or uuid.uuid4().hex,
        person=person,
        subject=given["subject"],
        said=Said(text=given["text"], files=[kept(upload) for upload in request.FILES.getlist("files")]),
        type=given["type"],
        category=given["category"],
        impact=given["impact"],
        urgency=given["urgency"],
    )
    return redirect(receiving.receive(incoming, at=at).ticket)
