"""Values of figures in words: boards, letters and prints say them alike."""

from typing import Any

from sira.shell import formats


def said(value: Any, kind: str, language: str) -> str:
    """With the reader's digits and calendar; a line where there is none.  kind: of composing.Cell."""
    if value is None:
        return "–"
    if kind == "share":
        return formats.percent(100 * value, language, places=1)
    if kind == "time":
        return formats.span(value, language)
    if kind == "day":
        return formats.day(value, language)
    if kind == "mean":
        return formats.amount(value, language, places=1)
    return formats.amount(round(value), language) if kind == "count" else str(value)
