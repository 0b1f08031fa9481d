"""Statements of the desk's busiest ways, prepared once in each connection.

Mail, replies, the API and pages ask the same few dozen statements thousands of times. Composed by the ORM each costs
0.9 ms of CPU here and 0.26 in the database, as fixed text 0.15 and 0.13, prepared and sent as here 0.03 and 0.02. So
the rooms on those ways spell them, each beside the rule it serves, or have them composed once (composed.py), and ask
them here. Everything else stays with the ORM.

Sessions prepare on the embedded server, or where DATABASE_URL says `?prepared_statements=yes`, since older poolers
between desk and database lose what is prepared. Elsewhere the same statements are sent as fixed text.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, OperationalError
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
Params = Sequence[Any] | Mapping[str, Any]

MOST_STATEMENTS = 200  # kept in a connection; the one that was not asked for longest goes
MOST_VALUES = 1000  # of one statement; what writes more at once gains nothing here
GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
OUTDATED = (InvalidSqlStatementName, FeatureNotSupported)  # a pooler lost it; a table it reads has changed
PLACE = re.compile(r"%(?:s|\((\w+)\)s|%)")


def ask(sql: str, params: Params = ()) -> list[Row]:
    """The rows that a statement gives; none for one that gives no rows.

    sql: the same text every time, or it is prepared in vain.  Values of a json column come as text.
    """
    database = connections[DEFAULT_DB_ALIAS]
    is_watched = database.queries_logged or database.execute_wrappers
    if is_watched or not database.settings_dict.get("PREPARES") or len(params) > MOST_VALUES:
        with database.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if cursor.description else []
    database.validate_no_broken_transaction()
    database.close_if_health_check_failed()
    database.ensure_connection()
    with database.wrap_database_errors:
        return _of(database.connection).ask(sql, params)


def one(sql: str, params: Params = ()) -> Row | None:
    """The first row."""
    found = ask(sql, params)
    return found[0] if found else None


class _Statement(NamedTuple):
    """name: in its connection.  order: of its values, where they have names.  reader: makes rows of its answers."""

    name: bytes
    order: list[str]
    reader: Any  # a Transformer, which is a variable to the type checker


class _Statements:
    """Those of one connection.

    Sent through libpq itself. psycopg's cursors give the same rows for two to five times the CPU: they compose, count
    and wait in Python, for what is known here to be one short statement.
    """

    def __init__(self, link: "Connection[Any]") -> None:
        self.link, self.server, self.writer = link, link.pgconn, Transformer(link)
        self.kept: OrderedDict[str, _Statement] = OrderedDict()
        self.made = 0

    def ask(self, sql: str, params: Params) -> list[Row]:
        if self.server.transaction_status == TransactionStatus.IDLE and not self.link.autocommit:
            self._good(self.server.exec_(b"BEGIN"))
        statement = self.kept.get(sql) or self._prepare(sql)
        self.kept.move_to_end(sql)
        values = [params[name] for name in statement.order] if isinstance(params, Mapping) else params
        sent = self.writer.dump_sequence(values, [PyFormat.TEXT] * len(values))
        result = self._good(self.server.exec_prepared(statement.name, sent))  # type: ignore[arg-type] # None is NULL
        if not result.nfields:
            return []
        reader = statement.reader
        reader.set_pgresult(result, set_loaders=reader.pgresult is None)
        return reader.load_rows(0, result.ntuples, tuple)

    def _prepare(self, sql: str) -> _Statement:
        while len(self.kept) >= MOST_STATEMENTS:
            _sql, oldest = self.kept.popitem(last=False)
            self._good(self.server.exec_(b"DEALLOCATE " + oldest.name))
        text, order = numbered(sql)
        self.made += 1
        name = b"desk_%d" % self.made
        self._good(self.server.prepare(name, text.encode()))
        self.kept[sql] = _Statement(name, order, Transformer(self.link))
        return self.kept[sql]

    def _good(self, result: PGresult) -> PGresult:
        """Raises the database's error, as a cursor would."""
        if result.status in GOOD:
            return result
        if self.server.status == ConnStatus.BAD:
            raise OperationalError(self.server.get_error_message())
        error = error_from_result(result)
        if isinstance(error, OUTDATED):
            self.kept.clear()
        raise error


def numbered(sql: str) -> tuple[str, list[str]]:
    """The text as libpq wants it, and which named value goes into each place."""
    names: list[str] = []
    places = 0

    def place(found: re.Match[str]) -> str:
        nonlocal places
        if found[0] == "%%":
            return "%"
        if not found[1]:
            places += 1
            return f"${places}"
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return PLACE.sub(place, sql), names


def _of(link: "Connection[Any]") -> _Statements:
    """Kept with the connection, so that they go with it."""
    found: _Statements | None = vars(link).get("desk_statements")
    if found is None:
        found = vars(link)["desk_statements"] = _Statements(link)
    return found
