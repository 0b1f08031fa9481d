from django.urls import path

from sira.shell import views

app_name = "shell"
urlpatterns = [
    path("assets/<str:digest>/<str:name>", views.asset, name="asset"),
    path("choose/", views.choose, name="choose"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
