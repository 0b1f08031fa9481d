"""How somebody is told: a row for each kind, a column for each way, and the hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sira.notifications.kinds import DIGEST, MAIL, PAGE, PUSH, Kind
from sira.notifications.models import Wish
from sira.notifications.wishes import RULES, ways_of
from sira.shell import formats

MAILS = [
    (MAIL, pgettext_lazy("mail", "At once")),
    (DIGEST, pgettext_lazy("mail", "In the digest")),
    ("", pgettext_lazy("mail", "Not at all")),
]


def _hours() -> list[tuple[int, str]]:
    language = get_language() or "en"
    return [(hour, formats.digits(f"{hour:02}:00", language)) for hour in range(24)]


@dataclass(frozen=True)
class Row:
    """One kind with its fields. mail: none where the mail always goes."""

    words: str | Promise
    page: forms.BoundField
    mail: forms.BoundField | None
    push: forms.BoundField


class WishForm(forms.ModelForm):
    digest_hour = forms.TypedChoiceField(label=_("Hour of the daily digest"), coerce=int, choices=_hours)
    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), coerce=int, choices=_hours)
    quiet_to = forms.TypedChoiceField(label=_("Quiet until"), coerce=int, choices=_hours)

    class Meta:
        model = Wish
        fields = RULES
        labels = {
            "every": _("The digest comes"),
            "quiet": _("Leave me in peace"),
            "quiet_then": _("What comes in the quiet hours"),
            "lets_promises_through": _("Promises at risk or broken come through"),
        }
        help_texts = {"quiet": _("Mails and devices are silent then; the bell in the page is not.")}

    def __init__(self, data: Any = None, *, kinds: list[Kind], wish: Wish, works: bool) -> None:
        super().__init__(data, instance=wish)
        self.kinds = kinds
        for kind in kinds:
            ways = ways_of(wish, kind.key)
            self.fields[f"{kind.key}-page"] = forms.BooleanField(required=False, initial=PAGE in ways)
            self.fields[f"{kind.key}-push"] = forms.BooleanField(required=False, initial=PUSH in ways)
            if not kind.by_mail:
                mail = next((way for way in (MAIL, DIGEST) if way in ways), "")
                self.fields[f"{kind.key}-mail"] = forms.ChoiceField(choices=MAILS, required=False, initial=mail)
        if not works:
            del self.fields["lets_promises_through"]
            quiet = self.fields["quiet"]
            assert isinstance(quiet, forms.ChoiceField)
            quiet.choices = [one for one in Wish.Quiet.choices if one[0] != Wish.Quiet.WORK]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget.attrs["class"] = "box"

    def rows(self) -> Iterator[Row]:
        for kind in self.kinds:
            mail = None if kind.by_mail else self[f"{kind.key}-mail"]
            yield Row(kind.words, self[f"{kind.key}-page"], mail, self[f"{kind.key}-push"])

    def chosen(self) -> dict[str, Any]:
        """Fields of Wish, with ways of these kinds."""
        given, ways = self.cleaned_data, {}
        for kind in self.kinds:
            mail = MAIL if kind.by_mail else given[f"{kind.key}-mail"]
            boxes = [PAGE] * given[f"{kind.key}-page"] + [mail] * bool(mail) + [PUSH] * given[f"{kind.key}-push"]
            ways[kind.key] = boxes
        return {name: given[name] for name in RULES if name in given} | {"ways": ways}
