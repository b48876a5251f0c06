"""One case laid out for one act: loaded and locked once, changed in memory, saved together at the end."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from onewindow.domain import deadlines, events, lifecycle
from onewindow.domain.calendar import WorkCalendar
from onewindow.domain.errors import NotFound
from onewindow.domain.lifecycle import CaseState, ServiceState, TaskState
from onewindow.modules.cases import marks, models, rulebook
from onewindow.modules.cases.errors import CaseClosed
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.plans import CasePlan
from onewindow.plumbing import audit, bulk, calendars, clock, outbox
from onewindow.plumbing.actors import Actor


class Board:
    """The rows of a case and what an act changes in them. Nothing is written before `save`."""

    def __init__(
        self, case: models.Case, services: Iterable[models.CaseService], tasks: Iterable[models.Task], *, actor: Actor, now: datetime
    ) -> None:
        self.case = case
        self.plan = CasePlan(case.plan)
        self.services = {row.service: row for row in services}
        self.tasks = list(tasks)
        self.actor = actor
        self.now = now
        self.entries: list[dict[str, Any]] = []
        """New lines of the timeline, as {attribute: value}."""
        self.events: list[events.Event] = []
        self.outputs: list[models.Output] = []
        self.new_values: list[models.CaseValue] = []
        self.new_pauses: list[models.Pause] = []
        self.by_machine: list[models.MachineDecision] = []
        self._plan_changed = False
        self._touched: dict[tuple[str, Any], Any] = {}

    @classmethod
    def load(cls, case_id: UUID, *, actor: Actor, now: datetime, open_only: bool = True) -> Self:
        """Lock a case and lay it out. Raises: NotFound, CaseClosed."""
        case = models.Case.objects.select_for_update().filter(pk=case_id).first()
        if case is None:
            raise NotFound(kind="case", id=case_id)
        tasks = list(models.Task.objects.filter(case=case).order_by("position"))
        for task in tasks:
            task.case = case
        services = list(models.CaseService.objects.filter(case=case).order_by("position"))
        for service in services:
            service.case = case
        board = cls(case, services, tasks, actor=actor, now=now)
        if open_only:
            board.require_open()
        return board

    @classmethod
    def of_task(cls, task_id: UUID, *, actor: Actor, now: datetime) -> tuple[Self, models.Task]:
        """Lay out the case of a task; whether the case is still open is asked once the actor is known to be allowed."""
        case_id = models.Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
        if case_id is None:
            raise NotFound(kind="task", id=task_id)
        board = cls.load(case_id, actor=actor, now=now, open_only=False)
        return board, next(task for task in board.tasks if task.pk == task_id)

    def require_open(self) -> None:
        """Raises: CaseClosed."""
        if lifecycle.is_final("case", self.case.state):
            raise CaseClosed(reference=self.case.reference, state=self.case.state)

    @cached_property
    def book(self) -> Book:
        return rulebook.book_of(release=self.case.release, event_id=self.case.event, unavailable=self.plan.unavailable)

    @cached_property
    def calendar(self) -> WorkCalendar:
        return calendars.current()

    @cached_property
    def values(self) -> dict[str, models.CaseValue]:
        """The current value of each element."""
        return {row.element: row for row in models.CaseValue.objects.filter(case=self.case, superseded_at=None)}

    @cached_property
    def payments(self) -> dict[tuple[str, str], models.Payment]:
        return {(row.service, row.fee): row for row in models.Payment.objects.filter(case=self.case)}

    @cached_property
    def notices(self) -> list[models.Notice]:
        return list(models.Notice.objects.filter(case=self.case).order_by("number"))

    @cached_property
    def pauses(self) -> dict[UUID, models.Pause]:
        """The pause that runs now, by task."""
        return {row.task_id: row for row in models.Pause.objects.filter(task__case=self.case, ended_at=None)}

    @cached_property
    def issued(self) -> int:
        """How many outputs the case has given so far."""
        return models.Output.objects.filter(case=self.case).count()

    @property
    def today(self) -> date:
        return clock.local_date(self.now)

    def tasks_of(self, service: str) -> list[models.Task]:
        return [task for task in self.tasks if task.service == service]

    # --- changes ---

    def replan(self, document: Mapping[str, Any]) -> None:
        """Put a changed plan in the place of the old."""
        self.case.plan = dict(document)
        self.plan = CasePlan(self.case.plan)
        self._plan_changed = True

    def move_task(self, task: models.Task, action: str) -> None:
        """Raises: IllegalTransition."""
        task.state = lifecycle.advance("task", task.state, action)
        self.touch(task)

    def move_service(self, service: str, action: str) -> models.CaseService:
        """Raises: IllegalTransition."""
        row = self.services[service]
        row.state = lifecycle.advance("service", row.state, action)
        self.touch(row)
        return row

    def begin(self, service: str) -> None:
        """The first act on a case or service puts it in progress."""
        if self.case.state == CaseState.FILED:
            self.case.state = lifecycle.advance("case", self.case.state, "start")
        if self.services[service].state == ServiceState.FILED:
            self.move_service(service, "start")

    def open_task(self, task: models.Task) -> None:
        """Open a step and start its clock; while the applicant puts things right it opens with the clock stopped."""
        self.move_task(task, "open")
        task.opened_at = self.now
        due = deadlines.due_date_or_warning(self.today, task.limit_days, self.calendar)
        task.due_date = due.date
        self.note("task-opened", task.service, step=task.step, due_date=due.date.isoformat(), certain=due.certain)
        self.events.append(events.TaskOpened(**self.of(task), due_date=due.date))
        if self.services[task.service].state == ServiceState.CORRECTION:
            notice = next(row for row in reversed(self.notices) if row.service == task.service and row.closed_at is None)
            self.pause(task, reason="notice", notice=notice)

    def pause(self, task: models.Task, *, reason: str, legal_basis: str = "", notice: models.Notice | None = None) -> None:
        """Stop a step's clock. Raises: IllegalTransition."""
        self.move_task(task, "pause")
        row = models.Pause(task=task, notice=notice, reason=reason, held=reason == "held", legal_basis=legal_basis, began_at=self.now)
        self.pauses[task.pk] = row
        self.new_pauses.append(row)
        self.events.append(events.ClockPaused(**self.of(task), reason_code=reason if notice is not None else "suspended"))

    def resume(self, task: models.Task) -> None:
        """Let a step's clock run again; its limit moves by the working days it stood still. Raises: IllegalTransition."""
        self.move_task(task, "resume")
        pause = self.end_pause(task)
        if pause is not None and task.due_date is not None:
            stopped = clock.local_date(pause.began_at)
            started = max(stopped, self.today)  # a machine's clock may have been put back meanwhile
            task.due_date = deadlines.shift_for_pause_or_warning(task.due_date, stopped, started, self.calendar).date
        self.events.append(events.ClockResumed(**self.of(task), due_date=task.due_date))

    def end_pause(self, task: models.Task) -> models.Pause | None:
        pause = self.pauses.pop(task.pk, None)
        if pause is not None:
            pause.ended_at = self.now
            if pause not in self.new_pauses:
                self.touch(pause)
        return pause

    def skip(self, task: models.Task) -> None:
        """Let a step fall away."""
        self.end_pause(task)
        self.move_task(task, "skip")

    def set_value(self, element: str, value: Any, *, kind: str, source: str, note: Mapping[str, Any] | None = None) -> None:
        """Give an element a value; an older one is kept as superseded."""
        old = self.values.get(element)
        if old is not None:
            old.superseded_at = self.now
            self.touch(old)
        row = models.CaseValue(
            case=self.case, element=element, value=value, source_kind=kind, source_id=source, obtained_at=self.now, note=note
        )
        self.values[element] = row
        self.new_values.append(row)

    def forget_what_hung_on(self, element: str, *, kept: Collection[str] = ()) -> None:
        """Supersede what registers said under a key that has changed, and what hung on that in turn: it is asked again."""
        queue = [element]
        while queue:
            key = queue.pop()
            for name, row in list(self.values.items()):
                face = self.book.interface(row.source_id) if row.source_kind == "resource" else None
                if face is not None and key in face.keys and name not in kept:
                    row.superseded_at = self.now
                    self.touch(row)
                    del self.values[name]
                    self.case.fetch_due_at = self.now
                    queue.append(name)

    def note(self, code: str, service: str = "", **values: Any) -> None:
        """Add a line to the timeline."""
        self.entries.append(
            {
                "case_id": self.case.pk,
                "at": self.now,
                "actor_kind": self.actor.kind,
                "actor_id": self.actor.id,
                "organisation": self.actor.organisation or "",
                "code": code,
                "service": service,
                "values": values,
            }
        )

    def of(self, task: models.Task) -> dict[str, Any]:
        """What every event about a step says."""
        return {
            "at": self.now,
            "case_id": self.case.pk,
            "task_id": task.pk,
            "service": task.service,
            "step": task.step,
            "organisation": task.organisation,
        }

    def touch(self, row: Any) -> None:
        """Mark a row of the database as changed."""
        self._touched[type(row).__name__, id(row)] = row

    # --- the end of the act ---

    def save(self, action: str, *, subject_kind: str = "case", subject_id: UUID | None = None, **details: Any) -> None:
        """Write everything that changed, the timeline, the audit entry and the events."""
        self.case.version += 1
        more = ["plan"] if self._plan_changed else []
        self.case.save(update_fields=["state", "completed_at", "fetch_due_at", "version", *more])
        if lifecycle.is_final("case", self.case.state):
            own = marks.marks(self.case.title, self.case.reference)
            models.CaseMark.objects.filter(case=self.case, text__in=own, running=True).update(running=False)
        fresh = {id(row) for row in self.new_values}
        for row in self._touched.values():
            if id(row) not in fresh:
                row.save()
        self.write_new()
        audit.record(
            actor=self.actor,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id or self.case.pk,
            at=self.now,
            details={**details, **self.draws()},
        )

    def draws(self) -> dict[str, Any]:
        """Return what the audit entry says of the draws of this act: whoever reads it can repeat them."""
        rows = [
            {"service": row.service, "number": row.number, "rate": row.rate, "recheck": row.due_date is not None} for row in self.by_machine
        ]
        return {"by_machine": rows} if rows else {}

    def write_new(self) -> None:
        """Insert what is new and record the events."""
        for rows in (self.new_pauses, self.new_values, self.outputs, self.by_machine):
            bulk.insert(rows)
        bulk.insert_values(models.TimelineEntry, self.entries)
        for event in self.events:
            outbox.record(event, at=self.now)


OPEN_STATES = frozenset({TaskState.OPEN, TaskState.PAUSED})
