"""One thing that has changed."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
KINDS: dict[str, str | Promise] = {
    ADDED: _("new"),
    REMOVED: _("taken out"),
    CHANGED: _("changed"),
    MOVED: _("moved"),
}
ORDER = (REMOVED, ADDED, CHANGED, MOVED)


@dataclass(frozen=True)
class Part:
    """What of it has changed. before, after: as they stand in the drawing, empty where there was or is nothing."""

    words: str | Promise
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """where: the element's id.  what: its kind in words.  name: what the drawing calls it."""

    kind: str
    where: str
    what: str | Promise
    name: str
    parts: tuple[Part, ...] = ()

    @property
    def words(self) -> str | Promise:
        return KINDS[self.kind]
