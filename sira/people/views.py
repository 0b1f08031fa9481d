"""Signing in, and the page about oneself."""

from datetime import timedelta
from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import LoginView, LogoutView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sira.people import limits, links, opened, persons, signing_in
from sira.people.directories.models import Directory
from sira.people.directories.returning import came_by
from sira.people.forms import CodeForm, LinkForm, PasswordForm, ProfileForm, SignInForm
from sira.people.models import Person, SignInLink
from sira.people.reader import signed_in
from sira.plumbing.refusals import Refused
from sira.shell import meanwhile
from sira.shell.parts import say
from sira.shell.places import frame_for
from sira.shell.signed_out import for_signed_in

PROVED = "came_by_link"  # in the session: who, and when in seconds of the epoch
PROVED_FOR = timedelta(minutes=20)


class SignInView(LoginView):
    template_name = "people/sign_in.html"
    form_class = SignInForm

    def get_form_class(self) -> type[SignInForm]:
        return SignInForm

    @cached_property
    def directories(self) -> list[Directory]:
        return list(Directory.objects.filter(is_active=True).order_by("name"))

    def get_form_kwargs(self) -> dict[str, Any]:
        kinds = {one.kind for one in self.directories}
        return super().get_form_kwargs() | {"by_name": Directory.Kind.LDAP in kinds}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        offered = [one for one in self.directories if one.kind != Directory.Kind.LDAP]
        last = came_by(self.request, offered)
        more = {
            "next": links.safe_path(self.request.GET.get("next", "")),
            "directories": [one for one in offered if one != last],
            "came_by": last,
        }
        return super().get_context_data(**kwargs) | more


@require_http_methods(["GET", "POST"])
@never_cache
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Mail a link to the address typed; the answer is the same whether anybody has that address."""
    return _ask(request, goes_to=request.POST.get("next", ""), page="people/ask_for_link.html")


@require_http_methods(["GET", "POST"])
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """A new password begins with the same link; it leads to where one is set."""
    return _ask(request, goes_to=reverse("people:password"), page="people/forgotten.html")


def _ask(request: HttpRequest, *, goes_to: str, page: str) -> HttpResponse:
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mail = form.cleaned_data["login"]
        try:
            asked = links.ask_here(request.session, mail)
            signing_in.ask_for_link(mail, origin=limits.origin(request), goes_to=goes_to, asked=asked, at=now())
        except Refused as refused:
            form.add_error("login", str(refused.message))
        else:
            return redirect("people:link_sent")
    context = {"form": form, "next": links.safe_path(request.POST.get("next") or request.GET.get("next", ""))}
    return render(request, page, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
def link_sent(request: HttpRequest) -> HttpResponse:
    """Where the link was asked for; who opens it on another device types here the code that it shows there."""
    asked, form = links.asked_here(request.session), CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _let_in(request, signing_in.by_code(form.cleaned_data["code"], asked=asked, at=now()))
        except Refused as refused:
            form.add_error("code", str(refused.message))
    context = {"mail": request.session.get(links.SENT_TO, ""), "form": form if asked else None}
    return render(request, "people/link_sent.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Looking shows a button and spends nothing, since mail scanners look; pressing it signs in."""
    try:
        link = links.look_at_link(secret, at=now())
        if links.is_opened_elsewhere(link, request.session):
            code = links.code_of(link)
            return render(request, "people/opened_elsewhere.html", {"code": f"{code[:4]} {code[4:]}"})
        if request.method == "GET":
            return render(request, "people/open_link.html", {"person": link.address.person})
        link = links.use_link(secret, at=now())
    except links.LinkSpent as spent:
        return render(request, "people/ask_for_link.html", {"form": LinkForm(), "refusal": spent.message}, status=410)
    return _let_in(request, link)


def _let_in(request: HttpRequest, link: SignInLink) -> HttpResponse:
    response = perform_login(request, link.address.person, redirect_url=link.goes_to or "/")
    request.session[PROVED] = [link.address.person_id, int(now().timestamp())]
    for name in (links.ASKED, links.SENT_TO):
        request.session.pop(name, None)
    return response


class SignOutView(LogoutView):
    template_name = "people/sign_out.html"

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        """The pictures of messages go too. Not "storage": the worker would end with it, and what it is told by push."""
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache"'
        opened.forget_all(self.request, response)
        return response


@never_cache
@require_GET
def session(request: HttpRequest) -> HttpResponse:
    """For windows that stand open: whose session it is. Where it has ended, 401 and what to say in their language;
    not in the page, which is there at once and seldom needs it. Asking does not keep a session going.
    """
    if request.user.is_authenticated:
        return JsonResponse({"person": request.user.pk})
    asked = request.GET.get("language", "")
    with translation.override(asked if asked in dict(settings.LANGUAGES) else translation.get_language()):
        said = {
            "over": _("You are signed out here, so this page is not shown any more."),
            "held": _("What you have not sent is kept: sign in again, and it is here as you left it."),
            "sign_in": _("Sign in"),
            "way": reverse("account_login"),
        }
    return JsonResponse({"person": None} | said, status=401)


@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    return render(request, "people/closed.html")


@require_http_methods(["GET", "POST"])
@for_signed_in
def profile(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _profile(request)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=signed_in(request).pk)
        form = ProfileForm(request.POST, initial=_known(person), person=person)
        if not form.is_valid():
            return _profile(request, form=form)
        try:
            meanwhile.check(form, request.POST.get(meanwhile.SEEN, ""))
        except meanwhile.KeptMeanwhile as kept:
            form.add_error(None, str(kept.message))
            return _profile(request, form=form)
        persons.change_details(person, by=person, **form.cleaned_data)
    with translation.override(person.language):  # the page that says so is the first one in it
        return say(request, redirect("people:profile"), _("Kept"))


@require_http_methods(["GET", "POST"])
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = PasswordForm(request.POST or None, person=person, proved=_proved(request))
    if request.method == "POST" and form.is_valid():
        try:
            persons.set_password(person, password=form.cleaned_data["password"], by=person)
        except persons.WeakPassword as weak:
            form.add_error("password", str(weak.message))
        else:
            update_session_auth_hash(request, person)
            UserSession.objects.create_from_request(request)
            request.session.pop(PROVED, None)
            return say(request, redirect("people:profile"), _("The new password is set"))
    return _profile(request, password_form=form)


def _profile(request: HttpRequest, **given: Any) -> HttpResponse:
    """The page with both forms; whichever was refused keeps what was typed."""
    person = signed_in(request)
    forms: dict[str, Any] = {
        "form": ProfileForm(initial=_known(person), person=person),
        "password_form": PasswordForm(person=person, proved=_proved(request)),
    } | given
    context = forms | {
        "addresses": person.addresses.order_by("id"),
        "directories": _directories(person),
        "place": "profile",
        "frame": frame_for(person),
    }
    return render(request, "people/profile.html", context, status=meanwhile.status_of(*forms.values()))


def _known(person: Person) -> dict[str, str]:
    return {field: getattr(person, field) for field in ("name", "language", "theme", "time_zone", "after_answer")}


def _directories(person: Person) -> list[tuple[Directory, bool]]:
    """Those one may sign in by, and whether the person is known there."""
    known = set(person.identities.values_list("issuer", flat=True))
    rows = Directory.objects.filter(is_active=True).order_by("name")
    return [(one, one.authority in known) for one in rows]


def _proved(request: HttpRequest) -> bool:
    """By their own link: it may have been opened for another, whose second factor is still asked."""
    person, at = request.session.get(PROVED, (None, 0))
    return person == request.user.pk and now().timestamp() - at < PROVED_FOR.total_seconds()
