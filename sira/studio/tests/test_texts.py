"""The drawing editors speak the reader's language: nothing of what they can say is left in English."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from sira.shell import apps
from sira.studio import islands, texts

VENDOR = Path(apps.__file__).parent / "static" / "vendor"
CALLED = re.compile(r"""translate\$?\d*\(\s*['"`]([^'"`]{2,80})['"`]""")
LABELLED = re.compile(r"""(?:label|title): ?['"]([A-Z][^'"]{2,60})['"]""")
POLICY = re.compile(r"""label:"([^"]+)",value:\{hitPolicy""")
EXPLAINED = re.compile(r"""explanation:"([^"]+)\"""")
# Names of things that are the same in every language, and one cut out of the middle of an expression.
THE_SAME = {"+h+"}


def asked_by(bundle: str, *patterns: re.Pattern[str]) -> set[str]:
    file = VENDOR / bundle
    if not file.exists():
        pytest.skip("the editors are not set up here")
    source = file.read_text("utf-8")
    return {found.strip() for pattern in patterns for found in pattern.findall(source)} - THE_SAME


@pytest.mark.parametrize(
    ("bundle", "patterns"),
    [("bpmn/modeler.js", (CALLED, LABELLED)), ("dmn/modeler.js", (CALLED, POLICY, EXPLAINED))],
)
def test_every_text_that_an_editor_asks_for_is_known(bundle, patterns):
    known = {text.strip() for text in texts.EDITORS}
    assert sorted(asked_by(bundle, *patterns) - known) == []


@pytest.mark.parametrize("language", ["tr", "fa", "pl"])
def test_every_text_of_the_editors_is_said_in_each_language(language):
    with translation.override(language):
        said = texts.dictionary()
    # Words that are written alike in two languages are no gap.
    assert sorted({text.strip() for text in texts.EDITORS} - {text.strip() for text in said} - ALIKE) == []


ALIKE = {"Form", "ID", "Minimum", "Maximum", "Separator"}


@pytest.mark.parametrize("language", ["en", "tr", "fa"])
def test_what_a_drawn_refusal_says_is_written_for_readers_of_each_language_whoever_draws(language):
    with translation.override(language):
        said = islands.said()
    for name in ("subject", "text"):
        assert set(said[f"declined_{name}"]) == {name, f"{name}:tr", f"{name}:fa", f"{name}:pl"}
    assert said["declined_subject"]["subject"] == "Not approved: {ticket.subject}"
    assert said["declined_subject"]["subject:tr"] == "Onaylanmadı: {ticket.subject}"
    assert all("{comments}" in text for text in said["closed_text"].values())
