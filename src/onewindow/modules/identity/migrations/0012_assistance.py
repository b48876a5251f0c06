import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """An officer at a counter helps somebody who agreed to it, for a short time."""

    dependencies = [("identity", "0011_guardians")]

    operations = [
        migrations.CreateModel(
            name="Assistance",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("organisation", models.CharField(max_length=200)),
                ("matter", models.CharField(max_length=200)),
                ("offered_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("code_until", models.DateTimeField(null=True)),
                ("mark", models.CharField(blank=True, max_length=120)),
                ("confirmed", models.CharField(blank=True, max_length=120)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="assistances_given", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assistances",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
