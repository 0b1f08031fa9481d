"""Tallies told from what was dealt each day: `sira recount` compares them and counts anew."""

from django.db import connection, transaction

NAME = "routing.Tally"
# What a row of Counted should say of its own day, or of the last with tickets where it has none.
_HAD = """
    SELECT kept.{key} AS key, last.day, coalesce(sum(n) FILTER (WHERE one.day = last.day), 0)::int AS d,
           coalesce(sum(n) FILTER (WHERE one.day >= date_trunc('week', last.day)::date), 0)::int AS w,
           coalesce(sum(n) FILTER (WHERE one.day >= date_trunc('month', last.day)::date), 0)::int AS m
      FROM {table} kept
     CROSS JOIN LATERAL (SELECT greatest(kept.day, max(one.day)) AS day FROM routing_dealt one WHERE {same}) AS last
      JOIN routing_dealt one ON {same}
     GROUP BY kept.{key}, last.day
"""
_SEATS = _HAD.format(
    key="id", table="routing_tally", same="one.group_id = kept.group_id AND one.person_id = kept.person_id"
)
_POOLS = _HAD.format(key="group_id", table="routing_pool", same="one.group_id = kept.group_id")
_DIFFERENT = """
    SELECT count(*) FROM {table} kept JOIN ({had}) AS had ON had.key = kept.{key}
     WHERE (kept.day, kept.d, kept.w, kept.m) IS DISTINCT FROM (had.day, had.d, had.w, had.m)
"""
_MISSING = """
    SELECT DISTINCT person_id, group_id FROM routing_dealt one
     WHERE NOT EXISTS (SELECT FROM routing_tally kept WHERE {same})
""".format(same="one.group_id = kept.group_id AND one.person_id = kept.person_id")
_KEPT = (("routing_tally", "id", _SEATS), ("routing_pool", "group_id", _POOLS))


def drift() -> int:
    """How many tallies say something else than what was dealt."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_MISSING}) AS missing")
        found = int(cursor.fetchone()[0])
        for table, key, had in _KEPT:
            cursor.execute(_DIFFERENT.format(table=table, key=key, had=had))
            found += int(cursor.fetchone()[0])
    return found


_ADD = f"""
    INSERT INTO routing_tally (person_id, group_id, d, w, m, owed) SELECT *, 0, 0, 0, 0 FROM ({_MISSING}) AS missing
"""
_UPDATE = """
    UPDATE {table} kept SET day = had.day, d = had.d, w = had.w, m = had.m FROM ({had}) AS had
     WHERE had.key = kept.{key}
"""


@transaction.atomic
def recount() -> None:
    """Count anew, with every pool held: nobody deals meanwhile. What shares owe stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM routing_pool ORDER BY group_id FOR NO KEY UPDATE")
        cursor.execute(_ADD)
        for table, key, had in _KEPT:
            cursor.execute(_UPDATE.format(table=table, key=key, had=had))


def joined(first: int, second: int) -> bool:
    """Two persons became one: their days and tallies need not have moved together. Whether anything was counted."""
    keys = [first, second]
    with connection.cursor() as cursor:
        cursor.execute(f"{_ADD} WHERE person_id = ANY(%s)", [keys])
        table, key, had = _KEPT[0]
        cursor.execute(f"{_UPDATE.format(table=table, key=key, had=had)} AND kept.person_id = ANY(%s)", [keys])
        return bool(cursor.rowcount)


def parted(_counted: bool, first: int, second: int) -> None:
    """They are two again."""
    joined(first, second)
