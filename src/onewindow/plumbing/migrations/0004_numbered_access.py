"""Which entries of the store of accesses were numbered and are not marked there yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0003_proof_log")]

    operations = [
        migrations.CreateModel(
            name="NumberedAccess",
            fields=[
                ("leaf", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
            ],
        ),
    ]
