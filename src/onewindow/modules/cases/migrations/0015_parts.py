"""Several people in one matter."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from onewindow.plumbing.sealing.fields import HashOf, SealedJSON, SealedText


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_issued_by")]

    operations = [
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("role", models.CharField(max_length=200)),
                ("name", SealedText()),
                ("contact", SealedText(hashed=True)),
                ("token", models.CharField(max_length=64, unique=True)),
                ("state", models.CharField(max_length=16)),
                ("due_date", models.DateField()),
                ("person", models.UUIDField(db_index=True, null=True)),
                ("elements", SealedJSON(default=dict)),
                ("confirmed", SealedJSON(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("reason", SealedText(blank=True)),
                ("invited_by", models.UUIDField()),
                ("invited_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("reopened_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("draft", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="cases.draft")),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(HashOf("contact"), name="cases_parts_by_contact"),
                    models.Index(fields=["due_date"], condition=models.Q(("ended_at", None)), name="cases_parts_due"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("draft", "role"), name="cases_one_person_a_role"
                    )
                ],
            },
        ),
    ]
