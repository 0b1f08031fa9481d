"""Values of figures in words: boards, letters and prints say them alike."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sira.insight.stood import Then
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


def changed(name: str, value: int, then: Then | None, language: str) -> str:
    """What has come to a figure of now since an hour ago, or gone; nothing where it is the same, or was not counted."""
    more = value - then.counts[name] if then else 0
    if then is None or not more:
        return ""
    words = _("%(count)s more than at %(time)s") if more > 0 else _("%(count)s fewer than at %(time)s")
    time = formats.clock(timezone.localtime(then.hour), language)
    return words % {"count": formats.amount(abs(more), language), "time": time}
