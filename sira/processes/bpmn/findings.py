"""What is wrong with a drawing, said so that whoever draws can mend it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.elements import WORDS
from sira.processes.bpmn.reading import Element


@dataclass(frozen=True, slots=True)
class Finding:
    """element: its id.  kind: its BPMN name.  stops: the drawing cannot be published like this."""

    element: str
    kind: str
    name: str
    reason: str | Promise
    stops: bool = True

    def __str__(self) -> str:
        return str(
            _("%(kind)s “%(name)s”: %(reason)s")
            % {"kind": WORDS.get(self.kind, self.kind), "name": self.name, "reason": self.reason}
        )


class Findings(list[Finding]):
    def refuse(self, element: Element, reason: str | Promise) -> None:
        self.append(Finding(element.id, element.local, element.title, reason))

    def warn(self, element: Element, reason: str | Promise) -> None:
        self.append(Finding(element.id, element.local, element.title, reason, stops=False))

    @property
    def stopping(self) -> list[Finding]:
        return [finding for finding in self if finding.stops]
