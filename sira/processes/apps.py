from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "sira.processes"

    def ready(self) -> None:
        """The blocks that this room brings itself: deciding by a table, and calling another system."""
        from sira.processes import blocks, calling, deciding  # noqa: PLC0415 - models exist only now

        blocks.register(deciding.DECIDE, deciding.decide_by_table)
        blocks.register(calling.TYPE, calling.web_call)
