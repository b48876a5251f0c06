"""What follows from an act: nodes open, the system decides what is proven, outputs are issued, a refusal runs its course."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings

from onewindow.domain import events, lifecycle, silence
from onewindow.domain.errors import DomainError
from onewindow.domain.lifecycle import Fate, ServiceState, TaskState
from onewindow.domain.values import ValueRefused
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.awaited import thawed
from onewindow.modules.cases.errors import FeeUnpaid, NumberLength, NumberUnreadable, OutputValuesMissing, OutputValueUnknown, ValuesRefused
from onewindow.modules.cases.plans import FINISHED, ready
from onewindow.modules.cases.services import draws, numbers
from onewindow.modules.cases.services.board import Board

NOTICE, HELD = "notice", "held"
"""Why a clock stands still, where it is not an officer's own reason."""
PROVEN = frozenset({"party", "held", "resource", "produced", "officer"})


def open_ready(board: Board) -> None:
    """Open every node whose time has come; what the system can decide at once may bring the time of others."""
    while True:
        nodes = ready(board.plan.nodes, board.tasks) - waiting_for_registers(board)
        fresh = [task for task in board.tasks if task.state == TaskState.WAITING and task.node in nodes and _runs(board, task.service)]
        for task in fresh:
            board.open_task(task)
        if not [task for task in fresh if decide_automatically(board, task)]:
            return


def waiting_for_registers(board: Board) -> frozenset[str]:
    """Return the nodes that need a document which a silent register stands for; not for ever: then an officer asks for it."""
    if board.now - board.case.filed_at >= timedelta(hours=settings.ONEWINDOW_EVIDENCE_WAIT_HOURS):
        return frozenset()
    steps = {(row.service, row.step) for row in thawed(board.plan.document)}
    return frozenset(task.node for task in board.tasks if (task.service, task.step) in steps and task.state == TaskState.WAITING)


def _runs(board: Board, service: str) -> bool:
    return board.services[service].state != ServiceState.ON_HOLD


def decide_automatically(board: Board, task: models.Task) -> bool:
    """Approve at once where the service says so and every fact it goes by is proven; else the step stays with an officer."""
    condition = board.book.catalogue.services[task.service].automatic_when
    if task.kind != "decision" or condition is None or task.state != TaskState.OPEN:
        return False
    facts = proven_facts(board)
    if board.book.verdict(condition, facts) is not True:
        return False
    own = own_numbers(board, task.service)
    try:
        require_finishable(board, task, own)
    except DomainError:
        return False
    take_output_values(board, task.service, own)
    approve(board, task, automatic=True)
    draws.draw(board, task, ground=draws.PROVEN)
    finish(board, task, automatic=True)
    return True


def own_numbers(board: Board, service: str) -> dict[str, str]:
    """Return the number that each output carries where nobody gives one: its own. Only for the one text that an output lacks."""
    found: dict[str, str] = {}
    for place, kind in enumerate(board.book.catalogue.services[service].produces, start=1):
        missing = [element for element in board.book.gives(kind) if output_value(board, service, element) is None]
        if len(missing) == 1 and board.book.element(missing[0]).type == "string":
            found[missing[0]] = output_number(board, place)
    return found


def output_number(board: Board, place: int) -> str:
    """Return the number of the next output but `place` - 1."""
    return f"{board.case.reference}-{board.issued + place:02d}"


def proven_facts(board: Board) -> dict[str, Any]:
    """Return what sources prove, and answers that no source could: those that name no element."""
    proven = {element: row.value for element, row in board.values.items() if row.source_kind in PROVEN}
    answers: dict[str, Any] = {}
    for question, value in board.case.answers.items():
        element = board.book.question_elements.get(question)
        if element is None:
            answers[question] = value
        elif element in proven:
            answers[question] = proven[element]
    return board.book.facts(answers, proven)


def approve(
    board: Board, task: models.Task, *, sentence: Mapping[str, str] | None = None, reason: str = "", automatic: bool = False
) -> None:
    """Record that a service is granted; it is complete when its last step is done.

    `automatic`: by the machine; its reason is then silence, or nothing where every fact is proven.  Raises: IllegalTransition.
    """
    board.begin(task.service)
    row = board.move_service(task.service, "approve")
    row.decided_at, row.decided_by = board.now, None if automatic else board.actor.id
    row.sentence, row.reason_code = dict(sentence or {}), reason
    board.note(_approved(reason, automatic=automatic), task.service, step=task.step)
    board.events.append(
        events.ServiceDecided(
            at=board.now, case_id=board.case.pk, service=task.service, outcome="approve", reason_code=reason, automatic=automatic
        )
    )


def _approved(reason: str, *, automatic: bool) -> str:
    if not automatic:
        return "approved"
    return "granted-by-silence" if reason == silence.REASON else "approved-automatically"


def finish(board: Board, task: models.Task, *, finding: Any = None, automatic: bool = False) -> None:
    """Finish a step, and its service with its last one. Raises: IllegalTransition, FeeUnpaid, OutputValuesMissing."""
    board.begin(task.service)
    board.move_task(task, "finish")
    task.done_at, task.done_by, task.automatic = board.now, None if automatic else board.actor.id, automatic
    if finding is not None:
        task.finding = finding
    board.events.append(events.TaskDone(**board.of(task), automatic=automatic))
    if all(other.state in FINISHED for other in board.tasks_of(task.service)):
        require_finishable(board, task, {})
        _complete(board, task.service)


def require_finishable(board: Board, task: models.Task, given: Mapping[str, Any]) -> None:
    """A last step needs the fees paid and the values of what is issued. Raises: FeeUnpaid, OutputValuesMissing."""
    if any(other.state not in FINISHED for other in board.tasks_of(task.service) if other is not task):
        return
    for row in fees_of(board, task.service):
        if row["fen"] is not None and row["fen"] > 0 and (task.service, row["fee"]) not in board.payments:
            raise FeeUnpaid(fee=row["fee"], service=task.service)
    for kind in board.book.catalogue.services[task.service].produces:
        missing = [element for element in board.book.gives(kind) if output_value(board, task.service, element, given) is None]
        if missing:
            raise OutputValuesMissing(type=kind, names=", ".join(missing), elements=missing)


def fees_of(board: Board, service: str) -> list[Mapping[str, Any]]:
    """Return the lines of the bill that a service must have paid."""
    return [row for row in board.plan.document["fees_due"] if row["service"] == service]


def output_value(board: Board, service: str, element: str, given: Mapping[str, Any] | None = None) -> Any:
    """Return what an output will carry: what the officer gives, else what the case knows."""
    if given and given.get(element) is not None:
        return given[element]
    kept = board.services[service].given.get(element)
    if kept is not None:
        return kept
    return board.values[element].value if element in board.values else None


def take_output_values(board: Board, service: str, given: Mapping[str, Any]) -> None:
    """Keep the values an officer gives for what the service issues; numbers are readable and new.

    Raises: OutputValueUnknown, ValuesRefused.
    """
    carried = board.book.outputs_give(service)
    check = rulebook.checker(board.book)
    good: dict[str, Any] = {}
    refused: dict[str, DomainError] = {}
    for element, value in given.items():
        if element not in carried:
            raise OutputValueUnknown(service=service, field=element, names=", ".join(carried) or "—")
        try:
            good[element] = check(element, value)
            if numbers.is_number(board.book, element):
                good[element] = numbers.readable(element, good[element])
        except (ValueRefused, NumberUnreadable, NumberLength) as error:
            refused[element] = error
    if refused:
        raise ValuesRefused(refused)
    numbers.require_free(board, service, good)
    if good:
        row = board.services[service]
        row.given = {**row.given, **good}
        board.touch(row)


def _complete(board: Board, service: str) -> None:
    """Issue what the service gives and close it."""
    row = board.move_service(service, "complete")
    if row.decided_at is None:
        row.decided_at, row.decided_by = board.now, board.actor.id
    for kind in board.book.catalogue.services[service].produces:
        carried = {element: output_value(board, service, element) for element in board.book.gives(kind)}
        numbers.reserve(board, kind, carried)
        number = output_number(board, 1)
        board.issued += 1
        output = models.Output(
            case=board.case,
            service=service,
            organisation=row.organisation,
            evidence_type=kind,
            number=number,
            values=carried,
            issued_at=board.now,
        )
        board.outputs.append(output)
        board.note("output-issued", service, evidence_type=kind, number=output.number)
        board.events.append(
            events.OutputIssued(at=board.now, case_id=board.case.pk, output_id=output.pk, service=service, evidence_type=kind)
        )
        for element, value in carried.items():
            if element not in board.values or board.values[element].value != value:
                board.set_value(element, value, kind="produced", source=service)
    if board.outputs and any(element not in board.values for element in board.plan.later):
        board.case.fetch_due_at = board.now
    board.note("service-completed", service)


def refuse(board: Board, task: models.Task, *, sentence: Mapping[str, str], reason: str) -> None:
    """Refuse a service: its other steps fall away, and those that wait for it fare as the event says. Raises: IllegalTransition."""
    service = task.service
    board.begin(service)
    row = board.move_service(service, "refuse")
    row.decided_at, row.decided_by, row.sentence, row.reason_code = board.now, board.actor.id, dict(sentence), reason
    board.note("refused", service, step=task.step, reason=reason)
    board.events.append(events.ServiceDecided(at=board.now, case_id=board.case.pk, service=service, outcome="refuse", reason_code=reason))
    end_notices(board, service)
    if task.state == TaskState.PAUSED:
        board.resume(task)
    board.move_task(task, "finish")
    task.done_at, task.done_by = board.now, board.actor.id
    board.events.append(events.TaskDone(**board.of(task)))
    _drop_rest(board, service)
    pass_on(board, service)


def pass_on(board: Board, service: str) -> None:
    """Do to the services that wait for a refused or withdrawn one what the event says."""
    waits = {name: board.plan.waits_for.get(name, ()) for name in board.services}
    rule = board.book.event.on_refusal.get(service)
    for name, fate in lifecycle.on_refusal(rule, lifecycle.dependents(service, waits)).items():
        state = board.services[name].state
        if fate == Fate.WITHDRAW and lifecycle.may("service", state, "withdraw"):
            withdraw_service(board, name, because_of=service)
        elif fate == Fate.HOLD and lifecycle.may("service", state, "hold"):
            end_notices(board, name)
            board.move_service(name, "hold")
            for task in board.tasks_of(name):
                if task.state == TaskState.OPEN:
                    board.pause(task, reason=HELD)
            board.note("service-held", name, because_of=service)
            board.events.append(events.ServiceHeld(at=board.now, case_id=board.case.pk, service=name, because_of=service))


def withdraw_service(board: Board, service: str, *, because_of: str = "", reason: str = "") -> None:
    """Take a service out of the case: because another one fell, or at the applicant's request. Raises: IllegalTransition."""
    row = board.move_service(service, "withdraw")
    row.decided_at = board.now
    end_notices(board, service)
    _drop_rest(board, service)
    if reason:
        board.note("service-withdrawn-on-request", service, reason=reason)
    else:
        board.note("service-withdrawn", service, because_of=because_of)
    board.events.append(events.ServiceWithdrawn(at=board.now, case_id=board.case.pk, service=service, because_of=because_of))


def _drop_rest(board: Board, service: str) -> None:
    for task in board.tasks_of(service):
        if task.state not in FINISHED:
            board.skip(task)


def end_notices(board: Board, service: str) -> None:
    """A service that is decided asks nothing more of the applicant."""
    for notice in board.notices:
        if notice.service == service and notice.closed_at is None:
            notice.closed_at = board.now
            board.touch(notice)


def go_on(board: Board) -> None:
    """Open what can open, and close the case when every service has come to its end."""
    if any(not lifecycle.is_final("service", row.state) for row in board.services.values()):
        open_ready(board)
    states = [row.state for row in board.services.values()]
    if not all(lifecycle.is_final("service", state) for state in states):
        return
    action = "complete" if ServiceState.COMPLETED in states else "refuse" if ServiceState.REFUSED in states else "withdraw"
    board.case.state = lifecycle.advance("case", board.case.state, action)
    board.case.completed_at, board.case.fetch_due_at = board.now, None
    board.note({"complete": "case-completed", "refuse": "case-refused", "withdraw": "case-withdrawn"}[action])
    told = events.CaseWithdrawn if action == "withdraw" else events.CaseCompleted
    board.events.append(told(at=board.now, case_id=board.case.pk))


def release(board: Board, service: str) -> None:
    """Let a held service go on without the output it waited for. Raises: IllegalTransition."""
    board.move_service(service, "release")
    for task in board.tasks_of(service):
        pause = board.pauses.get(task.pk)
        if pause is not None and pause.reason == HELD:
            board.resume(task)
    board.note("service-released", service)
    board.events.append(events.ServiceReleased(at=board.now, case_id=board.case.pk, service=service))
