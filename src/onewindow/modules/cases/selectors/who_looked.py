"""Who looked at a person's data, for that person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases import rulebook
from onewindow.modules.cases.selectors import scope
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import accesses
from onewindow.plumbing.actors import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class LookedAtCase:
    id: UUID
    reference: str
    title: str
    event_name: Text


@dataclass(frozen=True, slots=True)
class LookLine:
    """One look. `what` and `purpose` are codes."""

    id: int
    at: datetime
    by: str
    """officer, person, anonymous; system where the platform asked by itself; self where it was done in the reader's own session"""
    organisation: str
    organisation_name: Text
    office: Text
    """The officer's post, as it is called now."""
    what: str
    """cases.case, cases.draft, cases.document, cases.inbox, cases.export, cases.issued, cases.part, cases.proposals, cases.rechecks,
    cases.status, identity.staff, signon.tell, breach.name, exchange.query"""
    purpose: str
    cases: tuple[LookedAtCase, ...]
    event_name: Text
    """Of a draft for which a register was asked."""
    registers: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    lines: tuple[LookLine, ...]
    before: int | None
    """Where the next, older page begins; None where this is the last."""


def who_looked(*, actor: Actor, before: int | None = None) -> Looks:
    """Return who looked at the actor's own data, newest first, and what registers were asked. A visitor has none."""
    if actor.id is None:
        return Looks((), None)
    rows = accesses.of_person(actor.id, also=identity.known_before_as(actor.id), before=before, limit=PAGE + 1)
    lines = tuple(_lines(rows[:PAGE], actor))
    return Looks(lines, lines[-1].id if len(rows) > PAGE else None)


def _lines(rows: list[accesses.AccessRow], actor: Actor) -> Iterable[LookLine]:
    organisations = identity.organisations()
    offices = identity.offices(row.actor_id for row in rows if row.actor_kind == "officer" and row.actor_id)
    cases = _cases((ident for row in rows for ident in row.cases), actor)
    release = catalogue.current_release()
    published = catalogue.catalogue_at(release) if release is not None else None
    for row in rows:
        office = organisations.get(row.organisation)
        event = published.events.get(str(row.details.get("event"))) if published and not row.cases else None
        names = {resource.id: resource.name for resource in published.resources.values()} if published else {}
        yield LookLine(
            id=row.id,
            at=row.at,
            by="self" if row.actor_id == actor.id else row.actor_kind,
            organisation=row.organisation,
            organisation_name=office.name if office else {},
            office=offices.get(row.actor_id, {}) if row.actor_id else {},
            what=row.what,
            purpose=row.purpose.partition(":")[0],
            cases=tuple(cases[ident] for ident in row.cases if ident in cases),
            event_name=event.name if event else {},
            registers=tuple(names.get(resource, {"zh": resource}) for resource in row.details.get("resources", ())),
        )


def _cases(ids: Iterable[UUID], actor: Actor) -> Mapping[UUID, LookedAtCase]:
    book_of = rulebook.books()
    return {
        case.pk: LookedAtCase(case.pk, case.reference, case.title, book_of(case.release, case.event).event.name)
        for case in scope.own_cases(actor).filter(pk__in=set(ids))
    }
