"""Which articles answer a few words: best first, each once, in the reader's language where it is told in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sira.knowledge import marking
from sira.knowledge.marking import Help
from sira.knowledge.models import ArticleVersion
from sira.people.models import Person
from sira.plumbing.words import asking
from sira.plumbing.words.asking import Term
from sira.plumbing.words.tokens import indexed, line
from sira.shell.laying_out import steps_in

MOST_READ = 200  # answers that are compared
ENOUGH = 0.5  # of the words asked for
SOME = 0.3  # of the words of a subject, which are many


@dataclass(frozen=True)
class Found:
    """One article as it is offered. steps: how many its text has, 0 where it tells no steps."""

    version: ArticleVersion
    help: Help
    steps: int


def find(typed: str, person: Person | None, *, language: str, most: int = 4, enough: float = ENOUGH) -> list[Found]:
    """Articles with at least that part of the words, those with most of them first; the title counts twice."""
    terms = [term for term in asking.asked(typed).terms if not term.unwanted and term.query]
    if not terms:
        return []
    either = " | ".join(f"({term.query})" for term in terms)
    readable = ArticleVersion.objects.readable_by(person).select_related("article")
    rows = readable.extra(where=[f"{indexed('knowledge_articleversion.words')} @@ %s::tsquery"], params=[either])
    scored = [
        (score, version) for version in rows.order_by("-pk")[:MOST_READ] if (score := _score(version, terms, enough))
    ]
    scored.sort(key=lambda one: (-one[0], one[1].language != language, -one[1].pk))
    best = _each_once([version for _score, version in scored], language)[:most]
    return told(_as_read(best, person, language))


def told(versions: Sequence[ArticleVersion]) -> list[Found]:
    """With how often each helped; one query."""
    help_of = marking.counted(version.article_id for version in versions) if versions else {}
    return [Found(one, help_of.get(one.article_id, Help()), steps_in(one.text)) for one in versions]


def in_language(versions: Sequence[ArticleVersion], language: str) -> ArticleVersion | None:
    """The text for a reader: in their language, else English, else whatever there is."""
    by_language = {version.language: version for version in versions}
    return by_language.get(language) or by_language.get("en") or next(iter(versions), None)


def _each_once(versions: list[ArticleVersion], language: str) -> list[ArticleVersion]:
    best: dict[int, list[ArticleVersion]] = {}
    for version in versions:
        best.setdefault(version.article_id, []).append(version)
    return [chosen for of_one in best.values() if (chosen := in_language(of_one, language))]


def _as_read(versions: list[ArticleVersion], person: Person | None, language: str) -> list[ArticleVersion]:
    """In the reader's language where it is told in it, whatever language the words were found in."""
    others = [one.article_id for one in versions if one.language != language]
    if not others:
        return versions
    readable = ArticleVersion.objects.readable_by(person).filter(article__in=others, language=language)
    own = {one.article_id: one for one in readable.select_related("article")}
    return [own.get(one.article_id, one) for one in versions]


def _score(version: ArticleVersion, terms: Sequence[Term], enough: float) -> int:
    """0 where too little of what was asked for stands in it."""
    title = line(version.title, version.language)
    hits = [term for term in terms if re.search(term.pattern, version.words)]
    if len(hits) < enough * len(terms):
        return 0
    return 2 * len(hits) + sum(bool(re.search(term.pattern, title)) for term in hits)
