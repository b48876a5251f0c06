"""Registers that could not be asked before an output arrived, or that must be asked again: a value, or the register, was put right."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain import conditions
from onewindow.domain.lifecycle import is_final
from onewindow.domain.values import ValueRefused
from onewindow.modules.cases import awaited, forms, models, rulebook
from onewindow.modules.cases.plans import CasePlan
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.flow import go_on
from onewindow.modules.cases.services.prefill import ROUNDS, Said, ask
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor

AGAIN_AFTER = timedelta(minutes=1)
MAY_NOT_BE_ASKED = frozenset({"no-consent", "not-granted"})


def fetch_arrivals(*, case_id: UUID, actor: Actor, now: datetime) -> int:
    """Ask what can now be asked for a case and tell how many values came. Call it outside transactions; safe to repeat.

    A register that is down is asked again later; one without a record is noted for the officers. Raises: Forbidden.
    """
    permissions.require(actor, "cases.fetch")
    asked: set[str] = set()
    came, down = 0, False
    for _ in range(ROUNDS):
        case = models.Case.objects.filter(pk=case_id, fetch_due_at__isnull=False).first()
        if case is None:
            break
        due = tuple(item for item in due_of(case) if item.interface.id not in asked)
        said = ask(due, purpose=f"case:{case.event}", about=case, services=running_services(case), actor=actor, now=now) if due else []
        asked.update(item.interface.id for item in due)
        down = down or any(answer.reason not in {"", "no-record"} for answer in said)
        came += _keep(case_id, said, down=down, seen=case.version, actor=actor, now=now)
        if not said:
            break
    return came


def due_of(case: models.Case) -> tuple[forms.Due, ...]:
    """Return the registers whose keys a case has and that give what its undecided services still lack."""
    plan = CasePlan(case.plan)
    book = rulebook.book_of(release=case.release, event_id=case.event, unavailable=plan.unavailable)
    rows = list(models.CaseValue.objects.filter(case=case, superseded_at=None))
    known = {row.element: forms.Known(row.value, row.source_kind, row.source_id) for row in rows}
    lacking = {element for service in running_services(case) for element in plan.needs[service] if element not in known}
    found = {item.interface: dict.fromkeys(item.fields) for item in forms.arrivals(book, known, lacking)}
    typed = [(str(row.note["unchecked"]), row.element) for row in rows if row.note and "unchecked" in row.note]
    for name, element in (*awaited.signs(book, awaited.thawed(case.plan)).items(), *typed):
        face = book.interface(name)
        if face is not None and all(key in known for key in face.keys):
            found.setdefault(face, {})[element] = None
    return tuple(forms.Due(face, {key: known[key].value for key in face.keys}, tuple(names)) for face, names in found.items())


def running_services(case: models.Case) -> tuple[str, ...]:
    """Return the services of a case that are not decided."""
    return tuple(row.service for row in models.CaseService.objects.filter(case=case) if not is_final("service", row.state))


@transaction.atomic
def _keep(case_id: UUID, said: list[Said], *, down: bool, seen: int, actor: Actor, now: datetime) -> int:
    """Store what was said and set when to ask again: later where a register is down, at once where the case has moved on meanwhile."""
    board = Board.load(case_id, actor=actor, now=now, open_only=False)
    moved = board.case.version != seen
    before = awaited.thawed(board.case.plan)
    came = sum(_store(board, answer) for answer in said)
    if said or moved:
        board.case.fetch_due_at = now
    else:
        board.case.fetch_due_at = now + AGAIN_AFTER if down else None
    if is_final("case", board.case.state):
        board.case.fetch_due_at = None
    elif came or board.plan.document.get("awaited") or awaited.thawed(board.case.plan) != before:
        go_on(board)
    board.save("cases.fetch", values=came)
    return came


def _store(board: Board, answer: Said) -> int:
    """Keep one register's values, unless the key has changed while it was asked."""
    face = answer.due.interface
    if any(key not in board.values or board.values[key].value != value for key, value in answer.due.keys.items()):
        return 0
    sign = awaited.signs(board.book, awaited.thawed(board.plan.document)).get(face.id)
    stored = 0
    if answer.reason in {"", "no-record"}:
        stored = _settle(board, answer)
    elif answer.reason in MAY_NOT_BE_ASKED:  # an answer too: what stands stands
        for element in _unchecked(board, face.id):
            _compare(board, element, answer)
    if answer.reason == "no-record":
        board.note("source-without-record", interface=face.id, reason=answer.reason)
    elif answer.reason and not _told_already(board, face.id):
        board.note("source-silent", interface=face.id, reason=answer.reason)
    check = rulebook.checker(board.book, below_zero=True)
    needed = {name for names in board.plan.needs.values() for name in names}
    for element, value in answer.values.items():
        if value is None or element in board.values or (element == sign and element not in needed):
            continue
        try:
            board.set_value(element, check(element, value), kind="resource", source=face.id)
        except ValueRefused:
            continue
        board.note("value-arrived", element=element, interface=face.id)
        stored += 1
    return stored


def _settle(board: Board, answer: Said) -> int:
    """A register that was silent at the filing, or that its owner put right, has answered. Return how many values it renewed.

    Its documents are there or not. What the applicant typed stays and is compared; where the register says otherwise, the officer sees
    both. What the register itself said before gives way to what it says now.
    """
    face = answer.due.interface
    if any(row.by == face.id for row in awaited.thawed(board.plan.document)):
        held = not answer.reason
        came = dict.fromkeys(row.type for row in awaited.thawed(board.plan.document) if row.by == face.id)
        for kind in came if held else ():
            board.note("evidence-arrived", interface=face.id, evidence_type=kind)
        board.replan(awaited.arrived(board.plan.document, face.id, held=held))
    return sum(_compare(board, element, answer) for element in _unchecked(board, face.id))


def _unchecked(board: Board, interface: str) -> list[str]:
    return [element for element, value in board.values.items() if value.note and value.note.get("unchecked") == interface]


def _compare(board: Board, element: str, answer: Said) -> bool:
    """Compare a value with what the register says now, and tell whether another took its place: only where it was the register's own."""
    value, face = board.values[element], answer.due.interface
    said = _fitting(board, element, answer.values.get(element))
    note = {key: row for key, row in (value.note or {}).items() if key != "unchecked"}
    told = {"value": said, "kind": "resource", "id": face.id}
    renewed = False
    if said is not None and conditions.same(said, value.value):
        settled = {"disputed", "differs"}
        note = {key: row for key, row in note.items() if key not in settled} | {"checked": {"id": face.id, "at": board.now.isoformat()}}
        board.note("value-checked", element=element, interface=face.id)
    elif said is not None and value.source_kind == "resource":
        board.set_value(element, said, kind="resource", source=face.id)
        board.forget_what_hung_on(element)
        board.note("value-renewed", element=element, interface=face.id)
        renewed = True
    elif said is not None:
        against = "disputed" if "disputed" in note else "differs"
        note[against] = {**note.get(against, {}), **told}
        board.note("value-differs", element=element, interface=face.id)
    value.note = note or None
    board.touch(value)
    return renewed


def _fitting(board: Board, element: str, said: Any) -> Any:
    """Return what a register said, or nothing where it does not fit the element."""
    try:
        return None if said is None else rulebook.checker(board.book, below_zero=True)(element, said)
    except ValueRefused:
        return None


def _told_already(board: Board, interface: str) -> bool:
    """Tell whether the timeline says already that a register is silent and nothing of it has come since."""
    rows = models.TimelineEntry.objects.filter(case=board.case, code__in=["source-silent", "value-arrived", "evidence-arrived"])
    told = [row.code for row in rows.order_by("id") if row.values.get("interface") == interface]
    return bool(told) and told[-1] == "source-silent"
