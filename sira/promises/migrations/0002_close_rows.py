"""The columns of a clock are laid closely."""

from django.db import migrations

from sira.plumbing.packing import Packed


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_initial")]

    operations = [Packed("promises_clock")]
