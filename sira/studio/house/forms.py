"""Fields that forms of the house share.

A form is one thing that can be done to a row: `carry_out` calls the operation; what it refuses, the form says.
"""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sira.people import recognition
from sira.people.models import Address, Person
from sira.shell.names import named

LTR = {"dir": "ltr"}


def zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone]


class OneOf(forms.ModelChoiceField):
    """A select of rows by their names."""

    def __init__(self, rows: "QuerySet[Any]", *, nothing: Any = None, **more: Any) -> None:
        super().__init__(rows, required=nothing is None, empty_label=nothing, **more)

    def label_from_instance(self, obj: Any) -> str:
        return named(obj) if hasattr(obj, "names") else str(obj)


def only_offered(form: forms.Form, *names: str) -> None:
    """Of what tickets are sorted by only what can be chosen now, and what the form begins with."""
    for name in names:
        field: Any = form.fields[name]
        field.queryset = field.queryset.offered(besides=form.initial.get(name))


def narrowed(form: forms.Form, name: str, **only: Any) -> None:
    """Of the field's rows only those that belong to what the page is about."""
    field = form.fields[name]
    field.queryset = field.queryset.filter(**only)  # type: ignore[attr-defined]


class SomebodyField(forms.CharField):
    """A person, named by any mail address of theirs: a list of all would be endless."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=254, widget=forms.TextInput(attrs=LTR | {"autocomplete": "off"}), **more)

    def clean(self, value: Any) -> Person | None:
        typed = super().clean(value)
        if not typed:
            return None
        person = recognition.person_of(Address.Kind.MAIL, recognition.normalised_mail(typed))
        if person is None:
            raise forms.ValidationError(_("Nobody has this mail address. Check it, or enter the person first."))
        return person


class OfPerson(forms.Form):
    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        self.person = person
        super().__init__(*args, **more)
