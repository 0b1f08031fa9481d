"""What an administrator types about a directory that people sign in by."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sira.people.directories import coming, describing, keeping
from sira.people.directories.entering import ORDER
from sira.people.directories.models import Directory
from sira.people.models import Person, SupportGroup
from sira.studio.house.forms import LTR
from sira.studio.house.mail_forms import TYPED, secret

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}")
USUAL_HOURS = 24
LINES = forms.Textarea(attrs=LTR | {"rows": 3, "spellcheck": "false", "autocomplete": "off"})


class DirectoryForm(forms.Form):
    """What every kind has.  key: fixed once it is kept, since the directory knows the address it stands in.

    KEPT: what a kind keeps of its own in the row.  WORDS: label and help of fields that mean something else there.
    """

    KIND: ClassVar[str]
    KEPT: ClassVar[tuple[str, ...]] = ("issuer",)
    WORDS: ClassVar[dict[str, dict[str, Any]]] = {}

    name = forms.CharField(
        label=_("Name on the button"),
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("As your people call it."),
    )
    key = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        widget=TYPED,
        help_text=_("Stands in the address that the directory sends people back to."),
        error_messages={"invalid": _("Latin letters, digits, hyphens and underscores only.")},
    )
    mail_domains = forms.CharField(
        label=_("Believed for mail addresses of"),
        required=False,
        max_length=2000,
        widget=TYPED,
        help_text=_(
            "Domains such as example.org. Who is known by such an address and comes with it proved is let in as that"
            " person. Empty: nobody who is known already."
        ),
    )
    takes_new = forms.BooleanField(
        label=_("Who is not known yet comes in as a requester"), required=False, initial=True
    )
    claim = forms.CharField(
        label=_("Claim that names groups or roles"),
        required=False,
        max_length=120,
        widget=TYPED,
        help_text=_("Often groups or roles. Empty: the directory gives no rights here."),
    )
    rules = forms.CharField(
        label=_("What its words give here"),
        required=False,
        max_length=10_000,
        widget=LINES,
        help_text=_(
            "One a line: word = role, group, group. The role is requester, agent, lead or manager, or none; groups by"
            " their keys. What stands here is set anew at each sign-in."
        ),
    )

    strong = forms.CharField(
        label=_("Its words for a sign-in with a second factor"),
        required=False,
        max_length=2000,
        widget=TYPED,
        help_text=_("What stands in acr or amr then, often mfa. Empty: the desk asks for its own second factor."),
    )
    hours = forms.IntegerField(
        label=_("Hours until the directory is asked anew"),
        required=False,
        initial=USUAL_HOURS,
        min_value=1,
        max_value=336,
        help_text=_("A session that began there ends then, or sooner where the directory says so."),
    )

    def __init__(self, *args: Any, directory: Directory | None = None, **more: Any) -> None:
        self.directory = directory
        super().__init__(*args, **more | {"initial": self.known(directory) if directory else {}})
        for field, words in self.WORDS.items():
            vars(self.fields[field]).update(words)
        own = [name for name in self.fields if name not in DirectoryForm.base_fields]
        self.order_fields(["name", "key", *own])
        if directory:
            self.fields["key"].disabled = True
        if directory and directory.secret and "secret" in self.fields:
            self.fields["secret"].help_text = _("One is kept. Leave this empty and it stays.")

    def known(self, directory: Directory) -> dict[str, Any]:
        known = {name: getattr(directory, name) for name in ("name", "key", "takes_new", "claim", "hours", *self.KEPT)}
        lists = {"mail_domains": " ".join(directory.mail_domains), "strong": " ".join(directory.strong)}
        return known | lists | {"rules": as_lines(directory.rules)}

    def clean_strong(self) -> list[str]:
        return str(self.cleaned_data["strong"]).replace(",", " ").split()

    def clean_hours(self) -> int:
        return self.cleaned_data["hours"] or USUAL_HOURS

    def clean_mail_domains(self) -> list[str]:
        found = re.split(r"[\s,;]+", str(self.cleaned_data["mail_domains"]).lower())
        domains = [one.lstrip("@") for one in found if one]
        for one in domains:
            if not DOMAIN.fullmatch(one):
                raise forms.ValidationError(_("“%(typed)s” is no domain.") % {"typed": one})
        return domains

    def clean_rules(self) -> list[dict[str, Any]]:
        lines = [line.strip() for line in str(self.cleaned_data["rules"]).splitlines() if line.strip()]
        return [one_rule(line) for line in lines]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("rules") and not given.get("claim"):
            self.add_error("claim", _("Say which claim has these words."))
        moved = self.directory and self.directory.issuer != given.get("issuer")
        if moved and self.directory and self.directory.secret and not given.get("secret"):
            self.add_error("secret", _("Enter the secret again: it was given for another directory."))
        return given

    def laid_out(self) -> Directory:
        """Not written yet."""
        given = self.cleaned_data
        row = self.directory or Directory(key=given["key"], kind=self.KIND)
        for name in ("name", "mail_domains", "takes_new", "claim", "rules", "hours", *self.KEPT):
            setattr(row, name, given[name])
        row.strong = given.get("strong", [])
        if given.get("secret"):
            row.secret = keeping.sealed(given["secret"])
        row.details = self.details()
        return row

    def details(self) -> dict[str, Any]:
        return {}

    def tells(self, key: str) -> list[tuple[Any, str]]:
        """What the directory has to be told of the desk."""
        return []


class OpenIdForm(DirectoryForm):
    KIND = Directory.Kind.OPENID
    KEPT = ("issuer", "client_id")

    issuer = forms.CharField(
        label=_("Address of the directory"),
        max_length=255,
        widget=TYPED,
        help_text=_("Its issuer, such as https://login.example.org/realms/house."),
    )
    client_id = forms.CharField(label=_("Client id"), max_length=300, widget=TYPED)
    secret = secret(label=_("Client secret"))

    def clean_issuer(self) -> str:
        issuer = str(self.cleaned_data["issuer"]).strip().removesuffix(describing.WELL_KNOWN)
        if not describing.is_safe(issuer) or "?" in issuer or "#" in issuer:
            raise forms.ValidationError(_("Write an address that begins with https://."))
        return issuer

    def tells(self, key: str) -> list[tuple[Any, str]]:
        return [(_("Redirect URI"), coming.back_to(Directory(key=key)))]


def one_rule(line: str) -> dict[str, Any]:
    """`word = role, group, group`.  Raises ValidationError."""
    value, sign, given = line.rpartition("=")
    words = [one.strip() for one in given.split(",") if one.strip()]
    if not sign or not value.strip() or not words:
        raise forms.ValidationError(_("“%(line)s” is no rule. Write: word = role, group.") % {"line": line[:80]})
    role = words.pop(0) if words[0] in ORDER else ""
    known = set(SupportGroup.objects.filter(key__in=words).values_list("key", flat=True))
    if unknown := [one for one in words if one not in known]:
        if unknown[0] in Person.Role.values:
            raise forms.ValidationError(_("Administrators are made by hand alone."))
        words_of_refusal = _("There is no role and no support group “%(name)s”.")
        raise forms.ValidationError(words_of_refusal % {"name": unknown[0]})
    return {"value": value.strip(), "role": role, "groups": words}


def as_lines(rules: list[dict[str, Any]]) -> str:
    return "\n".join(f"{one['value']} = {', '.join(filter(None, [one['role'], *one['groups']]))}" for one in rules)
