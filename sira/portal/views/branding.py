"""How the portal looks: the pages where an administrator says so, and what browsers load of it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from sira.people import reader, rights
from sira.people.models import Organisation
from sira.people.rights import Right
from sira.plumbing import speaking
from sira.plumbing.refusals import Refused
from sira.portal import branding, colours
from sira.portal.branding import Brand
from sira.portal.models import Branding
from sira.shell.parts import say

A_YEAR = 365 * 24 * 3600
OWN = "desk"


# A sentence that shows what each choice means.
SHOWN = {
    speaking.PORTAL: (_("Form of address in portal and mails"), _("It is closed. Write here if it comes back.")),
    speaking.WORKSPACE: (_("Form of address in the workspace"), _("Your turn")),
}


def forms_offered() -> Iterator[tuple[str, str, list[tuple[str, str]], str]]:
    """Name of the field, its label, what can be chosen with an example, and what is usual."""
    for language, words in settings.LANGUAGES:
        for place, (label, example) in SHOWN.items():
            forms_ = speaking.forms_of(language)
            choices = [(form, f"{form}: {speaking.example(example, language, form)}") for form in forms_]
            if choices:
                yield f"addressing_{language}_{place}", f"{label}: {words}", choices, speaking.usual(language, place)


class BrandingForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the portal"), max_length=60, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    accent = forms.CharField(
        label=_("Accent colour"),
        max_length=7,
        required=False,
        help_text=_("As #1a6b54. Where it could not be read it is darkened, or lightened in the dark theme."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG or WebP, at most 64 kB, shown 24 high")
    )
    without_logo = forms.BooleanField(label=_("Take the logo away"), required=False)

    def __init__(self, *args: Any, row: Branding | None, is_desks: bool = False, **more: Any) -> None:
        self.spoken = list(forms_offered()) if is_desks else []
        first: dict[str, Any] = {"name": row.name, "accent": row.accent} if row else {}
        for code, _words in settings.LANGUAGES:
            first |= (
                {f"greeting_{code}": row.greetings.get(code), f"notice_{code}": row.notices.get(code)} if row else {}
            )
        for name, _label, _choices, usual in self.spoken:
            _word, language, place = name.split("_")
            first[name] = ((row.addressing if row else {}).get(language) or {}).get(place) or usual
        super().__init__(*args, **{**more, "initial": first})
        if not (row and row.logo_type):
            del self.fields["without_logo"]
        for kind, label in (("greeting", _("Greeting above the field")), ("notice", _("Line at the foot"))):
            for code, words in settings.LANGUAGES:
                box = forms.TextInput(attrs={"lang": code, "dir": "rtl" if code == "fa" else "ltr"})
                self.fields[f"{kind}_{code}"] = forms.CharField(
                    label=f"{label}: {words}", max_length=300, required=False, widget=box
                )

        for name, asked, choices, _usual in self.spoken:
            self.fields[name] = forms.ChoiceField(
                label=asked, choices=choices, required=False, help_text=_("Within a minute everywhere")
            )

    def addressing(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, *_more in self.spoken:
            _word, language, place = name.split("_")
            if form := self.cleaned_data[name]:
                found.setdefault(language, {})[place] = form
        return found

    def of(self, kind: str) -> dict[str, str]:
        return {code: self.cleaned_data[f"{kind}_{code}"] for code, _words in settings.LANGUAGES}


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """key: of an organisation, or `desk` for everybody who has no other."""
    person = reader.signed_in(request)
    if not rights.has(person, Right.LOOK):
        raise Http404
    if key != OWN and not (key.isdecimal() and len(key) < 19):
        raise Http404
    organisation = None if key == OWN else get_object_or_404(Organisation, pk=int(key))
    row = Branding.objects.filter(organisation=organisation).first()
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = BrandingForm(*posted, row=row, is_desks=organisation is None)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(form, organisation, person)
            return say(request, redirect("portal:branding", key), _("Kept"))
        except Refused as refused:
            field = {"not_a_colour": "accent", "not_a_logo": "logo"}.get(refused.code)
            form.add_error(field, str(refused.message))
    context = {
        "place": "studio",
        "organisation": organisation,
        "key": key,
        "form": form,
        "row": row,
        "brand": Brand(row),
        "light": colours.light(row.accent) if row and row.accent else None,
        "dark": colours.dark(row.accent) if row and row.accent else None,
        "was_changed": bool(row and row.accent and colours.was_changed(row.accent)),
        "brandings": Branding.objects.defer("logo").select_related("organisation").order_by("organisation__name"),
    }
    return render(request, "portal/branding.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _keep(form: BrandingForm, organisation: Organisation | None, person: Any) -> None:
    given, at = form.cleaned_data, now()
    logo = given["logo"].read(branding.LARGEST_LOGO + 1) if given["logo"] else b""
    row = branding.keep(
        organisation,
        name=given["name"],
        accent=given["accent"],
        greetings=form.of("greeting"),
        notices=form.of("notice"),
        addressing=form.addressing(),
        by=person,
        at=at,
    )
    if logo or given.get("without_logo"):
        branding.keep_logo(row, logo, by=person, at=at)


@require_GET
def style(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """The accent's tokens; the address changes with them, so browsers keep it."""
    row = get_object_or_404(Branding.objects.defer("logo"), pk=pk)
    text = colours.style_sheet(row.accent) if row.accent else ""
    return _kept(HttpResponse(text, content_type="text/css; charset=utf-8"), Brand(row).mark == mark)


@require_GET
def logo(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    row = get_object_or_404(Branding, pk=pk)
    if not row.logo:
        raise Http404
    response = HttpResponse(bytes(row.logo), content_type=row.logo_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _kept(response, Brand(row).mark == mark)


def _kept(response: HttpResponse, is_current: bool) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_current else "no-store"
    return response
