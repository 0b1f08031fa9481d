"""Every address of the desk, room by room."""

from django.urls import include, path

from sira.shell.addresses import ByFirstWord, LoadedLater

handler500 = "sira.shell.unavailable.failed"
rooms = [
    path("", include("sira.shell.urls")),
    path("", include("sira.plumbing.urls")),
    path("", include("sira.people.urls")),
    path("", include("sira.people.allauth_urls")),
    path("", include("sira.workforce.urls")),
    path("", include("sira.routing.urls")),
    path("", include("sira.notifications.urls")),
    path("", include("sira.knowledge.urls")),
    path("", include("sira.portal.urls")),
    path("", include("sira.workspace.urls")),
    path("", include("sira.boards.urls")),
    # A third of what a start would load: the API with the library beneath it, what checks signatures, and pages for
    # few. The studio is last, so that nobody else's address is looked for in it.
    LoadedLater("", "sira.people.directories.urls", app_name="directories", namespace="directories", words=["sign-in"]),
    LoadedLater("api/v1/", "sira.api.urls", app_name="ninja", namespace="api-v1", words=["api"]),
    LoadedLater("", "sira.studio.urls", app_name="studio", namespace="studio", words=["studio"]),
    LoadedLater("", "sira.studio.ticket_urls", app_name="drawings", namespace="drawings", words=["tickets"]),
]
urlpatterns = [ByFirstWord(rooms)]
