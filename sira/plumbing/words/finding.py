"""The newest rows that answer a search, of those somebody may see.

PostgreSQL, asked for the newest 50 rows with a word, walks the index on the date, which for a rare word is the whole
table. So how rare the word is decides the way; the planner's own guess is of no use, since it adds up the many forms.

common   a look at the newest rows finds many: walk on from there, a page is full long before the table ends
rare     few are found, and the word index names but a few: take them all, sort, check which may be seen
narrow   what is found may hardly ever be seen, and the person sees few rows: look through those
deep     not found on the way (long ago, or other people's): all rows with the word, sorted by the database
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, models, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

FIRST_LOOK = 1000  # newest rows to judge by
COMMON = 10  # hits among them that make a word common
RARE = 2000  # rows that the word index may name for a word to be rare
NARROW = 1000  # rows that somebody may see for these to be looked through instead
WALKED = 10_000  # rows looked at in one step before the walk is given up
STEPS = 4  # steps, each for twice as many hits, because what was found may not be seen
HARDLY_ANY = 20  # hits of which not even one may be seen: the walk is given up

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
        first = self._next_hits(visible.db, before, 2 * count, FIRST_LOOK)
        if len(first) < min(COMMON, count):
            rare = self._rare(visible.db, before)
            if rare is not None:
                return self._visible_of(visible, rare, count)
        walked = self._walk(visible, first, before, count)
        if walked is not None:
            return walked
        few = list(visible.values_list("pk", flat=True)[: NARROW + 1])
        if len(few) <= NARROW:
            return self._sorted(visible.filter(pk__in=few).extra(**self._condition()), before, count)
        return self._sorted(visible.filter(pk__in=self._all()), before, count)

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

    def _walk(
        self, visible: "QuerySet[Any]", hits: list[Place], before: Place | None, count: int
    ) -> list[Place] | None:
        """A full page, on from the first hits, or None when that would need too many rows."""
        found: list[Place] = []
        wanted = 2 * count
        for _step in range(STEPS):
            found += self._visible_of(visible, hits, count - len(found))
            if len(found) == count:
                return found
            if len(found) < len(hits) // HARDLY_ANY:
                return None
            before, wanted = hits[-1] if hits else before, 2 * wanted
            hits = self._next_hits(visible.db, before, wanted, WALKED)
            if not hits:
                return None
        return None

    def _next_hits(self, using: str, before: Place | None, wanted: int, among: int) -> list[Place]:
        """The first hits among that many rows from the newest on."""
        earlier, values = self._earlier(before)
        # The inner LIMIT leaves the planner no way but along the index on the order.
        sql = (
            f"SELECT {self._newest}, {self._key} FROM ("
            f"SELECT {self._newest}, {self._key}, {self._words} FROM {self._table} WHERE true{earlier}"
            f" ORDER BY {self._newest} DESC, {self._key} DESC LIMIT {among}"
            f") AS newest WHERE {self._words} @@ %s::tsquery LIMIT {wanted}"
        )
        with connections[using].cursor() as cursor:
            cursor.execute(sql, [*values, self.query])
            hits: list[Place] = cursor.fetchall()
        return hits

    def _visible_of(self, visible: "QuerySet[Any]", places: list[Place], count: int) -> list[Place]:
        """The first `count` of the places that may be seen, asking for few of them first."""
        found: list[Place] = []
        start, some = 0, 4 * count
        while start < len(places) and len(found) < count:
            keys = [key for _order, key in places[start : start + some]]
            seen = set(visible.filter(pk__in=keys).values_list("pk", flat=True))
            found += [place for place in places[start : start + some] if place[1] in seen]
            start, some = start + some, 4 * some
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
