"""Articles are begun, written, published, given to readers and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from sira.knowledge import permissions
from sira.knowledge.models import Article, ArticleVersion
from sira.people.models import Organisation, Person
from sira.plumbing.refusals import NotAllowed, Refused
from sira.plumbing.words.tokens import line
from sira.tickets.models import Ticket

Status = ArticleVersion.Status
HOLDS = timedelta(days=365)  # until it is read again, where nobody says


class TitleMissing(Refused):
    code = "article_without_title"
    status = 422
    message = _("Give the article a title, as people would ask it.")


class TextMissing(Refused):
    code = "article_without_text"
    status = 422
    message = _("Write what to do. An empty article answers nothing.")


class NothingToPublish(Refused):
    code = "no_draft"
    message = _("There is no draft in this language. Write one first.")


class WrittenMeanwhile(Refused):
    code = "article_written_meanwhile"
    message = _(
        "Another text was kept while you wrote. Yours stands in the fields, the other one below. "
        "Keep it again and yours holds."
    )


class NoReaders(Refused):
    code = "article_without_readers"
    status = 422
    message = _("Choose at least one organisation, or let everybody read it.")


@dataclass(frozen=True)
class Wording:
    """What an article says in one language. keywords: words people search for that do not stand in it."""

    title: str
    text: str
    keywords: str = ""

    def checked(self) -> "Wording":
        """Without what surrounds it.  Raises TitleMissing, TextMissing."""
        title, text = " ".join(self.title.split())[:200], self.text.replace("\r\n", "\n").strip()
        if not title:
            raise TitleMissing
        if not text:
            raise TextMissing
        return Wording(title, text, " ".join(self.keywords.split())[:300])


@transaction.atomic
def begin(
    wording: Wording,
    *,
    language: str,
    by: Person,
    at: datetime,
    ticket: Ticket | None = None,
    owner: Person | None = None,
) -> Article:
    """A new article with its first draft, for the desk alone.  Raises NotAllowed, TitleMissing, TextMissing."""
    if not permissions.may_write(by):
        raise NotAllowed
    article = Article.objects.create(owner=owner or by, review_on=(at + HOLDS).date(), ticket=ticket, created_at=at)
    write(article, wording, language=language, by=by, at=at)
    return article


@transaction.atomic
def write(
    article: Article, wording: Wording, *, language: str, by: Person, at: datetime, seen: str | None = None
) -> ArticleVersion:
    """Keep the draft in this language; what readers see stays.

    seen: mark_of the text that the writer began from; without it whatever stands there is written over.
    Raises NotAllowed, TitleMissing, TextMissing, WrittenMeanwhile.
    """
    if not permissions.may_write(by):
        raise NotAllowed
    wording = wording.checked()
    Article.objects.select_for_update().get(pk=article.pk)
    said = {
        "title": wording.title,
        "text": wording.text,
        "keywords": wording.keywords,
        "words": _words(wording, language),
        "by": by,
        "at": at,
    }
    if language not in dict(settings.LANGUAGES):
        raise NothingToPublish
    stands = standing(article, language)
    if seen is not None and stands is not None and mark_of(stands) != seen and not _says(stands, wording):
        raise WrittenMeanwhile
    of_language = article.versions.filter(language=language)
    draft = of_language.filter(status=Status.DRAFT).first()
    if draft is None:
        last = of_language.aggregate(last=Max("number"))["last"] or 0
        return ArticleVersion.objects.create(article=article, language=language, number=last + 1, **said)
    for name, value in said.items():
        setattr(draft, name, value)
    draft.save(update_fields=list(said))
    return draft


def standing(article: Article, language: str) -> ArticleVersion | None:
    """The newest text in a language: its draft, where there is one."""
    return article.versions.filter(language=language).order_by("-number").first()


def mark_of(version: ArticleVersion | None) -> str:
    """Tells a text from what is written over it."""
    return f"{version.pk} {version.at.isoformat()}" if version else ""


def _says(version: ArticleVersion, wording: Wording) -> bool:
    return (version.title, version.text, version.keywords) == (wording.title, wording.text, wording.keywords)


@transaction.atomic
def publish(article: Article, *, language: str, by: Person, at: datetime) -> ArticleVersion:
    """Readers see the draft from now on; what they saw before is kept.  Raises NotAllowed, NothingToPublish."""
    if not permissions.may_publish(by):
        raise NotAllowed(_("A lead publishes articles. Ask yours, or propose it: then its content is approved."))
    Article.objects.select_for_update().get(pk=article.pk)
    of_language = article.versions.filter(language=language)
    draft = of_language.filter(status=Status.DRAFT).first()
    if draft is None:
        raise NothingToPublish
    of_language.filter(status=Status.PUBLISHED).update(status=Status.RETIRED)
    draft.status, draft.published_at = Status.PUBLISHED, at
    draft.save(update_fields=["status", "published_at"])
    return draft


@transaction.atomic
def arrange(
    article: Article,
    *,
    audience: str,
    organisations: Sequence[Organisation] = (),
    owner: Person,
    review_on: date,
    by: Person,
) -> None:
    """Who may read it, who looks after it and until when it holds.  Raises NotAllowed, NoReaders."""
    if not permissions.may_publish(by):
        raise NotAllowed(_("A lead decides who reads an article. Ask yours."))
    if audience == Article.Audience.ORGANISATIONS and not organisations:
        raise NoReaders
    if owner.pk != article.owner_id and not owner.is_agent:
        raise NotAllowed(_("The owner of an article works at the desk. Choose somebody who does."))
    article.audience, article.owner, article.review_on = Article.Audience(audience), owner, review_on
    article.save(update_fields=["audience", "owner", "review_on"])
    article.organisations.set(organisations if audience == Article.Audience.ORGANISATIONS else ())


@transaction.atomic
def retire(article: Article, *, language: str, by: Person) -> None:
    """Take it back in this language; the text is kept.  Raises NotAllowed."""
    if not permissions.may_publish(by):
        raise NotAllowed(_("A lead takes articles back. Ask yours."))
    article.versions.filter(language=language, status=Status.PUBLISHED).update(status=Status.RETIRED)


def words_of(version: ArticleVersion) -> str:
    """What the search finds it by."""
    return _words(Wording(version.title, version.text, version.keywords), version.language)


def _words(wording: Wording, language: str) -> str:
    return line(f"{wording.title}\n{wording.keywords}\n{wording.text}", language)
