"""The page of one step of one case: what the middle pane shows, worked out from what the reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, pgettext

from onewindow.domain.catalogue.model import LegalBasis
from onewindow.domain.errors import NotFound
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases.selectors import CasePage, NoteLine, TemplateRow
from onewindow.modules.cases.selectors.rows import TaskLine
from onewindow.modules.cases.services import CONTACT_PHONE, WHY_SHOWN, Revealed
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.web import others
from onewindow.web import words as shared
from onewindow.web.desk.pages import acts, changes, checks, evidence, limits, process_map, ready, words
from onewindow.web.desk.pages.sentences import languages_for


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the history."""

    at: datetime
    says: str
    by: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """One department of joint work: whether it has recorded its finding."""

    name: str
    when: str
    own: bool


@dataclass(frozen=True)
class DeskCase:
    """One step of a case, as its officer sees it."""

    page: CasePage
    task: TaskLine
    mine: tuple[TaskLine, ...]
    """Every step of the reader in the same node; accepting at the window, those of all departments."""
    heading: str
    limit: words.Limit
    limit_of: str
    brought: str
    """Before whom and when the late step was brought; empty where it was not."""
    ways: acts.Ways
    checks: tuple[checks.Check, ...]
    together: tuple[Recorded, ...]
    evidence: evidence.Evidence
    changes: changes.Compared
    history: tuple[Told, ...]
    map: process_map.CaseMap
    languages: tuple[str, ...]
    """In which languages the applicant is written to."""
    legal_basis: tuple[LegalBasis, ...]
    ready: tuple[TemplateRow, ...]
    """The texts that the reader's department keeps for the acts of this step."""
    notes: tuple[NoteLine, ...]
    """What colleagues of the reader's organisation wrote for each other."""
    writes_notes: bool
    confirmed: tuple[others.Confirmed, ...]
    """Who confirmed the case beside its applicant."""
    address: str
    phone: str
    """The telephone of the case, masked unless it was asked for."""
    shown: Revealed | None
    """A masked value that is shown on this page only."""

    @property
    def why_shown(self) -> tuple[tuple[str, str], ...]:
        """The reasons for which a masked value may be shown."""
        return tuple((reason, shared.why_shown(reason)) for reason in WHY_SHOWN)

    @property
    def services(self) -> frozenset[str]:
        return frozenset(task.service for task in self.mine)

    @property
    def accepts(self) -> tuple[TaskLine, ...]:
        """The reader's acceptances that wait in this node: they are one act."""
        return tuple(task for task in self.mine if task.kind == "acceptance" and task.state == TaskState.OPEN)


def desk_case(*, case_id: UUID, task_id: UUID, actor: Actor, now: datetime, shown: Revealed | None = None) -> DeskCase:
    """Read a case and lay out one step of it. Raises: NotFound."""
    page = cases.case_page(case_id=case_id, actor=actor, now=now)
    task = next((row for row in page.tasks if row.id == task_id), None)
    if task is None or page.own or not on_desk(task, actor):
        raise NotFound(kind="task", id=task_id)
    mine = own_steps(page, task, actor)
    services = frozenset(row.service for row in mine)
    held = catalogue.catalogue_at(page.release)
    described = held.services[task.service]
    confirmed = others.confirmations(cases.confirmed_by(case_id=case_id, actor=actor, now=now))
    found = acts.ways(page, task, services, issues=bool(described.produces))
    notes = cases.notes(case_id=case_id, actor=actor, now=now)
    papers = evidence.evidence(page, services, shown)
    return DeskCase(
        page=page,
        task=task,
        mine=mine,
        heading=_heading(task, mine, own=bool(found.main)),
        limit=words.limit(task.light, task.days_left, task.due_date, task.pause.reason if task.pause else ""),
        brought=_brought(page, task),
        limit_of=limits.whole(task, described, agreed=f"{task.service}.{task.step}" in held.events[page.event].commitments),
        ways=found,
        checks=(*checks.checks(page, task, services), *checks.confirmed(confirmed)),
        together=_together(page, task, actor),
        evidence=papers,
        changes=changes.compared(page, papers, actor=actor, now=now),
        history=_history(page, notes),
        map=process_map.case_map(page, task.node, actor.organisation),
        languages=languages_for(identity.language_of(page.applicant)),
        legal_basis=described.legal_basis,
        ready=ready.kept_for(found, task, actor),
        notes=notes,
        confirmed=confirmed,
        writes_notes=actor.acts_as("officer", "supervisor", organisation=task.organisation),
        address=_address(page),
        phone=str(shown.value) if shown is not None and shown.element == CONTACT_PHONE else page.contact_phone,
        shown=shown,
    )


def first_task(page: CasePage, actor: Actor) -> TaskLine | None:
    """Return the step an officer means when they open a case: the one to act on, else the one done last, else any of theirs."""
    actable = [act.task_id for act in page.acts if act.task_id]
    own = [row for row in page.tasks if on_desk(row, actor)]
    running = [row for row in own if row.id in actable]
    done = sorted((row for row in own if row.done_at), key=lambda row: str(row.done_at), reverse=True)
    return next(iter((*running, *done, *own)), None)


def on_desk(task: TaskLine, actor: Actor) -> bool:
    """Tell whether a step is on somebody's desk. Officers open the steps of their own organisation; the window, what is accepted there."""
    return task.organisation == actor.organisation or (task.kind == "acceptance" and actor.has_role("window"))


def own_steps(page: CasePage, task: TaskLine, actor: Actor) -> tuple[TaskLine, ...]:
    """Return the steps that the reader does together with this one."""
    window = task.kind == "acceptance" and actor.has_role("window")
    rows = [row for row in page.tasks if row.node == task.node and row.state != TaskState.SKIPPED]
    kept = [row for row in rows if window or row.organisation == task.organisation]
    return tuple(kept) or (task,)


def _heading(task: TaskLine, mine: tuple[TaskLine, ...], *, own: bool) -> str:
    """Say what the step asks; `own`: of the reader."""
    steps = mine if task.kind == "acceptance" else (task,)
    if own and task.state in {TaskState.OPEN, TaskState.PAUSED}:
        return pgettext("what is asked of you", "%(what)s") % {"what": words.asked(steps)}
    return words.asked(steps)


def _address(page: CasePage) -> str:
    """Return the place the case is about; where somebody lives is not shown in the head."""
    elements = catalogue.catalogue_at(page.release).elements
    for line in page.values:
        described = elements.get(line.element.rpartition(".")[2])
        if line.type == "address" and isinstance(line.value, str) and described and not described.personal:
            return line.value
    return ""


def _brought(page: CasePage, task: TaskLine) -> str:
    """Say who was told that a step is late; nothing once it is done."""
    own = (line for line in page.timeline if line.code in shared.LATE and line.service == task.service)
    told = [line for line in own if line.values.get("step") == task.step]
    if task.light != "late" or not told:
        return ""
    again = told[-1].code == "overdue-again"
    says = gettext("The head of the office was told, %(when)s") if again else gettext("The supervisor was told, %(when)s")
    return says % {"when": words.date_words(clock.local_date(told[-1].at))}


def _together(page: CasePage, task: TaskLine, actor: Actor) -> tuple[Recorded, ...]:
    """Return who takes part in joint work and who has recorded a finding."""
    if task.kind not in {"inspection", "review"}:
        return ()
    rows = [row for row in page.tasks if row.node == task.node and row.state != TaskState.SKIPPED]
    offices: dict[str, list[TaskLine]] = {}
    for row in rows:
        offices.setdefault(row.organisation, []).append(row)
    if len(offices) < 2:
        return ()
    return tuple(
        Recorded(
            name=words.say(steps[0].organisation_name),
            when=words.stamp(max(step.done_at for step in steps if step.done_at)) if all(step.done_at for step in steps) else "",
            own=office == actor.organisation,
        )
        for office, steps in offices.items()
    )


def _history(page: CasePage, notes: tuple[NoteLine, ...]) -> tuple[Told, ...]:
    """Return what has happened, newest first; that a note was written stands here and nowhere that others read."""
    held = catalogue.catalogue_at(page.release)
    lines = [line for line in page.timeline if line.code != "task-opened"]
    told = [Told(line.at, shared.happened(line, held), _by(line.actor_kind, line.actor_name, line.organisation_name)) for line in lines]
    told += [Told(note.at, gettext("A note for colleagues was written."), words.say(note.author_name)) for note in notes]
    return tuple(sorted(told, key=lambda line: line.at)[::-1])


def _by(kind: str, name: Mapping[str, str], organisation: Mapping[str, str]) -> str:
    if kind == "system":
        return gettext("the system")
    return " · ".join(part for part in (words.say(name), words.say(organisation)) if part)


def values_named(page: CasePage) -> dict[str, str]:
    """Return the names of services, steps, fees, elements and documents by their ids, for sentences that speak of them."""
    held = catalogue.catalogue_at(page.release)
    tables: tuple[Mapping[str, object], ...] = (held.elements, held.evidence_types, held.services)
    named = {key: words.say(getattr(item, "name", None)) for table in tables for key, item in table.items()}
    named.update({fee.fee: words.say(fee.name) or words.say(fee.service_name) for fee in page.fees})
    return {key: name for key, name in named.items() if name}
