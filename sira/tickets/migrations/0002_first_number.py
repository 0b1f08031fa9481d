"""Tickets begin at 1001, so that a first number looks like one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [
        migrations.RunSQL("ALTER SEQUENCE tickets_ticket_id_seq RESTART WITH 1001", migrations.RunSQL.noop),
    ]
