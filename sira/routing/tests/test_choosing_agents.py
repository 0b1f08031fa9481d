from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction

from sira.people import roles
from sira.people.automation import automation
from sira.people.models import Membership, Person, SupportGroup
from sira.people.tests.cast import a_person, an_agent
from sira.routing import agents, work
from sira.routing.models import Pool
from sira.workforce.absences import record_absence
from sira.workforce.presence import set_presence

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
IN_TURN, LEAST_LOAD, SHARES, SKILL, FREE = SupportGroup.Strategy.values


def a_group(strategy: str, *names: str) -> tuple[SupportGroup, list[Person]]:
    group = SupportGroup.objects.create(key="it", name="IT", strategy=strategy)
    people = [an_agent(name) for name in names]
    Membership.objects.bulk_create(Membership(group=group, person=person) for person in people)
    return group, people


def dealt(group: SupportGroup, times: int = 1) -> list[str | None]:
    choices = [agents.choose_agent(group, at=NOON).agent for _ in range(times)]
    return [agent.name if agent else None for agent in choices]


@pytest.fixture
def loads(monkeypatch) -> dict[int, float]:
    """Open work by person, as a higher room would count it."""
    counts: dict[int, float] = {}
    monkeypatch.setattr(work, "_counts", [replace(work.NOTHING, load=lambda ids, weights: counts)])
    return counts


@pytest.mark.django_db
def test_agents_take_turns():
    group, _ = a_group(IN_TURN, "Ada", "Bo", "Cem")
    assert dealt(group, 4) == ["Ada", "Bo", "Cem", "Ada"]
    assert Pool.objects.get().dealt == 4


@pytest.mark.django_db
def test_who_works_for_the_group_by_a_made_role_has_a_turn_too():
    group, _ = a_group(IN_TURN, "Ada")
    zoe = a_person("Zoe")
    role = roles.make_role("helper", name="Helper", rights_of_it=["work"], by=automation())
    roles.give_role(zoe, role, group=group, by=automation())
    Membership.objects.create(group=group, person=zoe)
    assert dealt(group, 2) == ["Ada", "Zoe"]


@pytest.mark.django_db
def test_who_is_absent_is_skipped_and_the_reason_is_told():
    group, (ada, bo, cem) = a_group(IN_TURN, "Ada", "Bo", "Cem")
    record_absence(bo, "leave", starts_at=NOON, ends_at=NOON + timedelta(days=1), by=automation(), at=NOON)
    set_presence(cem, "off", by=cem, at=NOON)
    choice = agents.choose_agent(group, at=NOON)
    assert choice.agent == ada
    assert choice.reasons["left_out"] == {"leave": str(bo.pk), "off": str(cem.pk)}
    assert choice.reasons["candidates"] == str(ada.pk)
    assert (choice.reasons["why"], choice.of_the_moment) == ("next_in_turn", {"last": None})
    assert agents.choose_agent(group, at=NOON + timedelta(days=2)).agent == bo


@pytest.mark.django_db
def test_who_no_longer_works_here_gets_nothing():
    group, (ada, _bo) = a_group(IN_TURN, "Ada", "Bo")
    Person.objects.filter(pk=ada.pk).update(is_active=False)
    Membership.objects.create(group=group, person=a_person("Requester"))
    assert dealt(group, 2) == ["Bo", "Bo"]
    left_out = agents.choose_agent(group, at=NOON).reasons["left_out"]
    assert [*left_out] == ["no_agent"] and len(left_out["no_agent"].split()) == 2


@pytest.mark.django_db
def test_with_nobody_there_the_ticket_waits_and_no_turn_is_lost():
    group, (ada,) = a_group(IN_TURN, "Ada")
    set_presence(ada, "away", by=ada, at=NOON)
    choice = agents.choose_agent(group, at=NOON)
    assert (choice.agent, choice.reasons["why"]) == (None, "nobody_there")
    assert not Pool.objects.filter(dealt__gt=0).exists()


@pytest.mark.django_db
def test_work_taken_freely_stays_in_the_queue(django_assert_num_queries):
    group, _ = a_group(FREE, "Ada")
    with django_assert_num_queries(0):
        choice = agents.choose_agent(group, at=NOON)
    assert (choice.agent, choice.reasons) == (None, {"strategy": "free", "why": "taken_from_queue"})


@pytest.mark.django_db
def test_the_least_load_gets_it_and_equals_take_turns(loads):
    group, (ada, bo, cem) = a_group(LEAST_LOAD, "Ada", "Bo", "Cem")
    loads.update({ada.pk: 5, bo.pk: 2, cem.pk: 2})
    assert dealt(group, 3) == ["Bo", "Cem", "Bo"]
    choice = agents.choose_agent(group, at=NOON)
    assert choice.of_the_moment == {"last": bo.pk, "loads": "5 2 2"}
    assert choice.reasons["why"] == "least_load"


@pytest.mark.django_db
def test_a_choice_costs_four_statements(django_assert_num_queries):
    group, _ = a_group(IN_TURN, "Ada", "Bo")
    dealt(group)
    with django_assert_num_queries(4):  # its members, which mail has remembered, and three
        agents.choose_agent(group, at=NOON)


def test_two_workers_at_once_deal_fairly_and_a_dealing_undone_loses_no_turn(committing):
    group, _people = a_group(IN_TURN, "Ada", "Bo", "Cem", "Dov")

    def work(number: int) -> list[str]:
        given = []
        try:
            for turn in range(40):
                with transaction.atomic():
                    agent = agents.choose_agent(group, at=NOON).agent
                    if turn % 10 == number:
                        transaction.set_rollback(True)
                    else:
                        given.append(agent.name)
        finally:
            connections.close_all()
        return given

    with ThreadPoolExecutor(4) as threads:
        counts = Counter(name for given in threads.map(work, range(4)) for name in given)
    assert sum(counts.values()) == 4 * 36
    assert max(counts.values()) - min(counts.values()) == 0
