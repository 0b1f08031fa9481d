"""Statements of the desk's busiest ways, prepared once in each connection.

Mail, replies, the API and pages ask the same few dozen statements thousands of times. Composed by the ORM each costs
0.9 ms of CPU here and 0.26 in the database, as fixed text 0.15 and 0.13, prepared and sent as here 0.03 and 0.02. So
the rooms on those ways spell them, each beside the rule it serves, or have them composed once (composed.py), and ask
them here. Everything else stays with the ORM.

Sessions prepare on the embedded server, or where DATABASE_URL says `?prepared_statements=yes`, since older poolers
between desk and database lose what is prepared. Elsewhere the same statements are sent as fixed text.
"""

import re
import select
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, Error, OperationalError
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
Params = Sequence[Any] | Mapping[str, Any]
Asked = tuple[str, Params]

MOST_STATEMENTS = 200  # kept in a connection; the one that was not asked for longest goes
MOST_VALUES = 1000  # of one statement; what writes more at once gains nothing here
GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
OUTDATED = (InvalidSqlStatementName, FeatureNotSupported)  # a pooler lost it; a table it reads has changed
PLACE = re.compile(r"%(?:s|\((\w+)\)s|%)")


def ask(sql: str, params: Params = ()) -> list[Row]:
    """The rows that a statement gives; none for one that gives no rows.

    sql: the same text every time, or it is prepared in vain.  Values of a json column come as text.
    """
    connection = database()
    if not connection.sends_itself() or len(params) > MOST_VALUES:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if cursor.description else []
    _have(connection)
    try:
        return statements_of(connection.connection).ask(sql, params)
    except Error:
        with connection.wrap_database_errors:
            raise


def ask_each(*asked: Asked) -> list[list[Row]]:
    """The rows of each of these statements, sent together, so that they cost one wait.

    Each sees what was committed before it began: where the first takes a lock, the next sees what its holder wrote.
    """
    connection = database()
    if not connection.sends_itself() or any(len(params) > MOST_VALUES for _sql, params in asked):
        return [ask(sql, params) for sql, params in asked]
    _have(connection)
    try:
        return statements_of(connection.connection).ask_each(asked)
    except Error:
        with connection.wrap_database_errors:
            raise


def _have(connection: Any) -> None:
    """A connection on which statements may be sent."""
    if connection.needs_rollback or connection.connection is None or not connection.in_atomic_block:
        connection.validate_no_broken_transaction()
        connection.close_if_health_check_failed()
        connection.ensure_connection()


def one(sql: str, params: Params = ()) -> Row | None:
    """The first row."""
    found = ask(sql, params)
    return found[0] if found else None


def array(values: Iterable[object]) -> str:
    """As PostgreSQL reads an array of what needs no quotes. Given a list, the driver would look through each."""
    return f"{{{','.join('NULL' if value is None else str(value) for value in values)}}}"


def is_direct() -> bool:
    """Whether statements go to the server by the short way: nobody counts them, and they may be prepared."""
    return bool(database().sends_itself())


def where() -> tuple[str, str]:
    """Which database is asked: one fleet may serve several."""
    settings = database().settings_dict
    return settings["HOST"], settings["NAME"]


_here = threading.local()


def database() -> Any:
    """This thread's. Django's `connections` finds it through three objects, which costs more than to ask."""
    try:
        return _here.database
    except AttributeError:
        _here.database = connections[DEFAULT_DB_ALIAS]
        return _here.database


class _Statement(NamedTuple):
    """name: in its connection.  order: of its values, where they have names.  reader: makes rows of its answers."""

    name: bytes
    order: list[str]
    reader: Any  # a Transformer, which is a variable to the type checker

    def read(self, result: PGresult) -> list[Row]:
        if not result.nfields:
            return []
        self.reader.set_pgresult(result, set_loaders=self.reader.pgresult is None)
        rows: list[Row] = self.reader.load_rows(0, result.ntuples, tuple)
        return rows


class Statements:
    """Those of one connection.

    Sent through libpq itself. psycopg's cursors give the same rows for two to five times the CPU: they compose, count
    and wait in Python, for what is known here to be one short statement.

    waiting: commands without an answer (BEGIN, SAVEPOINT, RELEASE). They travel with the next statement, so they cost
    no wait of their own. Whoever sends anything by another way calls `flush` before.
    """

    def __init__(self, link: "Connection[Any]") -> None:
        self.link, self.server, self.writer = link, link.pgconn, Transformer(link)
        self.kept: OrderedDict[str, _Statement] = OrderedDict()
        self.made = 0
        self.waiting: list[bytes] = []
        self.socket = select.poll()

    def ask(self, sql: str, params: Params) -> list[Row]:
        statement = self._statement(sql)
        sent = self._values(statement, params)
        self._begin()
        if self.waiting:
            (result,) = self._together([(statement.name, sent)])
        else:
            result = self._good(self.server.exec_prepared(statement.name, sent))
        return statement.read(result)

    def ask_each(self, asked: Sequence[Asked]) -> list[list[Row]]:
        statements = [self._statement(sql) for sql, _params in asked]
        pairs = list(zip(statements, asked, strict=True))
        sent = [(statement.name, self._values(statement, params)) for statement, (_sql, params) in pairs]
        self._begin()
        results = self._together(sent)
        return [statement.read(result) for statement, result in zip(statements, results, strict=True)]

    def _statement(self, sql: str) -> _Statement:
        statement = self.kept.get(sql) or self._prepare(sql)
        self.kept.move_to_end(sql)
        return statement

    def _values(self, statement: _Statement, params: Params) -> Sequence[Any]:
        values = [params[name] for name in statement.order] if isinstance(params, Mapping) else params
        return self.writer.dump_sequence(values, [PyFormat.TEXT] * len(values))

    def flush(self, *more: bytes) -> None:
        """Send what waits, and these commands after it."""
        if not self.waiting and not more:
            return
        self._begin()
        commands = b";".join([*self.waiting, *more])
        self.waiting.clear()
        self._good(self.server.exec_(commands))

    def _begin(self) -> None:
        if self.server.transaction_status == TransactionStatus.IDLE and not self.link.autocommit:
            self.waiting.insert(0, b"BEGIN")

    def _together(self, asked: Sequence[tuple[bytes, Sequence[Any]]]) -> list[PGresult]:
        """Send what waits and the statements, by name with their values, and wait once. The statements' results."""
        server, count = self.server, len(self.waiting) + len(asked)
        server.enter_pipeline_mode()
        try:
            for command in self.waiting:
                server.send_query_params(command, None)
            for name, values in asked:
                server.send_query_prepared(name, values)
            server.pipeline_sync()
            while server.flush():
                self._wait(select.POLLIN | select.POLLOUT)
            found = [self._next() for _each in range(count)]
            self._come()  # that of the sync
        finally:
            self.waiting.clear()
            if server.status == ConnStatus.OK:
                server.exit_pipeline_mode()
        return [self._good(result) for result in found][-len(asked) :]

    def _next(self) -> PGresult:
        result = self._come()
        if result is None:
            raise OperationalError(self.server.get_error_message())
        self._come()  # None: the end of this answer
        return result

    def _come(self) -> PGresult | None:
        """The next result. libpq itself would wait for it too, but hold up all other threads meanwhile."""
        while self.server.is_busy():
            self._wait(select.POLLIN)
        return self.server.get_result()

    def _wait(self, for_what: int) -> None:
        self.socket.register(self.server.socket, for_what)
        self.socket.poll()
        self.server.consume_input()

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


def statements_of(link: "Connection[Any]") -> Statements:
    """Kept with the connection, so that they go with it."""
    found: Statements | None = vars(link).get("desk_statements")
    if found is None:
        found = vars(link)["desk_statements"] = Statements(link)
    return found
