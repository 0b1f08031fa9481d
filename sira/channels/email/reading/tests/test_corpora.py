"""The figures that the reader must keep on the corpora beside the repository. They are measured, never copied here."""

import importlib.util
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[5]
CORPORA = REPOSITORY.parent / "shared" / "mail"
AT_LEAST = {
    "who_and_what": 98.5,
    "body": 97,
    "attachments": 97,
    "reply_text": 90,
    "machine_mail": 98,
    "bounce_detail": 88,
}

pytestmark = pytest.mark.skipif(
    not (CORPORA / "expect.jsonl").exists(), reason="the mail corpora are not beside the repository (../shared/mail)"
)


@pytest.fixture(scope="module")
def figures():
    spec = importlib.util.spec_from_file_location("mail_corpora", REPOSITORY / "bench" / "mail_corpora.py")
    assert spec and spec.loader
    scorer = importlib.util.module_from_spec(spec)
    sys.modules["mail_corpora"] = scorer
    spec.loader.exec_module(scorer)
    return scorer.measure(CORPORA)[0]


@pytest.mark.parametrize("family", AT_LEAST)
def test_the_corpora_are_read_well_enough(figures, family):
    assert figures[family]["percent"] >= AT_LEAST[family]


def test_no_mail_of_the_corpora_crashes_the_reader(figures):
    assert figures["crashes"] == 0


def test_nothing_is_read_as_empty_but_what_is_empty(figures):
    # One message consists of boundaries alone.
    assert figures["empties"] <= 1


def test_hardly_a_person_is_taken_for_a_machine(figures):
    # The one alarm is a bounce in a home-made form, which its corpus expects not to be known.
    assert figures["machine_mail"]["false_alarms"] <= 1
