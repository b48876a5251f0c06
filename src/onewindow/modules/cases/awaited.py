"""What a register would have given, had it not been silent just then: it is fetched after the filing, before the node that needs it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from onewindow.domain.catalogue.model import PublicService
from onewindow.modules.cases.forms import Document, Settled
from onewindow.modules.cases.matter import Book, Rules

PASSING = frozenset({"down", "time-out", "refused", "garbage", "resting", "quota", "stopped"})
"""Reasons that pass: the same question may be answered later. No record, no consent and no grant are answers."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A document that a register stands for, and the step that needs it. `by`: the interface; `upload`: the type to bring instead."""

    service: str
    requirement: str
    step: str
    type: str
    by: str
    upload: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """What can wait: documents by (service, requirement), and elements with the interface that gives them. `resources`: the silent ones."""

    resources: frozenset[str] = frozenset()
    papers: Mapping[tuple[str, str], Awaited] = field(default_factory=dict)
    elements: Mapping[str, str] = field(default_factory=dict)

    def covers(self, document: Document) -> bool:
        """Tell whether a document need not be brought, because a register will say it."""
        return all(pair in self.papers for pair in document.requirements)

    def left_out(self, documents: Iterable[Document], brought: Iterable[str]) -> list[Awaited]:
        """Return what is awaited because nobody brought it."""
        had = set(brought)
        return [self.papers[pair] for row in documents if row.type not in had and self.covers(row) for pair in row.requirements]


NOTHING = Deferred()


def deferred(rules: Rules, settled: Settled, unavailable: Mapping[str, Mapping[str, Any]], resources: frozenset[str]) -> Deferred:
    """Return what can wait for these registers. `rules`: made as if they answered; `unavailable`: with which keys each was asked."""
    keys = {key for resource in resources for key in unavailable[resource]["keys"]} | settled.known.keys()
    faces = {face.id: face for face in rules.interfaces if face.resource in resources and keys.issuperset(face.keys)}
    papers = {}
    for document in settled.documents:
        for service, requirement in document.requirements:
            way = next((row for row in rules.evidence.get(service, ()) if row.requirement == requirement), None)
            if way is not None and way.way == "resource" and way.type and way.by in faces:
                step = _step(rules.catalogue.services[service], requirement)
                papers[service, requirement] = Awaited(service, requirement, step, way.type, way.by, document.type)
    elements = {element: face.id for face in faces.values() for element in face.gives if element not in face.keys}
    return Deferred(resources, papers, elements)


def _step(service: PublicService, requirement: str) -> str:
    """Return the step before which a requirement must be met: what it says, else the first after the acceptance."""
    needed = next(row.needed_at for row in service.evidence if row.id == requirement)
    return needed or next((step.id for step in service.steps if step.kind != "acceptance"), service.steps[0].id)


def frozen(rows: Iterable[Awaited]) -> list[dict[str, str]]:
    """Return what is awaited as a plan keeps it."""
    return [asdict(row) for row in rows]


def thawed(document: Mapping[str, Any]) -> tuple[Awaited, ...]:
    """Return what a plan still awaits."""
    return tuple(Awaited(**row) for row in document.get("awaited", ()))


def arrived(document: Mapping[str, Any], by: str, *, held: bool) -> dict[str, Any]:
    """Return the plan after a register has answered; where it holds no record, the document is to be brought after all."""
    rows = thawed(document)
    came = {(row.service, row.requirement): row for row in rows if row.by == by}
    evidence = [
        {**line, "way": "upload", "type": came[line["service"], line["requirement"]].upload, "by": None}
        if not held and (line["service"], line["requirement"]) in came
        else line
        for line in document["evidence"]
    ]
    return {**document, "evidence": evidence, "awaited": frozen(row for row in rows if row.by != by)}


def signs(book: Book, rows: Iterable[Awaited]) -> dict[str, str]:
    """Return for each interface that is awaited one field to ask for, as a sign of the record."""
    found = {}
    for row in rows:
        face = book.interface(row.by)
        if face is not None:
            given = book.gives(row.type)
            found[face.id] = next((element for element in face.gives if element in given), face.gives[0])
    return found
