"""Filing: everything is worked out afresh on the server, then the whole case is written in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain import events, lifecycle
from onewindow.domain.errors import NotFound
from onewindow.domain.lifecycle import CaseState, ServiceState, TaskState
from onewindow.domain.values import ValueRefused
from onewindow.modules.cases import awaited, capacity, confirming, marks, models, parts, plans, references
from onewindow.modules.cases.drafting import DraftState, state_of
from onewindow.modules.cases.errors import (
    AnswersMissing,
    DocumentsMissing,
    DraftFiled,
    LevelNeeded,
    NotConfirmed,
    NotDeclared,
    NothingToFile,
    PromisesMissing,
    SourceNeeded,
    SourcesNotAsked,
    ValuesMissing,
    ValuesRefused,
)
from onewindow.modules.cases.services import flow
from onewindow.modules.cases.services.board import Board
from onewindow.modules.exchange import services as exchange
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity import services as identity_services
from onewindow.plumbing import audit, bulk, idempotency, outbox, permissions
from onewindow.plumbing.actors import Actor

AGAIN_AFTER = timedelta(minutes=1)
"""When a register that was silent is asked for the first time after the filing."""


@dataclass(frozen=True, slots=True)
class Filed:
    """The receipt."""

    case_id: UUID
    reference: str


def mark_of(draft: models.Draft) -> str:
    """Return what tells a draft from itself before any change."""
    return f"{draft.pk}:{draft.version}:{draft.updated_at.timestamp()}"


@transaction.atomic
def file_case(
    *,
    draft_id: UUID,
    idempotency_key: str,
    declared: bool,
    promised: Collection[str] = (),
    channel: str = "online",
    actor: Actor,
    now: datetime,
) -> Filed:
    """File a draft: one case, its plan frozen, its first steps open. The same key again gives the same receipt.

    `promised` are the evidence types for which the applicant's commitment stands; each one that the plan counts on must be there.
    `channel`: where the applicant sits; with help at a counter it is the counter, and the applicant's own code stands for the declaration.
    Asks no register. Raises: NotFound, Forbidden, IdempotencyConflict, DraftFiled, NotDeclared, NotConfirmed, LevelNeeded, GuardianNeeded,
    NothingToFile, AnswersMissing, SourcesNotAsked, ValuesMissing, ValuesRefused, SourceNeeded, DocumentsMissing, ConfirmationsMissing,
    PromisesMissing, and what the compiler refuses.
    """
    draft = next(iter(bulk.select(models.Draft, "id = %s", [draft_id], lock="update")), None)
    if draft is None:
        raise NotFound(kind="draft", id=draft_id)
    permissions.require(actor, "cases.edit-draft", draft)
    fingerprint = idempotency.fingerprint({"draft": str(draft_id), "declared": declared, "promised": sorted(promised)})
    kept = idempotency.claim(actor=actor, scope="cases.file", key=idempotency_key, fingerprint=fingerprint, now=now)
    if kept is not None:
        return Filed(UUID(kept["case_id"]), kept["reference"])
    if draft.filed_case_id is not None:
        raise DraftFiled(reference=models.Case.objects.values_list("reference", flat=True).get(pk=draft.filed_case_id))
    if not declared:
        raise NotDeclared
    if actor.assistance and not identity.is_confirmed(assistance=actor.assistance, mark=mark_of(draft)):
        raise NotConfirmed
    state = state_of(draft)
    require_level(state, actor, now)
    capacity.require(draft.owner, state.services, actor=actor, now=now, claimed=state.claimed_number)
    uploads = bulk.select(models.Upload, "draft_id = %s ORDER BY added_at", [draft.pk])
    require_complete(state, uploads)
    confirming.require_confirmed(draft, state)
    promises = _promises(state, promised, actor, now)
    case = _write(draft, state, uploads, promises=promises, channel="counter" if actor.assistance else channel, actor=actor, now=now)
    if actor.assistance:
        identity_services.close_help(actor=actor, now=now)
    idempotency.settle(actor=actor, scope="cases.file", key=idempotency_key, result={"case_id": str(case.pk), "reference": case.reference})
    return Filed(case.pk, case.reference)


def require_level(state: DraftState, actor: Actor, now: datetime) -> None:
    """Raises: LevelNeeded where a service must know for sure who files, and it is not sure enough."""
    needed = state.level_needed
    level = identity.sureness(actor=actor, now=now) if needed else 0
    if level < needed:
        raise LevelNeeded(service=state.asking_who[0].name, needed=needed, level=level)


def require_complete(state: DraftState, uploads: list[models.Upload]) -> None:
    """Raises: what is still missing or wrong, the first kind of it, all of that kind at once."""
    settled = state.settled
    if not settled.services:
        raise NothingToFile
    if state.open_questions:
        raise AnswersMissing(names=", ".join(state.open_questions), questions=list(state.open_questions))
    _require_valid(state, uploads)
    if missing := [element for element in settled.missing if not state.is_others(element)]:
        raise ValuesMissing(names=", ".join(missing), elements=missing)
    if settled.due:
        waiting = sorted({row.interface.resource for row in settled.due})
        raise SourcesNotAsked(names=", ".join(waiting), resources=waiting)
    if stuck := [element for element in settled.stuck if element not in state.deferred.elements]:
        raise SourceNeeded(names=", ".join(stuck), elements=stuck)
    brought = {row.evidence_type for row in uploads}
    lacking = [row.type for row in settled.documents if row.type not in brought and not state.deferred.covers(row)]
    if lacking:
        raise DocumentsMissing(names=", ".join(lacking), documents=lacking)


def _require_valid(state: DraftState, uploads: list[models.Upload]) -> None:
    """What was typed was checked again with the state: the catalogue may have changed since it was saved. Raises: ValuesRefused."""
    refused = {row.element: state.invalid[row.element] for row in state.settled.fields if row.element in state.invalid}
    own = {str(row.id) for row in uploads}
    for element, item in state.settled.known.items():
        if item.kind == "typed" and state.rules.element(element).type == "file" and item.value not in own:
            refused[element] = ValueRefused(element=element, reason="file")
    if refused:
        raise ValuesRefused(refused)


def _promises(state: DraftState, promised: Collection[str], actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return the commitments that stand for documents, as they are kept. Raises: PromisesMissing."""
    ways = [
        way
        for service in state.settled.services
        for way in state.rules.ways(service, state.settled.facts)
        if way.way == "commitment" and way.type
    ]
    lacking = sorted({way.type for way in ways if way.type} - set(promised))
    if lacking:
        raise PromisesMissing(names=", ".join(lacking), documents=lacking)
    at, by = now.isoformat(), str(actor.id)
    return [{"service": way.service, "requirement": way.requirement, "type": way.type, "at": at, "by": by} for way in ways]


def _write(
    draft: models.Draft,
    state: DraftState,
    uploads: list[models.Upload],
    *,
    promises: list[dict[str, Any]],
    channel: str,
    actor: Actor,
    now: datetime,
) -> models.Case:
    """Write the rows of a case; what opens at once is worked out before anything is inserted."""
    consents = [{"resource": resource, **row} for resource, row in draft.consents.items()]
    title, named_after = _named(state, draft.owner)
    waiting = state.deferred.left_out(state.settled.documents, (row.evidence_type for row in uploads))
    case = models.Case(
        reference=references.issue(),
        event=draft.event,
        release=state.release,
        plan=plans.freeze(
            state.rules,
            state.settled,
            consents=consents,
            promises=promises,
            awaited=waiting,
            silent=state.deferred.resources,
            confirmations=[parts.frozen(state.others.rows[role.id]) for role in state.roles],
        ),
        answers=dict(state.answers),
        applicant=draft.owner,
        contact_phone=_phone(draft.owner, state, actor),
        title=title,
        named_after=named_after,
        region=_region(state),
        state=CaseState.FILED,
        filed_at=now,
        channel=channel,
        assistance=draft.assistance,
    )
    seeds = plans.seeds(state.rules, state.settled.services)
    board = Board(case, _services(case, state), _tasks(case, seeds), actor=actor, now=now)
    board.book = state.rules
    board.payments, board.notices, board.pauses, board.issued = {}, [], {}, 0
    bulk.insert_values(models.CaseValue, [*_values(draft, case, state, now), *_keys_asked(draft, case, state, now)])
    if state.deferred.resources:
        case.fetch_due_at = now + AGAIN_AFTER
    _note(board, draft, promises)
    flow.go_on(board)
    for rows in ([case], list(board.services.values()), board.tasks):
        bulk.insert(rows)
    bulk.insert_values(models.CaseMark, marks.rows(case.pk, case.title, case.reference, running=not lifecycle.is_final("case", case.state)))
    bulk.insert_values(models.Attachment, _attachments(case, state, uploads, actor, now))
    filed = events.CaseFiled(
        at=now, case_id=case.pk, reference=case.reference, event_id=case.event, release=case.release, services=tuple(board.services)
    )
    outbox.record(filed, at=now)
    board.write_new()
    bulk.update(models.Draft, {"filed_case": case.pk, "updated_at": now}, "id = %s", [draft.pk])
    if draft.consents:
        exchange.move_consents(before=draft.pk, after=case.pk, actor=actor)
    if draft.disputed:
        exchange.name_corrections(before=draft.pk, after=case.pk, reference=case.reference, actor=actor)
    details = {
        "event": case.event,
        "release": case.release,
        "draft": str(draft.pk),
        "consents": sorted(draft.consents),
        "promises": sorted({row["type"] for row in promises}),
        **board.draws(),
    }
    audit.record(actor=actor, action="cases.file", subject_kind="case", subject_id=case.pk, at=now, details=details)
    return case


def _note(board: Board, draft: models.Draft, promises: list[dict[str, Any]]) -> None:
    """Say in the timeline what was filed, agreed to and promised."""
    board.note("case-filed", event=draft.event)
    if draft.assistance:
        office, post = identity.helped_at(assistance=draft.assistance)
        board.note("filled-in-with-help", office=office, post=post)
    if draft.consents:
        board.note("consents-given", interface=sorted(draft.consents))
    for by, kind in dict.fromkeys((row.by, row.type) for row in awaited.thawed(board.case.plan)):
        board.note("evidence-awaited", interface=by, evidence_type=kind)
    for row in board.case.plan.get("confirmations", ()):
        board.note("part-confirmed", role=row["role"])
    if promises:
        board.note("promises-made", evidence_type=list(dict.fromkeys(row["type"] for row in promises)))


def _services(case: models.Case, state: DraftState) -> list[models.CaseService]:
    organisations = {service.id: service.organisation for service in state.rules.services}
    return [
        models.CaseService(
            case_id=case.pk, service=service, organisation=organisations[service], state=ServiceState.FILED, position=position
        )
        for position, service in enumerate(state.settled.services)
    ]


def _tasks(case: models.Case, seeds: list[plans.TaskSeed]) -> list[models.Task]:
    return [
        models.Task(
            case_id=case.pk,
            node=seed.node,
            service=seed.service,
            step=seed.step,
            kind=seed.kind,
            organisation=seed.organisation,
            state=TaskState.WAITING,
            position=position,
            limit_days=seed.limit_days,
        )
        for position, seed in enumerate(seeds)
    ]


def _values(draft: models.Draft, case: models.Case, state: DraftState, now: datetime) -> list[dict[str, Any]]:
    """What the case knows at its filing, each value with its source, and with the source's own where the applicant disputes it."""
    rows = []
    for element, item in state.settled.known.items():
        note: Mapping[str, Any] | None = None
        if element in draft.disputed:
            other = state.settled.contradicted.get(element)
            said = {"value": other.value, "kind": other.kind, "id": other.id} if other else {}
            note = {"disputed": {"note": draft.disputed[element]["note"], **said}}
        elif item.kind == "typed" and element in state.deferred.elements:
            note = {"unchecked": state.deferred.elements[element]}
        rows.append(
            {
                "case_id": case.pk,
                "element": element,
                "value": item.value,
                "source_kind": item.kind,
                "source_id": item.id,
                "obtained_at": datetime.fromisoformat(item.at) if item.at else now,
                "note": note,
                "superseded_at": None,
            }
        )
    return rows


def _keys_asked(draft: models.Draft, case: models.Case, state: DraftState, now: datetime) -> list[dict[str, Any]]:
    """Return the numbers under which silent registers are to be asked again, where the case does not keep them anyway."""
    asked = {key: value for name in sorted(state.deferred.resources) for key, value in draft.unavailable[name]["keys"].items()}
    return [
        {
            "case_id": case.pk,
            "element": key,
            "value": value,
            "source_kind": "typed",
            "source_id": "",
            "obtained_at": now,
            "note": None,
            "superseded_at": None,
        }
        for key, value in asked.items()
        if key not in state.settled.known
    ]


def _attachments(case: models.Case, state: DraftState, uploads: list[models.Upload], actor: Actor, now: datetime) -> list[dict[str, Any]]:
    wanted = {row.type for row in state.settled.documents} | set(state.settled.known)
    return [
        {
            "id": row.id,  # a field of the type file holds this id
            "case_id": case.pk,
            "evidence_type": row.evidence_type,
            "file": row.file,
            "name": row.name,
            "media_type": row.media_type,
            "size": row.size,
            "sha256": row.sha256,
            "added_at": now,
            "added_by": actor.known_id,
            "superseded_at": None,
        }
        for row in uploads
        if row.evidence_type in wanted
    ]


def _phone(owner: UUID, state: DraftState, actor: Actor) -> str:
    """The number by which the case can be looked up: what the form says, the account's, or that of who files."""
    for element, item in state.settled.known.items():
        if "." not in element and state.rules.element(element).type == "phone":
            return str(item.value)
    return identity.phone_of(owner) or identity.phone_of(actor.known_id)


def _region(state: DraftState) -> str:
    """Where the matter is: what the first element of the type region says; it limits which posts see the case."""
    for element, item in state.settled.known.items():
        if "." not in element and state.rules.element(element).type == "region":
            return str(item.value)[:12]
    return ""


def _named(state: DraftState, owner: UUID) -> tuple[str, str]:
    """Return what the queue shows: in the clear the name of an undertaking, which is public by law; else sealed.

    A sole proprietor's undertaking often bears the person's own name: it is sealed as well, and found by the whole of it.
    Source: docs/security.md, “What of an undertaking is public”.
    """
    title = _title(state)
    described = ((state.rules.element(element), item) for element, item in state.settled.known.items())
    people = [str(item.value).casefold() for element, item in described if element.personal and element.type == "string" and item.value]
    if title and not any(name in title.casefold() for name in people):
        return title, ""
    return "", title or _person(owner)


def _title(state: DraftState) -> str:
    """Return the name of the undertaking, if the matter has one."""
    typed = [row.element for row in state.rules.report.form]
    for element in (*typed, *state.settled.known):
        known = state.settled.known.get(element)
        if known is not None and element.endswith("name"):
            described = state.rules.element(element)
            if described.type == "string" and not described.personal:
                return str(known.value)[:200]
    return ""


def _person(owner: UUID) -> str:
    """What the queue shows where there is no undertaking: the name of the applicant."""
    names = identity.display_names([owner]).get(owner, {})
    return next(iter(names.values()), "")[:200]
