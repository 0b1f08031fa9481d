"""A person forgotten: what they wrote, their names and addresses, their ways in. Figures and history stay.

Tickets go first, some at a time. Names and addresses stand at the person until the last step, so that a job that was
cut off begins again and knows what to look for.
"""

from collections.abc import Collection
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from sira.people.models import Address, Organisation, Person, SupportGroup
from sira.people.models_personal import PersonalRequest
from sira.people.personal import holdings
from sira.people.personal.scrubbing import Scrubber, clean_everywhere

SHORTEST = 3  # letters of a part of a name that is looked for by itself
FEWEST = 7  # digits of a number that nothing else has


def forget(key: int, *, at: datetime) -> None:
    """Do what was asked; nothing the second time."""
    request = PersonalRequest.objects.select_related("person").get(pk=key)
    if request.done_at:
        return
    persons = holdings.one_person(request.person)
    names = names_of(persons)
    for work in holdings.forgetters():
        work(persons, names | parts_of(names))
    _forget_the_rest(persons, names)
    PersonalRequest.objects.filter(pk=key).update(done_at=at)


def names_of(persons: Collection[int]) -> set[str]:
    """Full names and addresses."""
    rows = Person._base_manager.filter(pk__in=persons).values_list("name", "email")
    values = Address.objects.filter(person__in=persons).values_list("value", flat=True)
    return {told for row in rows for told in row if told} | set(values)


def parts_of(names: Collection[str]) -> set[str]:
    """The words of names, for what was said in the person's own tickets: Dear Ms Brooks."""
    return {part for name in names if "@" not in name for part in name.split() if len(part) >= SHORTEST}


@transaction.atomic
def _forget_the_rest(persons: Collection[int], names: Collection[str]) -> None:
    """The person's rows, and their names wherever they stand. All of it or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('sira.forgets', 'on', true)")  # the trail tells that, not what was there
    sessions = UserSession.objects.filter(user__in=persons).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(sessions)).delete()
    for holding in holdings.holdings:
        rows = holding.model._base_manager.filter(**{f"{holding.path}__in": persons})
        if holding.drop:
            rows.delete()
        else:
            rows.update(**holding.blank)
    for person in Person._base_manager.select_for_update(no_key=True).filter(pk__in=persons):
        person.set_unusable_password()
        person.name, person.email, person.title, person.place, person.signature = f"#{person.pk}", "", "", "", ""
        person.is_active = False
        person.save(update_fields=["password", "name", "email", "title", "place", "signature", "is_active"])
    said = [name for name in names if is_theirs_alone(name)]
    clean_everywhere(said, Scrubber(said))


def is_theirs_alone(name: str) -> bool:
    """Whether it means the person wherever it stands; one called Support would take that word out of every text."""
    if "@" in name or sum(one.isdigit() for one in name) >= FEWEST:
        return True
    if len(name.split()) < 2:
        return False
    return not any(one._base_manager.filter(name__iexact=name).exists() for one in (Person, SupportGroup, Organisation))
