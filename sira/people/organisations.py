"""Departments and customers come to be and change."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sira.people import rights
from sira.people.models import Organisation, Person
from sira.people.persons import NameMissing
from sira.people.rights import Right
from sira.plumbing.refusals import NotAllowed, Refused


class OwnParent(Refused):
    code = "own_parent"
    status = 422
    message = _("An organisation can't stand below itself. Choose another one above it.")


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
    return change_organisation(
        Organisation(),
        name=name,
        kind=kind,
        parent=parent,
        tier=tier,
        country=country,
        mail_domains=mail_domains,
        shares_tickets=shares_tickets,
        by=by,
    )


@transaction.atomic
def change_organisation(
    organisation: Organisation,
    *,
    name: str,
    kind: str,
    parent: Organisation | None,
    tier: str,
    country: str,
    mail_domains: list[str] | None,
    shares_tickets: bool,
    by: Person,
) -> Organisation:
    """All of it at once. Who belongs here stays.  Raises NotAllowed, NameMissing, OwnParent."""
    rights.must(by, Right.ADMINISTER)
    if not name.strip():
        raise NameMissing
    if organisation.pk and organisation.pk in _with_all_above(parent):
        raise OwnParent
    organisation.name, organisation.kind, organisation.parent, organisation.tier = (
        name.strip()[:200],
        kind,
        parent,
        tier,
    )
    organisation.country = country.upper()[:2]
    organisation.mail_domains = [one.strip().lower().lstrip("@") for one in mail_domains or [] if one.strip()]
    organisation.shares_tickets = shares_tickets
    organisation.save()
    return organisation


def _with_all_above(organisation: Organisation | None) -> list[int]:
    """Its number and those up to the root, every row locked so that two moves at once can't close a ring."""
    found: list[int] = []
    key = organisation.pk if organisation else None
    while key and key not in found:
        found.append(key)
        key = Organisation.objects.select_for_update().values_list("parent_id", flat=True).get(pk=key)
    return found


@transaction.atomic
def move_to_organisation(person: Person, organisation: Organisation | None, *, by: Person) -> Person:
    """Where the person belongs from now on; their earlier tickets stay with the organisation they were asked for."""
    if not rights.may_change(by, person) or (by.pk == person.pk and not rights.may_administer(by)):
        raise NotAllowed
    person.organisation = organisation
    person.save(update_fields=["organisation"])
    return person
