"""The name of a row in every language of the desk: one field each in its form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person

AUTO = {"dir": "auto"}
OTHER_LANGUAGES = [(code, words) for code, words in Person.Language.choices if code != "en"]
IN_LANGUAGE = _("Name in %(language)s")


def ask_names(
    form: forms.Form, known: Mapping[str, str], *, about: str = "name", words: str | Promise = IN_LANGUAGE
) -> None:
    """Beside the field `about`, one in each other language; what is left empty is shown in English."""
    fields: dict[str, Any] = dict(form.fields)
    own = fields[about]
    asked = {
        f"{about}_{code}": forms.CharField(
            label=words % {"language": language},
            max_length=own.max_length,
            required=False,
            initial=known.get(code, ""),
            widget=forms.TextInput(attrs=AUTO | {"lang": code}),
        )
        for code, language in OTHER_LANGUAGES
    }
    form.fields.update(asked)
    order = list(fields)
    order[order.index(about) + 1 : order.index(about) + 1] = asked
    form.order_fields(order)


def names_given(form: forms.Form, about: str = "name") -> dict[str, str]:
    given = {code: form.cleaned_data[f"{about}_{code}"].strip() for code, _language in OTHER_LANGUAGES}
    return {code: words for code, words in given.items() if words}
