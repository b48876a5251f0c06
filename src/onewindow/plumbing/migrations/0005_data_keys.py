"""The keys of what is sealed, the first of them, and the plumbing's own sealed columns."""

from typing import Any

from django.db import migrations, models

from onewindow.plumbing.sealing import keys
from onewindow.plumbing.sealing.fields import SealedJSON, SealedText
from onewindow.plumbing.sealing.migrating import Seal


def make_first(apps: Any, schema_editor: Any) -> None:
    """Make the key that seals until it is rotated."""
    del apps, schema_editor
    from onewindow.plumbing import clock

    keys.forget()
    keys.make(now=clock.now())


def keep(apps: Any, schema_editor: Any) -> None:
    """Keys go with their table."""
    keys.forget()


def take_old_places(apps: Any, schema_editor: Any) -> None:
    """Files that are there stay where they are until the job has sealed them."""
    apps.get_model("plumbing", "StoredFile").objects.update(place=models.F("sha256"))


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0004_numbered_access")]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("number", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("copies", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunPython(make_first, keep),
        Seal("IdempotencyKey", {"result": SealedJSON(null=True, row=("actor", "scope", "key"))}),
        Seal("Proposal", {"payload": SealedJSON(default=dict), "reason": SealedText(blank=True)}),
        migrations.AddField("storedfile", "place", models.CharField(db_index=True, default="", max_length=64), preserve_default=False),
        migrations.RunPython(take_old_places, migrations.RunPython.noop),
        migrations.AddField("storedfile", "key", models.PositiveSmallIntegerField(db_index=True, null=True)),
        # An index over sealed bytes finds nothing.
        migrations.AlterField("storedfile", "sha256", models.CharField(max_length=64)),
        Seal("StoredFile", {"sha256": SealedText(), "name": SealedText()}),
    ]
