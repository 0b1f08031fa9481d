"""What people can ask for: the portal's request types."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.people.finding import houses_of, is_partner
from sira.people.models import Organisation, Person
from sira.tickets.models import Category, Service, TicketType

DEEPEST = 10  # organisations above one another; a tree of people, not of files


class RequestTypeQuerySet(models.QuerySet["RequestType"]):
    def offered(self) -> "RequestTypeQuerySet":
        return self.filter(is_offered=True).order_by("order", "name")

    def open_to_all(self) -> "RequestTypeQuerySet":
        """What somebody without an account may ask for."""
        return self.offered().filter(audience=RequestType.Audience.PUBLIC)

    def offered_to(self, person: Person) -> "RequestTypeQuerySet":
        """What the person may ask for: what is open to everybody signed in, and what their organisation is offered."""
        audience = Q(audience__in=(RequestType.Audience.PUBLIC, RequestType.Audience.EVERYBODY))
        if person.is_agent and not is_partner(person):
            return self.offered()  # agents ask on behalf of others too
        if line := [key for one in houses_of(person) for key in _line_of(one)]:
            theirs = RequestType.organisations.through.objects.filter(organisation__in=line)
            audience |= Q(pk__in=theirs.values("requesttype"))
        return self.offered().filter(audience)


def _line_of(organisation: Organisation | None) -> list[int]:
    """The organisation and those above it: what a company is offered, its departments are too."""
    line: list[int] = []
    while organisation is not None and len(line) < DEEPEST:
        line.append(organisation.pk)
        organisation = organisation.parent if organisation.parent_id else None
    return line


class RequestType(models.Model):
    """One thing to ask for: its words, its form, and what the ticket will be."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody, without signing in")
        EVERYBODY = "everybody", _("Everybody signed in")
        ORGANISATIONS = "organisations", _("Some organisations")

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True, help_text="name by language")
    description = models.CharField(max_length=300, blank=True)
    descriptions = models.JSONField(default=dict, blank=True, help_text="description by language")
    icon = models.CharField(max_length=40, default="ticket", help_text="a Lucide icon of sira/shell/icons.txt")
    type = models.ForeignKey(TicketType, on_delete=models.PROTECT, related_name="request_types")
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    form_key = models.SlugField(max_length=80, blank=True, help_text="empty: subject and description alone")
    audience = models.CharField(max_length=13, choices=Audience, default=Audience.EVERYBODY)
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="request_types")
    order = models.PositiveSmallIntegerField(default=100)
    is_offered = models.BooleanField(default=True)

    objects = RequestTypeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="request_type_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        return str(self.names.get(language) or self.name)

    def description_in(self, language: str) -> str:
        return str(self.descriptions.get(language) or self.description)
