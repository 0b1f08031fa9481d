from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "sira.processes"

    def ready(self) -> None:
        """The one block that this room brings itself: deciding by a table of the room below."""
        from sira.processes import blocks, deciding  # noqa: PLC0415 - models exist only now

        blocks.register(deciding.DECIDE, deciding.decide_by_table)
