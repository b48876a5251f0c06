import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    """Devices that organisations have set up for everybody."""

    dependencies = [("identity", "0012_assistance")]

    operations = [
        migrations.CreateModel(
            name="Terminal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("organisation", models.CharField(db_index=True, max_length=200)),
                ("name", models.CharField(max_length=80)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("secret", models.CharField(max_length=64, unique=True)),
                ("code_until", models.DateTimeField(null=True)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.UUIDField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
