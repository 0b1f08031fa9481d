"""What `sira check` finds amiss."""

import pytest
from django.db import connection

from sira.config import checking
from sira.promises.models import Clock
from sira.tickets.models import Tally
from sira.tickets.tests.cast import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def test_a_working_desk_keeps_its_copies_right(desk):
    desk.ticket()
    assert checking.copies() == []


def test_a_drifted_tally_is_told(desk):
    desk.ticket()
    Tally.objects.all().delete()
    assert "tally" in checking.copies()[0]


def test_a_ticket_whose_deadline_is_not_that_of_its_clocks_is_named(desk):
    moved, lost = desk.ticket(), desk.ticket()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_ticket SET due_at = due_at + interval '1 hour' WHERE id = %s", [moved.pk])
    Clock.objects.filter(subject=lost.pk).update(stopped_at=lost.opened_at, next_mark_at=None)
    (line,) = checking.copies()
    assert moved.number in line and lost.number in line


def test_a_desk_without_mail_server_or_with_closed_files_says_so(desk, settings, tmp_path):
    settings.MAIL = {**settings.MAIL, "host": ""}
    assert "SIRA_MAIL_HOST" in checking.mail()[0]
    settings.MAIL = {**settings.MAIL, "host": "mail.example"}
    assert checking.mail() == []
