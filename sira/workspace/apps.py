from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.api import further
from sira.processes.tasks.counting import count_to_decide
from sira.shell.places import Place, add_place, add_way


def works_here(person: Any) -> bool:
    return bool(person.is_agent)


def to_decide(request: HttpRequest) -> int:
    return count_to_decide(request.user.pk, at=now())  # type: ignore[arg-type]


class WorkspaceConfig(AppConfig):
    name = "sira.workspace"

    def ready(self) -> None:
        add_place(Place("workspace", _("Workspace"), "workspace:desk", "layers", order=100, may_enter=works_here))
        approvals = pgettext_lazy("place", "Approvals")
        add_place(Place("tasks", _("Tasks"), "workspace:tasks", "list-todo", 110, may_enter=works_here, tab=False))
        add_place(
            Place(
                "desk_approvals", approvals, "workspace:approvals", "stamp", 120,
                tab=False, may_enter=works_here, count=to_decide,
            )
        )  # fmt: skip
        further.offer("", "sira.workspace.by_program.router")
        further.offer("", "sira.workspace.lists_by_program.router")
        further.offer("", "sira.workspace.views_by_program.router")
        further.offer("bulk", "sira.workspace.bulk_by_program.router")
        add_way("new_ticket", "workspace:new_ticket")
        add_way("find", "workspace:find")
        add_way("commands", "workspace:commands")
        add_way("live", "/live?topics=tickets,looking,notices")
