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
from sira.plumbing.words.tokens import COMPOUND, line

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
        named, others = _named(terms, one.name_in(language), language)
        described = DESCRIPTION * _fits(others, line(one.description_in(language), language))
        score = named + described or FORM * _fits(others, told.get(one.form_key, ""))
        if score:
            scored.append((-score, one.order, one.pk, one))
    return [one for *_rank, one in sorted(scored, key=lambda rank: rank[:3])[:most]]


def _named(terms: list[Term], name: str, language: str) -> tuple[float, list[Term]]:
    """What is said of a name is worth, and the terms that say none of it.

    A thing is named by who wants a new one and by whose is slow: the less of the name is said, the less each word of it
    is worth, down to a word of the description. Words written as one (half a space between them) are one.
    """
    words = [found for found in (line(word, language) for word in COMPOUND.findall(name)) if found]
    fits = [max(_fit(term, word) for term in terms) for word in words]
    share = sum(fit > 0 for fit in fits) / len(words) if words else 0
    others = [term for term in terms if not any(_fit(term, word) for word in words)]
    return max(NAME * share, DESCRIPTION) * sum(fits), others


def _fits(terms: list[Term], words: str) -> float:
    return sum(_fit(term, words) for term in terms)


def _fit(term: Term, words: str) -> float:
    """A word that only begins alike (printer, printing) is worth half."""
    if re.search(term.pattern, words):
        return 1
    begins = {f" {form[:ALIKE]}" for _distance, forms in term.words for form in forms if len(form) > ALIKE}
    return 0.5 if any(start in words for start in begins) else 0


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
