"""Names, addresses and texts taken out of whatever stands in a column."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from sira.people.personal import holdings
from sira.plumbing.kept_once import key_of

GONE = "[…]"  # the same in every language
AT_ONCE = 500
# Not a part of a longer word, name or address.
BEFORE, AFTER = r"(?<![\w.+@-])", r"(?![\w@]|[.+-]\w)"
# What libraries keep for themselves names nobody.
LIBRARIES = ("procrastinate", "contenttypes", "auth", "sessions")
# Columns of the desk's own words: by them it goes on, and a subject or a name that reads the same is no copy.
OURS = frozenset({"code", "content_type", "element", "form", "kind", "language", "method", "number", "prefix",
                  "scope", "status", "target", "time_zone"})  # fmt: skip


class Scrubber:
    """names: what names a person, wherever it stands as words of its own.  texts: what goes where it stands alone."""

    def __init__(self, names: Iterable[str] = (), texts: Collection[str] = ()) -> None:
        told = sorted({name for name in names if name.strip()}, key=len, reverse=True)
        self.texts = frozenset(text for text in texts if text)
        self._names = (
            re.compile(rf"{BEFORE}(?:{'|'.join(map(re.escape, told))}){AFTER}", re.IGNORECASE) if told else None
        )

    def __call__(self, value: Any) -> Any:
        """The value without them, the very same one where there was nothing to take out.

        Keys that could be names of a program are the desk's own and stay.
        """
        if isinstance(value, str):
            if value in self.texts:
                return GONE
            return self._names.sub(GONE, value) if self._names else value
        if isinstance(value, dict):
            return {name if name.isidentifier() else self(name): self(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self(one) for one in value]
        return value


def columns_of(model: type[models.Model]) -> list[models.Field]:
    """Those that can hold words of people."""
    kinds = (models.CharField, models.TextField, models.JSONField, ArrayField)
    found = (one for one in model._meta.concrete_fields if isinstance(one, kinds) and not one.choices)
    return [one for one in found if not isinstance(one, models.SlugField) and one.name not in OURS]


def clean(rows: "models.QuerySet[Any]", scrub: Callable[[Any], Any], columns: Sequence[str] = ()) -> int:
    """Take out of these rows; how many changed.  columns: all that can hold words, if none are named."""
    names = list(columns) or [one.name for one in columns_of(rows.model)]
    words, changed = holdings.words_of(rows.model), 0
    for row in rows.iterator(chunk_size=AT_ONCE):
        before = {name: getattr(row, name) for name in names}
        after = {name: _fitting(row, name, scrub(value)) for name, value in before.items()}
        new = {name: value for name, value in after.items() if value != before[name]}
        if not new:
            continue
        for name, value in new.items():
            setattr(row, name, value)
        if words:
            new["words"] = words(row)
        rows.model._base_manager.filter(pk=row.pk).update(**new)
        changed += 1
    return changed


def clean_shared(rows: "models.QuerySet[Any]", name: str, scrub: Scrubber) -> int:
    """Take out of what rows share with others (plumbing.kept_once): they name a copy without it; how many changed."""
    field: Any = rows.model._meta.get_field(name)
    shared, changed = field.related_model, 0
    names = [one.name for one in columns_of(shared)]
    for key in rows.order_by(name).values_list(f"{name}_id", flat=True).distinct():
        row = shared._base_manager.get(pk=key)
        before = {one: getattr(row, one) for one in names}
        after = {one: scrub(value) for one, value in before.items()}
        if after == before:
            continue
        rest = {one.attname: getattr(row, one.attname) for one in shared._meta.concrete_fields if one.name != "id"}
        copy = shared(**(rest | after))
        copy.pk = key_of(*(getattr(copy, one.attname) for one in shared._meta.concrete_fields if one.name != "id"))
        shared._base_manager.bulk_create([copy], ignore_conflicts=True)
        changed += rows.filter(**{name: key}).update(**{name: copy.pk})
        if not rows.model._base_manager.filter(**{name: key}).exists():
            shared._base_manager.filter(pk=key).delete()
    return changed


def clean_everywhere(names: Collection[str], scrub: Scrubber) -> int:
    """Take out of every table of the desk but those that are left alone; how many rows changed."""
    return sum(clean(found, scrub) for found in _naming(names))


def _naming(names: Collection[str]) -> "Iterator[models.QuerySet[Any]]":
    """Of each table the rows in which one of the names stands somewhere."""
    spelt = {way for name in names for way in (name, name.lower(), name.upper(), name.title())}
    spelt |= {json.dumps(name, ensure_ascii=False)[1:-1] for name in spelt}
    for model in apps.get_models():
        if model._meta.proxy or model._meta.app_label in LIBRARIES or holdings.is_left_alone(model):
            continue
        columns = columns_of(model)
        told = {f"as_text_{one.name}": Cast(one.name, models.TextField()) for one in columns}
        wanted = Q()
        for text in told:
            for name in spelt:
                wanted |= Q(**{f"{text}__contains": name})
        if told:
            yield model._base_manager.alias(**told).filter(wanted)


def _fitting(row: models.Model, name: str, value: Any) -> Any:
    longest = getattr(row._meta.get_field(name), "max_length", None)
    return value[:longest] if longest and isinstance(value, str) else value
