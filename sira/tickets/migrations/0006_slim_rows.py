"""Less room for a ticket: words as lines (plumbing.words.tokens.line), entries of history told together, close rows."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import sira.plumbing.words.tokens
from sira.plumbing.packing import Packed

# Names of things had the place of their first part; they come last now.
LINES = """
    UPDATE tickets_message
       SET words = coalesce(' ' || nullif(concat_ws(' . ', told.row, told.names), '') || ' ', ''),
           recipients = CASE WHEN recipients -> 'cc' = '[]' THEN recipients - 'cc' ELSE coalesce(recipients, '{}') END
      FROM (SELECT message.id, apart.* FROM tickets_message AS message CROSS JOIN LATERAL (
                SELECT string_agg(coalesce(word.lexeme, '.'), ' ' ORDER BY place) AS row,
                       (SELECT string_agg(lexeme, ' . ' ORDER BY lexeme)
                          FROM unnest(message.vector) AS one WHERE one.lexeme ~ '[-.@+_]') AS names
                  FROM generate_series(1, (SELECT max(at) FROM unnest(message.vector) AS one, unnest(one.positions) AS at)
                       ) AS place
                  LEFT JOIN (SELECT lexeme, at FROM unnest(message.vector) AS one, unnest(one.positions) AS at
                              WHERE one.lexeme !~ '[-.@+_]') AS word ON word.at = place
            ) AS apart) AS told
     WHERE told.id = tickets_message.id
"""
# An entry takes in the one that follows from it: of the same ticket, moment and person.
TOGETHER = """
    WITH pairs AS (
        SELECT DISTINCT ON (kept.id) kept.id AS kept, gone.id AS gone, gone.facts AS facts
          FROM tickets_historyentry AS kept
          JOIN tickets_historyentry AS gone
            ON gone.ticket_id = kept.ticket_id AND gone.at = kept.at AND gone.by_id = kept.by_id AND gone.id > kept.id
         WHERE kept.kind = %s AND gone.kind = %s AND NOT kept.facts ?| ARRAY(SELECT jsonb_object_keys(gone.facts))
         ORDER BY kept.id, gone.id
    ), removed AS (
        DELETE FROM tickets_historyentry USING pairs WHERE id = pairs.gone
    )
    UPDATE tickets_historyentry SET facts = tickets_historyentry.facts || pairs.facts FROM pairs WHERE id = pairs.kept
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_process_channel")]

    operations = [
        # References are looked at at once: a table whose are not cannot be altered in the same transaction.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop, elidable=True),
        migrations.RemoveIndex(model_name="message", name="message_newest"),
        migrations.RemoveIndex(model_name="message", name="message_words"),
        migrations.RemoveIndex(model_name="message", name="messages_of_ticket"),
        migrations.RenameField(model_name="message", old_name="words", new_name="vector"),
        migrations.AddField(
            model_name="message",
            name="words",
            field=models.TextField(
                blank=True, default="", help_text="what the search finds it by, see plumbing.words.tokens.line"
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(LINES, migrations.RunSQL.noop, elidable=True),
        migrations.RemoveField(model_name="message", name="vector"),
        migrations.AlterField(
            model_name="message",
            name="recipients",
            field=models.JSONField(blank=True, default=dict, help_text="addresses as written: {to: [...], cc: [...]}"),
        ),
        Packed("tickets_message"),
        migrations.AddIndex(model_name="message", index=models.Index(fields=["ticket"], name="messages_of_ticket")),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                sira.plumbing.words.tokens.indexed_of("words"), name="message_words"
            ),
        ),
        migrations.RemoveIndex(model_name="historyentry", name="history_of_ticket"),
        migrations.AddIndex(model_name="historyentry", index=models.Index(fields=["ticket"], name="history_of_ticket")),
        migrations.RunSQL(
            [(TOGETHER, ["opened", "decided"]), (TOGETHER, ["assigned", "stage"])],
            migrations.RunSQL.noop,
            elidable=True,
        ),
        Packed("tickets_historyentry"),
        migrations.AlterField(
            model_name="ticket", name="number", field=models.CharField(db_collation="C", max_length=20)
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(fields=("number",), name="ticket_has_a_number_of_its_own"),
        ),
        migrations.RemoveIndex(model_name="ticket", name="ticket_of_requester"),
        migrations.AddIndex(model_name="ticket", index=models.Index(fields=["requester"], name="ticket_of_requester")),
        Packed("tickets_ticket"),
    ]
