from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sira.shell.places import Place, add_place


def works_here(person: Any) -> bool:
    return bool(person.is_agent)


class KnowledgeConfig(AppConfig):
    name = "sira.knowledge"

    def ready(self) -> None:
        words = _("Knowledge")
        add_place(Place("knowledge", words, "knowledge:articles", "book-open", 130, may_enter=works_here, tab=False))
