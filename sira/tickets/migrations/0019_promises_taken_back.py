"""Promises that were taken back before they counted on unheard do so from now on; see promises 0005.

Until now stopped_at was the instant at which one was taken back or merged, and a word in its rule said that it was done.
"""

from django.db import migrations

_TAKEN_BACK = """
    FROM promises_clock clock JOIN tickets_ticket ticket ON ticket.id = clock.subject
   WHERE clock.withdrawn AND clock.stopped_at IS NOT NULL
"""
PERIODS = f"""
    INSERT INTO promises_clockperiod (clock_id, since, until, state, edition_id, budget, due_at, rule, ended_by)
    SELECT clock.id, clock.since, clock.stopped_at, CASE WHEN paused_at IS NULL THEN 'counting' ELSE 'paused' END,
           edition_id, budget, clock.due_at, rule,
           CASE WHEN merged_into_id IS NULL OR rule ? 'over' THEN 'withdrawn' ELSE 'called_off' END
    {_TAKEN_BACK}
"""
CLOCKS = f"""
    UPDATE promises_clock changed SET since = changed.stopped_at, rule = changed.rule - 'over', stopped_at = found.until
      FROM (SELECT clock.id, CASE
                   WHEN merged_into_id IS NOT NULL OR rule ? 'over' OR EXISTS (
                        SELECT FROM promises_clock newer
                         WHERE newer.subject = clock.subject AND newer.target = clock.target AND newer.id > clock.id)
                   THEN stopped_at
                   WHEN ticket.status IN ('resolved', 'closed') THEN greatest(stopped_at, resolved_at)
                   END AS until
            {_TAKEN_BACK}) found
     WHERE found.id = changed.id
"""


class Migration(migrations.Migration):
    dependencies = [("promises", "0005_taken_back"), ("tickets", "0018_is_offered")]

    operations = [migrations.RunSQL([PERIODS, CLOCKS], migrations.RunSQL.noop)]
