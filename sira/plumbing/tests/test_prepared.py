"""Statements that are prepared once in each connection."""

import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sira.people.models import Organisation, Person, SupportGroup
from sira.plumbing import prepared, rows
from sira.plumbing.prepared import numbered

in_a_transaction = pytest.mark.django_db


def a_person(name: str, **fields: object) -> Person:
    return Person.objects.create(name=name, email=f"{name.lower()}@a.example", created_at=timezone.now(), **fields)


@in_a_transaction
def test_values_of_every_kind_come_back_as_they_went():
    at = timezone.now()
    sent = ["it's 100 %", 42, None, True, at, timedelta(hours=2), b"\x00\xff", ["a", "b"]]
    kinds = ["text", "bigint", "text", "boolean", "timestamptz", "interval", "bytea", "text[]"]
    asked = "SELECT " + ", ".join(f"%s::{kind}" for kind in kinds)
    assert prepared.ask(asked, sent) == [tuple(sent)]
    assert prepared.ask(asked, sent) == [tuple(sent)]


@in_a_transaction
def test_named_values_may_stand_in_several_places():
    assert prepared.ask("SELECT %(b)s::int + 1, %(a)s::text, %(b)s::int", {"a": "x", "b": 2}) == [(3, "x", 2)]


@in_a_transaction
def test_a_percent_sign_is_written_twice():
    assert numbered("SELECT 5 %% 2, %s, %s") == ("SELECT 5 % 2, $1, $2", [])
    assert prepared.ask("SELECT 5 %% 2, %s::int", [1]) == [(1, 1)]


@in_a_transaction
def test_what_gives_no_rows_answers_with_none():
    assert prepared.ask("UPDATE people_person SET title = title WHERE id = %s", [0]) == []
    assert prepared.one("SELECT 1 WHERE %s::int = 0", [1]) is None


@in_a_transaction
def test_statements_asked_together_answer_each_in_turn_and_fail_together():
    one, named, nothing = (
        ("SELECT %s::int", [1]),
        ("SELECT %(a)s::text", {"a": "x"}),
        ("SELECT 1 WHERE %s::int = 0", [1]),
    )
    for _again in range(2):
        assert prepared.ask_each(one, named, nothing, one) == [[(1,)], [("x",)], [], [(1,)]]
        with pytest.raises(DataError), transaction.atomic():
            prepared.ask_each(one, ("SELECT 1 / %s::int", [0]), named)
    assert prepared.ask(*one) == [(1,)]


@pytest.mark.usefixtures("committing")
def test_what_is_asked_with_a_lock_sees_what_its_holder_wrote():
    group, waits = SupportGroup.objects.create(key="it", name="Before"), []
    lock = ("SELECT 1 FROM people_supportgroup WHERE id = %s FOR NO KEY UPDATE", [group.pk])

    def look() -> None:
        with transaction.atomic():
            waits.append(prepared.ask_each(lock, ("SELECT name FROM people_supportgroup WHERE id = %s", [group.pk])))
        connection.close()

    other = threading.Thread(target=look)
    with transaction.atomic():
        SupportGroup.objects.filter(pk=group.pk).update(name="After")
        other.start()
        other.join(0.5)
        assert not waits
    other.join(60)
    assert waits == [[[(1,)], [("After",)]]]


@in_a_transaction
def test_a_statement_counts_as_a_query():
    with CaptureQueriesContext(connection) as asked:
        assert prepared.ask("SELECT %s::int", [1]) == [(1,)]
    assert len(asked) == 1


@in_a_transaction
def test_errors_are_those_of_django_and_leave_the_rest_of_the_transaction_whole():
    a_person("Ada")
    twin = Person(name="Ada", email="ada@a.example", created_at=timezone.now())
    for _again in range(2):
        with pytest.raises(IntegrityError, match="person_email_is_unique"), transaction.atomic():
            rows.insert([twin])
    assert Person.objects.filter(name="Ada").count() == 1


@pytest.mark.usefixtures("committing")
def test_a_transaction_is_begun_by_its_first_statement():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rows.insert([SupportGroup(key="x", name="X")])
        raise ZeroDivisionError
    assert not SupportGroup.objects.filter(key="x").exists()


@pytest.mark.usefixtures("committing")
def test_statements_live_through_a_rollback_and_not_beyond_their_connection():
    assert prepared.ask("SELECT %s::int", [1]) == [(1,)]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        prepared.ask("SELECT %s::int", [2])
        raise ZeroDivisionError
    assert prepared.ask("SELECT %s::int", [3]) == [(3,)]
    connection.close()
    assert prepared.ask("SELECT %s::int", [4]) == [(4,)]


@pytest.mark.usefixtures("committing")
def test_a_connection_that_the_server_ended_is_told_of_and_made_again():
    prepared.ask("SELECT %s::int", [1])
    with pytest.raises(OperationalError):
        prepared.ask("SELECT pg_terminate_backend(pg_backend_pid()), %s::int", [1])
    connection.close_if_unusable_or_obsolete()
    assert prepared.ask("SELECT %s::int", [2]) == [(2,)]


@pytest.mark.usefixtures("committing")
def test_a_savepoint_stands_before_what_is_asked_after_it_by_whatever_way():
    with transaction.atomic():
        rows.insert([SupportGroup(key="kept", name="Kept")])
        with connection.cursor() as cursor, pytest.raises(ZeroDivisionError), transaction.atomic():
            cursor.execute("INSERT INTO people_supportgroup SELECT * FROM people_supportgroup WHERE false")
            rows.insert([SupportGroup(key="by-statement", name="X")])
            SupportGroup.objects.create(key="by-model", name="X")
            raise ZeroDivisionError
        with transaction.atomic():
            pass
        with transaction.atomic():
            rows.insert([SupportGroup(key="kept-too", name="Kept too")])
    assert set(
        SupportGroup.objects.filter(key__in=["kept", "kept-too", "by-statement", "by-model"]).values_list("key")
    ) == {
        ("kept",),
        ("kept-too",),
    }


@pytest.mark.usefixtures("committing")
def test_a_refusal_is_told_where_it_belongs_and_what_stood_before_it_stays():
    a_person("Ada")
    twin = Person(name="Ada", email="ada@a.example", created_at=timezone.now())
    with transaction.atomic():
        rows.insert([SupportGroup(key="kept", name="Kept")])
        with pytest.raises(IntegrityError, match="person_email_is_unique"), transaction.atomic():
            rows.insert([twin])
    assert SupportGroup.objects.filter(key="kept").exists()


@pytest.mark.usefixtures("committing")
def test_an_error_that_was_passed_over_is_told_at_the_end_of_its_block():
    a_person("Ada")
    with transaction.atomic():
        rows.insert([SupportGroup(key="kept", name="Kept")])
        with pytest.raises(DatabaseError, match="aborted"), transaction.atomic(), suppress(IntegrityError):
            rows.insert([Person(name="Ada", email="ada@a.example", created_at=timezone.now())])
    assert SupportGroup.objects.filter(key="kept").exists()


@pytest.mark.usefixtures("committing")
def test_who_waits_for_a_row_does_not_hold_up_who_has_it():
    """Both in one process: libpq must not wait with the interpreter's lock in its hand."""
    ada = a_person("Ada")
    waits, lock, found = threading.Event(), f"SELECT id FROM people_person WHERE id = {ada.pk} FOR UPDATE", []

    def second() -> None:
        prepared.ask("SET lock_timeout = '60s'")
        waits.set()
        with transaction.atomic():
            found.append(prepared.ask(lock))
        connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        prepared.ask(lock)
        other.start()
        assert waits.wait(60)
        asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pg_backend_pid() <> pid"
        until = time.monotonic() + 50
        while prepared.ask(asked) == [(0,)] and time.monotonic() < until:
            time.sleep(0.01)
    other.join(60)
    assert found == [[(ada.pk,)]]


@in_a_transaction
def test_only_so_many_statements_are_kept(monkeypatch):
    monkeypatch.setattr(prepared, "MOST_STATEMENTS", 3)
    for number in [*range(10), *range(10)]:
        assert prepared.ask(f"SELECT {number}, %s::int", [number]) == [(number, number)]
    kept = prepared.ask("SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT %%, $1::int'")
    assert len(kept) < 10


@in_a_transaction
def test_rows_are_found_changed_and_joined():
    house = Organisation.objects.create(name="House", mail_domains=["a.example"])
    ada = a_person("Ada", organisation=house)
    found = rows.find(Person, "email = %s", ["ada@a.example"])
    assert found == ada
    found.name, found.title, found.organisation = "Ada L.", "Countess", None
    rows.update(found, {"name", "organisation"})
    ada.refresh_from_db()
    assert (ada.name, ada.title, ada.organisation) == ("Ada L.", "", None)
    assert rows.find(Organisation, "name = %s", ["House"]).mail_domains == ["a.example"]
    sql = (
        f"SELECT {rows.columns(Person, 'a')}, {rows.columns(Organisation, 'b')}"
        " FROM people_person a LEFT JOIN people_organisation b ON b.id = a.organisation_id WHERE a.id = %s"
    )
    assert rows.split(prepared.ask(sql, [ada.pk])[0], Person, Organisation) == [ada, None]
