"""Everything that changes drafts and cases; each function is one act."""

from onewindow.modules.cases.reveals import CONTACT_PHONE, WHY_SHOWN
from onewindow.modules.cases.services.arrivals import fetch_arrivals
from onewindow.modules.cases.services.asking import ask_register
from onewindow.modules.cases.services.assigning import assign
from onewindow.modules.cases.services.choices import choose_columns, drop_filter, keep_filter
from onewindow.modules.cases.services.consents import save_consents
from onewindow.modules.cases.services.decisions import Decided, decide
from onewindow.modules.cases.services.desk import accept, accept_all, complete_step, release_service, resume, suspend
from onewindow.modules.cases.services.drafts import (
    DraftInfo,
    UploadInfo,
    add_upload,
    discard_draft,
    dispute_prefill,
    remove_upload,
    save_answers,
    save_elements,
    start_draft,
)
from onewindow.modules.cases.services.exports import ask_export, expire_exports, exports_to_make, make_export, remove_export
from onewindow.modules.cases.services.filing import Filed, file_case
from onewindow.modules.cases.services.handover import hand_over
from onewindow.modules.cases.services.helping import ask_to_confirm, confirm_filing
from onewindow.modules.cases.services.leaves import cover_leaves
from onewindow.modules.cases.services.mended import Mended, ask_again
from onewindow.modules.cases.services.merging import Change, Merged, Other, merge_draft
from onewindow.modules.cases.services.notes import add_note
from onewindow.modules.cases.services.notices import NewFile, Noticed, NoticeItem, answer_notice, request_correction
from onewindow.modules.cases.services.overdue import escalate
from onewindow.modules.cases.services.parts import close_lapsed, invite, renew_invitation, withdraw_invitation
from onewindow.modules.cases.services.payments import record_payment
from onewindow.modules.cases.services.prefill import Prefilled, refresh_prefill
from onewindow.modules.cases.services.rechecks import answer_recheck
from onewindow.modules.cases.services.reveal import Revealed, UnknownReason, reveal_value
from onewindow.modules.cases.services.second_officer import revoke_output, settle
from onewindow.modules.cases.services.silence import grant_by_silence
from onewindow.modules.cases.services.taking_part import confirm_part, refuse_part, save_part, take_back_confirmation, take_part
from onewindow.modules.cases.services.templates import USES, remove_template, save_template
from onewindow.modules.cases.services.withdrawal import withdraw, withdraw_service

__all__ = [
    "CONTACT_PHONE",
    "USES",
    "WHY_SHOWN",
    "Change",
    "Decided",
    "DraftInfo",
    "Filed",
    "Mended",
    "Merged",
    "NewFile",
    "NoticeItem",
    "Noticed",
    "Other",
    "Prefilled",
    "Revealed",
    "UnknownReason",
    "UploadInfo",
    "accept",
    "accept_all",
    "add_note",
    "add_upload",
    "answer_notice",
    "answer_recheck",
    "ask_again",
    "ask_export",
    "ask_register",
    "ask_to_confirm",
    "assign",
    "choose_columns",
    "close_lapsed",
    "complete_step",
    "confirm_filing",
    "confirm_part",
    "cover_leaves",
    "decide",
    "discard_draft",
    "dispute_prefill",
    "drop_filter",
    "escalate",
    "expire_exports",
    "exports_to_make",
    "fetch_arrivals",
    "file_case",
    "grant_by_silence",
    "hand_over",
    "invite",
    "keep_filter",
    "make_export",
    "merge_draft",
    "record_payment",
    "refresh_prefill",
    "refuse_part",
    "release_service",
    "remove_export",
    "remove_template",
    "remove_upload",
    "renew_invitation",
    "request_correction",
    "resume",
    "reveal_value",
    "revoke_output",
    "save_answers",
    "save_consents",
    "save_elements",
    "save_part",
    "save_template",
    "settle",
    "start_draft",
    "suspend",
    "take_back_confirmation",
    "take_part",
    "withdraw",
    "withdraw_invitation",
    "withdraw_service",
]
