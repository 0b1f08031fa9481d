"""Marks and parts as templates write them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from sira.shell import holding, marks, vendoring

NOW = datetime(2026, 11, 24, 12, 36, tzinfo=UTC)


def written(source: str, language: str = "en", **context) -> str:
    with translation.override(language), timezone.override("Europe/Warsaw"):
        return Template("{% load desk %}" + source).render(Context(context))


@pytest.mark.parametrize("value", ["high", "HIGH", 2, "2", "P2", "p2"])
def test_a_priority_is_a_shape_and_a_word(value):
    html = marks.priority(value)
    assert 'data-priority="high"' in html and 'data-shape="triangle"' in html and ">High<" in html


def test_no_priority_writes_nothing():
    assert marks.priority(None) == marks.priority("") == ""


def test_a_promise_carries_its_countdown_or_its_own_name():
    assert ">52 min left<" in marks.promise_state("at_risk", "52 min left")
    assert ">paused<" in marks.promise_state("paused")


@pytest.mark.parametrize(
    ("state", "used", "width"), [("on_track", 38, "38%"), ("broken", 20, "100%"), ("kept", 130, "100%")]
)
def test_the_promise_line_is_drawn_without_inline_style(state, used, width):
    html = marks.promise_line(used, state)
    assert f'class="used" y="2" width="{width}"' in html and "style=" not in html


def test_a_paused_promise_is_striped():
    assert 'class="stripe"' in marks.promise_line(40, "paused")


def test_the_dot_stands_over_the_present_stage_alone():
    html = marks.stage_line("in_work", {"opened": "10:03"})
    assert html.count('class="dot"') == 1 and 'aria-current="step"' in html
    assert html.index("Assigned") < html.index('aria-current="step"') < html.index("Testing")
    assert "<time>10:03</time>" in html


def test_a_finished_line_has_no_dot_and_a_skipped_stage_no_stroke():
    assert 'class="dot"' not in marks.stage_line("")
    assert '<li data-stage="skipped">Testing' in marks.stage_line("closed", skipped=["testing"])


def test_a_mini_stage_tells_screen_readers_its_stage():
    assert 'aria-label="In work"' in marks.mini_stage("in_work")
    assert marks.mini_stage("in_work").count("<i ") == 5


def test_a_number_is_copied_by_a_key_or_leads_to_its_page():
    assert 'data-key="." data-key-words="Copy the number"' in marks.slip("INC-1042")
    assert "data-key" not in marks.slip("INC-1042", "/tickets/INC-1042/")


def test_what_comes_in_is_escaped():
    bad = "<script>x</script>"
    for html in (
        marks.badge(bad),
        marks.slip(bad),
        marks.avatar(bad),
        marks.number(bad, "/x"),
        marks.presence("here", bad),
    ):
        assert "<script>" not in html


def test_every_icon_named_in_the_rooms_is_in_the_list():
    names = set(vendoring.icon_names())
    rooms = vendoring.HERE.parent.rglob("templates/**/*.html")
    used = {name for path in rooms for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))}
    assert used <= names
    assert set(holding.CHANNEL_ICONS.values()) | set(holding.FATE_ICONS.values()) <= names
    assert names >= marks.MIRRORED


def test_a_moment_shows_itself_short_and_its_tip_exact(settings):
    html = written("{{ at|full }}", at=NOW)
    assert "Tue 24 Nov 2026, 13:36" in html and "13:36:00 (Europe/Warsaw)" in html
    assert 'datetime="2026-11-24T12:36:00+00:00"' in html


def test_persian_pages_count_in_persian_but_name_in_latin():
    html = written('{{ left|left }} {% slip "INC-1042" %} {{ 1234|amount }}', "fa", left=timedelta(minutes=52))
    assert "۵۲" in html and "INC-1042" in html and "۱٬۲۳۴" in html


def test_a_message_holds_what_was_said_and_its_fate():
    html = written(
        '{% message author="Ayşe" at=at ours=True fate="refused" language="fa" %}<p>{{ text }}</p>{% endmessage %}',
        at=NOW,
        text="<b>",
    )
    assert "data-ours" in html and 'data-fate="refused"' in html and 'dir="rtl"' in html and "&lt;b&gt;" in html


def test_a_note_says_in_words_that_it_is_internal():
    html = written('{% note author="Jonas Weber" at=at %}x{% endnote %}', at=NOW)
    assert "Internal note" in html and "only the desk sees this" in html


def test_a_pager_has_no_way_where_there_is_no_page():
    html = written('{% pager older="/q?before=3" %}')
    assert "/q?before=3" in html and "Newer" not in html


@pytest.mark.parametrize(("language", "word"), [("tr", "İşlemde"), ("fa", "در کار"), ("pl", "W pracy")])
def test_stages_are_called_as_the_desk_calls_them(language, word):
    assert word in written('{% stage_line "in_work" %}', language)


@pytest.mark.parametrize(
    "text",
    ["plain", "two\n\nparts\nand <b>'", "see www.example.org.", "a@b.com & http://x.org/?a=1", "End. Here: x", "x.net"],
)
def test_what_somebody_wrote_is_shown_as_django_would(text):
    assert Template("{% load desk %}{{ text|prose }}").render(Context({"text": text})) == Template(
        "{{ text|urlize|linebreaks }}"
    ).render(Context({"text": text}))
