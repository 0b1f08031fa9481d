"""What Django asks after the desk's own passwords: those of directories that speak LDAP."""

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now

from sira.people import arriving
from sira.people.directories.ldap.entering import came_by_name
from sira.people.models import Person
from sira.people.sessions import DeskBackend


class DirectoryBackend(DeskBackend):
    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        """Raises Refused, which the form of the page says in its words."""
        name, password = credentials.get("email"), credentials.get("password")
        found = came_by_name(name, password, at=now()) if name and password else None
        if found and request:
            arriving.by_directory(request, found[1])
        return found[0] if found else None
