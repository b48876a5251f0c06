import django.db.models.deletion
from django.db import migrations, models

AT_ONCE = 2_000


def mark(apps, schema_editor):
    """Mark the cases that are there; their titles and numbers never change."""
    from onewindow.modules.cases.marks import marks

    case, kept = apps.get_model("cases", "Case"), apps.get_model("cases", "CaseMark")
    rows = []
    for ident, title, reference in case.objects.values_list("pk", "title", "reference").iterator(AT_ONCE):
        rows += [kept(case_id=ident, text=text) for text in marks(title, reference)]
        if len(rows) >= AT_ONCE:
            kept.objects.bulk_create(rows)
            rows = []
    kept.objects.bulk_create(rows)


class Migration(migrations.Migration):
    """A part of a title, or a group of a number, finds the case without looking at the others."""

    dependencies = [("cases", "0011_channels")]

    operations = [
        migrations.CreateModel(
            name="CaseMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.BinaryField(max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="marks", to="cases.case"
                    ),
                ),
            ],
        ),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=False),
        migrations.AddIndex(model_name="casemark", index=models.Index(fields=["text", "case"], name="cases_marked")),
    ]
