"""How tickets are dealt, and the fairness report."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from sira.people.models import Membership, Person, SupportGroup
from sira.people.tests.cast import a_person, an_agent
from sira.plumbing.refusals import NotAllowed
from sira.routing import agents, fairness
from sira.routing.agreeing import Seat, SharesDontAddUp, Terms, agree
from sira.routing.models import Tally, Waiting
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk, monday
from sira.workforce.absences import record_absence
from sira.workforce.presence import set_presence

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def it() -> SupportGroup:
    return SupportGroup.objects.create(key="it", name="IT", strategy="round_robin")


@pytest.fixture
def nadia(it) -> Person:
    return member(it, an_agent("Nadia Karimi"))


@pytest.fixture
def ewa(it) -> Person:
    return member(it, a_person("Ewa Nowak", role=Person.Role.LEAD), leads=True)


def member(group: SupportGroup, person: Person, **more) -> Person:
    Membership.objects.create(group=group, person=person, **more)
    return person


def test_a_lead_agrees_shares_caps_and_the_time_to_react(client, it, nadia, ewa):
    client.force_login(ewa)
    address = reverse("routing:dealing", args=["it"])
    assert "Nadia Karimi" in client.get(address).content.decode()
    answer = client.post(address, {
        "strategy": "shares", "prefers_known": "on", "silence_minutes": 30, "day_cap": 40,
        f"{nadia.pk}-share": 60, f"{nadia.pk}-day_cap": 8, f"{ewa.pk}-share": 40,
    })  # fmt: skip
    assert answer.status_code == 302
    it.refresh_from_db()
    assert (it.strategy, it.prefers_known, it.silence_minutes, it.day_cap) == ("shares", True, 30, 40)
    assert dict(it.memberships.values_list("person", "share")) == {nadia.pk: 60, ewa.pk: 40}
    assert it.memberships.get(person=nadia).day_cap == 8


def test_shares_that_do_not_make_a_hundred_are_refused_and_kept_in_the_form(client, it, nadia, ewa):
    client.force_login(ewa)
    given = {"strategy": "shares", f"{nadia.pk}-share": 60, f"{ewa.pk}-share": 30}
    answer = client.post(reverse("routing:dealing", args=["it"]), given)
    assert answer.status_code == 422
    assert 'value="60"' in answer.content.decode() and "100 per cent" in answer.content.decode()
    it.refresh_from_db()
    assert it.strategy == "round_robin"
    with pytest.raises(SharesDontAddUp):
        agree(it, Terms("shares", seats={nadia.pk: Seat(share=10)}), by=ewa, at=NOON)


def test_only_who_leads_the_group_agrees_how_it_is_dealt(client, it, nadia, ewa):
    other = member(SupportGroup.objects.create(key="hr", name="HR"), a_person("Ola", role="lead"), leads=True)
    for person, status in ((nadia, 403), (other, 404)):
        client.force_login(person)
        assert client.get(reverse("routing:dealing", args=["it"])).status_code == status
    with pytest.raises(NotAllowed):
        agree(it, Terms("free"), by=other, at=NOON)


def test_other_terms_wake_what_waits_and_forget_old_debts(it, nadia, ewa):
    Waiting.objects.create(subject=1, group=it, since=NOON)
    Tally.objects.create(group=it, person=nadia, owed=0.5, since=2, m=7)
    agree(it, Terms("shares", seats={nadia.pk: Seat(share=70), ewa.pk: Seat(share=30)}), by=ewa, at=NOON)
    assert Waiting.objects.get().try_at == NOON
    assert (Tally.objects.get().owed, Tally.objects.get().since, Tally.objects.get().m) == (0, None, 7)


def test_the_report_tells_planned_and_real_and_who_gets_nothing_now(client, it, nadia, ewa):
    agree(it, Terms("shares", seats={nadia.pk: Seat(share=75), ewa.pk: Seat(share=25)}), by=ewa, at=NOON)
    it.refresh_from_db()
    for _ in range(8):
        agents.choose_agent(it, at=NOON)
    set_presence(ewa, "off", by=ewa, at=NOON)
    client.force_login(nadia)
    shown = client.get(reverse("routing:fairness", args=["it"]), {"period": "d", "starts": "2026-11-24"})
    text = " ".join(shown.content.decode().split())
    assert "75%" in text and "25%" in text and "8 tickets dealt" in text and "off work" in text
    assert reverse("routing:dealing", args=["it"]) not in text


def test_the_report_says_who_and_what_is_at_its_limit(client, it, nadia, ewa):
    agree(it, Terms("round_robin", day_cap=3, seats={nadia.pk: Seat(day_cap=1)}), by=ewa, at=NOON)
    it.refresh_from_db()
    for dealt in (0, 2, 3):
        while sum(line.dealt for line in fairness.report(it, "d", at=NOON).lines) < dealt:
            agents.choose_agent(it, at=NOON)
        told = fairness.report(it, "d", at=NOON)
        whys = {line.person: line.why for line in told.lines}
        assert whys == {nadia: "day_cap" if dealt else "", ewa: ""}, dealt
        assert told.full == ("d" if dealt == 3 else "")


def test_the_report_plans_nothing_for_who_no_longer_works_here(it, nadia, ewa):
    gone = member(it, an_agent("Ali Safari"))
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    it.strategy = "shares"
    it.save()
    planned = {line.person: line.planned for line in fairness.report(it, "d", at=NOON).lines}
    assert planned == {nadia: 50, ewa: 50, gone: 0}


def test_the_report_tells_of_leave_to_who_leads_the_group_alone(client, it, nadia, ewa):
    away = member(it, an_agent("Ali Safari"))
    record_absence(away, "sick", starts_at=NOON - timedelta(days=90), ends_at=None, by=ewa, at=NOON)
    for person, told in ((nadia, False), (ewa, True)):
        client.force_login(person)
        shown = client.get(reverse("routing:fairness", args=["it"])).content.decode()
        assert ("sick" in shown) == told, person


@pytest.mark.parametrize("name", ["routing:dealing", "routing:fairness"])
def test_queries_of_each_page(client, it, nadia, ewa, name, django_assert_max_num_queries):
    for number in range(12):
        member(it, an_agent(f"Agent {number}"))
    client.force_login(ewa)
    # Session, person, approvals and mentions counted in the frame, group, right, members; the report: dealt, open work,
    # value, the group's members and who of them is left out, waiting, earlier periods. Once after signing in: that the
    # session ends later.
    with django_assert_max_num_queries(16):
        assert client.get(reverse(name, args=["it"])).status_code == 200


@pytest.mark.parametrize("language", ["tr", "fa", "pl"])
def test_the_pages_speak_the_readers_language(client, it, nadia, ewa, language):
    Person.objects.filter(pk=ewa.pk).update(language=language)
    client.force_login(ewa)
    for name in ("routing:dealing", "routing:fairness"):
        shown = client.get(reverse(name, args=["it"])).content.decode()
        assert f'lang="{language}"' in shown
        assert "How tickets are dealt" not in shown and "Person</th>" not in shown


def test_the_report_says_what_the_tickets_of_a_period_are_worth():
    desk = Desk()
    SupportGroup.objects.filter(key="it").update(weights={"priority": {"1": 5}, "type": {"incident": 2}})
    group = SupportGroup.objects.get(key="it")
    for _number in range(3):
        row = Ticket.objects.filter(pk=desk.ticket(at=monday(9)).pk)
        row.update(agent=desk.jonas, group=group, priority=1, opened_at=monday(9))
    values = {line.person: line.value for line in fairness.report(group, "d", at=monday(12)).lines}
    assert values[desk.jonas] == 30 and sum(values.values()) == 30
    tomorrow = fairness.report(group, "d", at=monday(12), starts=monday(12).date() + timedelta(days=1))
    assert all(line.value == 0 for line in tomorrow.lines)


def test_a_lead_says_what_a_ticket_weighs(client, it, nadia, ewa):
    client.force_login(ewa)
    address = reverse("routing:dealing", args=["it"])
    assert 'name="weights-priority-1"' in client.get(address).content.decode()
    given = {
        "strategy": "least_load",
        "weights-priority-1": "3",
        "weights-type-incident": "1",
        "weights-channel-chat": "0.5",
    }
    assert client.post(address, given).status_code == 302
    it.refresh_from_db()
    assert it.weights == {"priority": {"1": 3.0}, "channel": {"chat": 0.5}}, "one is what everything weighs"
    assert client.post(address, given | {"weights-priority-1": "-2"}).status_code == 422
    it.refresh_from_db()
    assert it.weights["priority"] == {"1": 3.0}
