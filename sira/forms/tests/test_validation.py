import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from sira.forms.validation import Answers, Errors, validate

LAPTOP = {
    "components": [
        {"type": "text", "text": "For your work"},
        {"type": "textfield", "key": "model", "label": "Model", "validate": {"required": True, "maxLength": 10}},
        {
            "type": "select",
            "key": "why",
            "label": "Why",
            "values": [{"value": "new", "label": "New"}, {"value": "broken", "label": "Broken"}],
            "validate": {"required": True},
        },
        {
            "type": "group",
            "id": "repair",
            "label": "Repair",
            "conditional": {"hide": '=why != "broken"'},
            "components": [
                {"type": "textfield", "key": "serial", "label": "Serial", "validate": {"required": True}},
                {"type": "number", "key": "age", "label": "Age", "validate": {"min": 0, "max": 20}},
            ],
        },
        {
            "type": "textarea",
            "key": "old_one",
            "label": "What becomes of it",
            "conditional": {"hide": "=age = null or age < 3"},
        },
        {"type": "datetime", "subtype": "date", "dateLabel": "By when", "key": "by_when"},
        {"type": "checkbox", "key": "agreed", "label": "Agreed"},
        {
            "type": "checklist",
            "key": "extras",
            "label": "Extras",
            "values": [{"value": "bag", "label": "Bag"}, {"value": "dock", "label": "Dock"}],
        },
        {"type": "filepicker", "key": "quote", "label": "Quote"},
    ]
}


def posted(**values) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, value in values.items():
        data.setlist(f"answer.{key}", value if isinstance(value, list) else [value])
    return data


def test_answers_are_typed_and_what_is_empty_is_left_out():
    answers = validate(
        LAPTOP, posted(model=" X1 ", why="new", by_when="2026-11-24", agreed="yes", extras=["dock"]), language="en"
    )
    assert answers == Answers(
        {"model": "X1", "why": "new", "by_when": "2026-11-24", "agreed": True, "extras": ["dock"]}
    )


def test_each_missing_field_is_named():
    errors = validate(LAPTOP, posted(), language="en")
    assert isinstance(errors, Errors)
    assert set(errors.by_key) == {"model", "why"}


def test_a_hidden_field_is_neither_required_nor_kept():
    answers = validate(LAPTOP, posted(model="X1", why="new", serial="S1", age="4", old_one="scrap"), language="en")
    assert isinstance(answers, Answers)
    assert set(answers.values) == {"model", "why"}


def test_a_field_that_shows_is_required():
    errors = validate(LAPTOP, posted(model="X1", why="broken"), language="en")
    assert isinstance(errors, Errors)
    assert set(errors.by_key) == {"serial"}


def test_a_condition_may_hang_on_a_field_that_another_one_shows():
    answers = validate(LAPTOP, posted(model="X1", why="broken", serial="S1", age="۴", old_one="scrap"), language="fa")
    assert isinstance(answers, Answers)
    assert answers.values["old_one"] == "scrap"
    assert answers.values["age"] == 4


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"model": "far too long a name"}, "model"),
        ({"why": "other"}, "why"),
        ({"by_when": "yesterday"}, "by_when"),
        ({"extras": ["dock", "car"]}, "extras"),
        ({"why": "broken", "serial": "S", "age": "21"}, "age"),
        ({"why": "broken", "serial": "S", "age": "old"}, "age"),
    ],
)
def test_what_the_form_does_not_allow_is_refused(changed, key):
    errors = validate(LAPTOP, posted(**({"model": "X1", "why": "new"} | changed)), language="en")
    assert isinstance(errors, Errors)
    assert set(errors.by_key) == {key}


def test_a_second_file_is_refused_where_one_is_asked_for():
    files = MultiValueDict({"answer.quote": [SimpleUploadedFile("a.pdf", b"a"), SimpleUploadedFile("b.pdf", b"b")]})
    errors = validate(LAPTOP, posted(model="X1", why="new"), files, language="en")
    assert isinstance(errors, Errors)
    assert set(errors.by_key) == {"quote"}


@pytest.mark.parametrize(("kind", "good", "bad"), [("email", "a@b.example", "a@b"), ("phone", "+48 12 345", "call me")])
def test_addresses_and_phone_numbers_are_checked(kind, good, bad):
    schema = {"components": [{"type": "textfield", "key": "to", "validate": {"validationType": kind}}]}
    assert isinstance(validate(schema, posted(to=good), language="en"), Answers)
    assert isinstance(validate(schema, posted(to=bad), language="en"), Errors)


def test_a_moment_needs_day_and_hour():
    schema = {"components": [{"type": "datetime", "subtype": "datetime", "key": "at"}]}
    data = posted(at="2026-11-24")
    assert isinstance(validate(schema, data, language="en"), Errors)
    data.setlist("answer.at.time", ["13:36"])
    assert validate(schema, data, language="en") == Answers({"at": "2026-11-24T13:36"})


def test_two_conditions_that_contradict_each_other_end():
    schema = {
        "components": [
            {"type": "textfield", "key": "a", "conditional": {"hide": "=b != null"}},
            {"type": "textfield", "key": "b", "conditional": {"hide": "=a != null"}},
        ]
    }
    assert isinstance(validate(schema, posted(a="1", b="2"), language="en"), Answers)


@pytest.mark.parametrize(("ticked", "kept"), [("", {}), ("on", {"night": True, "hotel": "Orbis"})])
def test_a_box_that_nobody_ticked_says_no_to_the_conditions_of_others(ticked, kept):
    hotel = {
        "type": "textfield",
        "id": "hotel",
        "key": "hotel",
        "label": "Hotel",
        "conditional": {"hide": "=not(night)"},
    }
    night = {"type": "checkbox", "id": "night", "key": "night", "label": "Stays the night"}
    given = posted(hotel="Orbis", **({"night": ticked} if ticked else {}))
    answers = validate({"components": [night, hotel]}, given, MultiValueDict(), language="en")
    assert isinstance(answers, Answers) and answers.values == kept
