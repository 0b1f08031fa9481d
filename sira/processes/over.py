"""What an advance has brought to its end, as parts of the statement that writes what it began."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sira.processes.models import Incident, Subscription, Task, Timer

Place = tuple[str, str]  # token and element
AT_PLACES = "(token, element) IN (SELECT * FROM unnest(%s::integer[], %s::text[]))"
UNFIRED = f"instance_id = %s AND fired_at IS NULL AND {AT_PLACES}"
FIRED = f"UPDATE {Timer._meta.db_table} SET fired_at = %s WHERE {UNFIRED}"
FORGOTTEN = {
    "timers": f"DELETE FROM {Timer._meta.db_table} WHERE {UNFIRED}",
    "subscriptions": f"DELETE FROM {Subscription._meta.db_table} WHERE instance_id = %s AND {AT_PLACES}",
}
RESOLVED = (
    f"UPDATE {Incident._meta.db_table} SET resolved_at = %s"
    f" WHERE instance_id = %s AND resolved_at IS NULL AND {AT_PLACES}"
)
CANCELLED = (
    f"UPDATE {Task._meta.db_table} SET state = 'cancelled', done_at = %s"
    " WHERE instance_id = %s AND state = 'open' AND token = ANY(%s::integer[])"
)


@dataclass(frozen=True, slots=True)
class Over:
    """fired: timers that came about.  gone: tasks, timers, subscriptions and incidents that nothing waits for."""

    fired: list[Place]
    gone: Mapping[str, list[Place]]
    at: datetime

    def begins_again(self, kind: str, begun: Iterable[Place]) -> bool:
        """Whether a row of that kind ends and begins at one place: then one must be written before the other."""
        ended = [*self.gone.get(kind, ()), *(self.fired if kind == "timers" else ())]
        return not {token for token, _element in ended}.isdisjoint(token for token, _element in begun)

    def parts(self, instance: int, params: list[Any]) -> list[str]:
        found = [(FIRED, [self.at], self.fired)] if self.fired else []
        found += [(FORGOTTEN[kind], [], self.gone[kind]) for kind in FORGOTTEN if self.gone.get(kind)]
        found += [(RESOLVED, [self.at], self.gone["incidents"])] if self.gone.get("incidents") else []
        for _sql, before, places in found:
            params += [*before, instance, [int(token) for token, _element in places], [place[1] for place in places]]
        parts = [sql for sql, _before, _places in found]
        if tasks := self.gone.get("tasks"):
            parts.append(CANCELLED)
            params += [self.at, instance, [int(token) for token, _element in tasks]]
        return [f"over_{number} AS ({sql})" for number, sql in enumerate(parts)]

    def write(self, instance: int) -> None:
        """By itself, before anything begins."""
        params: list[Any] = []
        parts = self.parts(instance, params)
        with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"WITH {', '.join(parts)} SELECT 1", params)
