"""Roles that administrators make beside those that the desk ships, and to whom and where they are given."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class MadeRole(models.Model):
    """rights: values of sira.people.rights.Right, with those that they need.  names: by language, where they differ."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)
    rights = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class GivenRole(models.Model):
    """A made role of a person: everywhere, or for what belongs to one support group or to one organisation.

    A trigger keeps Person.made_rights, where the rights are read, in step with these rows.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="given_roles")
    role = models.ForeignKey(MadeRole, on_delete=models.PROTECT, related_name="given")
    group = models.ForeignKey("people.SupportGroup", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="role_is_given_once_for_a_place",
                fields=["person", "role", "group", "organisation"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="role_is_given_for_a_group_or_an_organisation", condition=Q(group=None) | Q(organisation=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} of {self.person_id}"
