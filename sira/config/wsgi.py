"""The pages of the desk as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sira.config.settings")
application = get_wsgi_application()
