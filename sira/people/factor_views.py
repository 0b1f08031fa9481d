"""One's second factors and sessions: set up, looked at, ended."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sira.people import arriving, links, second_factor
from sira.people.devices import in_words
from sira.people.proving import lately_proved
from sira.people.reader import signed_in
from sira.shell.parts import say
from sira.shell.places import frame_for


class InFrame:
    """A requester stays in the portal, everybody else in the frame of the desk."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return found | {"place": "profile", "frame": frame_for(self.request.user)}  # type: ignore[attr-defined]


class Factors(InFrame, IndexView):
    template_name = "people/factors/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = signed_in(self.request)
        waived = second_factor.asked_of(person) and second_factor.is_waived(person)
        must = second_factor.is_missing(person) and not arriving.is_strong(self.request.session)
        more = {"must": must, "waived": waived}
        return super().get_context_data(**kwargs) | more


class Passed(AuthenticateView):
    """The second question at the door."""

    template_name = "people/factors/door.html"


class Showing:
    """The factor they have just shown is proof enough for the recovery codes that come next."""

    shows: Authenticator.Type

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        record_authentication(request, signed_in(request), method="mfa", type=str(self.shows), reauthenticated=True)
        return response


@method_decorator(lately_proved, name="dispatch")
class SetUpApp(Showing, InFrame, ActivateTOTPView):
    template_name = "people/factors/app.html"
    shows = Authenticator.Type.TOTP


class RemoveApp(InFrame, DeactivateTOTPView):
    template_name = "people/factors/remove.html"


@method_decorator(lately_proved, name="dispatch")
class AddKey(Showing, InFrame, AddWebAuthnView):
    template_name = "people/factors/key.html"
    shows = Authenticator.Type.WEBAUTHN


class RemoveKey(InFrame, RemoveWebAuthnView):
    template_name = "people/factors/remove.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        if not second_factor.may_remove(self.get_object()):
            refusal = _("This is your only second factor, and your role needs one. Add another first.")
            context = self.get_context_data(form=form, refusal=refusal)
            return self.render_to_response(context, status=409)
        return super().form_valid(form)


class Codes(InFrame, ViewRecoveryCodesView):
    template_name = "people/factors/codes.html"


class NewCodes(InFrame, GenerateRecoveryCodesView):
    template_name = "people/factors/new_codes.html"


class Prove(InFrame, ReauthenticateView):
    template_name = "people/factors/prove.html"


class ProveByCode(InFrame, ReauthenticateByCodeView):
    template_name = "people/factors/prove.html"


class ProveByKey(InFrame, ReauthenticateWebAuthnView):
    template_name = "people/factors/prove.html"


@require_GET
@login_required
@never_cache
def prove_by_mail(request: HttpRequest) -> HttpResponse:
    """For who has neither password nor second factor: the link in their mail lets them in, so it is the proof too."""
    context = {
        "next": links.safe_path(request.GET.get("next", "")),
        "frame": frame_for(request.user),
        "place": "profile",
    }
    return render(request, "people/factors/prove_by_mail.html", context)


@require_GET
@login_required
@lately_proved
def sessions(request: HttpRequest) -> HttpResponse:
    rows = UserSession.objects.purge_and_list(signed_in(request))
    here = request.session.session_key
    newest_first = sorted(rows, key=lambda row: row.created_at, reverse=True)
    shown = [(row, in_words(row.user_agent), row.session_key == here) for row in newest_first]
    has_others = any(not is_here for _row, _device, is_here in shown)
    context = {"sessions": shown, "has_others": has_others, "place": "profile", "frame": frame_for(request.user)}
    return render(request, "people/sessions.html", context)


@require_POST
@login_required
@lately_proved
def end_session(request: HttpRequest, key: int) -> HttpResponse:
    get_object_or_404(UserSession, pk=key, user=signed_in(request)).end()
    return say(request, redirect("people:sessions"), _("That session has ended"))


@require_POST
@login_required
@lately_proved
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    for row in UserSession.objects.filter(user=signed_in(request)).exclude(session_key=request.session.session_key):
        row.end()
    return say(request, redirect("people:sessions"), _("All other sessions have ended"))
