#!/usr/bin/env python3
"""Measures the mail reader on the corpora beside the repository (`../shared/mail`), and prints one JSON object.

    bench/mail_corpora.py [--misses FAMILY] [--corpus NAME] [--folder DIR]

A check is one expected field of one message. Texts are compared with blanks folded; a body may be the plain
or the HTML text.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY.parent / "shared" / "mail"
sys.path.insert(0, str(REPOSITORY))

from sira.channels.email.reading import read  # noqa: E402

FAMILIES = {
    "who_and_what": {
        "from_addr", "from_name", "to", "cc", "people", "subject", "message_id", "in_reply_to", "references",
        "thread_with",
    },
    "body": {"body_text", "body_words", "body_contains"},
    "attachments": {"attachments", "attachment_count", "attachment_sha256"},
    "reply_text": {"reply_text", "reply_contains", "reply_excludes", "reply_startswith"},
    "machine_mail": {"is_auto_reply", "is_auto_generated", "is_bounce", "is_complaint"},
    "bounce_detail": {"bounces"},
}  # fmt: skip
FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names}
Row = dict[str, Any]


def folded(text: str | None) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", " ", text or "").strip()


def bare(text: str | None) -> str:
    """Without any blanks, for texts cut out of HTML: where blocks break is a matter of taste."""
    return re.sub(r"[\s\u200b\ufeff]+", "", text or "")


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def right(name: str, expected: Any, got: Row, others: dict[str, Row]) -> bool:
    """Whether one expectation holds."""
    texts = (got["body_text"], got["html_text"])
    if name in ("to", "cc"):
        return sorted(a.lower() for a in expected) == sorted(a.lower() for a in got[name])
    if name == "from_addr":
        return (expected or "").lower() == (got[name] or "").lower()
    if name == "people":
        known = {(addr.lower(), folded(person).lower()) for addr, person in got["people"]}
        return all((addr.lower(), folded(person).lower()) in known for addr, person in expected)
    if name == "thread_with":
        other = others[expected]["message_id"]
        return other in [got["in_reply_to"], *got["references"]]
    if name == "body_text":
        return any(folded(text) == folded(expected) or bare(text) == bare(expected) for text in texts)
    if name == "body_words":
        return any(words(expected) <= words(text) for text in texts)
    if name == "body_contains":
        return all(any(folded(piece) in folded(text) for text in texts) for piece in expected)
    if name == "attachment_count":
        return expected == len(got["attachments"])
    if name == "attachment_sha256":
        return not Counter(expected) - Counter(file["sha256"] for file in got["attachments"])
    if name == "attachments":
        return all(any(all(file[k] == v for k, v in want.items()) for file in got["attachments"]) for want in expected)
    if name == "reply_text":
        return folded(expected) == folded(got["reply_text"])
    if name == "reply_contains":
        return all(folded(piece) in folded(got["reply_text"]) for piece in expected)
    if name == "reply_excludes":
        return not any(folded(piece) in folded(got["reply_text"]) for piece in expected)
    if name == "reply_startswith":
        return folded(got["reply_text"]).startswith(folded(expected))
    if isinstance(expected, str) or expected is None:
        return folded(expected) == folded(got[name])
    return bool(expected == got[name])


def bounce_checks(expected: list[Row], got: list[Row]) -> Iterator[tuple[str, bool]]:
    """Recipient, status and reason, each for itself."""
    for field in ("recipient", "status", "reason"):
        want = [bounce[field].lower() for bounce in expected if bounce.get(field)]
        if want:
            yield field, sorted(want) == sorted(bounce[field].lower() for bounce in got)


def measure(folder: Path, corpus: str = "") -> tuple[Row, list[tuple[str, str, str, Any, Any]]]:
    """The figures, and every miss as (family, id, field, expected, got)."""
    rows = [json.loads(line) for line in (folder / "expect.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if corpus in row["corpus"]]
    letters, crashes, empties, slowest = {}, [], [], (0.0, "")
    began = time.process_time()
    for row in rows:
        raw = (folder / row["path"]).read_bytes()
        before = time.process_time()
        letter = read(raw)
        slowest = max(slowest, (time.process_time() - before, row["id"]))
        if letter.trouble and letter.trouble != "no headers":
            crashes.append((row["id"], letter.trouble))
        got = letters[row["id"]] = letter.as_json()
        if not any(got[k] for k in ("from_addr", "subject", "body_text", "html_text", "attachments")):
            empties.append(row["id"])
    took = time.process_time() - began
    checks: dict[str, Counter[str]] = defaultdict(Counter)
    misses = []

    def count(family: str, row: Row, field: str, ok: bool, expected: Any, actual: Any) -> None:
        checks[family]["right" if ok else "wrong"] += 1
        if not ok:
            misses.append((family, row["id"], field, expected, actual))

    for row in rows:
        got = letters[row["id"]]
        for name, expected in row["expect"].items():
            family = FAMILY_OF[name]
            if name == "bounces":
                for field, ok in bounce_checks(expected, got["bounces"]):
                    count(family, row, field, ok, expected, got["bounces"])
                continue
            ok = right(name, expected, got, letters)
            count(family, row, name, ok, expected, got.get(name.split("_co")[0].split("_sh")[0]) or got["body_text"])
            if family == "machine_mail" and expected is False and not ok:
                checks[family]["false_alarms"] += 1
    figures: Row = {}
    for family in FAMILIES:
        right_ones, all_ones = checks[family]["right"], checks[family]["right"] + checks[family]["wrong"]
        figures[family] = {"percent": round(100 * right_ones / all_ones, 2) if all_ones else None, "of": all_ones}
    figures["machine_mail"]["false_alarms"] = checks["machine_mail"]["false_alarms"]
    figures |= {"messages": len(rows), "crashes": len(crashes), "empties": len(empties)}
    figures |= {
        "cpu_ms_per_mail": round(1000 * took / max(1, len(rows)), 3),
        "slowest": [round(slowest[0] * 1000, 1), slowest[1]],
    }
    misses += [("crashes", name, "trouble", "", trouble) for name, trouble in crashes]
    misses += [("empties", name, "", "", "") for name in empties]
    return figures, misses


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--misses", metavar="FAMILY", help="list the misses of a family, or of `all`, as JSON lines")
    options.add_argument("--corpus", default="", help="only corpora whose name has this in it")
    options.add_argument("--folder", type=Path, default=FOLDER)
    chosen = options.parse_args()
    if not (chosen.folder / "expect.jsonl").exists():
        print(f"No corpora at {chosen.folder}: nothing to measure.", file=sys.stderr)
        return 1
    figures, misses = measure(chosen.folder, chosen.corpus)
    for family, *miss in misses:
        if chosen.misses in (family, "all"):
            print(json.dumps(miss, ensure_ascii=False))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
