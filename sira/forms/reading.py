"""One posted field becomes one value. Values are what FEEL conditions compare: numbers, dates, texts, lists."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.forms import writing
from sira.forms.schema import DATE, MANY, TIME, Component

PREFIX = "answer."  # keeps the form's keys apart from the page's own fields
TIME_PART = ".time"


class NotUnderstood(Exception):
    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def name(component: Component, prefix: str = PREFIX) -> str:
    """The name of its HTML field."""
    return prefix + component.key


def read(component: Component, data: Any, language: str, prefix: str = PREFIX) -> Any:
    """The value, None if nothing was given. Raises NotUnderstood."""
    given = [str(value) for value in data.getlist(name(component, prefix))]
    if component.type in MANY:
        return [value for value in given if value]
    first = given[0] if given else ""
    if component.type == "checkbox":
        return bool(first)
    if component.type == "datetime":
        return _moment(component, first, _time(component, data, prefix), language)
    if not first.strip():
        return None
    if component.type == "number":
        return _number(first, language)
    return first.replace("\r\n", "\n").strip().replace("\x00", "")


def kept(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def _number(text: str, language: str) -> Decimal:
    try:
        return writing.read_number(text, language)
    except ValueError:
        raise NotUnderstood(_("Write a number here.")) from None


def _time(component: Component, data: Any, prefix: str) -> str:
    return "".join(str(value) for value in data.getlist(name(component, prefix) + TIME_PART)[:1])


def _moment(component: Component, first: str, second: str, language: str) -> date | time | datetime | None:
    kind = component.kind_of_moment
    day = first if kind != TIME else ""
    hour = first if kind == TIME else second if kind != DATE else ""
    if not day.strip() and not hour.strip():
        return None
    try:
        on = writing.read_date(day, language) if kind != TIME else None
    except (ValueError, OverflowError):
        raise NotUnderstood(_DATE_HINT.get(language, _DATE_HINT["en"])) from None
    try:
        clock = writing.read_time(hour) if kind != DATE else None
    except ValueError:
        raise NotUnderstood(_("Write the time as 13:30.")) from None
    return datetime.combine(on, clock) if on and clock else on or clock


_DATE_HINT = {
    "en": _("Write the date as 2026-11-24."),
    "fa": _("Write the date as 1405/09/03."),
}
