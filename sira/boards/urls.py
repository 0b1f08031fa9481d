"""The boards of leads and managers."""

from django.urls import path

from sira.boards import views

app_name = "boards"
urlpatterns = [path("boards/", views.today, name="today")]
