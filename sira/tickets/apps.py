from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "sira.tickets"

    def ready(self) -> None:
        from sira.tickets import wiring  # noqa: PLC0415 - models exist only now

        wiring.connect()
