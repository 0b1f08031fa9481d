from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from sira.people.automation import automation
from sira.people.models import Person
from sira.people.tests.cast import a_person, an_agent
from sira.plumbing.refusals import NotAllowed
from sira.plumbing.violations import violated
from sira.workforce import absences
from sira.workforce.absences import ask_leave, decide_leave, end_absence, record_absence, stand_ins
from sira.workforce.availability import left_out
from sira.workforce.models import Absence, Presence
from sira.workforce.presence import set_presence
from sira.workforce.refusals import AlreadyDecided, AlreadyOver, BadAbsence

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def leave(person: Person, days: int = 2, **more) -> Absence:
    return record_absence(person, "leave", starts_at=NOON, ends_at=NOON + days * DAY, by=automation(), at=NOON, **more)


def test_somebody_on_leave_is_absent_from_the_first_instant_to_the_last():
    nadia, omid = an_agent(), an_agent("Omid")
    leave(nadia)
    both = [nadia.pk, omid.pk]
    assert left_out(both, NOON) == {nadia.pk: "leave"}
    assert left_out(both, NOON + 2 * DAY) == {}
    assert left_out(both, NOON - HOUR) == {}
    assert left_out([], NOON) == {}


def test_a_sickness_without_an_end_lasts_until_it_is_ended():
    nadia = an_agent()
    sick = record_absence(nadia, "sick", starts_at=NOON, ends_at=None, by=nadia, at=NOON)
    assert left_out([nadia.pk], NOON + 30 * DAY) == {nadia.pk: "sick"}
    end_absence(sick, by=nadia, at=NOON + DAY)
    assert left_out([nadia.pk], NOON + 30 * DAY) == {}
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
    assert left_out(ids, NOON) == {people["away"].pk: "away", people["off"].pk: "off"}
    assert left_out(ids, NOON + HOUR) == {}


def test_leave_stands_even_if_the_person_says_off():
    nadia = an_agent()
    leave(nadia)
    set_presence(nadia, "off", by=nadia, at=NOON)
    assert left_out([nadia.pk], NOON) == {nadia.pk: "leave"}
    set_presence(nadia, "here", by=nadia, at=NOON)
    assert left_out([nadia.pk], NOON) == {nadia.pk: "leave"}


def test_the_question_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        left_out(range(200), NOON)


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


def test_leave_counts_once_a_lead_has_approved_it():
    nadia, lead = an_agent(), a_person("Ewa", role=Person.Role.LEAD)
    asked = ask_leave(nadia, starts_at=NOON, ends_at=NOON + DAY, by=nadia, at=NOON)
    assert left_out([nadia.pk], NOON) == {}
    with pytest.raises(NotAllowed):
        decide_leave(asked, "approved", by=nadia, at=NOON)
    decide_leave(asked, "approved", by=lead, at=NOON)
    assert left_out([nadia.pk], NOON) == {nadia.pk: "leave"}
    with pytest.raises(AlreadyDecided):
        decide_leave(asked, "refused", by=lead, at=NOON)


def test_leave_that_was_refused_does_not_count_and_nobody_enters_their_own():
    nadia, lead = an_agent(), a_person("Ewa", role=Person.Role.LEAD)
    decide_leave(ask_leave(nadia, starts_at=NOON, ends_at=NOON + DAY, by=nadia, at=NOON), "refused", by=lead, at=NOON)
    assert left_out([nadia.pk], NOON) == {}
    with pytest.raises(NotAllowed):
        record_absence(nadia, "leave", starts_at=NOON, ends_at=NOON + DAY, by=nadia, at=NOON)
    with pytest.raises(NotAllowed):
        decide_leave(
            ask_leave(lead, starts_at=NOON, ends_at=NOON + DAY, by=lead, at=NOON), "approved", by=lead, at=NOON
        )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    heard: list[tuple[str, bool]] = []
    listener = lambda absence, person, stands_in, at: heard.append((str(person), stands_in))  # noqa: E731
    monkeypatch.setattr(absences, "_listeners", [listener])
    return heard


def test_who_stands_in_is_told_once_leave_is_approved_and_when_it_ends_early(told):
    nadia, omid, lead = an_agent(), an_agent("Omid"), a_person("Ewa", role=Person.Role.MANAGER)
    days = {"starts_at": NOON, "ends_at": NOON + 2 * DAY}
    refused = ask_leave(nadia, **days, stand_in=omid, by=nadia, at=NOON)
    decide_leave(refused, Absence.State.REFUSED, by=lead, at=NOON)
    asked = ask_leave(nadia, **days, stand_in=omid, by=nadia, at=NOON)
    assert told == []
    decide_leave(asked, Absence.State.APPROVED, by=lead, at=NOON)
    assert told == [(str(omid), True)]
    end_absence(asked, by=nadia, at=NOON + DAY)
    assert told == [(str(omid), True), (str(omid), False)]
    record_absence(nadia, "sick", starts_at=NOON, ends_at=None, stand_in=omid, by=nadia, at=NOON + DAY)
    record_absence(nadia, "sick", **days, stand_in=omid, by=nadia, at=NOON + 3 * DAY)  # it is over
    assert told[2:] == [(str(omid), True)]


def test_a_process_that_enters_the_same_leave_again_changes_who_stands_in(told):
    nadia, omid, ada = an_agent(), an_agent("Omid"), an_agent("Ada")
    days = {"starts_at": NOON, "ends_at": NOON + 2 * DAY}
    first = absences.enter_once(nadia, "leave", **days, stand_in=omid, by=automation(), at=NOON)
    assert absences.enter_once(nadia, "leave", **days, stand_in=omid, by=automation(), at=NOON) == first
    assert told == []  # its drawing tells who stands in
    again = absences.enter_once(nadia, "leave", **days, stand_in=ada, by=automation(), at=NOON)
    assert (again, Absence.objects.get().stand_in) == (first, ada)
    assert told == [(str(omid), False)]
