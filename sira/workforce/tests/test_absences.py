from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from sira.people.models import Person
from sira.people.tests.cast import a_person, an_agent
from sira.plumbing.refusals import NotAllowed
from sira.plumbing.violations import violated
from sira.workforce.absences import end_absence, is_absent, record_absence, stand_ins
from sira.workforce.models import Absence, Presence
from sira.workforce.presence import set_presence
from sira.workforce.refusals import AlreadyOver, BadAbsence

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def leave(person: Person, days: int = 2, **more) -> Absence:
    return record_absence(person, "leave", starts_at=NOON, ends_at=NOON + days * DAY, by=person, at=NOON, **more)


def test_somebody_on_leave_is_absent_from_the_first_instant_to_the_last():
    nadia, omid = an_agent(), an_agent("Omid")
    leave(nadia)
    both = [nadia.pk, omid.pk]
    assert is_absent(both, NOON) == {nadia.pk: "leave"}
    assert is_absent(both, NOON + 2 * DAY) == {}
    assert is_absent(both, NOON - HOUR) == {}
    assert is_absent([], NOON) == {}


def test_a_sickness_without_an_end_lasts_until_it_is_ended():
    nadia = an_agent()
    sick = record_absence(nadia, "sick", starts_at=NOON, ends_at=None, by=nadia, at=NOON)
    assert is_absent([nadia.pk], NOON + 30 * DAY) == {nadia.pk: "sick"}
    end_absence(sick, by=nadia, at=NOON + DAY)
    assert is_absent([nadia.pk], NOON + 30 * DAY) == {}
    with pytest.raises(AlreadyOver):
        end_absence(sick, by=nadia, at=NOON + 2 * DAY)


def test_leave_that_has_not_begun_is_withdrawn():
    nadia = an_agent()
    end_absence(leave(nadia), by=nadia, at=NOON - DAY)
    assert not Absence.objects.exists()


def test_away_and_off_get_no_work_busy_does_and_what_was_said_lapses():
    people = {state: an_agent(state) for state in Presence.State.values}
    for state, person in people.items():
        set_presence(person, state, by=person, at=NOON, until=NOON + HOUR)
    ids = [person.pk for person in people.values()]
    assert is_absent(ids, NOON) == {people["away"].pk: "away", people["off"].pk: "off"}
    assert is_absent(ids, NOON + HOUR) == {}


def test_leave_stands_even_if_the_person_says_off():
    nadia = an_agent()
    leave(nadia)
    set_presence(nadia, "off", by=nadia, at=NOON)
    assert is_absent([nadia.pk], NOON) == {nadia.pk: "leave"}
    set_presence(nadia, "here", by=nadia, at=NOON)
    assert is_absent([nadia.pk], NOON) == {nadia.pk: "leave"}


def test_the_question_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        is_absent(range(200), NOON)


def test_a_stand_in_is_known_while_the_absence_lasts():
    nadia, omid = an_agent(), an_agent("Omid")
    leave(nadia, stand_in=omid)
    assert stand_ins([nadia.pk, omid.pk], NOON) == {nadia.pk: omid.pk}
    assert stand_ins([nadia.pk], NOON + 5 * DAY) == {}


def test_people_plan_for_themselves_and_leads_for_everybody():
    nadia, omid, lead = an_agent(), an_agent("Omid"), a_person("Ewa", role=Person.Role.LEAD)
    record_absence(nadia, "sick", starts_at=NOON, ends_at=None, by=lead, at=NOON)
    set_presence(omid, "off", by=lead, at=NOON)
    with pytest.raises(NotAllowed):
        record_absence(nadia, "sick", starts_at=NOON, ends_at=None, by=omid, at=NOON)
    with pytest.raises(NotAllowed):
        set_presence(nadia, "off", by=omid, at=NOON)
    with pytest.raises(NotAllowed):
        end_absence(Absence.objects.get(), by=omid, at=NOON)


def test_an_absence_that_cannot_be_is_refused_and_the_database_refuses_it_too():
    nadia = an_agent()
    with pytest.raises(BadAbsence):
        leave(nadia, days=0)
    with pytest.raises(BadAbsence):
        leave(nadia, stand_in=nadia)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Absence.objects.create(person=nadia, starts_at=NOON, ends_at=NOON, by=nadia, at=NOON)
    assert violated(caught.value) == "absence_ends_after_it_starts"
