from django.apps import AppConfig

from sira.routing import tallying


class RoutingConfig(AppConfig):
    name = "sira.routing"

    def ready(self) -> None:
        from sira.people import joining  # noqa: PLC0415 - models exist only now

        joining.along(tallying.NAME, move=tallying.joined, back=tallying.parted)
