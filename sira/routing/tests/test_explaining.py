import pytest
from django.utils import translation

from sira.routing.explaining import figures, left_out, people_in, sentences
from sira.routing.words import LEFT_OUT, WHY

ROUTED = {
    "strategy": "least_load", "why": "least_load", "agent": 2, "loads": "5 2.5",
    "candidates": "1 2", "left_out": {"day_cap": "4", "sick": "3 5"},
}  # fmt: skip


def test_a_choice_is_told_in_sentences():
    assert sentences(ROUTED, {2: "Bo"}) == [
        "2 of the 5 people in the group could be given it.",
        "Bo had the least open work: 2.5.",
    ]
    assert figures(ROUTED) == [5, 2.5]
    assert left_out(ROUTED) == [(4, "day_cap"), (3, "sick"), (5, "sick")]
    assert people_in(ROUTED) == [1, 2, 4, 3, 5]


def test_a_list_that_was_cut_short_is_told_as_far_as_it_goes():
    cut = {"candidates": "1 2 1…", "owed": "0.50 0.…", "left_out": {"off": "4 …"}}
    assert (figures(cut), left_out(cut), people_in(cut)) == ([0.5], [(4, "off")], [1, 2, 4])


def test_with_nobody_it_says_what_happens_next():
    nobody = {"why": "nobody_there", "candidates": "", "left_out": ROUTED["left_out"]}
    assert sentences(nobody, {}) == [
        "0 of the 3 people in the group could be given it.",
        "Nobody may be given it now; it is dealt as soon as somebody may.",
    ]
    assert sentences({"why": "taken_from_queue"}, {}) == []


@pytest.mark.parametrize("language", ["tr", "fa", "pl"])
def test_every_reason_has_words_in_every_language(language):
    with translation.override(language):
        for english, words in {**LEFT_OUT, **WHY}.items():
            assert str(words) and str(words) != english
        assert "Bo" in sentences(ROUTED, {2: "Bo"})[1]
