"""How long texts of closed tickets are kept; the gate lets what was resolved before a field was needed be written."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

TOLD = """
CREATE TRIGGER tickets_retentionrule_is_audited AFTER INSERT OR UPDATE OR DELETE ON tickets_retentionrule
    FOR EACH ROW EXECUTE FUNCTION sira_audit_row('', 'done_until');
"""
UNTOLD = "DROP TRIGGER tickets_retentionrule_is_audited ON tickets_retentionrule;"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_personal_requests"),
        ("plumbing", "0003_trail_without_names"),
        ("tickets", "0015_counts_and_entries"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("months", models.PositiveSmallIntegerField()),
                (
                    "forgets",
                    models.CharField(
                        choices=[
                            ("texts", "What requesters wrote"),
                            ("messages", "All messages, with attachments and mails as they came"),
                            ("files", "Attachments"),
                            ("raws", "Mails as they came"),
                        ],
                        max_length=8,
                    ),
                ),
                ("done_until", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ticket",
            name="gate",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ticket",
            trigger=pgtrigger.compiler.Trigger(
                name="gate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.status IN ('resolved', 'closed'))",
                    declare="DECLARE missing text;",
                    func="\n    IF NEW.merged_into_id IS NULL THEN\n        SELECT needed INTO missing\n          FROM tickets_tickettype AS kind, jsonb_array_elements_text(kind.mandatory_fields) AS needed\n         WHERE kind.id = NEW.type_id\n           AND coalesce(btrim(to_jsonb(NEW) ->> needed), btrim(to_jsonb(NEW) ->> (needed || '_id')),\n                        btrim(NEW.fields ->> needed), '') = ''\n           AND (TG_OP = 'INSERT' OR OLD.status NOT IN ('resolved', 'closed') OR OLD.merged_into_id IS NOT NULL\n                OR coalesce(btrim(to_jsonb(OLD) ->> needed), btrim(to_jsonb(OLD) ->> (needed || '_id')),\n                            btrim(OLD.fields ->> needed), '') <> '')\n         LIMIT 1;\n        IF missing IS NOT NULL THEN\n            RAISE EXCEPTION 'ticket % lacks %', NEW.number, missing\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'mandatory_field_before_resolving', DETAIL = missing;\n        END IF;\n    END IF;\n    IF TG_OP = 'INSERT' OR OLD.status NOT IN ('resolved', 'closed') THEN\n        SELECT task.name INTO missing\n          FROM processes_task AS task\n         WHERE task.subject = NEW.id AND task.mandatory AND task.state = 'open'\n         LIMIT 1;\n        IF missing IS NOT NULL THEN\n            RAISE EXCEPTION 'ticket % has the open task %', NEW.number, missing\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'mandatory_task_before_resolving', DETAIL = missing;\n        END IF;\n    END IF;\n    RETURN NEW;\n",
                    hash="21f0f5a9332cc7bcc76b81a21df52f2ce6225fcc",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_gate_1fea7",
                    table="tickets_ticket",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="retentionrule",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.supportgroup",
            ),
        ),
        migrations.AddField(
            model_name="retentionrule",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="retentionrule",
            name="type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.tickettype",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__gte", 1)), name="texts_are_kept_for_a_month_at_least"
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.UniqueConstraint(
                fields=("type", "group", "forgets"), name="retention_is_said_once", nulls_distinct=False
            ),
        ),
        migrations.RunSQL(TOLD, UNTOLD),
    ]
