"""What tickets are sorted by comes to be, changes and is withdrawn: types, categories, services."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sira.people import rights
from sira.people.models import Person, SupportGroup
from sira.people.persons import NameMissing
from sira.people.rights import Right
from sira.plumbing.refusals import Refused
from sira.plumbing.violations import violated
from sira.processes import versions
from sira.tickets import assigning
from sira.tickets.models import Category, Service, TicketType

Sorted = TicketType | Category | Service
Row = TypeVar("Row", TicketType, Category, Service)
# A mail names a ticket so (intake.threading): letters, then the number.
PREFIX = re.compile(r"[A-Z]{2,5}")


class KeyTaken(Refused):
    code = "key_taken"
    message = _("Something else has this key. Choose another one.")


class PrefixTaken(Refused):
    code = "prefix_taken"
    message = _("Another type numbers its tickets so. Choose other letters.")


class NotAPrefix(Refused):
    code = "not_a_prefix"
    status = 422
    message = _("Two to five capital letters from A to Z stand before a number, such as INC.")


class BelowItself(Refused):
    code = "below_itself"
    status = 422
    message = _("A category can't stand below itself. Choose another one above it.")


@transaction.atomic
def keep_type(
    row: TicketType,
    *,
    name: str,
    names: Mapping[str, str],
    prefix: str,
    process_key: str,
    mandatory_fields: Sequence[str],
    needs_test: bool,
    group: SupportGroup | None,
    by: Person,
    at: datetime,
) -> TicketType:
    """A new one, or a change of one; numbers given keep the letters they have.

    names: by language, where they differ.  process_key: of a published process; empty: no drawing leads it.
    group: has its tickets that are given to no other, those of now too.
    Raises NotAllowed, NameMissing, NotAPrefix, PrefixTaken, KeyTaken, NoSuchProcess.
    """
    if not PREFIX.fullmatch(prefix):
        raise NotAPrefix
    if process_key:
        versions.published(process_key)
    row.prefix, row.process_key = prefix, process_key
    row.mandatory_fields, row.needs_test, row.group = list(mandatory_fields), needs_test, group
    kept = _kept(row, name=name, names=names, by=by)
    assigning.take_home(kept, by=by, at=at)
    return kept


@transaction.atomic
def keep_category(
    row: Category, *, name: str, names: Mapping[str, str], parent: Category | None, by: Person
) -> Category:
    """Raises NotAllowed, NameMissing, BelowItself, KeyTaken."""
    above, seen = parent, set[int]()
    while above is not None and above.pk not in seen:
        if above.pk == row.pk:
            raise BelowItself
        seen.add(above.pk)
        above = above.parent
    row.parent = parent
    return _kept(row, name=name, names=names, by=by)


@transaction.atomic
def keep_service(row: Service, *, name: str, names: Mapping[str, str], owner: Person | None, by: Person) -> Service:
    """owner: whom approvals of the service ask.  Raises NotAllowed, NameMissing, KeyTaken."""
    row.owner = owner
    return _kept(row, name=name, names=names, by=by)


def withdraw(row: Sorted, *, by: Person) -> None:
    """Nobody can choose it any more. What has it keeps it and its name, and what names it still gives it.

    A drawing, a mailbox or something to ask for that names it goes on.  Raises NotAllowed.
    """
    _set_offered(row, False, by=by)


def offer(row: Sorted, *, by: Person) -> None:
    """Take back that it was withdrawn.  Raises NotAllowed."""
    _set_offered(row, True, by=by)


def _set_offered(row: Sorted, is_offered: bool, *, by: Person) -> None:
    rights.must(by, Right.DRAW)
    row.is_offered = is_offered
    row.save(update_fields=["is_offered"])


def _kept(row: Row, *, name: str, names: Mapping[str, str], by: Person) -> Row:
    rights.must(by, Right.DRAW)
    if not name.strip():
        raise NameMissing
    row.name = name.strip()
    row.names = {language: words.strip() for language, words in names.items() if words.strip()}
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _taken(violated(error))(key=row.key) from error
    return row


def _taken(rule: str) -> Callable[..., Refused]:
    return PrefixTaken if "prefix" in rule else KeyTaken
