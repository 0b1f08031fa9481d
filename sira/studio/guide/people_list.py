"""People by a list: each line is read and checked before anybody is entered; then all are, or none."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sira.people import addresses, organisations, persons, recognition
from sira.people.addresses import NotAnAddress
from sira.people.models import Address, Organisation, Person, SupportGroup

LARGEST = 2 * 1024 * 1024
MOST_TOLD = 10  # of what is wrong, at once
EXAMPLE = (
    "name,mail,role,group,language\nAnna Wrona,anna@meridian.example,agent,it,pl\nOmar Haddad,omar@meridian.example"
)
COLUMNS = {
    "name": ("name", "ad", "isim", "ad soyad", "نام", "imię i nazwisko", "nazwa"),
    "mail": ("mail", "email", "e-mail", "mail address", "e-posta", "ایمیل", "adres"),
    "role": ("role", "rol", "نقش", "rola"),
    "group": ("group", "groups", "grup", "گروه", "grupa"),
    "language": ("language", "dil", "زبان", "język"),
    "organisation": ("organisation", "organization", "kuruluş", "سازمان", "organizacja"),
}
ROLES = [role for role in Person.Role.values if role != Person.Role.SYSTEM]


@dataclass(frozen=True)
class Row:
    name: str
    mail: str
    role: str
    group: str
    language: str
    organisation: str


@dataclass(frozen=True)
class Entered:
    """known: had a mail address that the desk knew already, and stayed as they were."""

    new: int
    known: int


def decoded(content: bytes) -> str:
    """UTF-8, or what Excel writes where it is not."""
    for code in ("utf-8-sig", "cp1254"):
        try:
            return content.decode(code)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def read(text: str, *, groups: set[str]) -> tuple[list[Row], list[Any]]:
    """The rows, and one sentence for each line that is not right.  groups: the keys that are known."""
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    separator = max(",;\t", key=lines[0].count) if lines else ","
    try:
        table = list(csv.reader(lines, delimiter=separator))
    except csv.Error:  # no text of lines and columns, such as a workbook
        table = []
    places = {_column(head): place for place, head in enumerate(table[0])} if table else {}
    if "name" not in places or "mail" not in places:
        return [], [_("The first line must name the columns, with name and mail among them.")]
    if strange := [head.strip() for head in table[0] if head.strip() and _column(head) not in COLUMNS]:
        refused = _("There is no column “{}” here. Call it one of {}, or take it out.")
        return [], [format_lazy(refused, head, ", ".join(COLUMNS)) for head in strange]
    rows: list[Row] = []
    wrong: list[Any] = []
    seen: set[str] = set()
    for number, cells in enumerate(table[1:], start=2):
        row = _row(cells, places)
        if problem := _problem(row, groups, seen):
            wrong.append(format_lazy(_("Line {}: {}"), number, problem))
        seen.add(row.mail)
        rows.append(row)
    return rows, wrong


def _column(head: str) -> str:
    plain = head.strip().casefold()
    return next((name for name, words in COLUMNS.items() if plain in words), plain)


def _row(cells: list[str], places: dict[str, int]) -> Row:
    def cell(name: str) -> str:
        place = places.get(name, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    return Row(
        name=cell("name"),
        mail=cell("mail").lower(),
        role=cell("role").lower() or Person.Role.REQUESTER,
        group=cell("group"),
        language=cell("language").lower(),
        organisation=cell("organisation"),
    )


def _problem(row: Row, groups: set[str], seen: set[str]) -> Any:
    try:
        addresses.normalised(Address.Kind.MAIL, row.mail)
    except NotAnAddress as refused:
        return refused.message
    if not row.name:
        return _("There is no name.")
    if row.mail in seen:
        return _("This mail address stands further up already.")
    if row.role not in ROLES:
        return format_lazy(_("The role is one of {}."), ", ".join(ROLES))
    if row.group and row.group not in groups:
        return format_lazy(_("There is no group “{}”. Groups are: {}."), row.group, ", ".join(sorted(groups)))
    if row.group and row.role == Person.Role.REQUESTER:
        return _("Only who works here belongs to a support group.")
    if row.language and row.language not in Person.Language.values:
        return format_lazy(_("The language is one of {}."), ", ".join(Person.Language.values))
    return None


@transaction.atomic
def enter(rows: Iterable[Row], *, by: Person, at: datetime) -> Entered:
    """All of them or nobody.  Raises NotAllowed and what `create_person` raises."""
    new = known = 0
    groups = {group.key: group for group in SupportGroup.objects.all()}
    houses = {organisation.name: organisation for organisation in Organisation.objects.all()}
    for row in rows:
        if recognition.person_of(Address.Kind.MAIL, row.mail):
            known += 1
            continue
        if row.organisation and row.organisation not in houses:
            houses[row.organisation] = organisations.create_organisation(name=row.organisation, by=by)
        person = persons.create_person(
            name=row.name,
            email=row.mail,
            role=row.role,
            organisation=houses.get(row.organisation),
            language=row.language or by.language,
            time_zone=by.time_zone,
            by=by,
            at=at,
        )
        if row.group:
            persons.put_in_group(person, groups[row.group], leads=row.role == Person.Role.LEAD, by=by)
        new += 1
    return Entered(new, known)
