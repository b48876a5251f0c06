from django.db import migrations, models

OVER = ("completed", "refused", "withdrawn")


def say_what_is_over(apps, schema_editor):
    """Say of the marks of cases that are over that they are."""
    over = apps.get_model("cases", "Case").objects.filter(state__in=OVER)
    apps.get_model("cases", "CaseMark").objects.filter(case__in=over).update(running=False)


class Migration(migrations.Migration):
    """Several words that many cases have find those that are not over without reading all that ever were."""

    dependencies = [("cases", "0015_parts")]

    operations = [
        migrations.AddField(model_name="casemark", name="running", field=models.BooleanField(db_default=True, default=True)),
        migrations.RunPython(say_what_is_over, migrations.RunPython.noop, elidable=False),
        migrations.AddIndex(
            model_name="casemark",
            index=models.Index(fields=["text", "case"], condition=models.Q(running=True), name="cases_marked_running"),
        ),
    ]
