"""The receipt of a case, for whoever may see the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onewindow.domain import deadlines, durations
from onewindow.modules.cases import receipt as papers
from onewindow.modules.cases.selectors.case_rows import CasePage
from onewindow.modules.cases.selectors.page import case_page
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing import calendars, clock
from onewindow.plumbing.actors import Actor


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as a PDF."""

    reference: str
    content: bytes


def receipt(*, case_id: UUID, language: str, status_page: str, actor: Actor, now: datetime) -> Receipt:
    """Return the receipt of a case, with what its reader may see of it; the look is recorded as one at the case.

    `status_page`: the address where everybody asks for a case by its number.  Raises: NotFound, AccessNotLogged.
    """
    page = case_page(case_id=case_id, actor=actor, now=now)
    made = papers.paper(page, limits=_limits(page), status_page=status_page, language=language)
    return Receipt(page.reference, made)


def receipt_sheets(*, case_id: UUID, language: str, status_page: str, actor: Actor, now: datetime) -> list[bytes]:
    """Return the receipt as pictures (SVG), one a page: a terminal prints it and keeps no file.  Raises: NotFound, AccessNotLogged."""
    page = case_page(case_id=case_id, actor=actor, now=now)
    return papers.sheets(page, limits=_limits(page), status_page=status_page, language=language)


def _limits(page: CasePage) -> Mapping[str, papers.Limit]:
    """Return by when each service is decided, counted from the day of filing, whatever happened since."""
    held = catalogue.catalogue_at(page.release).services
    nodes = [(row["steps"], row["earliest_day"] + row["limit_days"]) for row in page.plan["nodes"]]
    calendar, day = calendars.current(), clock.local_date(page.filed_at)
    latest = durations.latest_days([held[row.service] for row in page.services], nodes)
    return {name: papers.Limit(days, deadlines.due_date_or_warning(day, days, calendar).date) for name, days in latest.items()}
