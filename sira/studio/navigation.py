"""The pages of the studio, in order, and who may open each: its navigation, and where somebody begins."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.people.rights import Right, has_somewhere
from sira.studio.shelves import SHELVES

# Whoever has one of them finds something here. Leads come to stuck processes from their queue.
RIGHTS = (Right.DRAW, Right.ADMINISTER, Right.OPERATE, Right.HOURS, Right.MAIL, Right.LOOK, Right.AUDIT)


@dataclass(frozen=True)
class Page:
    """key: as the page itself names it, so that it is marked as the one where the reader is."""

    key: str
    words: str | Promise
    icon: str
    rights: tuple[Right, ...]
    way: str
    arguments: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.way, args=self.arguments)


ICONS = {"processes": "workflow", "decisions": "table-2", "forms": "clipboard-list"}
DRAWN = [
    Page(kind, shelf.words, ICONS[kind], (Right.DRAW,), "studio:shelf", (kind,)) for kind, shelf in SHELVES.items()
]
HOUSE = [
    Page("guide", _("First steps"), "flag", (Right.ADMINISTER,), "studio:guide"),
    Page("incidents", _("Stuck processes"), "circle-alert", (Right.OPERATE, Right.LEAD), "studio:incidents"),
    Page("catalogue", _("What people ask for"), "book-open", (Right.DRAW,), "studio:catalogue"),
    Page("sorting", _("Types and categories"), "tags", (Right.DRAW,), "studio:sorting", ("types",)),
    Page("people", _("People"), "user", (Right.ADMINISTER,), "studio:people"),
    Page("roles", _("Roles and rights"), "key-round", (Right.ADMINISTER,), "studio:roles"),
    Page("groups", _("Support groups"), "users", (Right.ADMINISTER,), "studio:groups"),
    Page("organisations", _("Organisations"), "building-2", (Right.ADMINISTER,), "studio:organisations"),
    Page("calendars", _("Working calendars"), "calendar-days", (Right.HOURS,), "studio:calendars"),
    Page("promises", _("Promises"), "clock", (Right.HOURS,), "studio:promises"),
    Page("directories", _("Sign-in"), "log-in", (Right.ADMINISTER,), "studio:directories"),
    Page("mail", _("Mail"), "mail", (Right.MAIL,), "studio:mail"),
    Page("look", _("Look of the portal"), "palette", (Right.LOOK,), "portal:branding", ("desk",)),
    Page("mails", _("Mails not read"), "mail", (Right.MAIL,), "studio:unread_mails"),
    Page("held", _("Held files"), "lock", (Right.ADMINISTER,), "studio:held_files"),
    Page("tokens", _("API tokens"), "key-round", (Right.ADMINISTER,), "studio:tokens"),
    Page("webhooks", _("Webhooks"), "send", (Right.ADMINISTER,), "studio:webhooks"),
    Page("retention", _("Keeping texts"), "hourglass", (Right.ADMINISTER,), "studio:retention"),
    Page("audit", _("Audit trail"), "history", (Right.AUDIT,), "studio:audit"),
]


def may_enter(person: Person) -> bool:
    return any(has_somewhere(person, right) for right in RIGHTS)


def open_to(person: Person, pages: list[Page]) -> list[Page]:
    return [page for page in pages if any(has_somewhere(person, right) for right in page.rights)]


def first_for(person: Person) -> str:
    """Where somebody who may enter begins."""
    return open_to(person, DRAWN + HOUSE)[0].url
