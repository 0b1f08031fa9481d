import pytest
from django.db import connection, transaction

from sira.people.models import Organisation
from sira.plumbing.joining import joining


@joining
def make(name: str, *, fails: bool = False) -> Organisation:
    made = Organisation.objects.create(name=name)
    if fails:
        raise ValueError
    return made


def names() -> list[str]:
    return sorted(Organisation.objects.filter(name__startswith="joined").values_list("name", flat=True))


def test_outside_a_transaction_it_is_all_or_nothing(committing):
    make("joined 1")
    with pytest.raises(ValueError):
        make("joined 2", fails=True)
    assert names() == ["joined 1"]


def test_who_swallows_its_failure_commits_nothing(committing):
    with transaction.atomic():
        make("joined 1")
        with pytest.raises(ValueError):
            make("joined 2", fails=True)
        assert connection.needs_rollback
    assert names() == []


def test_a_savepoint_around_it_saves_what_came_before(committing):
    with transaction.atomic():
        make("joined 1")
        with pytest.raises(ValueError), transaction.atomic():
            make("joined 2", fails=True)
    assert names() == ["joined 1"]
