"""Django's PostgreSQL backend, with what a page asked a hundred times a second cannot afford made cheaper.

Instants are read by psycopg's compiled loader, and the health of a kept connection is told from its socket. Where
statements are prepared, a savepoint travels with the next of them (prepared.Statements).
"""

import select
from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

from sira.plumbing import prepared


@cache
def with_compiled_loader(context: AdaptersMap) -> AdaptersMap:
    """Django's own loader is a Python class: 5 microseconds for each instant of a page, 400 in a list of 50 rows."""
    found = AdaptersMap(context)
    found.register_loader("timestamptz", TimestamptzLoader)
    return found


class Cursor(base.Cursor):
    """Sends what waits for the next statement before its own."""

    def execute(self, *arguments: Any, **options: Any) -> Any:
        prepared.statements_of(self.connection).flush()  # type: ignore[attr-defined]
        return super().execute(*arguments, **options)  # type: ignore[misc]

    def executemany(self, *arguments: Any, **options: Any) -> Any:
        prepared.statements_of(self.connection).flush()  # type: ignore[attr-defined]
        return super().executemany(*arguments, **options)  # type: ignore[misc]

    def copy(self, *arguments: Any, **options: Any) -> Any:
        prepared.statements_of(self.connection).flush()  # type: ignore[attr-defined]
        return super().copy(*arguments, **options)  # type: ignore[misc]


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
        return parameters | {"context": with_compiled_loader(parameters["context"]), "cursor_factory": Cursor}

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

    def sends_itself(self) -> bool:
        """Statements go to libpq without a cursor. Not where somebody counts them, nor where none may be prepared."""
        return bool(self.settings_dict.get("PREPARES")) and not (self.queries_logged or self.execute_wrappers)

    def _savepoint(self, sid: str) -> None:
        if self.sends_itself():
            self.statements.waiting.append(f"SAVEPOINT {sid}".encode())
        else:
            super()._savepoint(sid)  # type: ignore[misc]

    def _savepoint_commit(self, sid: str) -> None:
        if not self.sends_itself():
            super()._savepoint_commit(sid)  # type: ignore[misc]
        elif self.statements.waiting[-1:] == [f"SAVEPOINT {sid}".encode()]:
            self.statements.waiting.pop()  # nothing was asked in between
        else:
            self.statements.waiting.append(f"RELEASE SAVEPOINT {sid}".encode())
            if self.connection.pgconn.transaction_status == TransactionStatus.INERROR:
                with self.wrap_database_errors:
                    self.statements.flush()  # which raises, here where the failure belongs

    def _savepoint_rollback(self, sid: str) -> None:
        if self.sends_itself():
            with self.wrap_database_errors:
                self.statements.flush(f"ROLLBACK TO SAVEPOINT {sid}".encode())
        else:
            super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _commit(self) -> None:
        if self.connection is None or not self.sends_itself():
            super()._commit()  # type: ignore[misc]
        elif self.connection.pgconn.transaction_status == TransactionStatus.IDLE:
            self.statements.waiting.clear()  # nothing was asked at all
        else:
            with self.wrap_database_errors:
                self.statements.flush(b"COMMIT")

    def _rollback(self) -> None:
        if self.connection is not None:
            self.statements.waiting.clear()
        super()._rollback()  # type: ignore[misc]

    @property
    def statements(self) -> prepared.Statements:
        return prepared.statements_of(self.connection)
