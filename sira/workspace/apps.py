from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sira.shell.places import Place, add_place, add_way


def works_here(person: Any) -> bool:
    return bool(person.is_agent)


class WorkspaceConfig(AppConfig):
    name = "sira.workspace"

    def ready(self) -> None:
        add_place(Place("workspace", _("Workspace"), "workspace:desk", "layers", order=100, may_enter=works_here))
        add_way("new_ticket", "workspace:new_ticket")
        add_way("find", "workspace:find")
        add_way("commands", "workspace:commands")
        add_way("live", "/live?topics=tickets")
