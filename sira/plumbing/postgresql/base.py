"""Django's PostgreSQL backend, with what a page asked a hundred times a second cannot afford made cheaper.

Instants are read by psycopg's compiled loader, and the health of a kept connection is told from its socket.
"""

import select
from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader

from sira.plumbing import prepared


@cache
def with_compiled_loader(context: AdaptersMap) -> AdaptersMap:
    """Django's own loader is a Python class: 5 microseconds for each instant of a page, 400 in a list of 50 rows."""
    found = AdaptersMap(context)
    found.register_loader("timestamptz", TimestamptzLoader)
    return found


class PreparedCursor:
    """prepared.ask for those who think in cursors."""

    def __init__(self) -> None:
        self.rows: list[prepared.Row] = []

    def __enter__(self) -> "PreparedCursor":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def execute(self, sql: str, params: prepared.Params = ()) -> None:
        self.rows = prepared.ask(sql, params)

    def fetchall(self) -> list[prepared.Row]:
        return self.rows

    def fetchone(self) -> prepared.Row | None:
        return self.rows[0] if self.rows else None


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        return parameters | {"context": with_compiled_loader(parameters["context"])}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """What is prepared is asked by keys, of which one plan serves all: not five plans first to compare it with."""
        if conn_params.get("prepare_threshold") is not None:
            options = f"{conn_params.get('options', '')} -c plan_cache_mode=force_generic_plan"
            conn_params = conn_params | {"options": options.strip()}
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        """The connection is set to UTC and so are its loaders: unlike Django's, a cursor needs none of its own."""
        if name is not None:
            raise NotImplementedError("Cursors kept by the server would tie a session to it; see DATABASES.")
        return self.connection.cursor()

    def prepared_cursor(self) -> "PreparedCursor":
        """For statements that are asked often and always alike."""
        return PreparedCursor()

    def is_usable(self) -> bool:
        """A server that ends a connection says so on its socket; while nothing came unasked, no question is needed."""
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if waiting.poll(0) else True
