"""The desk's addresses, and some beside them that lack what they need: a test looks whether they are found."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from sira.config.urls import rooms
from sira.shell.addresses import ByFirstWord
from sira.tickets.models import Ticket


def everything(request: HttpRequest) -> HttpResponse:
    """Asks nobody who they are, and shows all there is."""
    return HttpResponse(", ".join(Ticket.objects.values_list("subject", flat=True)))


studio = ([path("studio/forgot/", everything, name="forgot_to_ask")], "studio")
portal = ([path("portal/planted/", everything, name="branding_planted")], "portal")
api = ([path("api/v1/planted", everything, name="shows_all")], "api-v1")
planted = [path("", include(one)) for one in (studio, portal, api)]
urlpatterns = [path("planted/", everything, name="nobody_thought_of_it"), *planted, ByFirstWord(rooms)]
