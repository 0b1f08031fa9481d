"""What processes say when they may not do what was asked."""

from collections.abc import Iterable

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused


class NotReadable(Refused):
    """The file is no drawing that can be opened."""

    code = "drawing_not_readable"
    status = 422


class NotRunnable(Refused):
    """The drawing cannot be published; findings name each element and the reason."""

    code = "drawing_not_runnable"
    status = 422

    def __init__(self, findings: Iterable[object]) -> None:
        self.findings = list(findings)
        super().__init__(_lines(self.findings))


def _lines(findings: list[object]) -> str | Promise:
    """One line a finding, in the language of whoever reads it."""
    return lazy(lambda: "\n".join(str(finding) for finding in findings), str)()


class NoSuchProcess(Refused):
    code = "no_such_process"
    message = _("No process with this key is published. Publish it in the studio first.")


class NotWaiting(Refused):
    """The process has gone on, or has ended: nothing waits there any more."""

    code = "not_waiting"
    message = _("The process does not wait for this any more. Look again at where it stands.")


class TaskNotOpen(Refused):
    code = "task_not_open"
    message = _("This task is not open any more. Somebody has done it, or the process has gone on.")


class Stuck(Refused):
    """The drawing gives no way on; becomes an incident, never reaches a person as an error."""

    code = "no_way_on"

    def __init__(self, message: str | Promise, code: str = "") -> None:
        self.code = code or type(self).code
        super().__init__(message)


class CannotTransfer(Refused):
    """A running process cannot go on in the other version; each reason names a step."""

    code = "cannot_transfer"

    def __init__(self, reasons: Iterable[object]) -> None:
        self.reasons = list(reasons)
        super().__init__(_lines(self.reasons))
