"""People found by what somebody types of them."""

import re
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sira.people import recognition
from sira.people.models import Address, Organisation, Person
from sira.people.rights import Right, has, may_know, works_in
from sira.plumbing.refusals import NotAllowed

MOST = 500
# Two questions, since one over both tables would read them whole. The words are those of the index person_name_words.
_LIKE = """
    SELECT id FROM people_person WHERE to_tsvector('simple'::regconfig, COALESCE(name, '')) @@ %s::tsquery
     UNION
    SELECT person_id FROM people_address WHERE value LIKE %s
     ORDER BY 1 LIMIT %s
"""


class NotTheirs(NotAllowed):
    message = _("This is the address of somebody for whom you don't work.")


def keys_like(typed: str, *, most: int = MOST) -> list[int]:
    """Keys of those who have a name whose words begin so, in any order, or an address that does."""
    words = re.findall(r"\w+", typed.lower())
    if not words:
        return []
    plain = typed.strip().lower().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(_LIKE, [" & ".join(f"'{word}':*" for word in words), f"{plain}%", most])
        return [key for (key,) in cursor.fetchall()]


def people_like(typed: str) -> "QuerySet[Person]":
    """The same as persons, without those joined into another; nobody where nothing is typed."""
    return Person.objects.filter(pk__in=keys_like(typed), joined_into=None).exclude(role=Person.Role.SYSTEM)


def is_partner(person: Person) -> bool:
    """Whether they work for some customers alone, or not at all: they know of no others."""
    return not has(person, Right.WORK) and not works_in(person).groups


def known_to(person: Person) -> Q:
    """The condition on Person under which somebody may look people up: who works for a group takes calls from anybody,
    who works for some customers alone knows theirs, and who asks for help knows themselves."""
    if not is_partner(person):
        return Q()
    return Q(pk=person.pk) | Q(organisation__in=works_in(person).organisations)


def met(by: Person, mail: str, *, name: str, at: datetime, language: str = "") -> Person:
    """Whom somebody who works here names by a mail address (normalised), made on first sight.

    Raises NotTheirs for somebody who is here and whom they may not look up.
    """
    known = recognition.person_of(Address.Kind.MAIL, mail)
    if known and not may_know(by, known):
        raise NotTheirs
    return known or recognition.recognise(mail, name=name, at=at, language=language)


def organisations_known_to(person: Person) -> "QuerySet[Organisation]":
    every = Organisation.objects.all()
    return every.filter(pk__in=works_in(person).organisations) if is_partner(person) else every


def houses_of(person: Person) -> list[Organisation]:
    """The person's own organisation, and those that they work for by a made role."""
    worked = works_in(person).organisations
    found = Organisation.objects.filter(pk__in=worked) if worked else ()
    return [one for one in (person.organisation, *found) if one is not None]
