"""What drawings may name on this desk."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from sira.decisions.models import DecisionVersion
from sira.forms.models import FormVersion
from sira.people.models import Membership, Person, SupportGroup
from sira.processes.models import ProcessVersion
from sira.studio.shelves.shelf import PUBLISHED
from sira.tickets.models import Category, TicketType


@dataclass
class Desk:
    """Each is read once.  addresses: those that this drawing names."""

    addresses: frozenset[str] = frozenset()

    @cached_property
    def known_addresses(self) -> set[str]:
        people = Person.objects.filter(is_active=True).annotate(lower=Lower("email"))
        return set(people.filter(lower__in=self.addresses).values_list("lower", flat=True))

    @cached_property
    def groups(self) -> dict[str, int]:
        """How many people are in each."""
        found = dict.fromkeys(SupportGroup.objects.values_list("key", flat=True), 0)
        members = Membership.objects.filter(person__is_active=True).values_list("group__key", flat=True)
        for key in members:
            found[key] = found.get(key, 0) + 1
        return found

    @cached_property
    def forms(self) -> dict[str, Any]:
        return dict(FormVersion.objects.filter(status=PUBLISHED).values_list("key", "schema"))

    @cached_property
    def decisions(self) -> set[str]:
        return set(DecisionVersion.objects.filter(status=PUBLISHED).values_list("key", flat=True))

    @cached_property
    def processes(self) -> set[str]:
        return set(ProcessVersion.objects.filter(status=PUBLISHED).values_list("key", flat=True))

    @cached_property
    def without_manager(self) -> int:
        people = Person.objects.filter(is_active=True).exclude(role=Person.Role.SYSTEM)
        return people.filter(Q(manager=None) | Q(manager__is_active=False)).count()

    @cached_property
    def without_lead(self) -> int:
        """People whose groups nobody else leads; who works on no tickets is in none."""
        leads = Membership.objects.filter(group=OuterRef("group"), leads=True, person__in=Person.objects.agents())
        led = Membership.objects.filter(Exists(leads.exclude(person=OuterRef("person"))), person=OuterRef("pk"))
        people = Person.objects.filter(is_active=True).exclude(role=Person.Role.SYSTEM)
        return people.exclude(Exists(led), pk__in=Person.objects.agents()).count()

    def is_called(self, process: str) -> bool:
        """Whether another process that is published calls it."""
        others = ProcessVersion.objects.filter(status=PUBLISHED).exclude(key=process)
        return others.filter(source__contains=f'processId="{process}"').exists()

    @cached_property
    def types(self) -> set[str]:
        return set(TicketType.objects.values_list("key", flat=True))

    @cached_property
    def categories(self) -> set[str]:
        return set(Category.objects.values_list("key", flat=True))

    @cached_property
    def call_tokens(self) -> set[str]:
        return {name.lower() for name in settings.CALL_TOKENS}
