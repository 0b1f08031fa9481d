"""People found by what somebody types of them."""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from sira.people.models import Address, Person

NAME_WORDS = SearchVector("name", config="simple")


def people_like(typed: str) -> "QuerySet[Person]":
    """Who has a name whose words begin so, in any order, or an address that does; nobody where nothing is typed."""
    words = re.findall(r"\w+", typed.lower())
    if not words:
        return Person.objects.none()
    named = SearchQuery(" & ".join(f"'{word}':*" for word in words), config="simple", search_type="raw")
    reached = Address.objects.filter(value__startswith=typed.strip().lower()).values("person_id")
    found = Person.objects.annotate(name_words=NAME_WORDS).filter(Q(name_words=named) | Q(pk__in=reached))
    return found.filter(joined_into=None).exclude(role=Person.Role.SYSTEM)
