from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sira.api import further
from sira.shell.places import Place, add_place


class StudioConfig(AppConfig):
    name = "sira.studio"

    def ready(self) -> None:
        from sira.studio.navigation import may_enter  # noqa: PLC0415  people's tables are not there before

        further.offer("", "sira.studio.by_program.router")
        further.offer("", "sira.studio.drawings_by_program.router")
        further.offer("", "sira.studio.tables_by_program.router")
        further.offer("", "sira.studio.comparing_by_program.router")
        further.offer("", "sira.studio.trials_by_program.router")
        further.offer("", "sira.studio.moving_by_program.router")
        add_place(Place("studio", _("Studio"), "studio:home", "workflow", order=300, tab=False, may_enter=may_enter))
