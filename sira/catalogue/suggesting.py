"""The right form from a few words: a request type is known by its name, its description and what its form asks."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sira.catalogue.models import RequestType
from sira.forms.models import FormVersion
from sira.forms.schema import Component, components
from sira.plumbing.words import asking
from sira.plumbing.words.asking import Term
from sira.plumbing.words.tokens import line

NAME, DESCRIPTION, FORM = 6, 3, 1  # what a word is worth, where it stands
ALIKE = 5  # letters
COMMON = {"description", "subject", "impact", "urgency", "token"}  # asked by many forms, so they tell nothing


def suggest(typed: str, offered: Sequence[RequestType], *, language: str, most: int = 4) -> list[RequestType]:
    """Of those offered the ones that the words fit, best first; one query more than none."""
    terms = [term for term in asking.asked(typed).terms if not term.unwanted]
    if not terms:
        return []
    told = _forms_in_words([one.form_key for one in offered if one.form_key], language)
    scored = []
    for one in offered:
        places = (
            (NAME, line(one.name_in(language), language)),
            (DESCRIPTION, line(one.description_in(language), language)),
            (FORM, told.get(one.form_key, "")),
        )
        score = sum(_worth(term, places) for term in terms)
        if score:
            scored.append((-score, one.order, one.pk, one))
    return [one for *_rank, one in sorted(scored, key=lambda rank: rank[:3])[:most]]


def _worth(term: Term, places: Sequence[tuple[int, str]]) -> int:
    """A word that only begins alike (printer, printing) is worth half."""
    whole = max((worth for worth, words in places if re.search(term.pattern, words)), default=0)
    begins = {f" {form[:ALIKE]}" for _distance, forms in term.words for form in forms if len(form) > ALIKE}
    alike = max((worth for worth, words in places if any(start in words for start in begins)), default=0)
    return max(2 * whole, alike)


def _forms_in_words(keys: list[str], language: str) -> dict[str, str]:
    """By key of a form the words of its published version."""
    rows = FormVersion.objects.filter(key__in=keys, status=FormVersion.Status.PUBLISHED).values_list("key", "pk")
    return {key: _in_words(pk, language) for key, pk in rows}


@lru_cache(maxsize=400)
def _in_words(version: int, language: str) -> str:
    """What a version asks; a version never changes, so it is read once."""
    schema = FormVersion.objects.values_list("schema", flat=True).get(pk=version)
    return line(" ".join(_asked(schema, language)), language)


def _asked(schema: Any, language: str) -> list[str]:
    found: list[str] = []
    for component in components(schema):
        if isinstance(component, Component) and component.is_field and component.key not in COMMON:
            found.append(component.label(language))
            found += [words for _value, words in component.options(language)]
    return found
