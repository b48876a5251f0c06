"""Everything that is read of drafts and cases, scoped to the reader."""

from onewindow.modules.cases.selectors.cases import cases_to_fetch, held, my_cases, my_drafts, similar_open, status
from onewindow.modules.cases.selectors.changes import Changes, ValueChange, case_changes
from onewindow.modules.cases.selectors.choices import COLUMNS, KeptFilter, QueueChoices, queue_choices
from onewindow.modules.cases.selectors.documents import Document, attachment, upload
from onewindow.modules.cases.selectors.done import ActDone, acts_done, took_part
from onewindow.modules.cases.selectors.draft_rows import DraftPage
from onewindow.modules.cases.selectors.drafts import draft_page
from onewindow.modules.cases.selectors.durations import measured
from onewindow.modules.cases.selectors.exported import ExportRow, export_file, exports
from onewindow.modules.cases.selectors.inbox import inbox
from onewindow.modules.cases.selectors.issued import IssuedRow, issued, issued_one
from onewindow.modules.cases.selectors.load import Load, LoadLine, colleagues_load
from onewindow.modules.cases.selectors.notes import NoteLine, notes
from onewindow.modules.cases.selectors.oversight import LateLine, MachineLine, Oversight, oversight
from onewindow.modules.cases.selectors.page import case_page, timeline
from onewindow.modules.cases.selectors.part_rows import ConfirmationLine, Invitation, MyPart, OtherLine, PartField, PartPage
from onewindow.modules.cases.selectors.parts import confirmed_by, invitation, my_parts, part_page, who_confirms
from onewindow.modules.cases.selectors.proposals import ProposalRow, proposals_waiting
from onewindow.modules.cases.selectors.receipts import Receipt, receipt, receipt_sheets
from onewindow.modules.cases.selectors.rechecks import FactLine, Recheck, RecheckRow, ToRecheck, recheck, rechecks, rechecks_waiting
from onewindow.modules.cases.selectors.rows import (
    Act,
    CasePage,
    HeldLine,
    Inbox,
    InboxFilter,
    InboxRow,
    MyCase,
    MyDraft,
    Sift,
    Similar,
    Status,
)
from onewindow.modules.cases.selectors.templates import TemplateRow, templates, templates_for
from onewindow.modules.cases.selectors.who_looked import LookedAtCase, LookLine, Looks, who_looked

__all__ = [
    "COLUMNS",
    "Act",
    "ActDone",
    "CasePage",
    "Changes",
    "ConfirmationLine",
    "Document",
    "DraftPage",
    "ExportRow",
    "FactLine",
    "HeldLine",
    "Inbox",
    "InboxFilter",
    "InboxRow",
    "Invitation",
    "IssuedRow",
    "KeptFilter",
    "LateLine",
    "Load",
    "LoadLine",
    "LookLine",
    "LookedAtCase",
    "Looks",
    "MachineLine",
    "MyCase",
    "MyDraft",
    "MyPart",
    "NoteLine",
    "OtherLine",
    "Oversight",
    "PartField",
    "PartPage",
    "ProposalRow",
    "QueueChoices",
    "Receipt",
    "Recheck",
    "RecheckRow",
    "Sift",
    "Similar",
    "Status",
    "TemplateRow",
    "ToRecheck",
    "ValueChange",
    "acts_done",
    "attachment",
    "case_changes",
    "case_page",
    "cases_to_fetch",
    "colleagues_load",
    "confirmed_by",
    "draft_page",
    "export_file",
    "exports",
    "held",
    "inbox",
    "invitation",
    "issued",
    "issued_one",
    "measured",
    "my_cases",
    "my_drafts",
    "my_parts",
    "notes",
    "oversight",
    "part_page",
    "proposals_waiting",
    "queue_choices",
    "receipt",
    "receipt_sheets",
    "recheck",
    "rechecks",
    "rechecks_waiting",
    "similar_open",
    "status",
    "templates",
    "templates_for",
    "timeline",
    "took_part",
    "upload",
    "who_confirms",
    "who_looked",
]
