from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sira.api import further
from sira.shell.places import Place, add_place


def works_here(person: Any) -> bool:
    return bool(person.is_agent)


class BoardsConfig(AppConfig):
    name = "sira.boards"

    def ready(self) -> None:
        further.offer("", "sira.boards.by_program.router")
        further.offer("", "sira.boards.today_by_program.router")
        add_place(Place("boards", _("Boards"), "boards:today", "chart-column", order=200, may_enter=works_here))
