"""Queries composed once, against what the same query sets give."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sira.people.models import Membership, Organisation, Person, SupportGroup
from sira.plumbing.composed import composed

pytestmark = pytest.mark.django_db


@composed
def named(name: str, keys: list[int]) -> "QuerySet[Person]":
    return Person.objects.filter(name=name, pk__in=keys, is_active=True).select_related("organisation").order_by("pk")


@composed
def members(group: int) -> "QuerySet[Membership, tuple[int, str]]":
    return Membership.objects.filter(group=group).order_by("person").values_list("person", "person__name")


@composed
def since_when(since: datetime, *, newest_first: bool) -> "QuerySet[Person, int]":
    rows = Person.objects.filter(created_at__gte=since).order_by("-pk" if newest_first else "pk")
    return rows.values_list("pk", flat=True)


@composed
def careless(key: int) -> "QuerySet[Person]":
    return Person.objects.all()


def a_person(name: str, **fields: object) -> Person:
    return Person.objects.create(name=name, email=f"{name.lower()}@a.example", created_at=timezone.now(), **fields)


def test_rows_are_models_with_what_was_joined_to_them():
    house = Organisation.objects.create(name="100 % House")
    ada, other = a_person("Ada", organisation=house), a_person("Ada2")
    found = named("Ada", [ada.pk, other.pk])
    assert found == [ada]
    with CaptureQueriesContext(connection) as asked:
        assert found[0].organisation == house
    assert not asked.captured_queries


def test_other_values_are_asked_with_the_same_statement():
    ada, bea = a_person("Ada"), a_person("Bea")
    assert named("Ada", [ada.pk, bea.pk]) == [ada]
    assert named("Bea", [ada.pk, bea.pk]) == [bea]
    assert named("Bea", []) == []


def test_values_come_as_tuples_and_alone():
    group, ada = SupportGroup.objects.create(key="x", name="X"), a_person("Ada")
    Membership.objects.create(group=group, person=ada)
    assert [tuple(row) for row in members(group.pk)] == [(ada.pk, "Ada")]


def test_a_query_counts_as_one():
    with CaptureQueriesContext(connection) as asked:
        members(1)
    assert len(asked.captured_queries) == 1


def test_a_value_that_is_left_out_is_told_of():
    with pytest.raises(TypeError, match="went nowhere"):
        careless(1)


def test_an_instant_is_read_as_django_reads_it():
    at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [at])
        found = cursor.fetchone()[0]
    assert found == at
    assert found.tzinfo is UTC  # reckoning with working time is quicker with this very one


def test_an_ended_connection_is_noticed_without_asking():
    assert connection.is_usable()
    with connection.cursor() as cursor:
        assert not cursor.connection.closed


def test_a_keyword_changes_what_is_asked():
    before = timezone.now()
    ada, bea = a_person("Ada"), a_person("Bea")
    assert since_when(before, newest_first=False) == [ada.pk, bea.pk]
    assert since_when(before, newest_first=True) == [bea.pk, ada.pk]
