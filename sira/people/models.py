"""Who asks, who works, and where they belong."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sira.people.models_personal import PersonalRequest  # noqa: F401
from sira.people.models_roles import GivenRole as GivenRole
from sira.people.models_roles import MadeRole as MadeRole
from sira.shell.names import named


class Organisation(models.Model):
    """A department of ours or an external customer; a tree through parent."""

    class Kind(models.TextChoices):
        INTERNAL = "internal", _("Department")
        CUSTOMER = "customer", _("Customer")

    class Tier(models.TextChoices):
        STANDARD = "standard", _("Standard")
        SILVER = "silver", _("Silver")
        GOLD = "gold", _("Gold")

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.INTERNAL)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    tier = models.CharField(max_length=10, choices=Tier, default=Tier.STANDARD)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1, two letters")
    mail_domains = models.JSONField(default=list, blank=True, help_text="persons who write from these belong here")
    shares_tickets = models.BooleanField(default=False, help_text="members see each other's tickets in the portal")
    calendar_id = models.BigIntegerField(null=True, blank=True, help_text="the working calendar of this organisation")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="organisation_is_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(models.QuerySet["Person"]):
    def agents(self) -> "PersonQuerySet":
        """Everybody who may work on tickets, alive in the desk."""
        works = Q(role__in=Person.WORKING) | Q(made_rights__has_key="work")
        return self.filter(works, is_active=True, joined_into=None)

    def with_rights(self) -> "PersonQuerySet":
        """Whoever may do more than ask, also those that were let go."""
        return self.filter(Q(role__in=Person.WORKING) | ~Q(made_rights={}))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email: str) -> "Person":
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """Somebody with one history, whatever addresses they write from; also who signs in.

    email: the address we write to (lower case; empty if there is none). All addresses stand in Address.
    """

    class Role(models.TextChoices):
        REQUESTER = "requester", _("Requester")
        AGENT = "agent", _("Agent")
        LEAD = "lead", _("Lead")
        MANAGER = "manager", _("Manager")
        ADMINISTRATOR = "administrator", _("Administrator")
        SYSTEM = "system", _("Automation")

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        TURKISH = "tr", "Türkçe"
        PERSIAN = "fa", "فارسی"
        POLISH = "pl", "Polski"

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class AfterAnswer(models.TextChoices):
        STAY = "stay", _("Stay on the ticket")
        NEXT = "next", _("Go on to the next of the list")

    WORKING = (Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR)

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    role = models.CharField(max_length=13, choices=Role, default=Role.REQUESTER)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    title = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, choices=Language, default=Language.ENGLISH)
    time_zone = models.CharField(max_length=60, default="Europe/Warsaw")
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    after_answer = models.CharField(
        max_length=4, choices=AfterAnswer, default=AfterAnswer.STAY, db_default=AfterAnswer.STAY
    )
    signature = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    joined_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined")
    created_at = models.DateTimeField()
    made_rights = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        editable=False,
        help_text="what made roles add: {right: {everywhere, groups, organisations}}; written by a trigger alone",
    )

    # The rights that a token carries, while a program acts by it as this person; None: all that they have.
    at_most: frozenset[str] | None = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = PersonManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="person_email_is_unique", condition=~Q(email="")),
            models.CheckConstraint(
                name="person_is_not_joined_into_themselves", condition=Q(joined_into=None) | ~Q(joined_into=F("id"))
            ),
        ]
        indexes: ClassVar = [
            GinIndex(SearchVector("name", config="simple"), name="person_name_words"),
            models.Index(name="people_by_name", fields=["name", "id"], condition=Q(joined_into=None)),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_agent(self) -> bool:
        """They may work on tickets; on which, says visible_to."""
        if self.at_most is not None and "work" not in self.at_most:
            return False
        return self.role in self.WORKING or "work" in self.made_rights

    @property
    def is_staff(self) -> bool:
        """Read by libraries that ask Django's question; here it means the administrator."""
        return self.role == self.Role.ADMINISTRATOR


class Address(models.Model):
    """One way to reach and to recognise a person: mail, phone or the handle of a messenger."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("E-mail")
        PHONE = "phone", _("Phone")
        HANDLE = "handle", _("Handle")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.MAIL)
    value = models.CharField(max_length=254, help_text="normalised: mail lower case, phone as +48123456789")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="address_belongs_to_one_person", fields=["kind", "value"]),
        ]
        indexes: ClassVar = [models.Index(name="address_beginnings", fields=["value"], opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.value


class Caps(models.Model):
    """How many tickets are dealt in a day, a week and a month at most; empty is no limit."""

    day_cap = models.PositiveIntegerField(null=True, blank=True)
    week_cap = models.PositiveIntegerField(null=True, blank=True)
    month_cap = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class SupportGroup(Caps):
    """People who share work. It says how tickets are dealt, when it works and how long a ticket may be reopened.

    weights: how much a ticket counts as load, as {"priority": {"1": 3}, "type": {"change": 2}, "channel": {}}; what is
    not named counts 1. Caps are those of the whole group.
    """

    class Strategy(models.TextChoices):
        ROUND_ROBIN = "round_robin", _("In turn")
        LEAST_LOAD = "least_load", _("Least load")
        SHARES = "shares", _("Shares in per cent")
        SKILL = "skill", _("Best skill")
        FREE = "free", _("Taken from the queue")

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True, help_text="name by language, where it differs")
    members = models.ManyToManyField(Person, through="Membership", related_name="support_groups")
    strategy = models.CharField(max_length=11, choices=Strategy, default=Strategy.FREE)
    prefers_known = models.BooleanField(default=False, help_text="who worked for the person last gets it first")
    matches_language = models.BooleanField(default=False, help_text="only who speaks the ticket's language gets it")
    silence_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="working minutes without a reaction after which the ticket is dealt anew"
    )
    weights = models.JSONField(default=dict, blank=True)
    calendar_id = models.BigIntegerField(null=True, blank=True, help_text="the working calendar promises count in")
    address = models.EmailField(blank=True, help_text="mail from this group comes from here; empty: the desk's own")
    signature = models.TextField(blank=True)
    reopen_days = models.PositiveSmallIntegerField(default=14, help_text="after that an answer opens a follow-up")

    def __str__(self) -> str:
        """In the language of who reads it."""
        return named(self)


class Membership(Caps):
    """share: per cent of the group's tickets, where they are dealt in shares.  Caps: what of this group they get."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="memberships")
    leads = models.BooleanField(default=False)
    share = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_is_in_a_group_once", fields=["group", "person"]),
            models.CheckConstraint(name="share_is_a_percentage", condition=Q(share=None) | Q(share__range=(0, 100))),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.group_id}"


class Joining(models.Model):
    """Two persons found to be one: what moved, so that it can be undone."""

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="joinings_kept")
    joined = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="joinings_given")
    moved = models.JSONField(help_text="what changed its person: {table: [ids]}")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="person_is_joined_once_at_a_time", fields=["joined"], condition=Q(undone_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.joined_id} into {self.kept_id}"


class SignInLink(models.Model):
    """A link mailed to an address that signs in, once, where it was asked for: see sira.people.links.

    Only its digest is kept; the mail has the link.
    """

    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="sign_in_links")
    digest = models.CharField(max_length=64, unique=True, db_collation="C", help_text="SHA-256 of the secret, hex")
    goes_to = models.CharField(max_length=500, blank=True, help_text="path to open afterwards")
    asked = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        db_collation="C",
        help_text="SHA-256 of what the browser keeps that asked, hex; empty: an invitation",
    )
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="links_of_a_browser", fields=["asked"], condition=Q(used_at=None) & ~Q(asked="")),
        ]

    def __str__(self) -> str:
        return f"link of {self.address_id}"


class Attempt(models.Model):
    """Something done from outside that may be done only so often: see sira.people.limits."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=254, help_text="whose attempts count together: an address, an IP")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="attempts_of_key", fields=["kind", "key", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} by {self.key}"


class SharedNote(models.Model):
    """What all web processes have to agree on for a while: see sira.people.shared_cache.

    key: SHA-256 of its name, hex.
    """

    key = models.CharField(max_length=64, primary_key=True, db_collation="C")
    value: Any = models.JSONField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class SecondFactorWaiver(models.Model):
    """A sample desk's person who signs in without a second factor although the role needs one."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"waiver of {self.person_id}"
