"""The drawing of a ticket. Apart from the studio's pages, all of which a ticket's page would load by its link."""

from django.urls import path

from sira.studio.views import ticket

app_name = "drawings"
urlpatterns = [path("tickets/<str:number>/drawing/", ticket.drawing, name="of_ticket")]
