"""What the portal itself keeps: forms half filled in, and how it looks to an organisation."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value

from sira.people.models import Organisation, Person


class Draft(models.Model):
    """What somebody has typed into a form and not sent. key: of the form, such as ask-new-laptop or task-12.

    data: what the fields hold, as posted: {name: [values]}; files are never in it.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="portal_drafts")
    key = models.CharField(max_length=80)
    data = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_has_one_draft_of_a_form", fields=["person", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.person_id}"


class Branding(models.Model):
    """How the portal looks to an organisation and those below it; without an organisation: to everybody else.

    accent: as it was given, #rrggbb; what is shown is made readable first (sira.portal.colours).
    greetings, notices: words by language, above the field and at the foot of the page.
    addressing: the form of address that was chosen, {"tr": {"portal": "siz"}} (sira.plumbing.speaking); of the desk's
    own alone, since colleagues read one page together.
    """

    organisation = models.OneToOneField(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="branding"
    )
    name = models.CharField(max_length=60, blank=True)
    accent = models.CharField(max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9a-f]{6}$")])
    greetings = models.JSONField(default=dict, blank=True)
    notices = models.JSONField(default=dict, blank=True)
    addressing = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    logo = models.BinaryField(null=True, blank=True)
    logo_type = models.CharField(max_length=20, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="desk_has_one_branding_of_its_own", fields=["organisation"], nulls_distinct=False
            ),
            models.CheckConstraint(name="branding_logo_has_a_type", condition=Q(logo=None) | ~Q(logo_type="")),
            models.CheckConstraint(
                name="form_of_address_is_the_desks", condition=Q(organisation=None) | Q(addressing={})
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.organisation or "")
