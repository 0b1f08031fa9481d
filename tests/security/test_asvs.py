"""The page about ASVS names what there is, and every requirement of levels 1 and 2."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([\d.]+)( \(all\))? \| (met|not applicable|open) \| (.*) \|$", PAGE, re.MULTILINE)


def test_every_test_and_page_it_names_is_there():
    named = set(re.findall(r"`((?:tests|sira|docs)/[^`]+)`", PAGE))
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_what_is_not_met_says_why():
    assert [number for number, _all, status, words in ROWS if status != "met" and not words.strip()] == []


def test_the_counts_it_says_are_those_of_its_rows():
    whole = {"10": 20, "17": 7}  # chapters, or what is left of them, in one row, and how many requirements that are
    counted = {"met": 0, "not applicable": 0, "open": 0}
    for number, is_all, status, _words in ROWS:
        counted[status] += whole[number] if is_all else 1
    told = re.search(r"(\d+) are met, (\d+) not applicable, (\d+) open", PAGE)
    assert told and [int(one) for one in told.groups()] == list(counted.values())
