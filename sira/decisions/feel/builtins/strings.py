"""String functions (10.3.4.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sira.decisions.feel import patterns
from sira.decisions.feel.builtins.registry import built_in
from sira.decisions.feel.limits import MAX_TEXT, Run, check_items
from sira.decisions.feel.problems import FeelProblem


@built_in("substring", "string: string", "start position: number", "[length: number?]")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    """Positions count from 1, or from the end if negative; they count characters, never halves of them."""
    first, count = int(start), None if length is None else int(length)
    if first == 0 or abs(first) > len(text) or (count is not None and count < 1):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin:] if count is None else text[begin : begin + count]


@built_in("string length", "string: string")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


@built_in("upper case", "string: string")
def upper_case(text: str) -> str:
    return text.upper()


@built_in("lower case", "string: string")
def lower_case(text: str) -> str:
    return text.lower()


@built_in("substring before", "string: string", "match: string")
def substring_before(text: str, match: str) -> str:
    at = text.find(match)
    return text[:at] if at > 0 else ""


@built_in("substring after", "string: string", "match: string")
def substring_after(text: str, match: str) -> str:
    at = text.find(match)
    return text[at + len(match) :] if at >= 0 else ""


@built_in("contains", "string: string", "match: string")
def contains(text: str, match: str) -> bool:
    return match in text


@built_in("starts with", "string: string", "match: string")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@built_in("ends with", "string: string", "match: string")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


@built_in("matches", "input: string", "pattern: string", "[flags: string?]")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    return patterns.found(text, pattern, flags or "", run)


@built_in("replace", "input: string", "pattern: string", "replacement: string", "[flags: string?]")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    return patterns.replaced(text, pattern, replacement, flags or "", run)


@built_in("split", "string: string", "delimiter: string")
def split(run: Run, text: str, delimiter: str) -> list[str] | None:
    return patterns.parts(text, delimiter, run)


@built_in("string join", "list: list", "[delimiter: string?]")
def string_join(listed: list[Any], delimiter: str | None = None) -> str | None:
    """Nulls are left out; anything else that is not a text spoils the result."""
    texts = [item for item in listed if item is not None]
    if not all(type(item) is str for item in texts):
        return None
    check_items(texts)
    between = delimiter or ""
    if sum(map(len, texts)) + len(between) * len(texts) > MAX_TEXT:
        raise FeelProblem("too_large", limit=MAX_TEXT)
    return between.join(texts)
