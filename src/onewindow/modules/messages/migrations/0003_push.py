"""Browsers that are told of news, and what a waiting message is about."""

import uuid

from django.db import migrations, models

import onewindow.plumbing.sealing.fields


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_data_keys")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="about",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.CreateModel(
            name="PushDevice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("user", models.UUIDField()),
                ("endpoint", onewindow.plumbing.sealing.fields.SealedText(hashed=True)),
                ("keys", onewindow.plumbing.sealing.fields.SealedJSON(default=dict)),
                ("name", models.CharField(blank=True, max_length=60)),
                ("subscribed_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-subscribed_at"], name="letters_devices")],
                "constraints": [
                    models.UniqueConstraint(onewindow.plumbing.sealing.fields.HashOf("endpoint"), name="letters_one_device")
                ],
            },
        ),
    ]
