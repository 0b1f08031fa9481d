"""An organisation's own portal: kept by an administrator, found for whoever looks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.knowledge.visibility import line_of
from sira.people import rights
from sira.people.models import Organisation, Person
from sira.people.rights import Right
from sira.plumbing import speaking
from sira.plumbing.prepared import ask
from sira.plumbing.refusals import Refused
from sira.plumbing.speaking import Chosen
from sira.portal import colours
from sira.portal.models import Branding

EMPTY: Chosen = {}
LARGEST_LOGO = 64 * 1024
# What the first octets say, whatever the file calls itself.
KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


class NotAColour(Refused):
    code = "not_a_colour"
    status = 422
    message = _("Write the colour as #1a6b54.")


class NotALogo(Refused):
    code = "not_a_logo"
    status = 422
    message = _("A logo is a PNG, JPEG or WebP picture of at most 64 kB. Choose a smaller one.")


class NoSuchForm(Refused):
    code = "no_such_form_of_address"
    status = 422
    message = _("There is no such form of address. Choose one that the look of the desk offers.")


@dataclass(frozen=True)
class Brand:
    """What pages show of a branding; false where everything is the desk's own."""

    row: Branding | None

    def __bool__(self) -> bool:
        return self.row is not None

    @property
    def name(self) -> str:
        return self.row.name if self.row else ""

    @property
    def has_logo(self) -> bool:
        return bool(self.row and self.row.logo_type)

    @cached_property
    def mark(self) -> str:
        """For addresses: another one after every change."""
        if self.row is None:
            return ""
        return sha256(f"{self.row.pk} {self.row.changed_at.isoformat()}".encode()).hexdigest()[:12]

    def greeting(self, language: str) -> str:
        return str(self.row.greetings.get(language) or "") if self.row else ""

    def notice(self, language: str) -> str:
        return str(self.row.notices.get(language) or "") if self.row else ""


def brand_for(person: Person | None) -> Brand:
    """Of the person's organisation, else of the nearest above it, else the desk's own.  One query, without the logo."""
    line = line_of(person.organisation) if person is not None and person.organisation_id else []
    rows = Branding.objects.filter(Q(organisation__in=line) | Q(organisation=None)).defer("logo")
    near = {row.organisation_id: row for row in rows}
    return Brand(next((near[key] for key in [*line, None] if key in near), None))


@transaction.atomic
def keep(
    organisation: Organisation | None,
    *,
    name: str,
    accent: str,
    greetings: Mapping[str, str],
    notices: Mapping[str, str],
    addressing: Chosen = EMPTY,
    by: Person,
    at: datetime,
) -> Branding:
    """organisation: None for everybody who has no other.  Raises NotAllowed, NotAColour, NoSuchForm."""
    rights.must(by, Right.LOOK)
    accent = accent.strip().lower()
    if accent and not colours.is_colour(accent):
        raise NotAColour
    if not is_offered(addressing) or (organisation is not None and addressing):
        raise NoSuchForm
    said: dict[str, Any] = {
        "name": " ".join(name.split())[:60],
        "accent": accent,
        "greetings": _told(greetings),
        "notices": _told(notices),
        "addressing": addressing,
        "changed_at": at,
    }
    kept = Branding.objects.update_or_create(organisation=organisation, defaults=said)[0]
    transaction.on_commit(speaking.forget)
    return kept


@transaction.atomic
def keep_logo(branding: Branding, content: bytes, *, by: Person, at: datetime) -> None:
    """Empty content takes the logo away.  Raises NotAllowed, NotALogo."""
    rights.must(by, Right.LOOK)
    kind = next((name for start, name in KINDS.items() if content.startswith(start)), "")
    if content and (not kind or len(content) > LARGEST_LOGO):
        raise NotALogo
    branding.logo, branding.logo_type, branding.changed_at = content or None, kind, at
    branding.save(update_fields=["logo", "logo_type", "changed_at"])


@transaction.atomic
def take_away(branding: Branding, *, by: Person) -> None:
    """The portal looks as the desk's own again.  Raises NotAllowed."""
    rights.must(by, Right.LOOK)
    branding.delete()
    transaction.on_commit(speaking.forget)


def addressing() -> Chosen:
    """What was chosen for the desk: for sira.plumbing.speaking."""
    rows = ask("SELECT addressing FROM portal_branding WHERE organisation_id IS NULL")
    found: Chosen = json.loads(rows[0][0]) if rows else EMPTY
    return found


def is_offered(chosen: Chosen) -> bool:
    return all(
        place in speaking.PLACES and form in speaking.forms_of(language)
        for language, forms in chosen.items()
        for place, form in forms.items()
    )


def _told(words: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip()[:300] for language, text in words.items() if text.strip()}
