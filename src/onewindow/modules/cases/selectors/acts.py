"""What a reader may do with a case now: the same permissions and states the services go by, for buttons."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol
from uuid import UUID

from onewindow.domain.lifecycle import ServiceState, TaskState, is_final
from onewindow.modules.cases import models
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.plans import FINISHED, CasePlan
from onewindow.modules.cases.selectors.rows import Act, OutputField
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


class Readable(Protocol):
    case: models.Case
    actor: Actor
    today: date
    plan: CasePlan
    book: Book
    services: list[models.CaseService]
    tasks: list[models.Task]
    notice_rows: list[models.Notice]
    value_rows: list[models.CaseValue]
    payments: dict[tuple[str, str], models.Payment]
    pauses: dict[UUID, models.Pause]


def acts_of(reading: Readable) -> Iterator[Act]:
    """Give everything the reader may do now, the next act of each step first."""
    if is_final("case", reading.case.state):
        return
    yield from _of_the_applicant(reading)
    accepting = [task for task in reading.tasks if task.kind == "acceptance" and task.state == TaskState.OPEN]
    if accepting and permissions.allowed(reading.actor, "cases.accept-all", reading.case):
        yield Act("accept_all")
    services = {row.service: row for row in reading.services}
    for task in reading.tasks:
        yield from _of_task(reading, task, services[task.service])
    for line in reading.plan.document["fees_due"]:
        row = services.get(line["service"])
        unpaid = (line["service"], line["fee"]) not in reading.payments
        if row and unpaid and not is_final("service", row.state) and permissions.allowed(reading.actor, "cases.take-payment", row):
            yield Act("record_payment", service=row.service, fee=line["fee"])
    for row in reading.services:
        if row.state == ServiceState.ON_HOLD and permissions.allowed(reading.actor, "cases.release", row):
            yield Act("release_service", service=row.service)
    if permissions.allowed(reading.actor, "cases.withdraw-service", reading.case):
        yield from (Act("withdraw_service", service=row.service) for row in reading.services if _undecided(row))


def _of_the_applicant(reading: Readable) -> Iterator[Act]:
    if permissions.allowed(reading.actor, "cases.answer-notice", reading.case):
        for notice in reading.notice_rows:
            if notice.closed_at is None:
                yield Act("answer_notice", service=notice.service, notice_id=notice.pk)
    if any(_undecided(row) for row in reading.services) and permissions.allowed(reading.actor, "cases.withdraw", reading.case):
        yield Act("withdraw")


def _undecided(service: models.CaseService) -> bool:
    return not is_final("service", service.state) and service.state != ServiceState.APPROVED


def _of_task(reading: Readable, task: models.Task, service: models.CaseService) -> Iterator[Act]:
    works = permissions.allowed(reading.actor, "cases.work", task)
    if task.state == TaskState.OPEN:
        if task.kind == "acceptance":
            if permissions.allowed(reading.actor, "cases.accept", task):
                yield _act("accept", task)
        elif works:
            yield _act("approve" if task.kind == "decision" else "complete_step", task, output_fields(reading, task))
        if _may_notice(reading, task, service, works=works):
            yield _act("request_correction", task)
        if works:
            yield from _beside(reading, task, service)
    elif task.state == TaskState.PAUSED and works:
        pause = reading.pauses.get(task.pk)
        if pause is not None and pause.notice_id is None and pause.reason != "held":
            yield _act("resume", task)
        if _lapsed(reading, task.service):
            yield _act("refuse", task)


def _may_notice(reading: Readable, task: models.Task, service: models.CaseService, *, works: bool) -> bool:
    """An officer of the department sends the first notice, a supervisor of it any further one."""
    own = [row for row in reading.notice_rows if row.service == task.service]
    may = permissions.allowed(reading.actor, "cases.second-notice", task) if own else works
    return may and service.state in {ServiceState.FILED, ServiceState.IN_PROGRESS} and all(row.closed_at for row in own)


def _beside(reading: Readable, task: models.Task, service: models.CaseService) -> Iterator[Act]:
    yield _act("suspend", task)
    without_decision = not any(row.kind == "decision" for row in reading.tasks if row.service == task.service)
    if service.state != ServiceState.APPROVED and (task.kind in {"acceptance", "decision"} or without_decision):
        yield _act("refuse", task)


def output_fields(reading: Readable, task: models.Task) -> tuple[OutputField, ...]:
    """Return what the outputs of the service carry, where this is its last open step; known values stand in their fields."""
    others = (row for row in reading.tasks if row.service == task.service and row is not task)
    if any(row.state not in FINISHED for row in others):
        return ()
    given = next(row.given for row in reading.services if row.service == task.service)
    known = {row.element: row.value for row in reading.value_rows}
    return tuple(_fields(reading.book, task.service, {**known, **given}))


def _fields(book: Book, service: str, known: dict[str, object]) -> Iterable[OutputField]:
    for kind in book.catalogue.services[service].produces:
        for element in book.gives(kind):
            described = book.element(element)
            yield OutputField(element, described.name, described.type, described.values, known.get(element), kind)


def _act(code: str, task: models.Task, fields: tuple[OutputField, ...] = ()) -> Act:
    return Act(code, task_id=task.pk, service=task.service, step=task.step, output_fields=fields)


def _lapsed(reading: Readable, service: str) -> bool:
    return any(
        row.service == service and row.closed_at is None and row.due_date is not None and row.due_date < reading.today
        for row in reading.notice_rows
    )
