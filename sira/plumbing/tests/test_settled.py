"""Answers about the set-up are remembered just as long as it stays."""

import pytest
from django.db import connection, transaction

from sira.people.models import SupportGroup
from sira.plumbing import settled

ASKED = "SELECT name FROM people_supportgroup WHERE key = %s"


@pytest.fixture
def group(committing) -> SupportGroup:
    with transaction.atomic():
        return SupportGroup.objects.create(key="it", name="IT")


def asked() -> str:
    with transaction.atomic(), settled.remembered():
        return str(settled.ask(ASKED, ["it"])[0][0])


def rename(name: str) -> None:
    with transaction.atomic():
        SupportGroup.objects.update(name=name)


def rename_unseen(name: str) -> None:
    """As nobody can: the trail is not told."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE people_supportgroup SET name = %s", [name])


def test_what_was_asked_once_is_remembered(group):
    assert asked() == "IT"
    rename_unseen("Somebody was here")
    assert asked() == "IT"


def test_a_change_of_the_set_up_ends_it(group):
    assert asked() == "IT"
    rename("Helpdesk")
    assert asked() == "Helpdesk"


def test_a_change_that_is_not_committed_is_seen_by_its_own_transaction_alone(group):
    assert asked() == "IT"
    with transaction.atomic():
        SupportGroup.objects.update(name="Helpdesk")
        assert asked() == "Helpdesk"
        transaction.set_rollback(True)
    assert asked() == "IT"


def test_outside_of_it_everything_is_asked(group):
    assert asked() == "IT"
    rename_unseen("Helpdesk")
    assert settled.ask(ASKED, ["it"]) == [("Helpdesk",)]


def test_what_is_asked_after_very_many_others_is_remembered_too(group, monkeypatch):
    monkeypatch.setattr(settled, "MOST", 3)
    with transaction.atomic(), settled.remembered():
        for key in ("a", "b", "c"):
            settled.ask(ASKED, [key])
    assert asked() == "IT"
    rename_unseen("Somebody was here")
    assert asked() == "IT"


def test_each_change_counts_when_several_are_committed_one_after_the_other(group):
    for name in ("A", "B", "C"):
        rename(name)
        assert asked() == name
