"""Everything to be put right, said once: the notice, and the applicant's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain import deadlines, events
from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.lifecycle import TaskState
from onewindow.domain.values import ValueRefused
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.errors import (
    BadDueDays,
    NothingToCorrect,
    NoticeClosed,
    NoticeIncomplete,
    NoticeOpen,
    SecondNotice,
    UnknownDocument,
    UnknownField,
    ValuesRefused,
)
from onewindow.modules.cases.errors_of_parts import ConfirmedByOther
from onewindow.modules.cases.parts import confirmed_elements
from onewindow.modules.cases.services import flow
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.common import said
from onewindow.plumbing import files, permissions
from onewindow.plumbing.actors import Actor

MOST_DAYS = 60
LANGUAGES = ("zh", "en", "ru")
Paper = tuple[str, files.Examined]
"""(evidence type, file)"""


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One thing to put right. `kind`: element or document; `id`: the element or the evidence type."""

    kind: str
    id: str
    sentence: Mapping[str, str] | str


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that answers a notice."""

    evidence_type: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was sent."""

    id: UUID
    number: int


@transaction.atomic
def request_correction(
    *, task_id: UUID, items: Sequence[NoticeItem | Mapping[str, Any]], due_days: int, actor: Actor, now: datetime
) -> Noticed:
    """Ask the applicant, once for the service, to put everything right; its clock stands still until the answer.

    Unit: due_days are working days.  Raises: NotFound, Forbidden, CaseClosed, NoticeOpen, SecondNotice, BadDueDays, NothingToCorrect,
    ConfirmedByOther, IllegalTransition.
    """
    board, task = Board.of_task(task_id, actor=actor, now=now)
    earlier = [row for row in board.notices if row.service == task.service]
    if not (earlier and permissions.allowed(actor, "cases.second-notice", task)):
        permissions.require(actor, "cases.work", task)
    board.require_open()
    if any(row.closed_at is None for row in earlier):
        raise NoticeOpen(service=task.service)
    if earlier and not permissions.allowed(actor, "cases.second-notice", task):
        raise SecondNotice(service=task.service)
    if isinstance(due_days, bool) or not 1 <= due_days <= MOST_DAYS:
        raise BadDueDays(most=MOST_DAYS, days=due_days)
    listed = _checked_items(board, task.service, items)
    board.begin(task.service)
    board.move_service(task.service, "request-correction")
    due = deadlines.due_date_or_warning(board.today, due_days, board.calendar)
    notice = models.Notice.objects.create(
        case=board.case,
        service=task.service,
        number=len(earlier) + 1,
        items=listed,
        due_date=due.date,
        sent_at=now,
        sent_by=actor.known_id,
    )
    for own in board.tasks_of(task.service):
        if own.state == TaskState.OPEN:
            board.pause(own, reason=flow.NOTICE, notice=notice)
    board.note("notice-sent", task.service, number=notice.number, due_date=due.date.isoformat(), items=len(listed))
    board.events.append(
        events.CorrectionRequested(at=now, case_id=board.case.pk, notice_id=notice.pk, service=task.service, due_date=due.date)
    )
    board.save("cases.request-correction", subject_kind="notice", subject_id=notice.pk, service=task.service)
    return Noticed(notice.pk, notice.number)


def _checked_items(board: Board, service: str, items: Sequence[NoticeItem | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the items as they are kept. Raises: NothingToCorrect, ConfirmedByOther."""
    elements = set(board.plan.needs.get(service, ()))
    types = {kind for requirement in board.book.catalogue.services[service].evidence for kind in requirement.any_of}
    listed, confirmed = [], confirmed_elements(board.case.plan)
    for raw in items:
        item = raw if isinstance(raw, NoticeItem) else NoticeItem(str(raw.get("kind")), str(raw.get("id")), raw.get("sentence") or {})
        sentence = in_languages(item.sentence)
        known = {"element": elements, "document": types}.get(item.kind, set())
        if item.id not in known or not sentence:
            raise NothingToCorrect(service=service, item=item.id)
        if item.kind == "element" and item.id in confirmed:
            raise ConfirmedByOther(field=board.book.element(item.id).name)
        listed.append({"kind": item.kind, "id": item.id, "sentence": sentence})
    if not listed:
        raise NothingToCorrect(service=service, item="—")
    return listed


def in_languages(sentence: Mapping[str, str] | str) -> dict[str, str]:
    """Return a sentence as {language: text} without what is empty; a plain text stands for every language.

    >>> in_languages("  请补图 "), in_languages({"zh": "好", "en": " "}), in_languages("")
    ({'zh': '请补图'}, {'zh': '好'}, {})
    """
    given = {"zh": sentence} if isinstance(sentence, str) else sentence
    kept = {language: said(text, 2000) for language, text in given.items() if isinstance(text, str) and language in LANGUAGES}
    return {language: text for language, text in kept.items() if text}


def answer_notice(*, notice_id: UUID, values: Mapping[str, Any], uploads: Sequence[NewFile] = (), actor: Actor, now: datetime) -> None:
    """Put right what a notice asks for, all of it; what it replaces is kept as superseded, and the clock runs again.

    An answer after the last day counts as long as nobody has decided. Raises: NotFound, Forbidden, CaseClosed, NoticeClosed,
    UnknownField, UnknownDocument, NoticeIncomplete, ValuesRefused, FileRefused and its kinds.
    """
    # Before the transaction: looking through files takes its time.
    papers = [
        (upload.evidence_type, files.examine(content=upload.content, name=upload.name, media_type=upload.media_type)) for upload in uploads
    ]
    _answer_notice(notice_id, values, papers, actor, now)


@transaction.atomic
def _answer_notice(notice_id: UUID, values: Mapping[str, Any], papers: Sequence[Paper], actor: Actor, now: datetime) -> None:
    notice, board = _notice(notice_id, actor, now)
    board.require_open()
    if notice.closed_at is not None:
        raise NoticeClosed
    _require_answers(notice, values, papers)
    _put_values(board, notice, values)
    _put_documents(board, papers, actor, now)
    notice.answered_at = notice.closed_at = now
    board.touch(notice)
    board.move_service(notice.service, "answer")
    for task in board.tasks_of(notice.service):
        pause = board.pauses.get(task.pk)
        if task.state == TaskState.PAUSED and pause is not None and pause.notice_id == notice.pk:
            board.resume(task)
    late = notice.due_date is not None and board.today > notice.due_date
    board.note("notice-answered", notice.service, number=notice.number, late=late)
    board.events.append(events.CorrectionAnswered(at=now, case_id=board.case.pk, notice_id=notice.pk, service=notice.service))
    flow.go_on(board)
    board.save("cases.answer-notice", subject_kind="notice", subject_id=notice.pk, service=notice.service)


def _notice(notice_id: UUID, actor: Actor, now: datetime) -> tuple[models.Notice, Board]:
    case_id = models.Notice.objects.filter(pk=notice_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound(kind="notice", id=notice_id)
    board = Board.load(case_id, actor=actor, now=now, open_only=False)
    permissions.require(actor, "cases.answer-notice", board.case)
    return next(row for row in board.notices if row.pk == notice_id), board


def _require_answers(notice: models.Notice, values: Mapping[str, Any], papers: Sequence[Paper]) -> None:
    asked = {(item["kind"], item["id"]) for item in notice.items}
    for element in values:
        if ("element", element) not in asked:
            raise UnknownField(field=element)
    for kind, _paper in papers:
        if ("document", kind) not in asked:
            raise UnknownDocument(document=kind)
    given = {("element", element) for element in values} | {("document", kind) for kind, _paper in papers}
    lacking = sorted(name for kind, name in asked - given)
    if lacking:
        raise NoticeIncomplete(names=", ".join(lacking), items=lacking)


def _put_values(board: Board, notice: models.Notice, values: Mapping[str, Any]) -> None:
    """Put the new values in the place of the old; what registers said under an old key is asked again."""
    check = rulebook.checker(board.book)
    good: dict[str, Any] = {}
    refused: dict[str, DomainError] = {}
    for element, value in values.items():
        try:
            good[element] = check(element, value)
        except ValueRefused as error:
            refused[element] = error
    if refused:
        raise ValuesRefused(refused)
    for element, value in good.items():
        old = board.values.get(element)
        changed = old is None or old.value != value
        note = {"corrected": {"notice": notice.number}}
        board.set_value(element, value, kind="typed", source="", note=note)
        if changed:
            board.forget_what_hung_on(element, kept=good)


def _put_documents(board: Board, papers: Sequence[Paper], actor: Actor, now: datetime) -> None:
    kinds = {kind for kind, _paper in papers}
    models.Attachment.objects.filter(case=board.case, evidence_type__in=kinds, superseded_at=None).update(superseded_at=now)
    for kind, examined in papers:
        stored = files.keep(examined, owner=actor, now=now)
        models.Attachment.objects.create(
            case=board.case,
            evidence_type=kind,
            file=stored.id,
            name=stored.name,
            media_type=stored.media_type,
            size=stored.size,
            sha256=stored.sha256,
            added_at=now,
            added_by=actor.known_id,
        )


def lapsed(board: Board, service: str) -> bool:
    """Tell whether the applicant has let the time of an open notice pass."""
    return any(
        row.service == service and row.closed_at is None and row.due_date is not None and board.today > row.due_date
        for row in board.notices
    )
