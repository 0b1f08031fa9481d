"""Departments and customers come to be and change."""

from django.db import transaction

from sira.people import rights
from sira.people.models import Organisation, Person
from sira.people.persons import NameMissing
from sira.plumbing.refusals import NotAllowed


@transaction.atomic
def create_organisation(
    *,
    name: str,
    kind: str = Organisation.Kind.INTERNAL,
    parent: Organisation | None = None,
    tier: str = Organisation.Tier.STANDARD,
    country: str = "",
    mail_domains: list[str] | None = None,
    shares_tickets: bool = False,
    by: Person,
) -> Organisation:
    """Raises NotAllowed, NameMissing."""
    if not rights.may_administer(by):
        raise NotAllowed
    if not name.strip():
        raise NameMissing
    return Organisation.objects.create(
        name=name.strip()[:200],
        kind=kind,
        parent=parent,
        tier=tier,
        country=country.upper()[:2],
        mail_domains=[domain.strip().lower().lstrip("@") for domain in mail_domains or [] if domain.strip()],
        shares_tickets=shares_tickets,
    )


@transaction.atomic
def move_to_organisation(person: Person, organisation: Organisation | None, *, by: Person) -> Person:
    """Where the person belongs from now on; their earlier tickets stay with the organisation they were asked for."""
    if not rights.may_change(by, person) or (by.pk == person.pk and not rights.may_administer(by)):
        raise NotAllowed
    person.organisation = organisation
    person.save(update_fields=["organisation"])
    return person
