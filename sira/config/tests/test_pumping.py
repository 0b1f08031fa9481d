"""What the worker looks for, and what tells it to look."""

import threading
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from sira.calendars.models import Edition
from sira.calendars.tests.desk import office_hours
from sira.config import pumping
from sira.config.pumping import DUE, MAIL_PUMPS, PUMPS, with_work
from sira.notifications import sending
from sira.notifications.models import OutgoingMail
from sira.promises import clocks
from sira.promises import pump as promises_pump
from sira.promises.clocks import Promise

pytestmark = pytest.mark.django_db


def a_mail(*, next_at: datetime, state: str = "queued", kind: str = "stage") -> OutgoingMail:
    times = {"queued_at": next_at, "next_at": next_at}
    return OutgoingMail.objects.create(
        kind=kind, to="a@b.example", language="en", state=state, placeholders={"a": 1}, **times
    )


def asked(at: datetime) -> set[object]:
    return with_work([*PUMPS, *MAIL_PUMPS], at) & set(DUE)


def test_a_desk_at_rest_has_nothing_to_do():
    assert asked(timezone.now()) == set()


def test_pumps_that_keep_their_own_time_always_go():
    assert set(PUMPS) - set(DUE) <= with_work(PUMPS, timezone.now())


def test_a_mail_that_is_due_wakes_the_sender_and_nobody_else():
    now = timezone.now()
    a_mail(next_at=now + timedelta(minutes=1))
    assert asked(now) == set()
    assert asked(now + timedelta(minutes=1)) == {sending.pump}


def test_a_mail_of_unsure_fate_wakes_who_looks_for_it():
    now = timezone.now()
    a_mail(next_at=now, state="unsure")
    assert asked(now) == {sending.find_lost}


def test_a_pump_that_fails_keeps_no_other_from_its_work_and_goes_again():
    rounds, over = list[str](), threading.Event()

    def fails(at: datetime) -> int:
        rounds.append("fails")
        raise ZeroDivisionError

    def works(at: datetime) -> int:
        rounds.append("works")
        if rounds.count("works") > 1:
            over.set()
        return 1

    pumping._go_round([fails, works], over)
    assert rounds == ["fails", "works"] * 2


def test_without_a_mail_server_all_that_is_due_is_kept_at_once():
    now = timezone.now()
    due = [a_mail(next_at=now), a_mail(next_at=now, kind="plain")]
    later = a_mail(next_at=now + timedelta(minutes=1))
    assert sending.pump(now) == 2
    for mail in [*due, later]:
        mail.refresh_from_db()
    assert [mail.state for mail in [*due, later]] == ["kept", "kept", "queued"]
    assert [mail.placeholders for mail in due] == [{"a": 1}, None]
    assert sending.pump(now) == 0


def test_a_changed_calendar_wakes_the_pump_of_promises_that_run_in_it():
    at, calendar = timezone.now(), office_hours()
    clocks.start_clocks(1, [Promise("resolution", timedelta(days=30))], calendar.pk, at=at)
    assert asked(at) == set()
    Edition.objects.filter(calendar=calendar).update(superseded_at=at)
    assert asked(at) == {promises_pump.pump}


def test_a_promise_whose_mark_has_come_wakes_its_pump():
    at, office = timezone.now(), office_hours().pk
    clocks.start_clocks(1, [Promise("resolution", timedelta(minutes=1))], office, at=at)
    assert promises_pump.pump not in asked(at)
    assert promises_pump.pump in asked(at + timedelta(days=30))
