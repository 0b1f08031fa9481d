"""The forms people fill in, version by version."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person


class FormVersion(models.Model):
    """A form as it was at one time. What was answered under a version is read with it, so versions stay.

    schema: form-js JSON.  digest: SHA-256 of its canonical text, hex.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    key = models.SlugField(max_length=80)
    version = models.PositiveIntegerField()
    schema = models.JSONField()
    digest = models.CharField(max_length=64, db_collation="C")
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="form_has_each_version_once", fields=["key", "version"]),
            models.UniqueConstraint(
                name="form_has_one_published_version", fields=["key"], condition=Q(status="published")
            ),
            models.CheckConstraint(
                name="published_form_says_when", condition=Q(status="draft") | Q(published_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"
