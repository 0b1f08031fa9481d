"""Who may read an article: one rule for search, page, portal and what stands beside a ticket."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sira.people.finding import houses_of, is_partner
from sira.people.models import Organisation, Person

if TYPE_CHECKING:
    from sira.knowledge.models import Article, ArticleVersion  # noqa: F401

DEEPEST = 10  # organisations above one another


def line_of(organisation: Organisation | None) -> list[int]:
    """The organisation and those above it: what a company may read, its departments may too."""
    line: list[int] = []
    while organisation is not None and len(line) < DEEPEST:
        line.append(organisation.pk)
        organisation = organisation.parent if organisation.parent_id else None
    return line


def readable_by(person: Person | None, at: str = "") -> Q:
    """The condition on Article under which the person may read it; None: somebody who has not signed in.

    at: the path to the article from the table that is asked, such as "article__".
    """
    if person is not None and person.is_agent and not is_partner(person):
        return Q()
    readable = Q(**{f"{at}audience": "public"})
    if person is not None and person.is_agent:
        readable |= Q(**{f"{at}audience": "internal"})
    if person is not None and (line := [key for one in houses_of(person) for key in line_of(one)]):
        readable |= Q(**{f"{at}audience": "organisations", f"{at}organisations__in": line})
    return readable


class ArticleQuerySet(models.QuerySet["Article"]):
    def readable_by(self, person: Person | None) -> "ArticleQuerySet":
        """With a published text; who works here reads drafts too, and but for partners every article."""
        if person is not None and person.is_agent:
            return self.filter(readable_by(person)).distinct() if is_partner(person) else self
        return self.filter(readable_by(person), versions__status="published").distinct()


class VersionQuerySet(models.QuerySet["ArticleVersion"]):
    def published(self) -> "VersionQuerySet":
        return self.filter(status="published")

    def readable_by(self, person: Person | None) -> "VersionQuerySet":
        """Published texts of articles the person may read."""
        return self.published().filter(readable_by(person, "article__")).distinct()
