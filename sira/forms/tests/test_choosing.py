"""People and assets named in a form."""

import pytest
from django.http import QueryDict
from django.utils.timezone import now

from sira.forms import rendering
from sira.forms.schema import MOST_ROWS
from sira.forms.validation import Answers, Errors, validate
from sira.people.models import Organisation, Person

pytestmark = pytest.mark.django_db


def field(asks_for: str) -> dict:
    return {"components": [{"type": "textfield", "id": "w", "key": "who", "properties": {"asks_for": asks_for}}]}


def asked(text: str, by: Person | None, asks_for: str = "person"):
    data = QueryDict(mutable=True)
    data["answer.who"] = text
    return validate(field(asks_for), data, language="en", by=by)


@pytest.fixture
def people():
    ours, theirs = (Organisation.objects.create(name=name, kind="customer") for name in ("Ours", "Theirs"))

    def one(name: str, mail: str, where: Organisation, role: str = "requester") -> Person:
        return Person.objects.create(name=name, email=mail, organisation=where, role=role, created_at=now())

    return {
        "ada": one("Ada Lovelace", "ada@ours.example", ours),
        "adam": one("Adam Smith", "adam@ours.example", ours),
        "eve": one("Eve Other", "eve@theirs.example", theirs),
        "agent": one("Jon Agent", "jon@desk.example", theirs, "agent"),
    }


def test_a_person_is_named_by_name_or_address_and_kept_as_an_address(people):
    for text in ("Ada Lovelace", "lovelace", "ada@ours.example", "Ada <ADA@ours.example>"):
        assert asked(text, people["adam"]) == Answers({"who": "ada@ours.example"})
    assert asked("ada@ours.example, Adam Smith", people["ada"], "people") == Answers(
        {"who": ["ada@ours.example", "adam@ours.example"]}
    )


def test_who_is_not_meant_alone_is_asked_for_by_address(people):
    found = asked("Ada", people["ada"])
    assert isinstance(found, Errors)
    assert "Adam Smith <adam@ours.example>" in str(found.by_key["who"])


def test_nobody_learns_who_else_the_desk_knows(people):
    there, not_there = (asked(text, people["ada"]) for text in ("eve@theirs.example", "nobody@theirs.example"))
    assert isinstance(there, Errors)
    assert isinstance(not_there, Errors)
    assert str(there.by_key["who"]).replace("eve", "nobody") == str(not_there.by_key["who"])
    assert asked("eve@theirs.example", people["agent"]) == Answers({"who": "eve@theirs.example"})
    suggested = rendering.shown(field("person"), language="en", by=people["ada"])[0].options
    assert [one.value for one in suggested] == ["ada@ours.example", "adam@ours.example"]


def test_a_stranger_writes_a_whole_address_and_is_told_nothing(people):
    assert asked("anybody@else.example", None) == Answers({"who": "anybody@else.example"})
    found = asked("Ada", None)
    assert isinstance(found, Errors)
    assert "Lovelace" not in str(found.by_key["who"])
    assert not rendering.shown(field("person"), language="en", by=None)[0].options


def test_an_asset_is_kept_by_its_name(people):
    assert asked("Printer 4711", people["ada"], "asset") == Answers({"who": "Printer 4711"})
    assert isinstance(asked("x" * 201, people["ada"], "asset"), Errors)


def test_people_in_rows_that_are_too_many_are_not_looked_up(people, django_assert_max_num_queries):
    rows = {"type": "dynamiclist", "id": "l", "path": "guests", **field("person")}
    data = QueryDict(mutable=True)
    for row in range(300):
        data[f"answer.guests.{row}.who"] = "ada@ours.example"
    with django_assert_max_num_queries(MOST_ROWS):
        found = validate({"components": [rows]}, data, language="en", by=people["ada"])
    assert isinstance(found, Errors) and "50" in str(found.by_key["guests"])
