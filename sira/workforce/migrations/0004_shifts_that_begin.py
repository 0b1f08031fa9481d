from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workforce", "0003_calls_and_swaps")]

    operations = [
        migrations.RemoveIndex(model_name="shift", name="shift_by_start"),
        migrations.AddIndex(
            model_name="shift",
            index=models.Index(
                fields=["starts_at"], include=("person", "ends_at", "kind", "is_cancelled"), name="shift_that_begins"
            ),
        ),
    ]
