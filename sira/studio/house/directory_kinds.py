"""What an administrator types about a directory that speaks SAML or LDAP, beside what every kind has."""

import re
import ssl
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from sira.people.directories.describing import is_safe
from sira.people.directories.ldap.details import NAME
from sira.people.directories.ldap.details import Details as LdapDetails
from sira.people.directories.ldap.line import PORTS
from sira.people.directories.models import Directory
from sira.people.directories.saml.details import Details as SamlDetails
from sira.people.directories.saml.details import answers_at, called
from sira.studio.house.directory_forms import LINES, DirectoryForm, OpenIdForm
from sira.studio.house.mail_forms import TYPED, secret

ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,99}|\d+(\.\d+)+")
ANY: dict[str, Any] = {"required": False, "widget": TYPED}
# Neither of these two says of a mail address whether it is proved.
UNPROVED = _(
    "Domains such as example.org. Who is known by such an address is let in as that person: name none where people can"
    " write their own address. Empty: nobody who is known already."
)
RIGHTS = _("Attribute that names groups or roles")
STRONG = _("Its AuthnContextClassRef then, such as https://refeds.org/profile/mfa. Empty: the desk asks for its own.")


class SamlForm(DirectoryForm):
    KIND = Directory.Kind.SAML
    WORDS: ClassVar = {
        "mail_domains": {"help_text": UNPROVED},
        "claim": {"label": RIGHTS},
        "strong": {"help_text": STRONG},
    }

    issuer = forms.CharField(
        label=_("Its own name"),
        max_length=240,
        widget=TYPED,
        help_text=_("The entity ID, exactly as its metadata has it."),
    )
    metadata = forms.CharField(
        label=_("Metadata"),
        max_length=200_000,
        widget=LINES,
        help_text=_("The address it stands at, then new keys are found by themselves; or the XML itself."),
    )
    subject = forms.CharField(
        label=_("Attribute that says who somebody is"),
        max_length=200,
        help_text=_("Empty: the NameID, which has to be a persistent one. It must never change or be given anew."),
        **ANY,
    )
    mail = forms.CharField(label=_("Attribute of the mail address"), max_length=200, **ANY)
    person_name = forms.CharField(
        label=_("Attribute of the name"), max_length=200, help_text=_("Empty: the usual ones are looked for."), **ANY
    )
    language = forms.CharField(label=_("Attribute of the language"), max_length=200, **ANY)

    def known(self, directory: Directory) -> dict[str, Any]:
        details = SamlDetails(**directory.details)
        return super().known(directory) | details.kept() | {"name": directory.name, "person_name": details.name}

    def clean_metadata(self) -> str:
        given = str(self.cleaned_data["metadata"]).strip()
        if not given.startswith("<") and not is_safe(given):
            raise forms.ValidationError(
                _("Write an address that begins with https://, or the XML from its first sign.")
            )
        return given

    def details(self) -> dict[str, Any]:
        given = self.cleaned_data
        own = {name: given[name].strip() for name in ("metadata", "subject", "mail", "language")}
        return SamlDetails(name=given["person_name"].strip(), **own).kept()

    def tells(self, key: str) -> list[tuple[Any, str]]:
        row = Directory(key=key)
        return [(_("Metadata, and name of the desk (entity ID)"), called(row)), (_("Answers go to"), answers_at(row))]


class LdapForm(DirectoryForm):
    KIND = Directory.Kind.LDAP
    KEPT = ("issuer", "client_id")
    WORDS: ClassVar = {
        "name": {"label": _("Name")},
        "key": {"help_text": _("The desk knows its people by it, so it stays.")},
        "mail_domains": {"help_text": UNPROVED},
        "claim": {"label": RIGHTS, "help_text": _("Often memberOf. Empty: the directory gives no rights here.")},
    }

    strong = None  # type: ignore[assignment]  # it says nothing of how somebody signed in: with a password
    issuer = forms.CharField(
        label=_("Address of the server"),
        max_length=255,
        widget=TYPED,
        help_text=_("ldaps://dc.example.org, or ldap:// which begins with StartTLS. Nothing goes unencrypted."),
    )
    base = forms.CharField(
        label=_("People are below"), max_length=500, widget=TYPED, help_text=_("Such as ou=people,dc=example,dc=org.")
    )
    client_id = forms.CharField(
        label=_("Account that looks people up"),
        max_length=300,
        help_text=_("It may read, and nothing else. Empty: people are looked up in their own name."),
        **ANY,
    )
    secret = secret(label=_("Its password"))
    template = forms.CharField(
        label=_("People sign in there as"),
        max_length=300,
        help_text=_("Without an account: {name}@example.org, or uid={name},ou=people,dc=example,dc=org."),
        **ANY,
    )
    logins = forms.CharField(
        label=_("What people type as their name"),
        initial="uid mail",
        max_length=300,
        widget=TYPED,
        help_text=_("Attributes. Active Directory: sAMAccountName userPrincipalName mail."),
    )
    only = forms.CharField(
        label=_("Only those with"),
        required=False,
        max_length=4000,
        widget=LINES,
        help_text=_("One a line, all must fit: objectClass=person, or memberOf=cn=desk,dc=example."),
    )
    identity = forms.CharField(
        label=_("Attribute that never changes"),
        initial="entryUUID",
        max_length=100,
        widget=TYPED,
        help_text=_("entryUUID; Active Directory: objectGUID; 389 Directory Server: nsUniqueId."),
    )
    mail = forms.CharField(label=_("Attribute of the mail address"), initial="mail", max_length=100, **ANY)
    person_name = forms.CharField(label=_("Attribute of the name"), initial="cn", max_length=100, **ANY)
    language = forms.CharField(label=_("Attribute of the language"), max_length=100, **ANY)
    nested = forms.BooleanField(
        label=_("Groups within groups count too"),
        required=False,
        help_text=_("The desk then asks for the groups that somebody's groups are in, a hundred at most."),
    )
    authorities = forms.CharField(
        label=_("Certificates to trust"),
        required=False,
        max_length=100_000,
        widget=LINES,
        help_text=_("Of your own authority, as PEM. Those that this machine trusts count too."),
    )

    def known(self, directory: Directory) -> dict[str, Any]:
        details = LdapDetails(**directory.details)
        lists = {"logins": " ".join(details.logins), "only": "\n".join("=".join(one) for one in details.only)}
        known = super().known(directory)
        return known | details.kept() | lists | {"name": directory.name, "person_name": details.name}

    def clean_issuer(self) -> str:
        given = str(self.cleaned_data["issuer"]).strip().rstrip("/")
        try:
            parts = urlsplit(given)
            fits = parts.scheme in PORTS and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            fits = False
        if not fits or parts.username or parts.path or parts.query or parts.fragment:
            raise forms.ValidationError(_("Write the server alone: ldaps://name, with :port where it is another."))
        return given

    def clean_logins(self) -> list[str]:
        return self._attributes("logins")

    def clean_identity(self) -> str:
        return self._one("identity")

    def clean_mail(self) -> str:
        return self._one("mail")

    def clean_person_name(self) -> str:
        return self._one("person_name")

    def clean_language(self) -> str:
        return self._one("language")

    def clean_claim(self) -> str:
        return self._one("claim")

    def _one(self, field: str) -> str:
        return next(iter(self._attributes(field)), "")

    def _attributes(self, field: str) -> list[str]:
        found = re.split(r"[\s,;]+", str(self.cleaned_data[field]).strip())
        for one in filter(None, found):
            if not ATTRIBUTE.fullmatch(one):
                raise forms.ValidationError(_("“%(typed)s” is no attribute.") % {"typed": one})
        return [one for one in found if one]

    def clean_only(self) -> list[list[str]]:
        lines = [line.strip() for line in str(self.cleaned_data["only"]).splitlines() if line.strip()]
        conditions = [[part.strip() for part in line.partition("=")[::2]] for line in lines]
        for line, (attribute, value) in zip(lines, conditions, strict=True):
            if not ATTRIBUTE.fullmatch(attribute) or not value:
                raise forms.ValidationError(
                    _("“%(line)s” is no condition. Write: attribute=value.") % {"line": line[:80]}
                )
        return conditions

    def clean_authorities(self) -> str:
        given = str(self.cleaned_data["authorities"]).strip()
        try:
            if given:
                ssl.create_default_context().load_verify_locations(cadata=given)
        except ssl.SSLError:
            raise forms.ValidationError(_("This is no certificate. Copy it with its lines BEGIN and END.")) from None
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("client_id") and NAME not in given.get("template", ""):
            self.add_error("template", _("Name an account above, or write here where {name} stands."))
        if given.get("client_id") and not given.get("secret") and not (self.directory and self.directory.secret):
            self.add_error("secret", _("Without its password nobody is looked up."))
        return given

    def details(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("base", "logins", "only", "template", "identity", "mail", "language", "authorities", "nested")
        return LdapDetails(name=given["person_name"], **{name: given[name] for name in names}).kept()


FORMS: dict[str, type[DirectoryForm]] = {one.KIND: one for one in (OpenIdForm, SamlForm, LdapForm)}
