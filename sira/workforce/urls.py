"""The team's week and one's own working time."""

from django.urls import path

from sira.workforce import views

app_name = "workforce"
urlpatterns = [
    path("team/", views.team, name="team"),
    path("team/export.<str:form>", views.export, name="export"),
    path("team/import/", views.take_in, name="import"),
    path("team/mine/", views.mine, name="mine"),
    path("team/mine/presence/", views.set_presence, name="presence"),
    path("team/mine/away/", views.ask, name="ask"),
    path("team/mine/away/<int:key>/end/", views.end, name="end"),
    path("team/away/<int:key>/", views.decide, name="decide"),
]
