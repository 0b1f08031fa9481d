import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from sira.forms import rendering, telling

SCHEMA = {
    "components": [
        {
            "type": "textfield",
            "id": "f1",
            "key": "model",
            "label": "Model",
            "description": "On its lid",
            "properties": {"label:tr": "Modeli", "description:tr": "Kapağında yazar"},
            "validate": {"required": True},
        },
        {
            "type": "radio",
            "id": "f2",
            "key": "why",
            "label": "Why",
            "values": [{"value": "new", "label": "New"}, {"value": "broken", "label": "Broken"}],
            "properties": {"option:broken:tr": "Bozuldu"},
        },
        {
            "type": "group",
            "id": "g",
            "label": "G",
            "conditional": {"hide": '=why != "broken"'},
            "components": [{"type": "textarea", "id": "f3", "key": "how", "label": "How"}],
        },
        {"type": "datetime", "subtype": "date", "id": "f4", "key": "on", "label": "On", "defaultValue": "2026-11-24"},
        {"type": "checklist", "id": "f5", "key": "more", "values": [{"value": "a", "label": "A"}], "label": "More"},
        {"type": "number", "id": "f6", "key": "count", "label": "Count", "defaultValue": 12},
        {"type": "checkbox", "id": "f7", "key": "ok", "label": "Fine"},
        {"type": "filepicker", "id": "f8", "key": "files", "label": "Files", "multiple": True},
        {"type": "select", "id": "f9", "key": "who", "values": [{"value": "me", "label": "Me"}], "label": "Who"},
        {"type": "text", "id": "t", "text": "Read this"},
        {"type": "separator", "id": "s"},
    ]
}


def html(language="en", data=None, errors=None):
    with translation.override(language):
        fields = rendering.shown(SCHEMA, language=language, data=data, errors=errors)
        return render_to_string("forms/_fields.html", {"fields": fields})


def test_words_are_the_readers_where_the_form_has_them():
    page = html("tr")
    assert "Modeli" in page
    assert "Kapağında yazar" in page
    assert "Bozuldu" in page
    assert "New" in page


def test_a_number_stands_there_at_first_in_the_digits_of_the_reader():
    assert 'value="۱۲"' in html("fa")
    assert 'value="12"' in html("tr")


def test_nought_stands_there_at_first_as_any_number_does():
    schema = {"components": [{"type": "number", "id": "f", "key": "n", "label": "N", "defaultValue": 0}]}
    assert rendering.shown(schema, language="en")[0].typed == "0"


def test_nothing_typed_is_lost_when_the_form_is_refused():
    page = html(
        data=QueryDict(
            "answer.model=<b>X1&answer.why=broken&answer.how=Fell&answer.count=ten&answer.more=a&answer.ok=yes"
        ),
        errors={"count": "Write a number here."},
    )
    assert "&lt;b&gt;X1" in page
    assert "Fell" in page
    assert 'value="ten"' in page
    assert page.count(" checked") == 3
    assert "Write a number here." in page
    assert 'aria-describedby="field-f6-error"' in page


def test_what_a_condition_hides_is_not_on_the_page():
    assert 'name="answer.how"' not in html()
    assert 'name="answer.how"' in html(data=QueryDict("answer.why=broken"))


def test_the_persian_page_shows_and_takes_jalali_days():
    page = html("fa")
    assert 'value="۱۴۰۵/۰۹/۰۳"' in page
    assert 'type="date"' not in page
    assert 'value="2026-11-24"' in html("pl")


def test_every_field_has_a_label():
    page = html()
    for number in (1, 4, 6, 8, 9):
        assert f'for="field-f{number}"' in page


@pytest.mark.parametrize(("language", "words"), [("en", "Broken"), ("tr", "Bozuldu")])
def test_answers_are_told_in_words(language, words):
    told = telling.told(SCHEMA, {"model": "X1", "why": "broken", "more": ["a"], "ok": True}, language=language)
    assert (told[0][1], told[1][1], told[2][1], told[3][1]) == ("X1", words, "A", "✓")


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("tomorrow", "tomorrow"), ("at 9:30", "at 9:30"), (5, "5"), ("2026-13-45", "2026-13-45"), ("9:30", "9:30")],
)
def test_a_day_that_a_process_has_put_there_in_other_words_is_told_as_it_is(kept, shown):
    assert telling.told(SCHEMA, {"on": kept}, language="en") == [("On", shown)]


@pytest.mark.parametrize(
    ("kept", "language", "shown"),
    [
        ("2026-11-24", "en", "24 Nov 2026"),
        ("2026-11-24", "fa", "۳ آذر ۱۴۰۵"),
        ("2026-11-24T13:36", "tr", "24 Kas 2026, 13:36"),
        ("2026-11-24T13:36", "fa", "۳ آذر ۱۴۰۵، ۱۳:۳۶"),
        ("09:05", "fa", "۰۹:۰۵"),
    ],
)
def test_a_day_and_a_clock_are_told_as_the_reader_writes_them(kept, language, shown):
    assert telling.told(SCHEMA, {"on": kept}, language=language) == [("On", shown)]


def test_an_answer_stands_behind_its_question_without_a_colon():
    assert (telling.line("Model", "X1"), telling.line("Which one?", "A"), telling.line("کدام؟", "الف")) == (
        "Model: X1", "Which one? A", "کدام؟ الف",
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "tr"])
def test_what_somebody_wrote_is_read_without_the_answers_below_it(language):
    values = {"model": "X1", "why": "broken", "_form": ["asked", 1]}
    lines = "\n".join(telling.line(*one) for one in telling.told(SCHEMA, values, language=language))
    assert telling.without(f"By Friday.\n\n{lines}", SCHEMA, values) == "By Friday."
    assert telling.without(lines, SCHEMA, values) == ""
    assert telling.without(f"{lines}\n\nAnd more.", SCHEMA, values).startswith(lines)
