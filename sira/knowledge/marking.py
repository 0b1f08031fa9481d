"""Did it help? One word for each reader, the last one counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from sira.knowledge.models import Article, ArticleMark
from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed


@dataclass(frozen=True)
class Help:
    """Of `asked` people who said a word it helped `helped`."""

    helped: int = 0
    asked: int = 0


def mark(article: Article, *, helped: bool, by: Person, at: datetime) -> ArticleMark:
    """Raises NotAllowed where the person may not read it."""
    if not Article.objects.readable_by(by).filter(pk=article.pk).exists():
        raise NotAllowed
    given, _made = ArticleMark.objects.update_or_create(
        article=article, person=by, defaults={"helped": helped, "at": at}
    )
    return given


def counted(articles: Iterable[int]) -> dict[int, Help]:
    """By article, for those somebody marked; one query."""
    rows = ArticleMark.objects.filter(article__in=list(articles)).values("article").order_by()
    found = rows.annotate(asked=Count("pk"), helped=Count("pk", filter=Q(helped=True)))
    return {row["article"]: Help(row["helped"], row["asked"]) for row in found}
