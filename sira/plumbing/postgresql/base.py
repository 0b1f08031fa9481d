"""Django's PostgreSQL backend, with what a page asked a hundred times a second cannot afford made cheaper.

Instants are read by psycopg's compiled loader, the health of a kept connection is told from its socket, and queries
that were composed once (sira.plumbing.composed) may be prepared by the server.
"""

import select
from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader

PREPARED = "prepared"


@cache
def with_compiled_loader(context: AdaptersMap) -> AdaptersMap:
    """Django's own loader is a Python class: 5 microseconds for each instant of a page, 400 in a list of 50 rows."""
    found = AdaptersMap(context)
    found.register_loader("timestamptz", TimestamptzLoader)
    return found


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        return parameters | {"context": with_compiled_loader(parameters["context"])}

    def create_cursor(self, name: str | None = None) -> Any:
        """The connection is set to UTC and so are its loaders: unlike Django's, a cursor needs none of its own."""
        if name == PREPARED:
            return base.ServerBindingCursor(self.connection)  # type: ignore[call-arg]
        if name is not None:
            raise NotImplementedError("Cursors kept by the server would tie a session to it; see DATABASES.")
        return self.connection.cursor()

    def prepared_cursor(self) -> Any:
        """For statements that are asked often and always alike."""
        return self._cursor(PREPARED)  # type: ignore[attr-defined]

    def is_usable(self) -> bool:
        """A server that ends a connection says so on its socket; while nothing came unasked, no question is needed."""
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if waiting.poll(0) else True
