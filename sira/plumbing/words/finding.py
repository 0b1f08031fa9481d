"""The newest rows that answer a search, of those somebody may see.

PostgreSQL, asked for the newest 50 rows with a word, walks the index on the date, which for a rare word is the whole
table. So the word index is asked first, up to a cap, and what it says decides the way:

rare     all its rows are known: sort them, check which may be seen
narrow   the word is common, but the person sees few rows: look through those
common   walk from the newest; a page is full long before the table ends
deep     common, yet not found on the way (long ago, or other people's): all its rows, sorted by the database
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, models, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

RARE = 2000  # rows that the word index may name for a word to be rare
NARROW = 1000  # rows that somebody may see for these to be looked through instead
WALKED = 20_000  # rows looked at before the walk is given up
STEPS = 5  # times that a walk goes on because what it found may not be seen

Place = tuple[datetime, int]


@dataclass(frozen=True)
class Search:
    """What is looked for and where: a model with a tsvector field under a GIN index, and an index on (newest, id).

    query: a tsquery literal as `asking.query` gives it; empty finds nothing.  words, newest: names of fields.
    """

    model: type[models.Model]
    query: str
    words: str = "words"
    newest: str = "sent_at"

    def page(self, visible: "QuerySet[Any]", *, count: int, before: Place | None = None) -> list[Place]:
        """(order, id) of the newest `count` answers that are visible.  before: the last place of the page before."""
        if not self.query:
            return []
        visible = visible.order_by()
        rare = self._rare(visible.db, before)
        if rare is not None:
            return self._visible_of(visible, rare, count)
        few = list(visible.values_list("pk", flat=True)[: NARROW + 1])
        if len(few) <= NARROW:
            return self._sorted(visible.filter(pk__in=few).extra(**self._condition()), before, count)
        found = self._walk(visible, before, count)
        if found is None:
            return self._sorted(visible.filter(pk__in=self._all()), before, count)
        return found

    def _rare(self, using: str, before: Place | None) -> list[Place] | None:
        """All rows with the words, newest first; None when there are more than a few."""
        earlier, values = self._earlier(before)
        sql = (
            f"SELECT {self._newest}, {self._key} FROM {self._table}"
            f" WHERE {self._words} @@ %s::tsquery{earlier} LIMIT {RARE + 1}"
        )
        with transaction.atomic(using=using, savepoint=False), connections[using].cursor() as cursor:
            # With a LIMIT a scan of the table looks cheap to the planner, and for a rare word it is the dearest of all.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
            cursor.execute(sql, [self.query, *values])
            rows: list[Place] = cursor.fetchall()
            cursor.execute("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_indexscan TO DEFAULT")
        return sorted(rows, reverse=True) if len(rows) <= RARE else None

    def _walk(self, visible: "QuerySet[Any]", before: Place | None, count: int) -> list[Place] | None:
        """A full page from the newest rows, or None when too many had to be looked at."""
        found: list[Place] = []
        for _step in range(STEPS):
            earlier, values = self._earlier(before)
            # The inner LIMIT leaves the planner no way but along the index on the order.
            sql = (
                f"SELECT {self._newest}, {self._key} FROM ("
                f"SELECT {self._newest}, {self._key}, {self._words} FROM {self._table} WHERE true{earlier}"
                f" ORDER BY {self._newest} DESC, {self._key} DESC LIMIT {WALKED}"
                f") AS newest WHERE {self._words} @@ %s::tsquery LIMIT {2 * count}"
            )
            with connections[visible.db].cursor() as cursor:
                cursor.execute(sql, [*values, self.query])
                hits: list[Place] = cursor.fetchall()
            found += self._visible_of(visible, hits, count - len(found))
            if len(found) == count:
                return found
            if len(hits) < 2 * count:
                return None
            before = hits[-1]
        return None

    def _visible_of(self, visible: "QuerySet[Any]", places: list[Place], count: int) -> list[Place]:
        """The first `count` of the places that may be seen, asking for few of them at a time."""
        found: list[Place] = []
        for start in range(0, len(places), 4 * count):
            some = places[start : start + 4 * count]
            seen = set(visible.filter(pk__in=[key for _order, key in some]).values_list("pk", flat=True))
            found += [place for place in some if place[1] in seen]
            if len(found) >= count:
                break
        return found[:count]

    def _sorted(self, rows: "QuerySet[Any]", before: Place | None, count: int) -> list[Place]:
        if before is not None:
            order, key = before
            rows = rows.filter(Q(**{f"{self.newest}__lt": order}) | Q(**{self.newest: order, "pk__lt": key}))
        return list(rows.order_by(f"-{self.newest}", "-pk").values_list(self.newest, "pk")[:count])

    def _all(self) -> RawSQL:
        hits = f"SELECT {self._key} FROM {self._table} WHERE {self._words} @@ %s::tsquery"
        return RawSQL(f"SELECT * FROM (WITH hits AS MATERIALIZED ({hits}) SELECT * FROM hits) AS hits", [self.query])

    def _condition(self) -> dict[str, Any]:
        return {"where": [f"{self._table}.{self._words} @@ %s::tsquery"], "params": [self.query]}

    def _earlier(self, before: Place | None) -> tuple[str, list[Any]]:
        return (f" AND ({self._newest}, {self._key}) < (%s, %s)", list(before)) if before else ("", [])

    def _column(self, field: str) -> str:
        return f'"{self.model._meta.get_field(field).column}"'  # type: ignore[union-attr]

    @property
    def _words(self) -> str:
        return self._column(self.words)

    @property
    def _newest(self) -> str:
        return self._column(self.newest)

    @property
    def _key(self) -> str:
        return f'"{self.model._meta.pk.column}"'

    @property
    def _table(self) -> str:
        return f'"{self.model._meta.db_table}"'
