"""The desk itself as an actor, and the sender nobody can name. Their numbers are fixed; people begin at 1001."""

from django.db import migrations
from django.utils import timezone


def make_automation(apps, schema_editor):
    people = apps.get_model("people", "Person").objects
    for key, name, role in ((1, "Sira", "system"), (2, "", "requester")):
        made = {"name": name, "role": role, "password": "!", "is_active": False, "created_at": timezone.now()}
        people.get_or_create(pk=key, defaults=made)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunPython(make_automation, migrations.RunPython.noop),
        migrations.RunSQL("ALTER SEQUENCE people_person_id_seq RESTART WITH 1001", migrations.RunSQL.noop),
    ]
