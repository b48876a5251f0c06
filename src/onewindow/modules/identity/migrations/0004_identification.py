"""Proofs of who somebody is, kept one by one; what was proven before becomes the first of them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils.crypto import salted_hmac

FIRST = {"phone": ("phone", 1, "one-time-code"), "email": ("email", 1, "one-time-code"), "register": ("demo", 3, "onewindow-people/1")}


def keep_proofs(apps, schema_editor):
    """What a people file or a one-time code proved stays proven; of two accounts with one number the first keeps it."""
    Person, Identification = apps.get_model("identity", "Person"), apps.get_model("identity", "Identification")
    taken = set()
    for person in Person.objects.order_by("proved_at", "user_id"):
        method, level, source = FIRST.get(person.said_level, ("", 0, ""))
        number = str(person.facts.get("resident-id") or "")
        if method == "demo" and number:
            mark = salted_hmac("onewindow.identity.number", number, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
            person.number_mark = None if mark in taken else mark
            taken.add(mark)
        elif method == "demo":
            method = ""
        if method and person.proved_at:
            person.proof_level = level
            Identification.objects.create(user_id=person.user_id, level=level, method=method, source=source, at=person.proved_at)
        person.save(update_fields=["proof_level", "number_mark"])


def say_level(apps, schema_editor):
    Person = apps.get_model("identity", "Person")
    for person in Person.objects.all():
        person.said_level = {1: "phone", 2: "register", 3: "register"}.get(person.proof_level, "")
        person.save(update_fields=["said_level"])


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_regions_and_leave")]

    operations = [
        migrations.CreateModel(
            name="Identification",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("level", models.PositiveSmallIntegerField()),
                ("method", models.CharField(max_length=20)),
                ("source", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="identifications", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("ended_at", None)), fields=["user"], name="identity_proofs_now")],
            },
        ),
        migrations.CreateModel(
            name="VisitCode",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="visit_code",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField("person", "number_mark", models.CharField(max_length=64, null=True, unique=True)),
        migrations.RenameField("person", "proof_level", "said_level"),
        migrations.AddField("person", "proof_level", models.PositiveSmallIntegerField(default=0)),
        migrations.RunPython(keep_proofs, say_level),
        migrations.RemoveField("person", "said_level"),
    ]
