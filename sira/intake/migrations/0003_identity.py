"""One short key says what was received: a row and its indexes of 390 bytes become 230."""

from django.db import migrations, models

from sira.plumbing.packing import Packed

IDENTIFY = """
    ALTER TABLE intake_received DROP CONSTRAINT thing_is_received_once;
    ALTER TABLE intake_received ADD identity uuid;
    UPDATE intake_received
       SET identity = encode(substring(sha256(convert_to(channel, 'UTF8') || '\\x00' || convert_to(source, 'UTF8')
                                              || '\\x00' || convert_to(key, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid,
           key = CASE WHEN key ~ '^[0-9a-f]{64}$' THEN '' ELSE key END;
    ALTER TABLE intake_received DROP id;
    ALTER TABLE intake_received ADD CONSTRAINT thing_is_received_once PRIMARY KEY (identity)
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_initial")]

    operations = [
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop, elidable=True),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(IDENTIFY)],
            state_operations=[
                migrations.RemoveConstraint(model_name="received", name="thing_is_received_once"),
                migrations.RemoveField(model_name="received", name="id"),
                migrations.AddField(
                    model_name="received",
                    name="identity",
                    field=models.UUIDField(primary_key=True, serialize=False),
                    preserve_default=False,
                ),
                migrations.AlterField(
                    model_name="received",
                    name="key",
                    field=models.CharField(blank=True, db_collation="C", max_length=100),
                ),
            ],
        ),
        Packed("intake_received"),
    ]
