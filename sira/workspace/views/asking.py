"""Questions before an action: a form of their own page, and the same form in a dialog where htmx asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from sira.plumbing.refusals import Refused
from sira.shell.parts import part_or_page, wants_part
from sira.tickets.models import Fact, HistoryEntry, Ticket
from sira.tickets.refusals import ChangedMeanwhile
from sira.tickets.wording import Names, field_name
from sira.workspace import forms
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.aside_forms import SideForm, SplitForm
from sira.workspace.later_forms import LaterForm
from sira.workspace.views.queue import own_address

LEAVE = gettext_lazy("Leave it")
Act = Callable[[DeskRequest, Ticket, Any], HttpResponse]


@dataclass(frozen=True)
class Question:
    """does: the button's verb; leave: the way back; told: what happens, before one agrees."""

    form: type[forms.QuestionForm]
    title: str | Promise
    does: str | Promise
    leave: str | Promise = LEAVE
    told: str | Promise = ""
    wide: bool = False


QUESTIONS = {
    "resolve": Question(forms.ResolveForm, gettext_lazy("Resolve"), gettext_lazy("Resolve"), gettext_lazy("Not yet")),
    "assign": Question(forms.AssignForm, gettext_lazy("Who gets it?"), gettext_lazy("Assign")),
    "hold": Question(forms.HoldForm, gettext_lazy("Hold until a day"), gettext_lazy("Hold")),
    "link": Question(forms.LinkForm, gettext_lazy("Link to another ticket"), gettext_lazy("Link")),
    "merge": Question(
        forms.MergeForm,
        gettext_lazy("Merge into another ticket"),
        gettext_lazy("Merge"),
        gettext_lazy("Keep apart"),
        gettext_lazy("Messages, files and people move over, and this ticket closes. You can undo it there."),
    ),
    "split": Question(
        SplitForm,
        gettext_lazy("Split into a new ticket"),
        pgettext_lazy("verb", "Split"),
        told=gettext_lazy("The chosen messages go on in a ticket of their own, asked by who wrote the first of them."),
    ),
    "side": Question(
        SideForm,
        gettext_lazy("Ask somebody on the side"),
        gettext_lazy("Send"),
        told=gettext_lazy("A mail of its own goes out. The requester sees neither it nor the answer."),
    ),
    "later": Question(LaterForm, gettext_lazy("Send later"), gettext_lazy("Keep for then")),
    "priority": Question(forms.PriorityForm, gettext_lazy("Priority"), gettext_lazy("Set")),
    "change": Question(forms.FieldsForm, gettext_lazy("Fields"), gettext_lazy("Keep"), wide=True),
}


def question(name: str) -> Callable[[Act], Callable[..., HttpResponse]]:
    """The view of a question: GET asks, POST acts; where form or operation refuse, it asks again, typed words kept."""

    def around(act: Act) -> Callable[..., HttpResponse]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @for_agents
        @wraps(act)
        def asked(request: DeskRequest, number: str) -> HttpResponse:
            found = ticket_for(request.user, number)
            if request.method != "POST":
                return ask(request, found, name, QUESTIONS[name].form(found, request.user))
            form = QUESTIONS[name].form(found, request.user, request.POST)
            if not form.is_valid():
                return ask(request, found, name, form, status=422)
            try:
                return act(request, found, form)
            except Refused as refused:
                return ask(request, ticket_for(request.user, number), name, form, refused=refused)

        return asked

    return around


def ask(
    request: DeskRequest,
    found: Ticket,
    name: str,
    form: forms.QuestionForm,
    *,
    status: int = 200,
    refused: Refused | None = None,
) -> HttpResponse:
    form.ticket = found
    context = {
        "place": "workspace",
        "ticket": found,
        "name": name,
        "question": QUESTIONS[name],
        "form": form,
        "address": own_address(request.GET),
        "shown": form.shown() if isinstance(form, forms.EditForm) else [],
        "refused": told(found, refused) if refused else "",
        "versions": versions_of(found, refused) if isinstance(refused, ChangedMeanwhile) else [],
    }
    answer = part_or_page(
        request,
        part="workspace/_question.html",
        page="workspace/question.html",
        context=context,
        status=refused.status if refused else status,
    )
    if wants_part(request):
        answer["HX-Retarget"], answer["HX-Reswap"] = "#asked", "innerHTML"
    return answer


def told(found: Ticket, refused: Refused) -> str:
    """The refusal in words; two editors at once are told who the other one is."""
    if isinstance(refused, ChangedMeanwhile):
        fields = list(refused.details["fields"])  # type: ignore[call-overload]
        other = last_editor(found, fields)
        if other:
            return _("%(who)s changed this while you wrote: %(fields)s. Both versions are here.") % {
                "who": other,
                "fields": ", ".join(map(field_name, fields)),
            }
    return str(refused.message)


def last_editor(found: Ticket, fields: list[str]) -> str:
    entries = found.history.filter(fact__kind=HistoryEntry.Kind.CHANGED).select_related("by").order_by("-id")[:20]
    return next((str(entry.by) for entry in entries if set(fields) & set(entry.facts)), "")


def versions_of(found: Ticket, refused: ChangedMeanwhile) -> list[tuple[str, str, str]]:
    """Each field that both changed: its name, mine, theirs."""
    fields: dict[str, list[Any]] = refused.details["fields"]  # type: ignore[assignment]
    names = Names([HistoryEntry(ticket=found, fact=Fact.of(HistoryEntry.Kind.CHANGED, fields))])
    return [
        (names.field(name), names.of(name, mine), names.of(name, theirs)) for name, (mine, theirs) in fields.items()
    ]
