"""What the style guide shows: invented people, tickets and texts, in the four languages where the words are content."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sira.shell import formats

NOW = datetime(2026, 11, 24, 12, 36, 8, tzinfo=UTC)
COLOURS = [
    *("paper", "sheet", "raised", "well", "hover", "line", "line-2", "edge", "ink", "ink-2", "ink-3"),
    *("accent", "accent-hover", "on-accent", "accent-soft", "accent-line"),
    *("danger", "danger-soft", "danger-fill", "warn", "warn-soft", "warn-fill", "ok", "ok-soft", "ok-fill"),
    *("wait", "wait-soft", "wait-fill", "note", "note-2", "note-edge", "note-ink"),
]
TYPE = [
    ("26", "26/34, 640", "Kept 96.8%", "قول نگه‌داشته"),
    ("20", "20/27, 640", "VPN drops in Leeds", "قطع VPN در شیراز"),
    ("16", "16/24, 640", "Gülşah, Zieliński", "درخواست‌های من"),
    ("14", "14/21, 400", "Message text, long reading", "متن پیام، خواندن طولانی"),
    ("13", "13/20, 400", "Rows, fields, buttons", "سطرها، فیلدها، دکمه‌ها"),
    ("12", "12/18, 400", "Second line, table heads", "خط دوم، سرستون‌ها"),
    ("11", "11/15, 400", "Field names, axes 0123456789", "نام فیلدها ۰۱۲۳۴۵۶۷۸۹"),
]
ICONS = [
    *("mail", "message-circle", "phone", "globe", "activity", "user", "users", "lock", "reply", "timer", "stamp"),
    *("table-2", "route", "wrench", "clipboard-check", "split", "hourglass", "book-open", "zap", "paperclip", "search"),
]
CANDIDATES = [("Ayşe Demir", 5.5, 40), ("Nadia Karimi", 7.0, 52), ("Jonas Weber", 8.0, 60)]
LEFT_OUT = [("Piotr Zieliński", "English A2, needs B2"), ("Tom Whitfield", "shift starts 14:00")]


class SampleForm(forms.Form):
    cause = forms.CharField(label=_("Cause"), help_text=_("Shown to the requester"))
    group = forms.ChoiceField(label=_("Group"), choices=[("network", "Network"), ("hr", "HR")])
    answer = forms.CharField(label=_("Answer"), widget=forms.Textarea, required=False)
    ways = forms.MultipleChoiceField(
        label=_("Tell"),
        choices=[("watchers", _("Watchers")), ("lead", _("Lead"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    how = forms.ChoiceField(
        label=_("How many"), choices=[("one", _("One")), ("all", _("All"))], widget=forms.RadioSelect
    )
    number = forms.CharField(label=_("Contract"), initial="H-2031", disabled=True, required=False)
    survey = forms.BooleanField(label=_("Ask how it went"), help_text=_("One question, two days later"), required=False)
    file = forms.FileField(label=_("File"), required=False)


def _moments() -> list[dict[str, str]]:
    zone = formats.zone("Europe/Warsaw")
    return [
        {
            "language": code,
            "full": formats.full(NOW, code, zone=zone),
            "left": formats.left(timedelta(minutes=52), code),
            "late": formats.left(timedelta(minutes=-24), code),
            "amount": formats.amount(12480.5, code),
            "percent": formats.percent(96.8, code),
        }
        for code in formats.LANGUAGES
    ]


def context(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the page shows; `asked` may name one theme (both are shown side by side otherwise)."""
    refused = SampleForm({"group": "network", "how": "one"})
    refused.is_valid()
    return {
        "themes": [asked["theme"]] if asked.get("theme") in ("light", "dark") else ["light", "dark"],
        "now": NOW,
        "earlier": NOW - timedelta(hours=2, minutes=33),
        "day_before": NOW - timedelta(days=4),
        "year_before": NOW - timedelta(days=400),
        "colours": COLOURS,
        "type": TYPE,
        "icons": ICONS,
        "moments": _moments(),
        "form": SampleForm(),
        "refused_form": refused,
        "candidates": CANDIDATES,
        "left_out": LEFT_OUT,
        "stage_times": {"opened": "10:03", "assigned": "10:03", "in_work": "10:15"},
        "why": [
            ("Impact", "a whole site, 31 people"),
            ("Urgency", "work interrupted, not stopped"),
            ("Customer", "Gold: one step up from Medium"),
        ],
        "choices": [("work", "Send, stay in work"), ("wait", "Send, set waiting"), ("resolve", "Send, resolve")],
    }
