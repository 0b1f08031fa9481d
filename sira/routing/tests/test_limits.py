"""Caps, capacity, skills, languages and shares are respected whatever the strategy, and by several workers at once."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import connections, transaction

from sira.people import joining
from sira.people.automation import automation
from sira.people.models import Membership, Person, SupportGroup
from sira.people.tests.cast import an_agent
from sira.plumbing import settled
from sira.routing import agents, agreeing, caps, explaining, tallying, work
from sira.routing.models import Dealt, Pool, Tally
from sira.routing.work import Work
from sira.workforce import working
from sira.workforce.presence import set_presence

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_group(strategy: str, *people: Person, key: str = "it", shares: tuple[int, ...] = (), **more) -> SupportGroup:
    group = SupportGroup.objects.create(key=key, name=key, strategy=strategy, **more)
    for place, person in enumerate(people):
        Membership.objects.create(group=group, person=person, share=shares[place] if shares else None)
    return group


def people(*names: str) -> list[Person]:
    return [an_agent(name) for name in names]


def limit(person: Person, **limits) -> None:
    working.set_limits(person, by=automation(), at=NOON, **limits)


def dealt(group: SupportGroup, times: int = 1, at: datetime = NOON, of: Work | None = None) -> list[str | None]:
    choices = [agents.choose_agent(group, at=at, work=of).agent for _ in range(times)]
    return [agent.name if agent else None for agent in choices]


def why_left_out(group: SupportGroup, of: Work | None = None, at: datetime = NOON) -> dict[str, str]:
    reasons = agents.choose_agent(group, at=at, work=of).reasons
    names = dict(Person.objects.values_list("pk", "name"))
    return {names[key]: why for key, why in explaining.left_out(reasons)}


@pytest.fixture
def counted(monkeypatch):
    """What a higher room would count: load, open tickets of a channel, and who knew whom."""
    told = {"load": {}, "channel": {}, "knew": {}}
    counts = work.Counts(
        lambda ids, weights: told["load"],
        lambda ids, channel: told["channel"],
        lambda requester, ids: told["knew"].get(requester) if told["knew"].get(requester) in ids else None,
        lambda: (),
    )
    monkeypatch.setattr(work, "_counts", [counts])
    return told


@pytest.mark.django_db
def test_tickets_are_dealt_by_the_shares_agreed():
    group = a_group("shares", *people("Ada", "Bo", "Cem"), shares=(50, 30, 20))
    assert Counter(dealt(group, 40)) == {"Ada": 20, "Bo": 12, "Cem": 8}
    assert all(abs(owe) < 1 for owe in Tally.objects.values_list("owed", flat=True))


@pytest.mark.django_db
def test_somebody_without_a_share_gets_nothing_and_without_any_all_have_the_same():
    ada, bo = people("Ada", "Bo")
    group = a_group("shares", ada, bo)
    assert Counter(dealt(group, 10)) == {"Ada": 5, "Bo": 5}
    Membership.objects.filter(person=ada).update(share=100)
    assert why_left_out(group) == {"Bo": "no_share"}


@pytest.mark.django_db
def test_who_is_away_for_a_week_is_not_flooded_afterwards():
    ada, bo = people("Ada", "Bo")
    group = a_group("shares", ada, bo, shares=(60, 40))
    set_presence(ada, "off", by=ada, at=NOON, until=NOON + 7 * DAY)
    assert Counter(dealt(group, 30)) == {"Bo": 30}
    assert Counter(dealt(group, 20, at=NOON + 8 * DAY)) == {"Ada": 12, "Bo": 8}


@pytest.mark.django_db
def test_a_skill_that_is_asked_for_is_needed_and_the_best_gets_it(counted):
    ada, bo, _cem = trio = people("Ada", "Bo", "Cem")
    working.set_skills(ada, {"network": 3}, by=automation(), at=NOON)
    working.set_skills(bo, {"network": 5}, by=automation(), at=NOON)
    group = a_group("skill", *trio)
    asked = Work(skills={"network": 2})
    assert dealt(group, 2, of=asked) == ["Bo", "Bo"]
    assert why_left_out(group, asked) == {"Cem": "skill"}
    assert agents.choose_agent(group, at=NOON, work=asked).reasons["why"] == "best_skill"
    assert why_left_out(group, Work(skills={"network": 4})) == {"Ada": "skill", "Cem": "skill"}


@pytest.mark.django_db
def test_who_lacks_a_skill_is_owed_their_share_of_the_other_work():
    ada, bo = people("Ada", "Bo")
    working.set_skills(ada, {"network": 3}, by=automation(), at=NOON)
    group = a_group("shares", ada, bo, shares=(50, 50))
    asked = Work(skills={"network": 1})
    assert dealt(group, 2, of=asked) == ["Ada", "Ada"]
    assert dealt(group, 3) == ["Bo", "Bo", "Ada"]


@pytest.mark.django_db
def test_a_group_that_answers_in_the_language_asks_for_who_speaks_it():
    ada, bo = an_agent("Ada", language="en"), an_agent("Bo", language="pl")
    group = a_group("round_robin", ada, bo, matches_language=True)
    assert dealt(group, 2, of=Work(language="pl")) == ["Bo", "Bo"]
    assert why_left_out(group, Work(language="pl")) == {"Ada": "language"}
    assert dealt(group, 2) == ["Ada", "Bo"]


@pytest.mark.django_db
def test_who_knew_the_person_comes_first_but_only_when_there_and_under_the_cap(counted):
    ada, bo = people("Ada", "Bo")
    group = a_group("round_robin", ada, bo, prefers_known=True)
    counted["knew"][7] = bo.pk
    asked = Work(requester=7)
    choice = agents.choose_agent(group, at=NOON, work=asked)
    assert (choice.agent, choice.reasons["why"]) == (bo, "knew_them")
    assert dealt(group) == ["Ada"]  # nobody's turn was lost
    limit(bo, day_cap=1)
    assert dealt(group, 2, of=asked) == ["Ada", "Ada"]
    set_presence(bo, "off", by=bo, at=NOON)
    assert dealt(group, of=asked, at=NOON + timedelta(hours=1)) == ["Ada"]


@pytest.mark.django_db
@pytest.mark.parametrize(("cap", "later"), [("day_cap", 1), ("week_cap", 6), ("month_cap", 7)])
def test_a_cap_is_kept_over_its_period_and_freed_by_the_next(cap, later):
    ada, bo = people("Ada", "Bo")
    group = a_group("round_robin", ada, bo)
    limit(ada, **{cap: 2})
    assert Counter(dealt(group, 8)) == {"Ada": 2, "Bo": 6}
    assert why_left_out(group) == {"Ada": cap}
    assert "Ada" in dealt(group, 2, at=NOON + later * DAY)


@pytest.mark.django_db
def test_a_cap_counts_all_groups_and_one_of_a_group_only_its_own():
    ada, bo = people("Ada", "Bo")
    it, hr = a_group("round_robin", ada, bo), a_group("round_robin", ada, bo, key="hr")
    limit(ada, day_cap=3)
    Membership.objects.filter(person=bo, group=it).update(day_cap=1)
    assert dealt(it, 4) == ["Ada", "Bo", "Ada", "Ada"]
    assert dealt(it) == [None]
    assert Counter(dealt(hr, 3)) == {"Bo": 3}


@pytest.mark.django_db
def test_the_group_itself_may_have_a_cap():
    group = a_group("round_robin", *people("Ada", "Bo"), day_cap=3)
    assert dealt(group, 4)[3] is None
    choice = agents.choose_agent(group, at=NOON)
    assert (choice.reasons["why"], choice.waits) == ("group_full", True)
    assert dealt(group, at=NOON + DAY) != [None]


@pytest.mark.django_db
def test_nobody_is_given_more_open_work_than_they_can_hold(counted):
    ada, bo = people("Ada", "Bo")
    group = a_group("least_load", ada, bo)
    limit(ada, capacity=5)
    limit(bo, channels={"chat": 2, "phone": 0})
    counted["load"] = {ada.pk: 5, bo.pk: 9}
    assert dealt(group) == ["Bo"]
    counted["channel"] = {bo.pk: 2}
    assert why_left_out(group, Work(channel="chat")) == {"Ada": "capacity", "Bo": "channel"}
    assert why_left_out(group, Work(channel="phone"))["Bo"] == "channel"
    assert dealt(group, of=Work(channel="mail")) == ["Bo"]


@pytest.mark.django_db
def test_what_is_dealt_is_counted_by_day_week_and_month():
    ada, bo = people("Ada", "Bo")
    group = a_group("round_robin", ada, bo)
    dealt(group, 4)
    dealt(group, 2, at=NOON + DAY)
    days = Dealt.objects.filter(person=ada, group=group).values_list("day", "n")
    assert {day.isoformat(): n for day, n in days} == {"2026-11-24": 2, "2026-11-25": 1}
    tally = Tally.objects.get(person=ada, group=group)
    assert (tally.day.isoformat(), tally.d, tally.w, tally.m) == ("2026-11-25", 1, 3, 3)
    dealt(group, 2, at=NOON + 6 * DAY)
    tally.refresh_from_db()
    assert (tally.day.isoformat(), tally.d, tally.w, tally.m) == ("2026-11-30", 1, 1, 4)
    pool = Pool.objects.get()
    assert (pool.d, pool.w, pool.m) == (2, 2, 8)


def test_a_day_begins_at_midnight_of_the_desk(settings):
    settings.TIME_ZONE = "Asia/Tehran"
    assert caps.periods(datetime(2026, 11, 30, 20, 45, tzinfo=UTC))["m"].isoformat() == "2026-12-01"
    assert caps.next_start("w", NOON) == datetime(2026, 11, 29, 20, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_limits_cost_a_statement_each(django_assert_num_queries):
    ada, bo = people("Ada", "Bo")
    group = a_group("round_robin", ada, bo)
    dealt(group)
    with django_assert_num_queries(4):
        agents.choose_agent(group, at=NOON)
    limit(ada, day_cap=50)
    limit(bo, day_cap=50)
    with django_assert_num_queries(5):  # the chosen one's row is held, and looked at again as it is counted
        agents.choose_agent(group, at=NOON)
    group.matches_language = True
    with django_assert_num_queries(6):  # and what they speak
        agents.choose_agent(group, at=NOON, work=Work(language="en"))


def test_two_groups_at_once_never_break_a_cap_and_never_wait_crosswise(committing):
    trio = people("Ada", "Bo", "Cem")
    groups = [a_group("round_robin", *trio, key=key) for key in ("it", "hr")]
    for person in trio:
        limit(person, day_cap=30)

    def deal(number: int) -> list[str | None]:
        try:
            given = []
            for _ in range(30):
                with transaction.atomic():
                    agent = agents.choose_agent(groups[number % 2], at=NOON).agent
                    given.append(agent.name if agent else None)
            return given
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        counts = Counter(name for given in threads.map(deal, range(4)) for name in given)
    assert counts == {"Ada": 30, "Bo": 30, "Cem": 30, None: 30}


def test_shares_can_be_changed_while_a_ticket_is_dealt(committing):
    pair = people("Ada", "Bo")
    group, dealt_one = a_group("shares", *pair, shares=(50, 50)), Event()
    dealt(group)  # the rows that a change of shares writes

    def deal() -> None:
        try:
            with transaction.atomic():
                agents.choose_agent(group, at=NOON + DAY)  # the day's first: its row names the group
                dealt_one.set()
                time.sleep(0.5)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        dealing = threads.submit(deal)
        dealt_one.wait(60)
        seats = {one.pk: agreeing.Seat(share=share) for one, share in zip(pair, (70, 30), strict=True)}
        agreeing.agree(group, agreeing.Terms("shares", seats=seats), by=automation(), at=NOON)
        dealing.result()
    assert not Tally.objects.exclude(owed=0, since=None).exists() and Dealt.objects.count() == 2


def test_what_is_open_at_once_holds_against_another_groups_worker(committing, monkeypatch):
    (ada,) = people("Ada")
    groups = [a_group("round_robin", ada, key=key) for key in ("it", "hr")]
    limit(ada, capacity=10)

    def open_work():
        found = Counter()
        for person, n in Dealt.objects.values_list("person", "n"):
            found[person] += n
        return found

    # Counted from committed rows, as tickets are.
    monkeypatch.setattr(work, "_counts", [replace(work.NOTHING, load=lambda ids, weights: open_work())])

    def deal(number: int) -> int:
        try:
            given = 0
            for _ in range(12):
                with transaction.atomic():
                    given += agents.choose_agent(groups[number], at=NOON).agent is not None
            return given
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(deal, range(2))) == 10


@pytest.mark.django_db
def test_a_tally_that_says_something_else_than_the_days_is_counted_anew():
    group = a_group("shares", *people("Ada", "Bo", "Cem"), shares=(50, 30, 20))
    for day in (0, 1, 5, 6):
        dealt(group, 7, at=NOON + day * DAY)
    kept = list(Tally.objects.order_by("pk").values())
    assert tallying.drift() == 0
    Tally.objects.update(w=1)
    Tally.objects.filter(pk=kept[0]["id"]).delete()
    Pool.objects.update(m=3)
    assert tallying.drift() == 4
    tallying.recount()
    assert tallying.drift() == 0
    left = Tally.objects.order_by("pk").values("person", "day", "d", "w", "m")
    assert [*left[:2]] == [
        {name: row[name] for name in ("day", "d", "w", "m")} | {"person": row["person_id"]} for row in kept[1:]
    ]
    assert Pool.objects.values_list("d", "w", "m").get() == (7, 7, 28)


@pytest.mark.django_db
def test_what_is_dealt_after_the_clock_went_back_counts_in_the_periods_that_it_lies_in():
    group = a_group("shares", *people("Ada", "Bo"), shares=(50, 50))
    for day in (6, 1, 0, 6, -30):
        dealt(group, 4, at=NOON + day * DAY)
    assert tallying.drift() == 0
    assert Pool.objects.values_list("d", "w", "m").get() == (8, 8, 16)


@pytest.mark.django_db
def test_tallies_say_what_was_dealt_also_when_two_agents_are_joined_and_parted_again():
    ada, bo = people("Ada", "Bo")
    both, alone = a_group("round_robin", ada, bo), a_group("round_robin", bo, key="hr")
    for day in (0, 1, 2):
        dealt(both, 1, at=NOON + day * DAY)  # in turn: their days differ
        dealt(alone, 1, at=NOON + day * DAY)
    joined = joining.join(ada, bo, by=automation(), at=NOON)
    assert tallying.drift() == 0 and Dealt.objects.filter(person=ada, group=alone).count() == 3
    dealt(both, 1, at=NOON + 3 * DAY)
    joining.undo_join(joined, by=automation(), at=NOON)
    assert tallying.drift() == 0 and Dealt.objects.filter(person=bo, group=alone).count() == 3


CHANGES: dict[str, Callable[[Person, SupportGroup], object]] = {
    "leaves the group": lambda ada, group: Membership.objects.filter(person=ada).delete(),
    "works here no more": lambda ada, group: Person.objects.filter(pk=ada.pk).update(is_active=False),
    "has another role": lambda ada, group: Person.objects.filter(pk=ada.pk).update(role="requester"),
    "takes none": lambda ada, group: limit(ada, day_cap=0),
    "takes none of this group": lambda ada, group: Membership.objects.filter(person=ada).update(day_cap=0),
    "has no room": lambda ada, group: limit(ada, capacity=0),
    "works by shifts": lambda ada, group: working.set_hours(ada, calendar=None, by_shifts=True, by=ADMIN, at=NOON),
}
ADMIN = automation()


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_remembered_of_the_members_ends_when_it_changes(committing, what):
    """As for mail: a process asks for the members of a group once, and again when the set-up has changed."""
    ada, bo = people("Ada", "Bo")
    group = a_group("round_robin", ada, bo)
    assert dealt_as_for_mail(group, 4) == ["Ada", "Bo", "Ada", "Bo"]
    with transaction.atomic():
        CHANGES[what](ada, group)
    assert dealt_as_for_mail(group, 3) == ["Bo", "Bo", "Bo"]


def dealt_as_for_mail(group: SupportGroup, times: int) -> list[str | None]:
    names = []
    for _time in range(times):
        with transaction.atomic(), settled.remembered():
            names += dealt(group)
    return names
