"""What officers and clocks do with a case. People, organisations and files are kept by id: their own modules hold what they are."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from onewindow.plumbing.sealing.fields import SealedJSON, SealedRow, SealedText


class Task(SealedRow):
    """One step of one service. Tasks that share a node open together; the node is done when all of them are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="tasks")
    node = models.CharField(max_length=400)
    service = models.CharField(max_length=200)
    step = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    organisation = models.CharField(max_length=200)
    state = models.CharField(max_length=16)
    position = models.PositiveSmallIntegerField(default=0)
    limit_days = models.FloatField(default=0)
    """Unit: working days, the agreed commitment where there is one."""
    opened_at = models.DateTimeField(null=True)
    due_date = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    finding = SealedJSON(null=True)
    automatic = models.BooleanField(default=False)
    escalated_at = models.DateTimeField(null=True)
    """When its limit had passed and the supervisors were told."""
    escalated_again_at = models.DateTimeField(null=True)
    """When it had passed long since and the leaders were told."""
    assigned_to = models.UUIDField(null=True)
    """Who has taken it or was given it, with the other steps of its organisation in the node. Colleagues may still do it."""
    assigned_at = models.DateTimeField(null=True)
    assigned_by = models.UUIDField(null=True)
    held_for = models.UUIDField(null=True)
    """Whose it is again when they are back from leave, where a leave has moved it."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "service", "step"], name="cases_step_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The queue is read from these alone, in their order; what is done or fell away is in none of the first two.
            models.Index(
                fields=["organisation", "state", "due_date", "case", "node", "done_at"], condition=Q(done_at=None), name="cases_waiting"
            ),
            models.Index(
                fields=["kind", "state", "due_date", "case", "node", "done_at"], condition=Q(done_at=None), name="cases_at_window"
            ),
            models.Index(fields=["organisation", "-done_at"], condition=Q(done_at__isnull=False), name="cases_done"),
            models.Index(fields=["done_by", "-done_at"], condition=Q(done_at__isnull=False), name="cases_done_by"),
            models.Index(fields=["state", "due_date"], name="cases_overdue"),
            models.Index(fields=["assigned_to", "organisation", "state"], condition=Q(assigned_to__isnull=False), name="cases_assigned"),
            models.Index(fields=["held_for"], condition=Q(held_for__isnull=False), name="cases_held_for"),
        ]

    def __str__(self) -> str:
        return f"{self.service}.{self.step}"


class Notice(SealedRow):
    """Everything that one service wants put right, said once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="notices")
    service = models.CharField(max_length=200)
    number = models.PositiveSmallIntegerField()
    items = SealedJSON()
    """[{kind: element | document, id, sentence: {language: text}}]"""
    due_date = models.DateField(null=True)
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    """Set with the answer, or when the service was decided or withdrawn without one."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "service", "number"], name="cases_notice_number_once"),
            models.UniqueConstraint(fields=["case", "service"], condition=Q(closed_at=None), name="cases_one_open_notice"),
        ]

    def __str__(self) -> str:
        return f"notice {self.number} of {self.service}"


class Pause(SealedRow):
    """A time during which a task's clock stands still."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="pauses")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="pauses")
    reason = SealedText(row=["task_id"])
    held = models.BooleanField(default=False)
    """It waits for another service, not for an officer's word."""
    legal_basis = models.CharField(max_length=500, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task"], condition=Q(ended_at=None), name="cases_one_open_pause"),
        ]

    def __str__(self) -> str:
        return self.reason


class Payment(SealedRow):
    """A fee paid at the counter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="payments")
    service = models.CharField(max_length=200)
    fee = models.CharField(max_length=200)
    fen = models.PositiveBigIntegerField()
    method = models.CharField(max_length=40)
    receipt = SealedText()
    taken_by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "service", "fee"], name="cases_fee_paid_once"),
        ]

    def __str__(self) -> str:
        return self.receipt


class CaseNote(SealedRow):
    """What an officer wrote for the colleagues of the own organisation, and for nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="notes")
    organisation = models.CharField(max_length=200)
    author = models.UUIDField()
    text = SealedText()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note of {self.organisation}"


class DecisionTemplate(models.Model):
    """A text that an organisation keeps ready for its officers, in every language, with the law it rests on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.CharField(max_length=200, db_index=True)
    use = models.CharField(max_length=16)
    """refuse, correct or approve: why something is refused, what is to be put right, on which conditions it is granted."""
    service = models.CharField(max_length=200, blank=True)
    """Empty: for every service of the organisation."""
    text = models.JSONField()
    law = models.JSONField(default=dict)
    """{language: text}, as the text; empty where none is named."""
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.use}: {self.pk}"
