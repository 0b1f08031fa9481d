from time import process_time

import pytest

from sira.forms import conditions, linting, publishing
from sira.forms.models import FormVersion
from sira.forms.schema import is_well_formed
from sira.people.tests.cast import NOON, an_administrator, an_agent
from sira.plumbing.refusals import NotAllowed

FORM = {"components": [{"type": "textfield", "key": "a", "id": "f1", "label": "A"}]}


def field(**changes):
    return {"components": [FORM["components"][0] | changes]}


@pytest.mark.django_db
def test_publishing_the_same_form_again_changes_nothing():
    administrator = an_administrator()
    first = publishing.publish("laptop", FORM, by=administrator, at=NOON)
    again = publishing.publish("laptop", dict(reversed(list(FORM.items()))), by=administrator, at=NOON)
    assert first == again
    assert FormVersion.objects.count() == 1


@pytest.mark.django_db
def test_a_new_version_retires_the_one_before():
    administrator = an_administrator()
    first = publishing.publish("laptop", FORM, by=administrator, at=NOON)
    second = publishing.publish("laptop", field(label="B"), by=administrator, at=NOON)
    first.refresh_from_db()
    assert (first.status, second.version) == (FormVersion.Status.RETIRED, 2)
    assert publishing.published("laptop") == second


@pytest.mark.django_db
def test_a_draft_is_kept_apart_from_what_people_see():
    administrator = an_administrator()
    published = publishing.publish("laptop", FORM, by=administrator, at=NOON)
    publishing.save_draft("laptop", {"components": []}, by=administrator)
    publishing.save_draft("laptop", {"components": [{"type": "text"}]}, by=administrator)
    assert publishing.published("laptop") == published
    assert FormVersion.objects.filter(status=FormVersion.Status.DRAFT).count() == 1


@pytest.mark.django_db
def test_only_an_administrator_publishes():
    with pytest.raises(NotAllowed):
        publishing.publish("laptop", FORM, by=an_agent(), at=NOON)


@pytest.mark.django_db
def test_a_form_with_problems_is_not_published():
    with pytest.raises(publishing.NotPublishable) as refused:
        publishing.publish("laptop", field(key="1 2"), by=an_administrator(), at=NOON)
    assert refused.value.details["problems"][0].where == "f1"


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"components": []},
        field(type="iframe"),
        field(key=""),
        field(type="select", values=[]),
        field(type="select", valuesExpression="=choices"),
        field(validate={"pattern": "["}),
        field(conditional={"hide": "=a ="}),
        field(type="datetime", subtype="year"),
        {"components": [{"type": "group", "id": "g", "path": "x", "components": FORM["components"]}]},
        {"components": FORM["components"] * 2},
    ],
)
def test_linting_finds_what_stands_against_publishing(schema):
    assert linting.problems(schema)


@pytest.mark.parametrize("key", ["in", "and", "then", "null", "true", "between"])
def test_a_key_that_conditions_cannot_say_is_refused(key):
    assert "conditions use this word" in str(linting.problems(field(key=key))[0].sentence)


def test_a_condition_calls_the_function_and_reads_the_field_of_the_same_name():
    fields = [
        {"type": "number", "id": "a", "key": "count"},
        {"type": "textfield", "id": "b", "key": "why", "conditional": {"hide": "=count([1, 2]) > count"}},
    ]
    assert not linting.problems({"components": fields})
    assert conditions.hidden({"components": fields}, {"count": 1}) == {"b"}
    assert not conditions.hidden({"components": fields}, {"count": 3})


@pytest.mark.parametrize("key", ["ticket", "requester", "message"])
def test_a_key_that_conditions_of_drawings_mean_the_ticket_by_is_refused(key):
    assert "the ticket's own data" in str(linting.problems(field(key=key))[0].sentence)


def test_a_form_of_ten_thousand_fields_is_refused_at_once_in_one_sentence():
    many = {"components": [FORM["components"][0] | {"key": f"a{number}"} for number in range(10_000)]}
    began = process_time()
    (problem,) = linting.problems(many)
    assert "more than 500 components" in str(problem.sentence) and process_time() - began < 1


def nested(depth):
    inner = FORM["components"]
    for _round in range(depth):
        inner = [{"type": "group", "components": inner}]
    return {"components": inner}


@pytest.mark.parametrize(
    "schema, is_one",
    [
        (nested(20), True),
        (nested(21), False),
        (nested(5_000), False),
        ({"components": ["a"]}, False),
        ({"components": [{"type": "select", "values": 5}]}, False),
        ({"components": [{"type": "textfield", "validate": "required"}]}, False),
        ([], False),
    ],
)
def test_what_a_form_is_made_of_is_looked_at_before_anything_reads_it(schema, is_one):
    assert is_well_formed(schema) is is_one
