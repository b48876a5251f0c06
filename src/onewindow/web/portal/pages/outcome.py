"""What came of a case so far: what was refused and what fell with it, what was issued, and what is still to be paid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from onewindow.domain import silence
from onewindow.domain.catalogue.model import Catalogue, LegalBasis, Text
from onewindow.modules.cases.selectors.rows import CasePage, FeeLine, OutputLine, ServiceLine
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing import clock
from onewindow.web import process, words
from onewindow.web.portal.pages import deciding
from onewindow.web.site import fields

REVIEW_DAYS = 60
COURT_MONTHS = 6
"""How long a decision can be contested, from the day one learns of it, which is never before the day it was made.

Source: docs/sources.md#contest
"""
OVER = frozenset({"refused", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused service: by whom, why, under which law, what fell with it, and until when at least it can be contested."""

    service: str
    name: Text
    by: Text
    at: datetime
    sentence: Mapping[str, str]
    reason: str
    laws: tuple[LegalBasis, ...]
    fell: tuple[Text, ...]
    held: tuple[Text, ...]
    review_by: date
    court_by: date


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service with its state in words; `colour` is the class of its tag.

    `why` says with which refused service it fell or is held, by which law it was granted, or by when it is decided.
    """

    service: str
    name: Text
    organisation_name: Text
    state: str
    colour: str
    at: datetime | None
    sentence: Mapping[str, str]
    why: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that an authority wrote on what it issued."""

    name: Text
    said: str


@dataclass(frozen=True, slots=True)
class Received:
    """What was issued. `number` is the one in our own records; `facts` are what the authority wrote, its own number first."""

    name: Text
    service_name: Text
    number: str
    facts: tuple[Fact, ...]
    issued_at: datetime
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Bill:
    """One fee: `state` is paid, due, assessed, dropped (its service is no longer done) or free.  Unit: fen."""

    name: Text
    service_name: Text
    fen: int | None
    state: str


def refusals(page: CasePage) -> tuple[Refusal, ...]:
    """Return every refused service, the first refused first."""
    refused = [row for row in page.services if row.state == "refused" and row.decided_at]
    if not refused:
        return ()
    held = catalogue.catalogue_at(page.release)
    return tuple(sorted((_refusal(row, page, held) for row in refused), key=lambda found: found.at))


def _refusal(row: ServiceLine, page: CasePage, held: Catalogue) -> Refusal:
    at = row.decided_at or page.filed_at
    day = clock.local_date(at)
    mine = [other for other in page.services if other.because_of == row.service]
    return Refusal(
        service=row.service,
        name=row.name,
        by=row.organisation_name,
        at=at,
        sentence=row.sentence,
        reason=row.reason_code,
        laws=held.services[row.service].legal_basis if row.service in held.services else (),
        fell=tuple(other.name for other in mine if other.state == "withdrawn"),
        held=tuple(other.name for other in mine if other.state == "on-hold"),
        review_by=day + timedelta(days=REVIEW_DAYS),
        court_by=months_later(day, COURT_MONTHS),
    )


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the month's last day where it has none.

    >>> months_later(date(2026, 8, 31), 6), months_later(date(2026, 11, 22), 6)
    (datetime.date(2027, 2, 28), datetime.date(2027, 5, 22))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def going_on(page: CasePage) -> tuple[Text, ...]:
    """Return the services that are still being done."""
    return tuple(row.name for row in page.services if row.state not in {*OVER, "completed", "on-hold"})


def service_rows(page: CasePage) -> tuple[ServiceRow, ...]:
    """Return every service with its state; what an applicant did not take back is not called withdrawn."""
    told = {**deciding.by_when(page), **_granted_by_law(page)}
    return tuple(service_row(row, told.get(row.service, "")) for row in page.services)


def _granted_by_law(page: CasePage) -> dict[str, str]:
    """Say of what silence granted by which law."""
    machine = {task.service for task in page.tasks if task.automatic}
    granted = [row for row in page.services if row.reason_code == silence.REASON and row.service in machine]
    held = catalogue.catalogue_at(page.release).services if granted else {}
    laws = {row.service: silence.law_of(held[row.service].guide) for row in granted}
    said = gettext("granted by law, because nobody had decided within the limit: %(law)s")
    return {service: said % {"law": law.cited()} for service, law in laws.items() if law}


def service_row(row: ServiceLine, told: str = "") -> ServiceRow:
    state = "fell" if row.state == "withdrawn" and row.because_of else row.state
    why = told
    if row.because_of:
        because = (
            gettext("because “%(service)s” was refused")
            if state == "fell"
            else gettext("until it is settled how to go on without “%(service)s”")
        )
        why = because % {"service": process.say(row.because_of_name)}
    return ServiceRow(
        service=row.service,
        name=row.name,
        organisation_name=row.organisation_name,
        state=words.state("service", state),
        colour=f"tag--{colour}" if (colour := words.colour("service", state)) else "",
        at=row.decided_at,
        sentence={} if row.state == "refused" else row.sentence,
        why=why,
    )


def case_state(state: str, refused: int) -> str:
    """Return the state of a case as the applicant reads it: one that is over with something refused is not simply done."""
    return "partly" if state == "completed" and refused else state


def received(page: CasePage) -> tuple[Received, ...]:
    """Return what was issued."""
    if not page.outputs:
        return ()
    documents = catalogue.documents_at(page.release)
    held = catalogue.catalogue_at(page.release)
    return tuple(
        Received(
            name=row.name,
            service_name=row.service_name,
            number=row.number,
            facts=tuple(_facts(row, page, held)),
            issued_at=row.issued_at,
            valid_until=_valid_until(row, documents.get(("services", row.service), {}), held),
        )
        for row in page.outputs
    )


def _facts(row: OutputLine, page: CasePage, held: Catalogue) -> Iterable[Fact]:
    """What the authority itself wrote: values that nobody can be asked for, then those that came into the case with it."""
    lines = {line.element: line for line in page.values}
    own = [key for key in row.values if key in lines and row.values[key] is not None]
    numbers = [key for key in own if not _askable(held, key)]
    written = [key for key in own if key not in numbers and (lines[key].source_kind, lines[key].source_id) == ("produced", row.service)]
    for key in (*numbers, *written):
        yield Fact(lines[key].name, fields.said(row.values[key], lines[key].type, lines[key].choices))


def _askable(held: Catalogue, element: str) -> bool:
    found = held.elements.get(element.rsplit(".", 1)[-1])
    return found is None or found.askable


def _valid_until(row: OutputLine, document: Mapping[str, Any], held: Catalogue) -> date | None:
    """Return the last day of what a service issues for so many years, where it issues one thing only."""
    years = (document.get("guide") or {}).get("valid_years")
    if not years or row.service not in held.services or len(held.services[row.service].produces) != 1:
        return None
    return months_later(clock.local_date(row.issued_at), round(12 * years)) - timedelta(days=1)


def bills(page: CasePage) -> tuple[Bill, ...]:
    """Return every fee with what is to be done about it; nobody pays for what is no longer done."""
    states = {row.service: row.state for row in page.services}
    return tuple(
        Bill(fee.name or fee.service_name, fee.service_name, fee.fen if fee.paid_fen is None else fee.paid_fen, _bill_state(fee, states))
        for fee in page.fees
    )


def _bill_state(fee: FeeLine, states: Mapping[str, str]) -> str:
    if fee.paid_fen is not None:
        return "paid"
    if states.get(fee.service) in OVER:
        return "dropped"
    if fee.fen is None:
        return "assessed"
    return "due" if fee.fen else "free"
