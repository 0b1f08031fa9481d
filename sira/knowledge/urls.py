"""The agents' pages about knowledge; readers find articles in the portal."""

from django.urls import path

from sira.knowledge.views import reading, writing

app_name = "knowledge"
urlpatterns = [
    path("knowledge/", reading.articles, name="articles"),
    path("knowledge/new/", writing.new, name="new"),
    path("knowledge/beside/<str:number>/", reading.beside, name="beside"),
    path("knowledge/<int:pk>/", reading.article, name="article"),
    path("knowledge/<int:pk>/readers/", writing.arrange, name="arrange"),
    path("knowledge/<int:pk>/<str:language>/write/", writing.write, name="write"),
    path("knowledge/<int:pk>/<str:language>/publish/", writing.publish, name="publish"),
    path("knowledge/<int:pk>/<str:language>/retire/", writing.retire, name="retire"),
]
