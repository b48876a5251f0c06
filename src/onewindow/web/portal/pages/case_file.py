"""What lies in a case: the values with their sources, the documents, and who asked which register."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors.rows import CasePage, EvidenceLine, FileLine
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import process, words
from onewindow.web.site import fields


@dataclass(frozen=True, slots=True)
class Known:
    """One value of the case."""

    name: Text
    said: str
    source: str
    at: datetime
    services: int
    disputed: bool


@dataclass(frozen=True, slots=True)
class LookUp:
    """One question put to a register for this case; `ended` says how, where it did not bring the values."""

    at: datetime
    resource: Text
    fields: tuple[Text, ...]
    ended: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One document, however many services use it: where it came from, its files, and who uses it."""

    name: Text
    source: str
    files: tuple[FileLine, ...]
    used_by: tuple[Text, ...]


def known(page: CasePage) -> tuple[Known, ...]:
    """Return the values as people read them."""
    return tuple(
        Known(
            name=row.name,
            said=fields.said(row.value, row.type, row.choices),
            source=words.source(row.source_kind, row.source_name),
            at=row.obtained_at,
            services=len(row.services),
            disputed=bool(row.note and "disputed" in row.note),
        )
        for row in page.values
    )


def look_ups(page: CasePage) -> tuple[LookUp, ...]:
    """Return every question put to a register, newest first. No record is an answer; silence is none."""
    held = catalogue.catalogue_at(page.release)
    return tuple(
        LookUp(
            at=row.at,
            resource=row.name,
            fields=tuple(held.elements[key].name for key in row.fields if key in held.elements),
            ended=_ended(row.outcome),
        )
        for row in sorted(page.queries, key=lambda row: row.at, reverse=True)
    )


def _ended(outcome: str) -> str:
    if outcome == "answered":
        return ""
    return gettext("holds no record") if outcome == "no-record" else gettext("did not answer")


def papers(page: CasePage) -> tuple[Paper, ...]:
    """Return each document once."""
    groups: dict[tuple[str, str, str], list[EvidenceLine]] = {}
    for row in page.evidence:
        groups.setdefault((row.type, row.way, row.by), []).append(row)
    return tuple(_paper(rows) for rows in groups.values())


def _paper(rows: list[EvidenceLine]) -> Paper:
    files = {file.id: file for row in rows for file in row.files}
    services = {row.service: row.service_name for row in rows}
    return Paper(rows[0].type_name, _source(rows[0]), tuple(files.values()), tuple(services.values()))


def _source(row: EvidenceLine) -> str:
    ways = {"upload": gettext("you brought it"), "commitment": gettext("your promise"), "held": gettext("a licence you hold")}
    return ways.get(row.way) or process.say(row.by_name)
