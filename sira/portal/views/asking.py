"""Asking for something: the form of a request type, by somebody signed in or by anybody where it is open to all."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sira.catalogue import asking, suggesting
from sira.catalogue.models import RequestType
from sira.channels.web import public, receiving
from sira.forms import reading, rendering, rows
from sira.forms.models import FormVersion
from sira.forms.validation import Answers, validate
from sira.people import limits, reader
from sira.plumbing.refusals import Refused
from sira.portal import keeping
from sira.portal.models import Draft
from sira.portal.views import drafting
from sira.portal.words import in_words, offered
from sira.shell.parts import part_or_page, say, wants_part
from sira.shell.signed_out import for_signed_in

HONEYPOT = "website"  # people do not see this field; programs fill in whatever there is


@require_GET
@for_signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """Everything one can ask for; ?subject= is what was looked for: the forms that fit it come first."""
    subject = request.GET.get(asking.SUBJECT, "").strip()[:200]
    types = list(RequestType.objects.offered_to(reader.signed_in(request)))
    fitting = suggesting.suggest(subject, types, language=get_language() or "en") if subject else []
    types = [*fitting, *(one for one in types if one not in fitting)]
    return render(request, "portal/choose.html", {"place": "portal", "offered": offered(types), "subject": subject})


@require_http_methods(["GET", "POST"])
@for_signed_in
def ask(request: HttpRequest, key: str) -> HttpResponse:
    request_type = get_object_or_404(_with(RequestType.objects.offered_to(reader.signed_in(request))), key=key)
    page = _Page(request, request_type, "portal/ask.html")
    if request.method == "GET":
        page.draft = keeping.kept(page.draft_key, by=reader.signed_in(request))
    if request.method == "GET" or page.only_looks_again or page.more_or_less:
        return page.show()
    answers = page.answers()
    if answers is None:
        return page.show(status=422)
    try:
        receipt = receiving.ask(
            request_type,
            page.form,
            answers,
            by=reader.signed_in(request),
            files=request.FILES.getlist("files"),
            token=page.token,
            language=page.language,
            at=now(),
        )
    except Refused as refused:
        return page.show(refusal=refused.message, status=refused.status)
    keeping.forget(page.draft_key, by=reader.signed_in(request))
    arrived_there = say(request, redirect("portal:ticket", receipt.ticket.number), _("It has arrived"))
    return drafting.sent(arrived_there, page.draft_key)


@require_http_methods(["GET", "POST"])
def ask_publicly(request: HttpRequest, key: str) -> HttpResponse:
    request_type = get_object_or_404(_with(RequestType.objects.open_to_all()), key=key)
    if request.user.is_authenticated:
        return redirect("portal:ask", key)
    page = _Page(request, request_type, "portal/ask_publicly.html")
    if request.method == "GET" or page.only_looks_again or page.more_or_less:
        return page.show()
    if request.POST.get(HONEYPOT):
        return render(request, "portal/arrived.html", {"mail": ""})
    answers = page.answers()
    refusal = public.wrong_address(request.POST.get("mail", ""))
    if answers is None or refusal:
        return page.show(refusal=refusal, status=422)
    try:
        receipt = public.ask(
            request_type,
            page.form,
            answers,
            mail=request.POST.get("mail", ""),
            name=request.POST.get("name", ""),
            origin=limits.origin(request),
            token=page.token,
            language=page.language,
            at=now(),
        )
    except Refused as refused:
        return page.show(refusal=refused.message, status=refused.status)
    request.session["arrived"] = {"number": receipt.ticket.number, "mail": request.POST["mail"].strip()}
    return drafting.sent(redirect("portal:arrived"), page.draft_key)


@require_GET
def arrived(request: HttpRequest) -> HttpResponse:
    """The number after the public form. Reading the answers takes the mail, since anybody can type an address."""
    told = request.session.get("arrived")
    if not told:
        raise Http404
    return render(request, "portal/arrived.html", told)


def _with(request_types: Any) -> Any:
    return request_types.select_related("type", "service", "category")


class _Page:
    """The form as it is asked for, looked at again with htmx when a condition may have changed, or refused."""

    def __init__(self, request: HttpRequest, request_type: RequestType, template: str) -> None:
        self.request, self.request_type, self.template = request, request_type, template
        self.form: FormVersion | None = asking.form_of(request_type)
        self.schema = asking.schema_of(self.form)
        self.language = get_language() or "en"
        self.token = request.POST.get("token") or receiving.new_token()
        self.errors: dict[str, str | Promise] = {}
        self.draft_key = f"ask-{request_type.key}"
        self.draft: Draft | None = None
        self.data: Any = request.POST if request.method == "POST" else None
        changed = rows.changed(self.schema, self.data) if self.data is not None else None
        self.more_or_less = changed is not None  # a row was added or taken away, and nothing is to be sent yet
        self.data = self.data if changed is None else changed
        self.by = reader.signed_in(request) if request.user.is_authenticated else None

    @property
    def only_looks_again(self) -> bool:
        return wants_part(self.request) and "look" in self.request.GET

    def answers(self) -> Answers | None:
        """None where something is not right yet; the page then says what."""
        found = validate(self.schema, self.data, self.request.FILES, language=self.language, by=self.by)
        if isinstance(found, Answers):
            return found
        self.errors = found.by_key
        return None

    def _first(self) -> dict[str, str]:
        """What was typed into the field on the first page need not be typed again."""
        subject = self.request.GET.get(asking.SUBJECT, "")[:200]
        return {asking.SUBJECT: subject} if subject else {}

    def _drafted(self) -> QueryDict | None:
        if self.draft is None:
            return None
        data = keeping.as_posted(self.draft.data)
        for key, value in self._first().items():
            data[reading.PREFIX + key] = value
        return data

    def show(self, *, refusal: str | Promise = "", status: int = 200) -> HttpResponse:
        data = self.data if self.request.method == "POST" else self._drafted()
        context = {
            "place": "portal",
            "asked": in_words(self.request_type),
            "fields": rendering.shown(
                self.schema, language=self.language, data=data, errors=self.errors, first=self._first(), by=self.by
            ),
            "token": self.token,
            "typed": self.request.POST,
            "draft_key": self.draft_key,
            "draft": self.draft,
            "refusal": refusal,
            "error_count": len(self.errors),
            "had_files": bool(self.request.FILES),
            "has_own_files": any(one["type"] == "filepicker" for one in self.schema["components"]),
        }
        return part_or_page(
            self.request,
            part="portal/_ask_fields.html" if self.only_looks_again else self.template,
            page=self.template,
            context=context,
            status=status,
        )
