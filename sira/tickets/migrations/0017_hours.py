"""What came and went is counted by the hour too; all is counted anew."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from sira.tickets import flows


def set_zone(apps, schema_editor):
    schema_editor.execute(flows.ZONE.format(zone=settings.TIME_ZONE))


def count(apps, schema_editor):
    flows.recount()


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_personal_requests"),
        ("tickets", "0016_retention"),
    ]

    operations = [
        migrations.RunPython(set_zone, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Hour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("hour", models.PositiveSmallIntegerField()),
                ("opened", models.IntegerField()),
                ("solved", models.IntegerField()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ticket",
            name="flow",
        ),
        migrations.AddField(
            model_name="flow",
            name="hour",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ticket",
            trigger=pgtrigger.compiler.Trigger(
                name="flow",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'INSERT' THEN\n        IF NEW.merged_into_id IS NULL THEN\n            INSERT INTO tickets_flow (day, group_id, category_id, channel, hour, opened, standing, waiting, solved, kept, missed, answer_kept, answer_missed, first_contact, reopened, answered, answer_seconds, measured, solve_seconds) \n        SELECT desk_day(NEW.opened_at) AS day, NEW.group_id, NEW.category_id, NEW.channel,\n               desk_hour(NEW.opened_at) AS hour,\n               1 AS opened, (NEW.status IN ('open', 'waiting', 'held'))::int AS standing,\n               (NEW.status = 'waiting')::int AS waiting, 0 AS solved, 0 AS kept, 0 AS missed, 0 AS answer_kept,\n               0 AS answer_missed, 0 AS first_contact, 0 AS reopened, 0 AS answered, 0::bigint AS answer_seconds,\n               0 AS measured, 0::bigint AS solve_seconds;\n            IF NEW.resolved_at IS NOT NULL THEN INSERT INTO tickets_flow (day, group_id, category_id, channel, hour, opened, standing, waiting, solved, kept, missed, answer_kept, answer_missed, first_contact, reopened, answered, answer_seconds, measured, solve_seconds) \n        SELECT desk_day(NEW.resolved_at), NEW.group_id, NEW.category_id, NEW.channel,\n               desk_hour(NEW.resolved_at), 0, 0, 0, 1,\n               coalesce(NEW.kept::int, 0), coalesce((NOT NEW.kept)::int, 0), coalesce(NEW.answer_kept::int, 0),\n               coalesce((NOT NEW.answer_kept)::int, 0), coalesce(NEW.first_contact::int, 0),\n               (NEW.reopens > 0)::int, (NEW.answered_in IS NOT NULL)::int, coalesce(NEW.answered_in, 0),\n               (NEW.solved_in IS NOT NULL)::int, coalesce(NEW.solved_in, 0); END IF;\n        END IF;\n        RETURN NULL;\n    END IF;\n    INSERT INTO tickets_flow (day, group_id, category_id, channel, hour, opened, standing, waiting, solved, kept, missed, answer_kept, answer_missed, first_contact, reopened, answered, answer_seconds, measured, solve_seconds)\n    SELECT day, group_id, category_id, channel, hour, sum(sign * opened), sum(sign * standing), sum(sign * waiting), sum(sign * solved), sum(sign * kept), sum(sign * missed), sum(sign * answer_kept), sum(sign * answer_missed), sum(sign * first_contact), sum(sign * reopened), sum(sign * answered), sum(sign * answer_seconds), sum(sign * measured), sum(sign * solve_seconds) FROM (\n        SELECT -1 AS sign, old_came.* FROM (\n        SELECT desk_day(OLD.opened_at) AS day, OLD.group_id, OLD.category_id, OLD.channel,\n               desk_hour(OLD.opened_at) AS hour,\n               1 AS opened, (OLD.status IN ('open', 'waiting', 'held'))::int AS standing,\n               (OLD.status = 'waiting')::int AS waiting, 0 AS solved, 0 AS kept, 0 AS missed, 0 AS answer_kept,\n               0 AS answer_missed, 0 AS first_contact, 0 AS reopened, 0 AS answered, 0::bigint AS answer_seconds,\n               0 AS measured, 0::bigint AS solve_seconds WHERE OLD.merged_into_id IS NULL) old_came\n        UNION ALL SELECT -1, old_went.* FROM (\n        SELECT desk_day(OLD.resolved_at), OLD.group_id, OLD.category_id, OLD.channel,\n               desk_hour(OLD.resolved_at), 0, 0, 0, 1,\n               coalesce(OLD.kept::int, 0), coalesce((NOT OLD.kept)::int, 0), coalesce(OLD.answer_kept::int, 0),\n               coalesce((NOT OLD.answer_kept)::int, 0), coalesce(OLD.first_contact::int, 0),\n               (OLD.reopens > 0)::int, (OLD.answered_in IS NOT NULL)::int, coalesce(OLD.answered_in, 0),\n               (OLD.solved_in IS NOT NULL)::int, coalesce(OLD.solved_in, 0) WHERE OLD.resolved_at IS NOT NULL AND OLD.merged_into_id IS NULL) old_went\n        UNION ALL SELECT 1, now_came.*\n          FROM (\n        SELECT desk_day(NEW.opened_at) AS day, NEW.group_id, NEW.category_id, NEW.channel,\n               desk_hour(NEW.opened_at) AS hour,\n               1 AS opened, (NEW.status IN ('open', 'waiting', 'held'))::int AS standing,\n               (NEW.status = 'waiting')::int AS waiting, 0 AS solved, 0 AS kept, 0 AS missed, 0 AS answer_kept,\n               0 AS answer_missed, 0 AS first_contact, 0 AS reopened, 0 AS answered, 0::bigint AS answer_seconds,\n               0 AS measured, 0::bigint AS solve_seconds WHERE TG_OP = 'UPDATE' AND NEW.merged_into_id IS NULL) now_came\n        UNION ALL SELECT 1, now_went.*\n          FROM (\n        SELECT desk_day(NEW.resolved_at), NEW.group_id, NEW.category_id, NEW.channel,\n               desk_hour(NEW.resolved_at), 0, 0, 0, 1,\n               coalesce(NEW.kept::int, 0), coalesce((NOT NEW.kept)::int, 0), coalesce(NEW.answer_kept::int, 0),\n               coalesce((NOT NEW.answer_kept)::int, 0), coalesce(NEW.first_contact::int, 0),\n               (NEW.reopens > 0)::int, (NEW.answered_in IS NOT NULL)::int, coalesce(NEW.answered_in, 0),\n               (NEW.solved_in IS NOT NULL)::int, coalesce(NEW.solved_in, 0) WHERE TG_OP = 'UPDATE' AND NEW.resolved_at IS NOT NULL AND NEW.merged_into_id IS NULL) now_went\n    ) change GROUP BY day, group_id, category_id, channel, hour HAVING sum(sign * opened) <> 0 OR sum(sign * standing) <> 0 OR sum(sign * waiting) <> 0 OR sum(sign * solved) <> 0 OR sum(sign * kept) <> 0 OR sum(sign * missed) <> 0 OR sum(sign * answer_kept) <> 0 OR sum(sign * answer_missed) <> 0 OR sum(sign * first_contact) <> 0 OR sum(sign * reopened) <> 0 OR sum(sign * answered) <> 0 OR sum(sign * answer_seconds) <> 0 OR sum(sign * measured) <> 0 OR sum(sign * solve_seconds) <> 0;\n    RETURN NULL;\n",
                    hash="9a5f8e3e3b8227a7af43a7f9c984ba3473fdbd87",
                    operation='INSERT OR UPDATE OF "group_id", "category_id", "channel", "status", "opened_at", "resolved_at", "merged_into_id", "kept", "answer_kept", "answered_in", "solved_in", "first_contact", "reopens" OR DELETE',
                    pgid="pgtrigger_flow_b609d",
                    table="tickets_ticket",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="hour",
            name="group",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.supportgroup",
            ),
        ),
        migrations.AddConstraint(
            model_name="hour",
            constraint=models.UniqueConstraint(
                fields=("day", "hour", "group"), name="hour_of_a_group_is_counted_once", nulls_distinct=False
            ),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
