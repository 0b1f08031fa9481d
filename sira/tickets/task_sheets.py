"""What a task says, wants and offers, in the reader's words."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.processes.models import Task
from sira.processes.tasks import particulars
from sira.tickets.tasks import APPROVE, OF_REQUESTER

WORDS: dict[str, Promise] = {
    "text": _("a few words on what was done and what came of it"),
    "file": _("a file that shows it"),
    "signature": _("your signature"),
    "checklist": _("every item of the list ticked"),
    "form": _("the form"),
}


@dataclass(frozen=True)
class Item:
    """One line of a checklist. by, at: who ticked it and when; None while it is open."""

    words: str
    by: int | None = None
    at: str = ""


@dataclass(frozen=True)
class Asked:
    """A task in the reader's words: what it says, what it needs, which answers it offers."""

    task: Task
    text: str
    needs: list[str]
    items: list[Item]
    results: list[tuple[str, str]]
    signed_as: str = ""
    has_form: bool = False
    of_requester: bool = field(default=False)

    @property
    def needs_words(self) -> list[str]:
        return [str(WORDS[need]) for need in self.needs]


def asked(task: Task) -> Asked:
    """In the reader's language.  The task's sheet is read with it where it was not fetched already."""
    sheet = getattr(task, "sheet", None)
    given = sheet.particulars if sheet else {}
    words = particulars.in_language(given.get("checklist", {})) or []
    checked = sheet.checked if sheet else []
    needs = list(given.get("evidence") or particulars.evidence("", kind=task.kind if task.kind != APPROVE else ""))
    items = [Item(word, *(tick or ())) for word, tick in zip(words, checked, strict=False)]
    return Asked(
        task=task,
        text=str(particulars.in_language(given.get("text", {}))),
        needs=needs + (["checklist"] if items else []) + (["form"] if task.form else []),
        items=items,
        results=[(one["key"], str(particulars.in_language(one["words"]))) for one in given.get("results", [])],
        signed_as=sheet.signed_as if sheet else "",
        has_form=bool(task.form),
        of_requester=task.kind in OF_REQUESTER,
    )
