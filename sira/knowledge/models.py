"""What the desk knows: articles, each in some languages, each text in versions."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.knowledge.visibility import ArticleQuerySet, VersionQuerySet
from sira.people.models import Organisation, Person
from sira.plumbing.words.tokens import indexed_of
from sira.tickets.models import Ticket


class Article(models.Model):
    """One answer, whatever languages it is told in: who may read it, who looks after it, until when it holds.

    ticket: the one it came from by a process; published again from there, it is the same article.
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        ORGANISATIONS = "organisations", _("Some organisations")
        INTERNAL = "internal", _("The desk alone")

    audience = models.CharField(max_length=13, choices=Audience, default=Audience.INTERNAL)
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="articles")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="articles")
    review_on = models.DateField(help_text="the day by which the owner reads it again")
    ticket = models.OneToOneField(Ticket, null=True, blank=True, on_delete=models.SET_NULL, related_name="article")
    created_at = models.DateTimeField()

    objects = ArticleQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(name="articles_by_review", fields=["review_on", "id"])]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"KB-{self.pk}"


class ArticleVersion(models.Model):
    """The text of an article in one language. A published one never changes; what is written next is a draft.

    words: what the search finds it by (plumbing.words.tokens.line).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions", db_index=False)
    language = models.CharField(max_length=5)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    keywords = models.CharField(max_length=300, blank=True)
    words = models.TextField(blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(help_text="written")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="article_version_counts_up", fields=["article", "language", "number"]),
            models.UniqueConstraint(
                name="article_has_one_published_text_a_language",
                fields=["article", "language"],
                condition=Q(status="published"),
            ),
            models.UniqueConstraint(
                name="article_has_one_draft_a_language", fields=["article", "language"], condition=Q(status="draft")
            ),
            models.CheckConstraint(
                name="published_article_has_a_time", condition=~Q(status="published") | Q(published_at__isnull=False)
            ),
            models.CheckConstraint(name="article_text_has_a_title", condition=~Q(title="")),
        ]
        indexes: ClassVar = [
            GinIndex(indexed_of("words"), name="article_words"),
            models.Index(name="article_versions_by_title", fields=["title", "id"], condition=Q(status="published")),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleMark(models.Model):
    """Whether it helped somebody; the last word counts."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="marks", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="article_marks")
    helped = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_marks_an_article_once", fields=["article", "person"]),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.helped}"
