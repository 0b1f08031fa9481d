"""A form that begins with what a row says. Whoever keeps it second is told what was kept meanwhile, and sees both."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused

SEEN = "seen"  # the field of a page that says what its form began with


class KeptMeanwhile(Refused):
    code = "kept_meanwhile"
    message = _(
        "Other values were kept while you wrote. Yours stand in the fields, the others below. "
        "Keep it again and yours hold."
    )


def mark_of(form: forms.BaseForm) -> str:
    """Tells what each field began with, for the page to bring along.

    A form that was refused for what was typed brings along what its first page did: nobody was told of more yet.
    """
    if form.is_bound and SEEN in form.data and not getattr(form, "kept_meanwhile", ()):
        return str(form.data[SEEN])
    return " ".join(f"{name}:{_digest(form, name)}" for name in form.fields)


def check(form: forms.BaseForm, seen: str) -> None:
    """Raises KeptMeanwhile; `others_of` then says what.

    Two who keep at the very same moment are told apart only where the row was locked before the form was made.
    """
    form.kept_meanwhile = [form[name] for name in _kept_by_others(form, seen)]  # type: ignore[attr-defined]
    if form.kept_meanwhile:  # type: ignore[attr-defined]
        raise KeptMeanwhile


def others_of(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    """The label of each field that somebody else has kept otherwise, and what stands there now, in words."""
    for bound in getattr(form, "kept_meanwhile", ()):
        stands = form.get_initial_for_field(bound.field, bound.name)
        yield str(bound.label), _in_words(bound.field, stands)


def status_of(*given: forms.BaseForm) -> int:
    if any(getattr(form, "kept_meanwhile", ()) for form in given):
        return KeptMeanwhile.status
    return 422 if any(form.errors for form in given) else 200


def _kept_by_others(form: forms.BaseForm, seen: str) -> Iterator[str]:
    """Changed since the page was made, and to something else than what is typed now."""
    began = dict(one.rsplit(":", 1) for one in seen.split() if ":" in one)
    for name in form.changed_data:
        if name in began and began[name] != _digest(form, name):
            yield name


def _digest(form: forms.BaseForm, name: str) -> str:
    began = form.get_initial_for_field(form.fields[name], name)
    return hashlib.sha256(repr(began).encode()).hexdigest()[:12]


def _in_words(field: forms.Field, value: Any) -> str:
    choices = getattr(field, "choices", None)
    if choices is None:
        shown = field.prepare_value(value)
        return str(_("yes") if shown is True else _("no") if shown is False else shown or "")
    chosen = {str(one or "") for one in (value if isinstance(value, list | tuple) else [value])}
    return ", ".join(str(words) for key, words in _flat(choices) if str(key or "") in chosen)


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, words in choices:
        if isinstance(words, list | tuple):
            yield from _flat(words)
        else:
            yield key, words
