"""Groups that repeat: rows read, refused and shown with what was typed; conditions and files inside them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from sira.forms import linting, rendering, rows, telling
from sira.forms.posting import validate_values
from sira.forms.schema import Component
from sira.forms.validation import Answers, Errors, validate

VISA = {
    "type": "textfield",
    "id": "v",
    "key": "visa",
    "label": "Visa",
    "conditional": {"hide": '=abroad != "yes" or country = "PL"'},
    "validate": {"required": True},
}
TRAVELLERS = {
    "type": "dynamiclist",
    "id": "list",
    "path": "travellers",
    "label": "Travellers",
    "components": [
        {"type": "textfield", "id": "n", "key": "name", "label": "Name", "validate": {"required": True}},
        {"type": "textfield", "id": "c", "key": "country", "label": "Country"},
        VISA,
        {"type": "filepicker", "id": "p", "key": "passport", "label": "Passport"},
    ],
}
TRIP = {
    "components": [
        {"type": "textfield", "id": "a", "key": "abroad", "label": "Abroad"},
        TRAVELLERS,
        {"type": "number", "id": "b", "key": "budget", "conditional": {"hide": "=count(travellers) < 2"}},
    ]
}
LIST = Component(TRAVELLERS)
TWO = "answer.travellers.rows=0&answer.travellers.rows=2&answer.travellers.0.name=Ada&answer.travellers.2.name=Grace"


def html(data: QueryDict | MultiValueDict | None, **more) -> str:
    return render_to_string("forms/_fields.html", {"fields": rendering.shown(TRIP, language="en", data=data, **more)})


def test_each_row_is_an_answer_of_its_own():
    found = validate(TRIP, QueryDict(TWO + "&answer.budget=7"), language="en")
    assert found == Answers({"travellers": [{"name": "Ada"}, {"name": "Grace"}], "budget": 7})


def test_what_is_wrong_is_said_at_its_row_and_what_was_typed_stays():
    data = QueryDict(TWO.replace("Grace", "") + "&answer.travellers.2.country=TR")
    found = validate(TRIP, data, language="en")
    assert isinstance(found, Errors)
    assert set(found.by_key) == {"travellers.2.name"}
    page = html(data, errors=found.by_key)
    assert 'value="Ada"' in page
    assert 'value="TR"' in page
    assert 'aria-describedby="field-travellers-2-n-error"' in page
    labels = telling.labels(TRIP, found.by_key, language="en")
    assert list(labels) == [("travellers.2.name", "Travellers 3, Name")]


def test_a_condition_in_a_row_reads_the_row_and_what_is_around_it():
    data = QueryDict(TWO + "&answer.abroad=yes&answer.travellers.0.country=PL&answer.travellers.2.country=TR")
    found = validate(TRIP, data, language="en")
    assert isinstance(found, Errors)
    assert set(found.by_key) == {"travellers.2.visa"}
    page = html(data)
    assert 'name="answer.travellers.2.visa"' in page
    assert 'name="answer.travellers.0.visa"' not in page


def test_files_of_a_row_are_kept_and_named_in_it():
    upload = SimpleUploadedFile("ada.pdf", b"x")
    files = MultiValueDict({"answer.travellers.0.passport": [upload]})
    found = validate(TRIP, QueryDict(TWO), files, language="en")
    assert isinstance(found, Answers)
    assert found.values["travellers"] == [{"name": "Ada", "passport": ["ada.pdf"]}, {"name": "Grace"}]
    assert found.files == {"travellers": [upload]}
    told = telling.told(TRIP, found.values, language="en")
    assert told == [("Travellers", "Name: Ada, Passport: ada.pdf; Name: Grace")]


def test_a_file_that_a_row_must_have_is_missed_there():
    passport = {**TRAVELLERS["components"][3], "validate": {"required": True}}
    strict = {"components": [{**TRAVELLERS, "components": [passport]}]}
    upload = SimpleUploadedFile("ada.pdf", b"x")
    files = MultiValueDict({"answer.travellers.0.passport": [upload]})
    found = validate(strict, QueryDict("answer.travellers.rows=0&answer.travellers.rows=1"), files, language="en")
    assert isinstance(found, Errors)
    assert set(found.by_key) == {"travellers.1.passport"}


def test_a_program_gives_rows_as_they_are_kept():
    upload = SimpleUploadedFile("ada.pdf", b"x")
    given = {"travellers": [{"name": "Ada", "passport": ["ada.pdf"]}, {"name": "Grace"}]}
    found = validate_values(TRIP, given, MultiValueDict({"answer.travellers": [upload]}))
    assert found == Answers(given, {"travellers": [upload]})
    for wrong in ("Ada", [1], [{"name": ["Ada"]}]):
        assert isinstance(validate_values(TRIP, {"travellers": wrong}), Errors)


def test_a_button_adds_a_row_or_takes_one_away_and_keeps_the_rest():
    more = rows.changed(TRIP, QueryDict(TWO + "&answer.travellers.add=1"))
    assert more is not None
    assert rows.posted(LIST, more) == [0, 2, 3]
    less = rows.changed(TRIP, QueryDict(TWO + "&answer.travellers.take=0"))
    assert less is not None
    assert rows.posted(LIST, less) == [2]
    assert 'value="Grace"' in html(less)
    assert 'value="Ada"' not in html(less)
    assert rows.changed(TRIP, QueryDict(TWO)) is None


def test_rows_are_as_many_as_drawn_at_first_and_never_endless():
    assert html(None).count('class="form-row"') == 1
    many = "&".join(f"answer.travellers.rows={n}&answer.travellers.{n}.name=A" for n in range(51))
    found = validate(TRIP, QueryDict(many), language="en")
    assert isinstance(found, Errors)
    assert set(found.by_key) == {"travellers"}


def test_a_hidden_list_is_neither_asked_nor_kept():
    hidden = {"components": [{**TRAVELLERS, "conditional": {"hide": "=true"}}]}
    assert validate(hidden, QueryDict(TWO.replace("Grace", "")), language="en") == Answers({})


@pytest.mark.parametrize(
    ("inner", "word"),
    [
        ([TRAVELLERS], "repeats can't stand"),
        ([{"type": "text", "text": "x"}], "nothing is asked"),
        ([TRAVELLERS["components"][0]] * 2, "used twice"),
    ],
)
def test_lists_that_cannot_be_filled_in_are_not_published(inner, word):
    found = linting.problems({"components": [{**TRAVELLERS, "components": inner}]})
    assert any(word in str(one.sentence) for one in found)
    assert not linting.problems(TRIP)
