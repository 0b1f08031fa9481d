"""People found by what somebody types of them."""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Q, QuerySet

from sira.people.models import Address, Person

NAME_WORDS = SearchVector("name", config="simple")
# A word of the name may begin so, not only the first. Two questions, since one over both tables would join them whole.
_BEGINNING = """
    SELECT id FROM people_person WHERE ' ' || upper(name) LIKE '%% ' || upper(%s) || '%%'
     UNION
    SELECT person_id FROM people_address WHERE kind IN ('mail', 'phone', 'handle') AND value LIKE %s
     ORDER BY 1 LIMIT %s
"""


def people_like(typed: str) -> "QuerySet[Person]":
    """Who has a name whose words begin so, in any order, or an address that does; nobody where nothing is typed."""
    words = re.findall(r"\w+", typed.lower())
    if not words:
        return Person.objects.none()
    named = SearchQuery(" & ".join(f"'{word}':*" for word in words), config="simple", search_type="raw")
    reached = Address.objects.filter(value__startswith=typed.strip().lower()).values("person_id")
    found = Person.objects.annotate(name_words=NAME_WORDS).filter(Q(name_words=named) | Q(pk__in=reached))
    return found.filter(joined_into=None).exclude(role=Person.Role.SYSTEM)


def beginning_with(typed: str, *, most: int) -> list[int]:
    """Keys of those whose name has this just as it was typed at the beginning of a word, or whose address begins so.

    For the search of tickets, which asks with every query: it reads each name once and of the addresses only these.
    """
    plain = typed.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(_BEGINNING, [plain, f"{plain.lower()}%", most])
        return [key for (key,) in cursor.fetchall()]
