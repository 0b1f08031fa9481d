"""Fields for dates, in the calendar of the reader's language."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language

from sira.calendars.jalali import jalali_text, parse_date
from sira.calendars.refusals import NotADate


class DayInput(forms.TextInput):
    """The browser's own field for a date; where the language counts Jalali, text with our own calendar beside it."""

    template_name = "calendars/day_input.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        persian = (get_language() or "").startswith("fa")
        context["widget"]["type"] = "text" if persian else "date"
        context["widget"]["attrs"] |= {"autocomplete": "off", "dir": "ltr"}
        if persian:
            context["widget"]["attrs"] |= {"placeholder": "۱۴۰۵/۰۹/۰۳", "inputmode": "numeric"}
        return context

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, date):
            return super().format_value(value)
        return jalali_text(value) if (get_language() or "").startswith("fa") else value.isoformat()


class DateField(forms.CharField):
    """A date as people write it in their language, Persian dates and digits included."""

    widget = DayInput

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text)
        except NotADate as error:
            raise forms.ValidationError(str(error.message)) from error
