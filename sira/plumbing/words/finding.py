"""The newest rows that answer a search, of those somebody may see.

PostgreSQL, asked for the newest 50 rows with a word, walks the index on the order, which for a rare word is the whole
table. So how rare the word is decides the way; the planner's own guess is of no use, since it adds up the many forms.

common   a look at the newest rows finds many: walk on from there, a page is full long before the table ends
rare     few are found, and the word index names but a few: take them all, sort, check which may be seen
narrow   what is found may hardly ever be seen, and the person sees few rows: look through those
deep     not found on the way (long ago, or other people's): all rows with the word, sorted by the database
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from sira.plumbing.words.asking import Asked
from sira.plumbing.words.tokens import indexed

FIRST_LOOK = 250  # newest rows to judge by
COMMON = 5  # hits among them that make a word common
RARE = 2000  # rows that the word index may name for a word to be rare
NARROW = 1000  # rows that somebody may see for these to be looked through instead
WALKED = 10_000  # rows looked at in one step before the walk is given up
STEPS = 4  # steps, each for twice as many hits, because what was found may not be seen
BY_INDEX_ALONE = "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off"
AS_EVER = "SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_indexscan TO DEFAULT"
HARDLY_ANY = 20  # hits of which not even one may be seen: the walk is given up


Seen = Callable[[list[int]], Iterable[int]]


def _seen(visible: "QuerySet[Any]", keys: list[int]) -> Iterable[int]:
    return visible.order_by().filter(pk__in=keys).values_list("pk", flat=True)


@dataclass(frozen=True)
class Search:
    """What is looked for and where: a model whose field `words` has lines (tokens.line) under their GIN index.

    What has the higher key came later.
    """

    model: type[models.Model]
    asked: Asked

    def page(
        self, visible: "QuerySet[Any]", *, count: int, before: int | None = None, seen: Seen | None = None
    ) -> list[int]:
        """Keys of the newest `count` answers that are visible.

        before: the last key of the page before.  seen: those of some keys that are visible, where it is composed once.
        """
        if not self.asked:
            return []
        seen = seen or partial(_seen, visible)
        using = router.db_for_read(self.model)
        first = self._next_hits(using, before, 2 * count, FIRST_LOOK)
        if len(first) < min(COMMON, count):
            rare = self._rare(using, before)
            if rare is not None:
                return self._visible_of(seen, rare, count)
        walked = self._walk(using, seen, first, before, count)
        if walked is not None:
            return walked
        visible = visible.order_by()
        few = list(visible.values_list("pk", flat=True)[: NARROW + 1])
        if len(few) <= NARROW:
            return self._sorted(self.answering(visible.filter(pk__in=few)), before, count)
        return self._sorted(visible.filter(pk__in=self._all()), before, count)

    def answering(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those of few rows that answer."""
        return rows.order_by().extra(**self._condition())

    def _rare(self, using: str, before: int | None) -> list[int] | None:
        """All rows with the words, newest first; None when there are more than a few."""
        earlier, values = self._earlier(before)
        answers, wanted = self._by_index()
        sql = f"SELECT {self._key} FROM {self._table} WHERE {answers}{earlier} LIMIT {RARE + 1}"
        with transaction.atomic(using=using, savepoint=False), connections[using].cursor() as cursor:
            # With a LIMIT a scan of the table looks cheap to the planner, and for a rare word it is the dearest of all.
            # In one go, since each wait costs as much as a short answer.
            cursor.execute(f"{BY_INDEX_ALONE}; {sql}; {AS_EVER}", [*wanted, *values])
            cursor.nextset()
            cursor.nextset()
            rows = [key for (key,) in cursor.fetchall()]
        return sorted(rows, reverse=True) if len(rows) <= RARE else None

    def _walk(self, using: str, seen: Seen, hits: list[int], before: int | None, count: int) -> list[int] | None:
        """A full page, on from the first hits, or None when that would need too many rows."""
        found: list[int] = []
        wanted = 2 * count
        for _step in range(STEPS):
            found += self._visible_of(seen, hits, count - len(found))
            if len(found) == count:
                return found
            if len(found) < len(hits) // HARDLY_ANY:
                return None
            before, wanted = hits[-1] if hits else before, 2 * wanted
            hits = self._next_hits(using, before, wanted, WALKED)
            if not hits:
                return None
        return None

    def _next_hits(self, using: str, before: int | None, wanted: int, among: int) -> list[int]:
        """The first hits among that many rows from the newest on."""
        earlier, values = self._earlier(before)
        answers, terms = self.asked.condition("words")
        # The inner LIMIT leaves the planner no way but along the keys.
        sql = (
            f"SELECT {self._key} FROM ("
            f"SELECT {self._key}, words FROM {self._table} WHERE true{earlier} ORDER BY {self._key} DESC LIMIT {among}"
            f") AS newest WHERE {answers} LIMIT {wanted}"
        )
        with connections[using].cursor() as cursor:
            cursor.execute(sql, [*values, *terms])
            return [key for (key,) in cursor.fetchall()]

    def _visible_of(self, seen: Seen, keys: list[int], count: int) -> list[int]:
        """The first `count` of the keys whose rows may be seen, asking for few of them first."""
        found: list[int] = []
        start, some = 0, 4 * count
        while start < len(keys) and len(found) < count:
            asked = keys[start : start + some]
            these = set(seen(asked))
            found += [key for key in asked if key in these]
            start, some = start + some, 4 * some
        return found[:count]

    def _sorted(self, rows: "QuerySet[Any]", before: int | None, count: int) -> list[int]:
        if before is not None:
            rows = rows.filter(pk__lt=before)
        return list(rows.order_by("-pk").values_list("pk", flat=True)[:count])

    def _by_index(self) -> tuple[str, list[Any]]:
        """What the index answers, and of words in a row what only the line does."""
        beside, values = self.asked.condition("words", beside_index=True)
        return f"{indexed('words')} @@ %s::tsquery AND {beside}", [self.asked.query, *values]

    def _all(self) -> RawSQL:
        answers, values = self._by_index()
        hits = f"SELECT {self._key} FROM {self._table} WHERE {answers}"
        return RawSQL(f"SELECT * FROM (WITH hits AS MATERIALIZED ({hits}) SELECT * FROM hits) AS hits", values)

    def _condition(self) -> dict[str, Any]:
        answers, values = self.asked.condition(f"{self._table}.words")
        return {"where": [answers], "params": values}

    def _earlier(self, before: int | None) -> tuple[str, list[Any]]:
        return (f" AND {self._key} < %s", [before]) if before is not None else ("", [])

    @property
    def _key(self) -> str:
        return f'"{self.model._meta.pk.column}"'

    @property
    def _table(self) -> str:
        return f'"{self.model._meta.db_table}"'
