"""Rows that come to be by the short way are those that their classes would make."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sira.people.models import Person
from sira.plumbing import rows
from sira.promises.models import Clock
from sira.tickets.models import Message, Ticket

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize("model", [Ticket, Message, Person, Clock])
def test_a_row_has_what_its_class_gives_it_at_first(model):
    short, usual = rows.made(model), model()
    for field in model._meta.concrete_fields:
        if field.attname != "created_at":
            assert getattr(short, field.attname) == getattr(usual, field.attname), field.attname
    assert short._state.adding and short.pk is None


def test_a_row_has_the_rows_that_it_names():
    person = Person(pk=7)
    message = rows.made(Message, author=person, ticket_id=5, sent_at=AT)
    assert (message.author, message.author_id, message.ticket_id) == (person, 7, 5)
    assert rows.made(Ticket, group=None).group is None


def test_the_hour_that_comes_twice_is_kept_as_two():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    for at in (first, first.replace(fold=1)):
        (kept,) = rows.values(Message(sent_at=at), ("sent_at",))
        assert datetime.fromisoformat(kept) == at.astimezone(UTC)


def test_what_is_made_anew_is_not_shared():
    assert rows.made(Ticket).fields is not rows.made(Ticket).fields


def test_an_unknown_field_is_refused():
    with pytest.raises(TypeError, match="colour"):
        rows.made(Ticket, colour="red")
