"""What people typed, said and were told is sealed; the answers leave the plan, and persons' names leave the titles."""

from typing import Any

from django.db import migrations, models

from onewindow.plumbing.sealing.fields import HashOf, SealedJSON, SealedText
from onewindow.plumbing.sealing.migrating import Seal


def part(apps: Any, schema_editor: Any) -> None:
    """Take the answers out of the plans, and the applicants' names out of the titles."""
    names = {row.pk: set((row.display_name or {}).values()) for row in apps.get_model("identity", "User").objects.all()}
    for case in apps.get_model("cases", "Case").objects.iterator(chunk_size=200):
        case.answers = case.plan.pop("answers", {})
        if case.title in names.get(case.applicant, ()):
            case.named_after, case.title = case.title, ""
        case.save(update_fields=["plan", "answers", "named_after", "title"])


def join(apps: Any, schema_editor: Any) -> None:
    """Put both back."""
    for case in apps.get_model("cases", "Case").objects.iterator(chunk_size=200):
        case.plan, case.title = {**case.plan, "answers": case.answers}, case.title or case.named_after
        case.save(update_fields=["plan", "title"])


def mark_held(apps: Any, schema_editor: Any) -> None:
    """Say which clocks wait for another service, while the reasons can be searched."""
    apps.get_model("cases", "Pause").objects.filter(reason="held").update(held=True)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_regions_and_revocation"),
        ("identity", "0003_regions_and_leave"),
        ("plumbing", "0005_data_keys"),
    ]
    run_before = [("identity", "0007_sealed")]

    operations = [
        migrations.AddField("case", "answers", models.JSONField(default=dict)),
        migrations.AddField("case", "named_after", models.CharField(max_length=200, blank=True, default="")),
        migrations.AlterField("case", "title", models.CharField(blank=True, max_length=200)),
        migrations.RunPython(part, join),
        migrations.AlterField("case", "named_after", models.CharField(max_length=200, blank=True)),
        Seal(
            "Case",
            {
                "answers": SealedJSON(default=dict),
                "contact_phone": SealedText(blank=True),
                "named_after": SealedText(blank=True, hashed=True),
            },
        ),
        migrations.AddIndex("case", models.Index(HashOf("named_after"), name="cases_by_name")),
        Seal(
            "Draft",
            {
                "answers": SealedJSON(default=dict),
                "elements": SealedJSON(default=dict),
                "prefilled": SealedJSON(default=list),
                "disputed": SealedJSON(default=dict),
                "unavailable": SealedJSON(default=dict),
            },
        ),
        Seal("Upload", {"name": SealedText(), "sha256": SealedText()}),
        Seal("CaseValue", {"value": SealedJSON(row=("case_id", "element")), "note": SealedJSON(null=True, row=("case_id", "element"))}),
        Seal(
            "CaseService",
            {
                "sentence": SealedJSON(default=dict, row=("case_id", "service")),
                "given": SealedJSON(default=dict, row=("case_id", "service")),
            },
        ),
        Seal("Task", {"finding": SealedJSON(null=True)}),
        Seal("Attachment", {"name": SealedText(), "sha256": SealedText()}),
        Seal("Notice", {"items": SealedJSON()}),
        migrations.AddField("pause", "held", models.BooleanField(default=False)),
        migrations.RunPython(mark_held, migrations.RunPython.noop),
        Seal("Pause", {"reason": SealedText(row=("task_id",))}),
        Seal("Output", {"values": SealedJSON(default=dict), "revocation": SealedJSON(null=True)}),
        Seal("IssuedNumber", {"title": SealedText(row=("evidence_type", "mark"))}),
        Seal("Payment", {"receipt": SealedText()}),
        Seal("TimelineEntry", {"values": SealedJSON(default=dict, row=("case_id", "code"))}),
    ]
