from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sira.shell.places import Place, add_place, add_way


def works_here(person: Any) -> bool:
    return bool(person.is_agent)


class WorkforceConfig(AppConfig):
    name = "sira.workforce"

    def ready(self) -> None:
        add_place(Place("team", _("Team"), "workforce:team", "users", order=180, may_enter=works_here))
        add_way("presence", "workforce:presence")
        add_way("active", "workforce:active")
