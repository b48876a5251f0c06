"""Identity numbers are found by hashes under the data keys, which rotate."""

from django.conf import settings
from django.db import migrations, models
from django.utils.crypto import salted_hmac

from onewindow.plumbing.sealing.fields import HashOf, SealedText


def _mark(number):
    return salted_hmac("onewindow.identity.number", number, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def _opened(model, name, row, kept):
    return model._meta.get_field(name).opened(bytes(kept), [row])


def keep_numbers(apps, schema_editor):
    """The number of whoever is proven stands among the facts. What is offered to nobody known yet keeps its mark."""
    Person, MandateRow = apps.get_model("identity", "Person"), apps.get_model("identity", "MandateRow")
    numbers = {}
    for user, facts in Person.objects.exclude(number_mark=None).values_list("user_id", "facts"):
        if number := str(_opened(Person, "facts", user, facts).get("resident-id") or ""):
            numbers[user] = number
            Person.objects.filter(pk=user).update(number=Person._meta.get_field("number").closed(number, [user]))
    for row, receiver in MandateRow.objects.filter(receiver__in=numbers).values_list("pk", "receiver_id"):
        sealed = MandateRow._meta.get_field("receiver_number").closed(numbers[receiver], [row])
        MandateRow.objects.filter(pk=row).update(receiver_number=sealed, receiver_mark="")


def keep_marks(apps, schema_editor):
    """Back to hashes under the secret key."""
    for name, number, mark in (("Person", "number", "number_mark"), ("MandateRow", "receiver_number", "receiver_mark")):
        model = apps.get_model("identity", name)
        for row, kept in model.objects.exclude(**{number: ""}).values_list("pk", number):
            model.objects.filter(pk=row).update(**{mark: _mark(_opened(model, number, row, kept))})


class Migration(migrations.Migration):
    dependencies = [("identity", "0008_sealed_mandates")]

    operations = [
        migrations.AddField("person", "number", SealedText(blank=True, hashed=True)),
        migrations.AddField("mandaterow", "receiver_number", SealedText(blank=True, hashed=True)),
        migrations.AlterField("mandaterow", "receiver_mark", models.CharField(blank=True, db_index=True, default="", max_length=64)),
        migrations.RunPython(keep_numbers, keep_marks),
        migrations.RemoveField("person", "number_mark"),
        migrations.AddConstraint("person", models.UniqueConstraint(HashOf("number"), name="identity_one_number")),
        migrations.AddIndex("mandaterow", models.Index(HashOf("receiver_number"), name="identity_mandate_receiver")),
    ]
