"""The right pane: documents, values with their sources, correspondence, and how often data was looked up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from onewindow.modules.cases.selectors import CasePage
from onewindow.modules.cases.selectors.rows import EvidenceLine, FileLine, NoticeLine, ServiceLine, ValueLine
from onewindow.modules.cases.services import Revealed
from onewindow.web.desk.pages import words
from onewindow.web.site import fields
from onewindow.web.site.downloads import PICTURES
from onewindow.web.site.icons import pictogram

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Paper:
    """A file with its preview, newest first; `older` are the ones it replaced."""

    name: str
    file: FileLine
    url: str
    picture: bool
    needed_by: tuple[str, ...]
    view: str = ""
    """Where the page shows it as a picture; empty where it cannot."""
    older: tuple["Paper", ...] = ()

    @property
    def when(self) -> str:
        return words.stamp(self.file.added_at)

    @property
    def id(self) -> str:
        return f"file-{self.file.id}"

    @property
    def title(self) -> str:
        """What it is called above its picture."""
        if self.file.superseded:
            return gettext("%(name)s, replaced %(when)s") % {"name": self.name, "when": words.stamp(self.file.superseded_at)}
        return self.name


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands in the place of a paper, or was issued. `tag` says in one word what it is."""

    name: str
    source: str
    when: str
    tag: str
    icon: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it is read, with where it came from."""

    name: str
    text: str
    url: str
    """Where the value is a file."""
    source: str
    when: str
    disputed: str
    """What the register said, where the applicant disagrees."""
    note: str
    corrected: bool
    element: str = ""
    masked: bool = False
    differs: bool = False
    """The register was silent when the applicant wrote it, and says otherwise now."""
    shown: bool = False
    """It is masked elsewhere: shown on this page only."""


@dataclass(frozen=True, slots=True)
class Evidence:
    papers: tuple[Paper, ...]
    stands: tuple[Stand, ...]
    values: tuple[Value, ...]
    other_values: tuple[Value, ...]
    notices: tuple[NoticeLine, ...]
    decided: tuple[ServiceLine, ...]
    queries: tuple[tuple[str, str], ...]
    """(register, when)"""

    @property
    def documents(self) -> int:
        return len(self.papers) + len(self.stands)

    @property
    def letters(self) -> int:
        return len(self.notices) + len(self.decided)


def evidence(page: CasePage, services: frozenset[str], shown: Revealed | None = None) -> Evidence:
    """Sort what the page holds: what the step's own services need first."""
    own = [line for line in page.values if services.intersection(line.services)]
    other = [line for line in page.values if not services.intersection(line.services)]
    lines = [line for line in page.evidence if line.service in services]
    return Evidence(
        papers=tuple(_papers(page, lines)),
        stands=(*_stands(page, lines), *_issued(page, lines)),
        values=tuple(_value(page, line, shown) for line in own),
        other_values=tuple(_value(page, line, shown) for line in other),
        notices=tuple(reversed(page.notices)),
        decided=tuple(row for row in page.services if row.own and row.sentence),
        queries=tuple((words.say(row.name), words.stamp(row.at)) for row in page.queries),
    )


def _papers(page: CasePage, lines: Iterable[EvidenceLine]) -> Iterator[Paper]:
    """Give each type with a file once."""
    wanted: dict[str, list[EvidenceLine]] = {}
    for line in lines:
        if line.files:
            wanted.setdefault(line.type, []).append(line)
    for rows in wanted.values():
        name, needed = words.say(rows[0].type_name), tuple(dict.fromkeys(words.say(row.service_name) for row in rows))
        files = {file.id: file for row in rows for file in row.files}
        ordered = sorted(files.values(), key=lambda file: (not file.superseded, file.added_at), reverse=True)
        older = tuple(_paper(page, name, file, needed) for file in ordered if file.superseded)
        current = [file for file in ordered if not file.superseded]
        for place, file in enumerate(current):
            yield _paper(page, name, file, needed, older if place == 0 else ())


def _paper(page: CasePage, name: str, file: FileLine, needed: tuple[str, ...], older: tuple[Paper, ...] = ()) -> Paper:
    where = {"case_id": page.id, "attachment_id": file.id}
    url, picture = reverse("desk:paper", kwargs=where), file.media_type in PICTURES
    view = url if picture else reverse("desk:paper-pages", kwargs=where) if file.media_type == PDF else ""
    return Paper(name, file, url, picture, needed, view, older)


def _stands(page: CasePage, lines: Iterable[EvidenceLine]) -> Iterator[Stand]:
    tags = {
        "resource": gettext("data"),
        "held": gettext("licence"),
        "produced": gettext("this case"),
        "commitment": gettext("commitment"),
    }
    asked = {row.resource: row.at for row in reversed(page.queries)}
    issued = {row.evidence_type: row.issued_at for row in page.outputs}
    seen: set[str] = set()
    for line in lines:
        if line.way not in tags or line.type in seen:
            continue
        seen.add(line.type)
        at = {"resource": asked.get(line.by), "produced": issued.get(line.type), "commitment": page.filed_at}.get(line.way)
        by = page.applicant_name if line.way == "commitment" else line.by_name
        lacking = line.way == "produced" and at is None
        icon = "clock" if lacking else "check" if line.way == "commitment" else pictogram(line.type)
        yield Stand(words.say(line.type_name), words.say(by), words.stamp(at), gettext("to come") if lacking else tags[line.way], icon)


def _issued(page: CasePage, lines: Iterable[EvidenceLine]) -> Iterator[Stand]:
    """Give what the case has issued and what does not stand in the list already."""
    listed = {line.type for line in lines}
    for row in page.outputs:
        if row.evidence_type not in listed:
            yield Stand(words.say(row.name), row.number, words.stamp(row.issued_at), gettext("issued"), "stamp")


def _value(page: CasePage, line: ValueLine, shown: Revealed | None) -> Value:
    told = shown is not None and line.masked and shown.element == line.element
    value = shown.value if shown is not None and told else line.value
    differs = (line.note or {}).get("differs")
    disputed = differs or (line.note or {}).get("disputed")
    held = disputed if isinstance(disputed, Mapping) else {}
    url = reverse("desk:paper", kwargs={"case_id": page.id, "attachment_id": line.value}) if line.type == "file" else ""
    return Value(
        name=words.say(line.name),
        text=gettext("Open the file")
        if url
        else value
        if line.masked and not told and isinstance(value, str)
        else fields.said(value, line.type, line.choices),
        url=url,
        source=source(line.source_kind, line.source_name),
        when=words.stamp(line.obtained_at),
        disputed=fields.said(held.get("value"), line.type, line.choices) if held else "",
        note=str(held.get("note", "")),
        differs=differs is not None,
        corrected=bool((line.note or {}).get("corrected")),
        element=line.element,
        masked=line.masked and not told,
        shown=told,
    )


def source(kind: str, name: Mapping[str, Any]) -> str:
    """Say where a value came from."""
    kinds = {
        "typed": gettext("typed by the applicant"),
        "answer": gettext("the applicant’s answer"),
        "party": gettext("log-in"),
        "officer": gettext("recorded by an officer"),
    }
    return kinds.get(kind) or words.say(name) or gettext("data")
