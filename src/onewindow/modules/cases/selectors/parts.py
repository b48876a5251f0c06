"""Reads of several people in one matter: whom the applicant waits for, and one's own part of somebody else's matter."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from onewindow.domain import confirmations
from onewindow.domain.catalogue.model import Catalogue, Event, Text
from onewindow.domain.confirmations import Role
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import confirming, models, rulebook
from onewindow.modules.cases.drafting import DraftState, state_of
from onewindow.modules.cases.matter import Book
from onewindow.modules.cases.names import offered
from onewindow.modules.cases.selectors import scope
from onewindow.modules.cases.selectors.looks import at_case, at_part
from onewindow.modules.cases.selectors.page import Reading
from onewindow.modules.cases.selectors.part_rows import (
    Asker,
    ConfirmationLine,
    Invitation,
    MyPart,
    OtherLine,
    PartCase,
    PartField,
    PartPage,
    PartValue,
)
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor


def others(draft: models.Draft, state: DraftState) -> tuple[OtherLine, ...]:
    """Return who else confirms a draft that was scoped already, and how far that is."""
    if not state.roles:
        return ()
    newest = {row.role: row for row in scope.parts_of(draft.pk).order_by("invited_at")}
    return tuple(_other(draft, state, role, newest.get(role.id)) for role in state.roles)


def _other(draft: models.Draft, state: DraftState, role: Role, row: models.Part | None) -> OtherLine:
    stands = confirming.stands(row, state, role, draft.owner)
    asked_by = tuple(asker(state.rules, service) for service in role.services)
    line = OtherLine(role.id, role.name, role.says, asked_by, role.level, role.days, stands)
    if row is None:
        return line
    return OtherLine(
        **{name: getattr(line, name) for name in ("role", "name", "says", "asked_by", "level", "days", "confirmed")},
        state="changed" if row.state == "confirmed" and not stands else row.state,
        part=row.pk,
        person=row.name,
        contact=row.contact,
        due_date=row.due_date,
        invited_at=row.invited_at,
        taken_at=row.taken_at,
        confirmed_at=row.confirmed_at,
        confirmed_level=row.level,
        reopened_at=row.reopened_at,
        ended_at=row.ended_at,
        reason=row.reason,
    )


def asker(book: Book, service: str) -> Asker:
    """Return a service with the law it asks by."""
    found = book.catalogue.services[service]
    organisation = book.catalogue.organisations.get(found.organisation)
    return Asker(service, found.name, found.organisation, organisation.name if organisation else {}, found.legal_basis)


def my_parts(*, actor: Actor, now: datetime) -> tuple[MyPart, ...]:
    """Return what others asked the actor to confirm: what waits first, then the newest; invitations to one's own address with it."""
    account = identity.account_row(actor.id) if actor.id else None
    waiting = scope.invitations(actor, (account.phone, account.email) if account else ())
    rows = [*waiting.select_related("draft"), *scope.own_parts(actor).exclude(state="left").select_related("draft__filed_case")]
    names = identity.display_names(row.draft.owner for row in rows)
    found = [_listed(row, names.get(row.draft.owner, {}), now) for row in rows]
    return tuple(sorted(found, key=lambda row: (not row.waits, -row.changed_at.timestamp())))


def invitation(*, secret: str = "", part_id: UUID | None = None, actor: Actor, now: datetime) -> Invitation:
    """Return what an invitation is about, for whoever has its link, or whose telephone or e-mail it was sent to.

    Reading takes nothing: programs that open links for safety may read it. Raises: NotFound.
    """
    row = None
    if actor.id is not None and actor.on_behalf_of is None:
        account = identity.account_row(actor.id)
        reached = scope.invitations(actor, (account.phone, account.email) if account else ())
        wanted = scope.by_secret(hashlib.sha256(secret.encode()).hexdigest()) if secret else reached.filter(pk=part_id or UUID(int=0))
        row = wanted.select_related("draft").first()
    if row is None or row.person not in {None, actor.id}:
        raise NotFound(kind="invitation", id=part_id or "—")
    over = row.ended_at is not None or row.draft.filed_case_id is not None or row.due_date < clock.local_date(now)
    _content, event, role = _named(row)
    names = identity.display_names([row.draft.owner]).get(row.draft.owner, {})
    if not over and row.person is None:
        at_part(row, actor=actor, now=now)
    return Invitation(row.pk, event.name, role, names if not over else {}, row.due_date, row.person is not None, not over)


def part_page(*, part_id: UUID, actor: Actor, now: datetime) -> PartPage:
    """Return one's own part of somebody else's matter: what one confirms, and once it is filed how far the case is.

    Raises: NotFound, and what the compiler refuses.
    """
    row = scope.own_parts(actor).filter(pk=part_id).select_related("draft__filed_case").first()
    if row is None:
        raise NotFound(kind="invitation", id=part_id)
    page = _page(row, actor, now)
    at_part(row, actor=actor, now=now)
    return page


def confirmed_by(*, case_id: UUID, actor: Actor, now: datetime) -> tuple[ConfirmationLine, ...]:
    """Return who confirmed a filed case beside its applicant: for whoever sees the case, a department what its own services wanted.

    Raises: NotFound.
    """
    case = scope.visible_cases(actor).filter(pk=case_id).first()
    if case is None:
        raise NotFound(kind="case", id=case_id)
    kept = case.plan.get("confirmations", ())
    if not kept:
        return ()
    reading = Reading(case, actor, now)
    known = {role.id: role for role in roles(reading.book.catalogue, reading.book.event)}
    shown = [row for row in kept if reading.everything or reading.own.intersection(known[row["role"]].services)]
    at_case(case, purpose=reading.purpose, actor=actor, now=now)
    names = identity.display_names(UUID(row["person"]) for row in shown)
    return tuple(_confirmation(row, known[row["role"]], names.get(UUID(row["person"]), {})) for row in shown)


def _confirmation(row: Mapping[str, Any], role: Role, name: Text) -> ConfirmationLine:
    return ConfirmationLine(role.id, role.name, name, role.says, row["level"], datetime.fromisoformat(row["at"]), row["digest"])


def _page(row: models.Part, actor: Actor, now: datetime) -> PartPage:
    content, event, role_name = _named(row)
    names = identity.display_names([row.draft.owner]).get(row.draft.owner, {})
    late = row.state in {"invited", "taken"} and row.due_date < clock.local_date(now)
    running = row.ended_at is None and row.draft.filed_case_id is None and not late
    state = state_of(row.draft) if running else None
    role = next((found for found in state.roles if found.id == row.role), None) if state else None
    told: dict[str, Any] = {}
    if state is not None and role is not None:
        told = _current(row, state, role)
    elif row.draft.filed_case is not None and row.confirmed:
        book = rulebook.book_of(release=row.draft.filed_case.release, event_id=row.draft.event)
        told = {"values": values(row.confirmed, book), "says": tuple(row.confirmed["says"])}
    return PartPage(
        id=row.pk,
        event=event.id,
        event_name=event.name,
        role=row.role,
        role_name=role_name,
        applicant_name=names if row.ended_at is None else {},
        asked_by=tuple(asker(Book(content, event, frozenset()), name) for name in (role.services if role else ())),
        state=told.pop("state", "lapsed" if late else row.state),
        open=role is not None,
        due_date=row.due_date,
        invited_at=row.invited_at,
        needed=role.level if role else 0,
        level=identity.sureness(actor=actor, now=now) if role else 0,
        confirmed_at=row.confirmed_at,
        confirmed_level=row.level,
        reopened_at=row.reopened_at,
        ended_at=row.ended_at,
        case=_case(row),
        **{"says": (), **told},
    )


def _current(row: models.Part, state: DraftState, role: Role) -> dict[str, Any]:
    """Return what of a running draft is shown to whoever confirms it."""
    words = confirming.statement(state, role, row.draft.owner)
    seen = confirmations.digest(words)
    fields = (found for found in state.settled.fields if confirming.is_own(state, row.role, found.element))
    return {
        "state": "changed" if row.state == "confirmed" and row.digest != seen else row.state,
        "says": role.says,
        "values": values(words, state.rules),
        "fields": tuple(_field(state.rules, found.element, row.elements.get(found.element)) for found in fields),
        "missing": confirming.lacking(state, row.role),
        "seen": seen,
    }


def values(words: Mapping[str, Any], book: Book) -> tuple[PartValue, ...]:
    """Return what was or is to be confirmed, line by line."""
    return tuple(
        PartValue(line["element"], line["name"], book.element(line["element"]).type, _choices(book, line), line["value"], own=kind == "own")
        for kind in ("shown", "own")
        for line in words[kind]
    )


def _choices(book: Book, line: Mapping[str, Any]) -> tuple[Mapping[str, object], ...]:
    return offered(book.element(line["element"]), book.catalogue.elements)


def _field(book: Book, element: str, value: Any) -> PartField:
    described = book.element(element)
    members = tuple(_field(book, member, None) for member in described.of)
    return PartField(
        element,
        described.name,
        described.type,
        offered(described, book.catalogue.elements),
        members,
        described.many,
        personal=described.personal,
        value=value,
    )


def _listed(row: models.Part, applicant: Text, now: datetime) -> MyPart:
    _content, event, role = _named(row)
    late = row.state in {"invited", "taken"} and row.due_date < clock.local_date(now)
    case = _case(row)
    waits = row.ended_at is None and row.state in {"invited", "taken"} and not late and case is None
    changed = (row.invited_at, row.taken_at, row.confirmed_at, row.reopened_at, row.ended_at, case.filed_at if case else None)
    return MyPart(
        id=row.pk,
        event=row.draft.event,
        event_name=event.name,
        role_name=role,
        applicant_name=applicant if row.ended_at is None else {},
        state="lapsed" if late else row.state,
        due_date=row.due_date,
        waits=waits,
        changed_at=max(moment for moment in changed if moment is not None),
        case=case,
    )


def _case(row: models.Part) -> PartCase | None:
    case = row.draft.filed_case
    return PartCase(case.reference, case.state, case.filed_at, case.completed_at) if case else None


def _named(row: models.Part) -> tuple[Catalogue, Event, Text]:
    """Return the catalogue that counts for a part, its event, and what its role is called there."""
    case = row.draft.filed_case
    published = rulebook.published().content
    content = rulebook.book_of(release=case.release, event_id=case.event).catalogue if case else published
    event = content.events.get(row.draft.event) or Event(row.draft.event, {"zh": row.draft.event}, "", "", ())
    role = next((found.name for found in roles(content, event) if found.id == row.role), {"zh": row.role})
    return content, event, role


def who_confirms(*, release: int, event_id: str) -> tuple[Role, ...]:
    """Return who else has to confirm an event, whichever of its services will apply: for whoever has not begun."""
    content = rulebook.book_of(release=release, event_id=event_id).catalogue
    return tuple(roles(content, content.events[event_id]))


def roles(content: Catalogue, event: Event) -> Iterable[Role]:
    """Return everybody whom a service of an event wants to confirm it."""
    return confirmations.roles_of(event.roles, (content.services[name] for name in event.services)) if event.roles else ()
