"""Rows of a case."""

from onewindow.modules.cases.models.choices import QueueChoice
from onewindow.modules.cases.models.drafts import Draft, Upload
from onewindow.modules.cases.models.exports import QueueExport
from onewindow.modules.cases.models.filed import Attachment, Case, CaseMark, CaseService, CaseValue, IssuedReference, TimelineEntry
from onewindow.modules.cases.models.issued import IssuedNumber, Output
from onewindow.modules.cases.models.machine import MachineDecision
from onewindow.modules.cases.models.parts import Part
from onewindow.modules.cases.models.work import CaseNote, DecisionTemplate, Notice, Pause, Payment, Task

__all__ = [
    "Attachment",
    "Case",
    "CaseMark",
    "CaseNote",
    "CaseService",
    "CaseValue",
    "DecisionTemplate",
    "Draft",
    "IssuedNumber",
    "IssuedReference",
    "MachineDecision",
    "Notice",
    "Output",
    "Part",
    "Pause",
    "Payment",
    "QueueChoice",
    "QueueExport",
    "Task",
    "TimelineEntry",
    "Upload",
]
