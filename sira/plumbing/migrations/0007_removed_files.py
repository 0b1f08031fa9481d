from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("plumbing", "0006_turns_of_the_sender"),
    ]

    operations = [
        migrations.AddField(
            model_name="scannedfile",
            name="removed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="scannedfile",
            constraint=models.CheckConstraint(
                condition=~Q(given_out=True, removed=True), name="file_is_given_out_or_removed"
            ),
        ),
    ]
