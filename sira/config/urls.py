"""Every address of the desk, room by room."""

from django.urls import include, path

from sira.api.urls import api
from sira.shell.addresses import ByFirstWord

handler500 = "sira.shell.unavailable.failed"
rooms = [
    path("", include("sira.shell.urls")),
    path("", include("sira.plumbing.urls")),
    path("", include("sira.people.urls")),
    path("", include("sira.people.allauth_urls")),
    path("", include("sira.workforce.urls")),
    path("", include("sira.routing.urls")),
    path("", include("sira.knowledge.urls")),
    path("", include("sira.portal.urls")),
    path("", include("sira.workspace.urls")),
    path("", include("sira.studio.urls")),
    path("", include("sira.boards.urls")),
    path("api/v1/", api.urls),
]
urlpatterns = [ByFirstWord(rooms)]
