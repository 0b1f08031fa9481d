from django.urls import path

from sira.plumbing import health

app_name = "plumbing"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
