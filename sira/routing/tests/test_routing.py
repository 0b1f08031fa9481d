from datetime import UTC, datetime
from pathlib import Path

import pytest

from sira.decisions import deciding, publishing
from sira.decisions.models import Trace
from sira.decisions.refusals import NoSuchDecision
from sira.people.models import Membership, SupportGroup
from sira.people.tests.cast import an_agent
from sira.routing import explaining
from sira.routing.routing import route
from sira.routing.words import WHY
from sira.workforce.presence import set_presence

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TABLE = Path(__file__).parents[3] / "packs/helpdesk/routing.dmn"


@pytest.fixture
def table() -> None:
    publishing.publish("routing", TABLE.read_text(encoding="utf-8"), at=NOON)


def a_group(key: str, strategy: str = "round_robin") -> SupportGroup:
    group = SupportGroup.objects.create(key=key, name=key.title(), strategy=strategy)
    Membership.objects.create(group=group, person=an_agent(f"Agent of {key}"))
    return group


def facts(category: str | None = None, kind: str = "internal") -> dict:
    return {"ticket": {"category": category}, "requester": {"kind": kind}}


def test_the_table_names_the_group_and_the_group_deals_to_an_agent(table):
    a_group("it")
    finance = a_group("finance")
    choice = route(1042, facts("invoice"), at=NOON)
    assert choice.group == finance
    assert choice.agent.name == "Agent of finance"
    assert (choice.group_id, choice.agent_id) == (finance.pk, choice.agent.pk)


def test_the_trace_tells_rule_candidates_and_choice(table):
    a_group("it")
    choice = route(1042, facts("network"), at=NOON)
    deciding.keep([choice.trace])
    kept = Trace.objects.get(subject=1042, reason__kind="route")
    assert (kept.outcome, kept.detail["agent"]) == ("it", choice.agent_id)
    assert kept.inputs == {"Category": "network", "Requester": "internal"}
    assert kept.detail["matched"][0]["rows"][0] == 5
    assert kept.detail["candidates"] == str(choice.agent_id)
    assert str(WHY[kept.detail["why"]]) == "in turn"


def test_a_group_that_takes_its_work_freely_gets_it_into_the_queue(table):
    care = a_group("customer_care", "free")
    choice = route(1042, facts(kind="customer"), at=NOON)
    assert (choice.group, choice.agent) == (care, None)
    assert choice.trace.detail["why"] == "taken_from_queue"


def test_a_rule_that_names_an_unknown_group_leaves_the_ticket_waiting_and_says_so(table):
    choice = route(1042, facts("payroll"), at=NOON)
    assert (choice.group_id, choice.agent_id) == (None, None)
    assert choice.trace.outcome == "hr" and "agent" not in choice.trace.detail
    assert choice.trace.detail["why"] == "no_such_group"


def test_without_a_table_routing_is_refused():
    with pytest.raises(NoSuchDecision):
        route(1042, facts(), at=NOON)


def test_routing_costs_six_statements(table, django_assert_num_queries):
    a_group("it")
    route(1, facts("network"), at=NOON)
    with django_assert_num_queries(6):  # the table, the group and four for its agent
        route(2, facts("network"), at=NOON)


@pytest.mark.parametrize("strategy", ["least_load", "shares"])
def test_the_trace_of_two_hundred_names_them_all(table, strategy):
    group = a_group("it", strategy)
    people = [an_agent(f"Agent {number}") for number in range(199)]
    Membership.objects.bulk_create(Membership(group=group, person=person) for person in people)
    set_presence(people[0], "off", by=people[0], at=NOON)
    choice = route(1042, facts("network"), at=NOON)
    deciding.keep([choice.trace])
    told = Trace.objects.get(subject=1042, reason__kind="route").detail
    assert len(explaining.candidates(told)) == len(explaining.figures(told)) == 199
    assert explaining.left_out(told) == [(people[0].pk, "off")]
