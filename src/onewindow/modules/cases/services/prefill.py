"""Fetching what other authorities already know, so that nobody types it again."""

import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction

from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models
from onewindow.modules.cases.consents import needs_consent, purpose_of
from onewindow.modules.cases.drafting import DraftState, state_of
from onewindow.modules.cases.errors import DraftFiled
from onewindow.modules.cases.forms import Due
from onewindow.modules.cases.names import plain
from onewindow.modules.cases.services.drafts import own_draft
from onewindow.modules.cases.services.reopening import look_again
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange import services as exchange
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import accesses, audit, permissions
from onewindow.plumbing.actors import Actor

AT_ONCE = 24
"""How many registers this process asks at the same time, for all pages together; whoever finds no place within the budget types."""
ROUNDS = 8
LATE = "time-out"

_callers = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="prefill")


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What one round of asking gave. `unavailable`: {resource: reason}."""

    fetched: tuple[str, ...]
    unavailable: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One register's answer; `reason` is set where it gave none."""

    due: Due
    values: Mapping[str, Any]
    reason: str = ""


def refresh_prefill(*, draft_id: UUID, retry: bool = False, actor: Actor, now: datetime) -> Prefilled:
    """Ask every register whose keys are known and that the form needs; what one gives may be the key of the next.

    Call it outside transactions. A register that is down or holds no record is put aside: what it would fill is asked instead. So is
    whatever has not answered when the time for the page is up (settings: ONEWINDOW_PREFILL_SECONDS, for all registers together).
    `retry` asks those again.  Raises: Forbidden, NotFound, DraftFiled, and what the compiler refuses.
    """
    until = time.monotonic() + settings.ONEWINDOW_PREFILL_SECONDS
    draft = _readable(draft_id, actor)
    if retry and draft.unavailable:
        draft = _keep(draft_id, (), actor, now, forget=True)
    fetched: list[str] = []
    for _ in range(ROUNDS):
        state = state_of(draft)
        claimed = [item for item in state.settled.due if _names_somebody(draft, state, item)]
        sure = identity.sureness(actor=actor, now=now) >= state.level_needed
        proven = [item for item in state.settled.due if item not in claimed and (sure or not _about_somebody(draft, item))]
        if not claimed and not proven:
            break
        services = state.settled.services
        said = ask(proven, purpose=purpose_of(draft.event), about=draft, services=services, actor=actor, now=now, until=until)
        said += [Said(item, {}, "not-proven") for item in claimed]
        draft = _keep(draft_id, said, actor, now)
        fetched.extend(element for answer in said for element in answer.values)
    return Prefilled(tuple(dict.fromkeys(fetched)), {resource: row["reason"] for resource, row in draft.unavailable.items()})


def _about_somebody(draft: models.Draft, item: Due) -> list[str]:
    """Return the keys that are a person's own: for such a question it must be as sure who asks as the services want it."""
    elements = catalogue.catalogue_at(draft.release).elements
    return [key for key in item.keys if plain(key) in elements and elements[plain(key)].personal]


def _names_somebody(draft: models.Draft, state: DraftState, item: Due) -> bool:
    """Tell whether a key that somebody merely typed is a person's own: a register would answer with whoever bears it.

    A number that was typed first and proven afterwards is proven.
    """
    return any(_typed(draft, state, key) for key in _about_somebody(draft, item))


def _typed(draft: models.Draft, state: DraftState, key: str) -> bool:
    known = state.settled.known.get(key)
    return known.kind == "typed" if known else key in draft.elements


def ask(
    due: Sequence[Due],
    *,
    purpose: str,
    about: models.Draft | models.Case,
    services: Collection[str],
    actor: Actor,
    now: datetime,
    until: float | None = None,
) -> list[Said]:
    """Ask several registers at the same time, so that a slow one does not add to the others. None is asked before that is written down.

    `services`: for which it is asked. `until`: the second of the monotonic clock at which nobody waits any longer; a call that is still
    under way then ends by its own time-out, and what it says is in the log of the exchange alone.
    """
    if not due:
        return []
    if until is not None and time.monotonic() >= until:
        return [Said(item, {}, LATE) for item in due]
    _write_down(due, purpose, about, actor, now)

    def one(item: Due) -> Said:
        try:
            return _ask_one(item, purpose=purpose, about=about, services=services, actor=actor, now=now)
        finally:
            connections.close_all()  # this thread's own

    if in_a_transaction():
        return [_ask_one(item, purpose=purpose, about=about, services=services, actor=actor, now=now) for item in due]
    calls = [_callers.submit(one, item) for item in due]
    _, late = wait(calls, timeout=None if until is None else max(0.0, until - time.monotonic()))
    for call in late:
        call.cancel()  # where it has not begun
    return [Said(item, {}, LATE) if call in late else call.result() for item, call in zip(due, calls, strict=True)]


def in_a_transaction() -> bool:
    """Tell whether the caller has written what no other thread sees yet: then it asks by itself, one register after the other."""
    return bool(transaction.get_connection().in_atomic_block)


def _ask_one(item: Due, *, purpose: str, about: models.Draft | models.Case, services: Collection[str], actor: Actor, now: datetime) -> Said:
    face = item.interface
    try:
        answer = exchange.query(
            resource=face.resource,
            keys={face.written[key]: value for key, value in item.keys.items()},
            fields=tuple(face.written[field] for field in item.fields),
            purpose=purpose,
            subject_kind="case" if isinstance(about, models.Case) else "draft",
            subject_id=about.pk,
            services=services,
            actor=actor,
            now=now,
        )
    except exchange.SourceUnavailable as error:
        return Said(item, {}, str(getattr(error, "reason", "down")))
    except exchange.NoRecord:
        return Said(item, {}, "no-record")
    return Said(item, {field: answer.values.get(face.written[field]) for field in item.fields})


def _write_down(due: Sequence[Due], purpose: str, about: models.Draft | models.Case, actor: Actor, now: datetime) -> None:
    case = about if isinstance(about, models.Case) else None
    accesses.read(
        actor=actor,
        what=accesses.REGISTER,
        subject_kind="case" if case else "draft",
        subject_id=about.pk,
        persons=[about.applicant if isinstance(about, models.Case) else about.owner, *_others_asked_about(due, about)],
        case=case.pk if case else None,
        purpose=purpose,
        at=now,
        details={"resources": sorted({item.interface.resource for item in due}), "event": about.event},
    )


def _others_asked_about(due: Sequence[Due], about: models.Draft | models.Case) -> list[UUID]:
    """Return whom a register is asked about beside the applicant: whoever takes part in the role of the question."""
    roles = {item.interface.role for item in due} - {""}
    draft = {"draft__filed_case": about} if isinstance(about, models.Case) else {"draft": about}
    found = models.Part.objects.filter(**draft, role__in=roles, ended_at=None).values_list("person", flat=True) if roles else ()
    return [person for person in found if person is not None]


def _readable(draft_id: UUID, actor: Actor) -> models.Draft:
    draft = models.Draft.objects.filter(pk=draft_id).first()
    if draft is None:
        raise NotFound(kind="draft", id=draft_id)
    permissions.require(actor, "cases.edit-draft", draft)
    if draft.filed_case_id is not None:
        raise DraftFiled(reference=models.Case.objects.values_list("reference", flat=True).get(pk=draft.filed_case_id))
    return draft


@transaction.atomic
def _keep(draft_id: UUID, said: Sequence[Said], actor: Actor, now: datetime, *, forget: bool = False) -> models.Draft:
    """Store what was said beside whatever the applicant typed meanwhile: the same page stays good to send.

    What a register said after the applicant took the consent back is not kept.
    """
    draft = own_draft(draft_id, actor)
    if forget:
        draft.unavailable = {}
    said = [answer for answer in said if not needs_consent(draft, answer.due.interface.resource)]
    new = {(answer.due.interface.id, field) for answer in said for field in answer.values}
    rows = [row for row in draft.prefilled if (row["id"], row["element"]) not in new]
    for answer in said:
        face = answer.due.interface
        if answer.reason:
            draft.unavailable[face.resource] = {"reason": answer.reason, "keys": dict(answer.due.keys), "at": now.isoformat()}
        rows.extend(
            {"element": field, "value": value, "id": face.id, "at": now.isoformat(), "keys": dict(answer.due.keys)}
            for field, value in answer.values.items()
        )
    draft.prefilled = rows
    draft.save(update_fields=["prefilled", "unavailable"])
    details = {"resources": sorted({answer.due.interface.resource for answer in said}), "retry": forget}
    audit.record(actor=actor, action="cases.refresh-prefill", subject_kind="draft", subject_id=draft.id, at=now, details=details)
    look_again(draft, actor, now)
    return draft
