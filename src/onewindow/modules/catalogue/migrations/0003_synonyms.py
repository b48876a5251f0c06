"""Words that mean the same to people who search, with a first list of everyday ones: staff change it from then on."""

import json
import uuid
from pathlib import Path

from django.db import migrations, models

from onewindow.plumbing import clock

GIVEN = Path(__file__).resolve().parents[1] / "search" / "synonyms.json"


def fill(apps, schema_editor):
    groups = json.loads(GIVEN.read_text(encoding="utf-8"))
    model = apps.get_model("catalogue", "SynonymGroup")
    now = clock.now()
    model.objects.bulk_create(model(words=words, updated_at=now) for words in groups)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_published_is_immutable")]

    operations = [
        migrations.CreateModel(
            name="SynonymGroup",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("words", models.JSONField()),
                ("updated_at", models.DateTimeField()),
                ("updated_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
