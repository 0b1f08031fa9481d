"""The trigger that counts what came and went by day and hour, and what stands open by the day it came.

Like the tally it writes changes, which are added up later: plain SQL, imports and bulk updates count as well.
"""

import pgtrigger

COLUMNS = (
    "opened",
    "standing",
    "waiting",
    "solved",
    "kept",
    "missed",
    "answer_kept",
    "answer_missed",
    "first_contact",
    "reopened",
    "answered",
    "answer_seconds",
    "measured",
    "solve_seconds",
)
KEYS = ("day", "group_id", "category_id", "channel")
BY = f"{', '.join(KEYS)}"
# The hour of a change; what is added up keeps it by group alone, in tickets_hour (see flows.py).
BY_HOUR = f"{BY}, hour"


def came(row: str) -> str:
    """What a ticket adds to the day on which it came."""
    return f"""
        SELECT desk_day({row}.opened_at) AS day, {row}.group_id, {row}.category_id, {row}.channel,
               desk_hour({row}.opened_at) AS hour,
               1 AS opened, ({row}.status IN ('open', 'waiting', 'held'))::int AS standing,
               ({row}.status = 'waiting')::int AS waiting, 0 AS solved, 0 AS kept, 0 AS missed, 0 AS answer_kept,
               0 AS answer_missed, 0 AS first_contact, 0 AS reopened, 0 AS answered, 0::bigint AS answer_seconds,
               0 AS measured, 0::bigint AS solve_seconds"""


def went(row: str) -> str:
    """What it adds to the day on which it was solved."""
    return f"""
        SELECT desk_day({row}.resolved_at), {row}.group_id, {row}.category_id, {row}.channel,
               desk_hour({row}.resolved_at), 0, 0, 0, 1,
               coalesce({row}.kept::int, 0), coalesce((NOT {row}.kept)::int, 0), coalesce({row}.answer_kept::int, 0),
               coalesce((NOT {row}.answer_kept)::int, 0), coalesce({row}.first_contact::int, 0),
               ({row}.reopens > 0)::int, ({row}.answered_in IS NOT NULL)::int, coalesce({row}.answered_in, 0),
               ({row}.solved_in IS NOT NULL)::int, coalesce({row}.solved_in, 0)"""


_INTO = f"INSERT INTO tickets_flow ({BY_HOUR}, {', '.join(COLUMNS)})"
_WENT = "resolved_at IS NOT NULL AND {0}.merged_into_id IS NULL"
_CHANGED = " OR ".join(f"sum(sign * {name}) <> 0" for name in COLUMNS)

COUNT = f"""
    IF TG_OP = 'INSERT' THEN
        IF NEW.merged_into_id IS NULL THEN
            {_INTO} {came("NEW")};
            IF NEW.resolved_at IS NOT NULL THEN {_INTO} {went("NEW")}; END IF;
        END IF;
        RETURN NULL;
    END IF;
    {_INTO}
    SELECT {BY_HOUR}, {", ".join(f"sum(sign * {name})" for name in COLUMNS)} FROM (
        SELECT -1 AS sign, old_came.* FROM ({came("OLD")} WHERE OLD.merged_into_id IS NULL) old_came
        UNION ALL SELECT -1, old_went.* FROM ({went("OLD")} WHERE OLD.{_WENT.format("OLD")}) old_went
        UNION ALL SELECT 1, now_came.*
          FROM ({came("NEW")} WHERE TG_OP = 'UPDATE' AND NEW.merged_into_id IS NULL) now_came
        UNION ALL SELECT 1, now_went.*
          FROM ({went("NEW")} WHERE TG_OP = 'UPDATE' AND NEW.{_WENT.format("NEW")}) now_went
    ) change GROUP BY {BY_HOUR} HAVING {_CHANGED};
    RETURN NULL;
"""
WATCHED = (
    "group_id",
    "category_id",
    "channel",
    "status",
    "opened_at",
    "resolved_at",
    "merged_into_id",
    "kept",
    "answer_kept",
    "answered_in",
    "solved_in",
    "first_contact",
    "reopens",
)


def ticket_flow() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="flow",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*WATCHED) | pgtrigger.Delete,
        func=COUNT,
    )
