"""People are found by the beginnings of their names and addresses, and listed by name."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_dealing")]

    operations = [
        migrations.AddIndex(
            model_name="address",
            index=models.Index(fields=["value"], name="address_beginnings", opclasses=["text_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="person",
            index=GinIndex(SearchVector("name", config="simple"), name="person_name_words"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(condition=models.Q(("joined_into", None)), fields=["name", "id"], name="people_by_name"),
        ),
    ]
