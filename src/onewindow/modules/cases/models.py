"""Rows of a case. People, organisations and files are kept by id: their own modules hold what they are."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from onewindow.plumbing.sealing.fields import HashOf, SealedJSON, SealedRow, SealedText


class Draft(SealedRow):
    """What somebody has begun and not filed. Its own id wins over any session: it can be resumed on any device."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.UUIDField(db_index=True)
    event = models.CharField(max_length=200)
    release = models.PositiveIntegerField()
    answers = SealedJSON(default=dict)
    elements = SealedJSON(default=dict)
    """{element: value} as typed, normalised."""
    prefilled = SealedJSON(default=list)
    """[{element, value, id, at, keys}]: what register `id` said when it was asked with `keys`; null is no such value."""
    disputed = SealedJSON(default=dict)
    """{element: {note, at}}: values from a source of which the applicant says that they are not right."""
    unavailable = SealedJSON(default=dict)
    """{resource: {reason, keys, at}}: registers that did not answer or hold no record; what they would fill is asked instead."""
    consents = models.JSONField(default=dict)
    """{resource: {purpose, legal_basis, at, by}}: registers that may be asked only because the applicant agreed."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    filed_case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="drafts")

    def __str__(self) -> str:
        return f"draft of {self.event}"


class Upload(SealedRow):
    """A document added to a draft."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="uploads")
    evidence_type = models.CharField(max_length=200)
    file = models.UUIDField()
    name = SealedText()
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = SealedText()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class IssuedReference(models.Model):
    """Every reference number ever given. Stays when a case goes, so that no number comes twice."""

    reference = models.CharField(max_length=24, primary_key=True)

    def __str__(self) -> str:
        return self.reference


class Case(SealedRow):
    """One filing of one One Thing, with the release and the plan it was filed under."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=24, unique=True)
    event = models.CharField(max_length=200)
    release = models.PositiveIntegerField()
    plan = models.JSONField()
    """The report frozen at filing, and what was settled with it: see plans.CasePlan."""
    answers = SealedJSON(default=dict)
    """What was answered to the questions of the event."""
    applicant = models.UUIDField()
    contact_phone = SealedText(blank=True)
    title = models.CharField(max_length=200, blank=True)
    """The name of the undertaking, searched by its parts; empty where the matter is known by a person's name alone."""
    named_after = SealedText(blank=True, hashed=True)
    """The applicant's name where there is no undertaking; found by the whole of it."""
    region = models.CharField(max_length=12, blank=True, default="", db_default="")
    """Where the matter is, as an element of the type region says; empty: the whole city."""
    state = models.CharField(max_length=24)
    filed_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    fetch_due_at = models.DateTimeField(null=True)
    """When to ask the registers that an output or a correction has made askable; null where there is nothing to ask."""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["applicant", "-filed_at"], name="cases_by_applicant"),
            models.Index(fields=["fetch_due_at"], condition=Q(fetch_due_at__isnull=False), name="cases_to_fetch"),
            models.Index(HashOf("named_after"), name="cases_by_name"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def shown_title(self) -> str:
        """What the case is called wherever it is shown."""
        return self.title or self.named_after


class CaseValue(SealedRow):
    """One element's value with its source and time. A corrected value is superseded, never overwritten."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="values")
    element = models.CharField(max_length=200)
    value = SealedJSON(row=["case_id", "element"])
    source_kind = models.CharField(max_length=16)
    """typed, party, answer, held, resource, produced or officer."""
    source_id = models.CharField(max_length=200, blank=True)
    obtained_at = models.DateTimeField()
    note = SealedJSON(row=["case_id", "element"], null=True)
    """{disputed: {value, kind, id, note}} where the applicant's own value stands against a source's."""
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "element"], condition=Q(superseded_at=None), name="cases_one_current_value"),
        ]

    def __str__(self) -> str:
        return self.element


class CaseService(SealedRow):
    """One service of the case: the sub-decision of one organisation."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="services")
    service = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    state = models.CharField(max_length=24)
    position = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    sentence = SealedJSON(row=["case_id", "service"], default=dict)
    """What the applicant reads, by language."""
    reason_code = models.CharField(max_length=200, blank=True)
    given = SealedJSON(row=["case_id", "service"], default=dict)
    """Output values that officers gave before the output was due."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "service"], name="cases_service_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["service", "decided_at"], name="cases_decided"),
        ]

    def __str__(self) -> str:
        return self.service


class Task(SealedRow):
    """One step of one service. Tasks that share a node open together; the node is done when all of them are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
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

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "service", "step"], name="cases_step_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "state", "due_date"], name="cases_queue"),
            models.Index(fields=["state", "due_date"], name="cases_overdue"),
        ]

    def __str__(self) -> str:
        return f"{self.service}.{self.step}"


class Attachment(SealedRow):
    """A document of the case. A corrected one is superseded, never removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    evidence_type = models.CharField(max_length=200)
    file = models.UUIDField(db_index=True)
    name = SealedText()
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = SealedText()
    added_at = models.DateTimeField()
    added_by = models.UUIDField()
    superseded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Notice(SealedRow):
    """Everything that one service wants put right, said once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
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


class Output(SealedRow):
    """What a service gave: a licence, a certificate, a confirmation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="outputs")
    service = models.CharField(max_length=200)
    evidence_type = models.CharField(max_length=200)
    number = models.CharField(max_length=40, unique=True)
    values = SealedJSON(default=dict)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revocation = SealedJSON(null=True)
    """{reason, legal_basis, sentence, by: the two officers}: why it was withdrawn."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "service", "evidence_type"], name="cases_output_once"),
        ]

    def __str__(self) -> str:
        return self.number


class IssuedNumber(SealedRow):
    """Every number that stands on something issued, so that no two documents of one kind carry the same."""

    evidence_type = models.CharField(max_length=200)
    mark = models.CharField(max_length=200)
    """The number without spaces, capitals and full-width signs."""
    reference = models.CharField(max_length=24)
    holder = models.UUIDField()
    title = SealedText(row=["evidence_type", "mark"])
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["evidence_type", "mark"], name="cases_number_once"),
        ]

    def __str__(self) -> str:
        return self.mark


class Payment(SealedRow):
    """A fee paid at the counter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="payments")
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


class CaseNote(SealedRow):
    """What an officer wrote for the colleagues of the own organisation, and for nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    organisation = models.CharField(max_length=200)
    author = models.UUIDField()
    text = SealedText()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note of {self.organisation}"


class TimelineEntry(SealedRow):
    """What happened, as codes and values; the web floor says it in the reader's language."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="timeline")
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    organisation = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    service = models.CharField(max_length=200, blank=True)
    values = SealedJSON(row=["case_id", "code"], default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.code
