from django.apps import AppConfig

from sira.notifications.counting import unseen
from sira.shell.places import add_figure, add_way


class NotificationsConfig(AppConfig):
    name = "sira.notifications"

    def ready(self) -> None:
        add_way("notices", "notifications:notices")
        add_way("bell", "notifications:waiting")
        add_way("told", "notifications:settings")
        add_figure("notices", lambda request: unseen(request.user.pk or 0))
