from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShellConfig(AppConfig):
    name = "sira.shell"
    verbose_name = _("Page frame")
    default_auto_field = "django.db.models.BigAutoField"
