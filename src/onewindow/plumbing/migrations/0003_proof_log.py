"""The proof log over the audit entries."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("plumbing", "0002_proposals")]

    operations = [
        migrations.AddField("auditentry", "leaf", models.BigIntegerField(null=True, unique=True)),
        migrations.AddIndex("auditentry", models.Index(fields=["id"], condition=Q(leaf=None), name="audit_to_number")),
        migrations.CreateModel(
            name="ProofTile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("data", models.BinaryField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["level", "index"], name="proof_tile_once")]},
        ),
        migrations.CreateModel(
            name="ProofHead",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
