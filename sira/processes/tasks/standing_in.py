"""Who speaks for somebody who is away."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sira.people.models import Person
from sira.workforce import absences

LONGEST_CHAIN = 5


def find(people: Iterable[int], *, at: datetime, without: Collection[int | None] = ()) -> dict[int, int]:
    """The stand-in of each who is on leave or sick and has one who is here; a stand-in who is away has one in turn.

    without: who may not speak for another, because they have a say of their own or asked for it themselves.
    """
    found, looking = {}, {person: person for person in people}
    for _step in range(LONGEST_CHAIN):
        instead = absences.stand_ins(set(looking.values()), at) if looking else {}
        reached = {person: instead[last] for person, last in looking.items() if last in instead}
        for person in looking.keys() - reached.keys():
            if looking[person] != person:
                found[person] = looking[person]
        looking = {person: last for person, last in reached.items() if last != person}
    here = set(
        Person.objects.filter(pk__in=set(found.values()), is_active=True, joined_into=None).values_list("pk", flat=True)
    )
    taken = set(without)
    chosen = {}
    for person, stand_in in found.items():
        if stand_in in here and stand_in not in taken:
            chosen[person] = stand_in
            taken.add(stand_in)  # one person speaks once
    return chosen
