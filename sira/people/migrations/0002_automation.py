"""The person that automatic steps act as. Its number is fixed; people begin at 1001."""

from django.db import migrations
from django.utils import timezone


def make_automation(apps, schema_editor):
    apps.get_model("people", "Person").objects.get_or_create(
        pk=1, defaults={"name": "Sira", "role": "system", "password": "!", "is_active": False, "created_at": timezone.now()}
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunPython(make_automation, migrations.RunPython.noop),
        migrations.RunSQL("ALTER SEQUENCE people_person_id_seq RESTART WITH 1001", migrations.RunSQL.noop),
    ]
