"""People named in a form: who somebody may choose, whom they mean, and whom a page may suggest.

An answer is kept as the person's mail address: what the blocks of a drawing, mails and other systems understand. Who
works here may choose anybody, others the people of their own organisation. Nobody learns from a refusal who else there
is. Without a known reader a complete address is taken as it is written.
"""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sira.forms.reading import NotUnderstood
from sira.forms.schema import PEOPLE
from sira.people import finding
from sira.people.models import Person

MOST = 50  # people in one answer, and suggested beside a field
NAMED_IN_REFUSAL = 5


def open_to(by: Person | None) -> "QuerySet[Person]":
    found = Person.objects.filter(is_active=True, joined_into=None).exclude(role=Person.Role.SYSTEM).exclude(email="")
    if by is None:
        return found.none()
    if by.is_agent:
        return found.filter(finding.known_to(by))
    return found.filter(organisation=by.organisation_id) if by.organisation_id else found.filter(pk=by.pk)


def read(asks_for: str, text: str, by: Person | None) -> str | list[str]:
    """The address of whom the text names, by name or address; of several, a list. Raises NotUnderstood."""
    words = [word for word in re.split(r"[,;،؛\n]+", text) if word.strip()] if asks_for == PEOPLE else [text]
    if len(words) > MOST:
        raise NotUnderstood(format_lazy(_("At most {} people can be named here."), MOST))
    found = [_meant(word.strip(), by) for word in words]
    return list(dict.fromkeys(found)) if asks_for == PEOPLE else found[0]


def suggestions(by: Person | None) -> list[tuple[str, str]]:
    """(address, name) of those the reader may choose; nobody where there are too many to read through."""
    found = list(open_to(by).order_by("name", "pk").values_list("email", "name")[: MOST + 1]) if by else []
    return found if len(found) <= MOST else []


def _meant(word: str, by: Person | None) -> str:
    mail = _address_in(word)
    if by is None:
        if mail:
            return mail
        raise NotUnderstood(_("Write the complete mail address of the person."))
    if mail:
        known = open_to(by).filter(email=mail)
    else:
        known = open_to(by).filter(pk__in=finding.keys_like(word))
    people = list(known.order_by("name", "pk")[: NAMED_IN_REFUSAL + 1])
    exactly = [one for one in people if one.name.casefold() == word.casefold()]
    if len(people) == 1 or len(exactly) == 1:
        return (exactly or people)[0].email
    if not people:
        raise NotUnderstood(format_lazy(_("There is nobody called “{}” whom you can choose. Check the name."), word))
    named = ", ".join(_called(people))
    raise NotUnderstood(format_lazy(_("Several people are meant by “{}”. Write the address: {}"), word, named))


def _address_in(word: str) -> str:
    """ayse@x.example, also as "Ayşe Demir <ayse@x.example>"; empty if it is none."""
    found = re.search(r"<([^<>]+)>\s*\Z", word)
    mail = (found[1] if found else word).strip().lower()
    try:
        validate_email(mail)
    except ValidationError:
        return ""
    return mail


def _called(people: list[Person]) -> Iterator[str]:
    for one in people[:NAMED_IN_REFUSAL]:
        yield f"{one.name} <{one.email}>"
    if len(people) > NAMED_IN_REFUSAL:
        yield "…"
