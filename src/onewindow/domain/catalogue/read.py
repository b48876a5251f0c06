"""Catalogue files into one catalogue: every problem with file, line and remedy, all at once, and nothing loaded by halves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from onewindow.domain.catalogue.model import (
    Ask,
    Catalogue,
    Element,
    Event,
    EvidenceType,
    Fee,
    Organisation,
    Party,
    PublicService,
    Question,
    Requirement,
    Resource,
    Step,
    type_names,
)  # fmt: skip
from onewindow.domain.catalogue.names import Aliases, split
from onewindow.domain.catalogue.problems import CatalogueRefused, Warning_
from onewindow.domain.catalogue.records import Notes, Path, Record, described, is_number
from onewindow.domain.catalogue.rules import Finding, rules
from onewindow.domain.catalogue.text import Parsed, parse

FORMAT = "onewindow-catalogue/1"
Documents = Mapping[str, Mapping[str, dict[str, Any]]]
Origins = dict[tuple[str, str], tuple[Parsed, Path]]
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A catalogue and, per kind and id, the plain mapping it was written as."""

    catalogue: Catalogue
    documents: Documents
    warnings: tuple[Warning_, ...] = ()


def read_catalogue(files: Sequence[tuple[str, str | bytes]]) -> Loaded:
    """Read catalogue files, in any order, as (name, text).

    Raises: CatalogueRefused, with all problems.

    >>> loaded = read_catalogue([("a.yaml", "format: onewindow-catalogue/1\\nparties: [{id: legal, gives: []}]")])
    >>> loaded.catalogue.parties["legal"].gives
    ()
    """
    return _read([parse(name, content) for name, content in files])


def build_catalogue(documents: Mapping[str, Iterable[dict[str, Any]]]) -> Catalogue:
    """Build a catalogue out of stored objects, per kind; problems name the kind and the place in it.

    Raises: CatalogueRefused.
    """
    return _read([Parsed("catalogue", {kind: list(rows) for kind, rows in documents.items()}, first_line=0)]).catalogue


def _read(files: Sequence[Parsed]) -> Loaded:
    notes = Notes()
    origins: Origins = {}
    objects: dict[str, dict[str, Any]] = {kind: {} for kind in _readers}
    documents: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in _readers}
    warnings: list[Warning_] = []
    for source in files:
        notes.problems.extend(source.problems)
        for kind, record in _rows(source, notes, warnings):
            _take(kind, record, objects, documents, origins)
    catalogue = _with_question_types(Catalogue(**objects))
    for finding in rules(catalogue):
        if not (finding.derived and _troubled(notes, origins[finding.kind, finding.id])):
            _note(finding, origins, notes)
    if notes.problems:
        raise CatalogueRefused(problems=tuple(sorted(set(notes.problems))))
    return Loaded(catalogue, documents, tuple(warnings))


def _with_question_types(catalogue: Catalogue) -> Catalogue:
    """Give every question without a type of its own the type and the values of its element."""
    aliases = Aliases(catalogue.elements)
    events = {}
    for ident, event in catalogue.events.items():
        questions = tuple(_typed(question, catalogue, aliases) for question in event.questions)
        events[ident] = replace(event, questions=questions) if questions != event.questions else event
    return replace(catalogue, events=events)


def _typed(question: Question, catalogue: Catalogue, aliases: Aliases) -> Question:
    element = catalogue.elements.get(split(aliases.plain(question.element))[1]) if question.element else None
    kind = question.type or (element.type if element else "string")
    values = question.values or (element.values if element and kind == "enum" else ())
    return question if (kind, values) == (question.type, question.values) else replace(question, type=kind, values=values)


def _troubled(notes: Notes, origin: tuple[Parsed, Path]) -> bool:
    source, path = origin
    return (source.file, path) in notes.troubled


def _rows(source: Parsed, notes: Notes, warnings: list[Warning_]) -> Iterable[tuple[str, Record]]:
    """Give every object of one file with its kind; what is no object becomes a problem."""
    if source.value is None:
        return
    if not isinstance(source.value, dict):
        message = f"a catalogue file is a mapping, not {described(source.value)}"
        notes.add(source, (), "catalogue-wrong-type", message, f"Begin it with format: {FORMAT}.")
        return
    top = Record(notes, source, (), source.value, "the file")
    version = top.raw("format")
    if "format" not in source.value:
        warnings.append(Warning_("file", source.file, "catalogue-no-format", "the file does not say its format", f"Add format: {FORMAT}."))
    elif version != FORMAT:
        top.problem("format", "catalogue-unknown-format", f"the format {described(version)} is unknown", f"Write format: {FORMAT}.")
    for kind, (noun, _) in _readers.items():
        for index, item in enumerate(top.list_of(kind, f"{noun}s")):
            if isinstance(item, dict):
                yield kind, Record(notes, source, (kind, index), item, f"{noun} “{item.get('id', index + 1)}”")
            else:
                message = f"a {noun} must be a mapping, not {described(item)}"
                notes.add(source, (kind, index), "catalogue-wrong-type", message, "Write {id: …, …}.")
    top.close()


def _take(kind: str, record: Record, objects: dict[str, Any], documents: dict[str, Any], origins: Origins) -> None:
    ident = record.ident()
    value = _readers[kind][1](record, ident)
    record.close()
    if not ident:
        return
    if ident in objects[kind]:
        source, path = origins[kind, ident]
        first = f"{source.file}:{source.line(path)}"
        record.problem("id", "catalogue-duplicate-id", f"the id stands already at {first}", "Give one of the two another id, or remove it.")
        return
    objects[kind][ident] = value
    documents[kind][ident] = record.value
    origins[kind, ident] = (record.source, record.path)


def _note(finding: Finding, origins: Origins, notes: Notes) -> None:
    source, path = origins[finding.kind, finding.id]
    noun = _readers[finding.kind][0]
    notes.add(source, (*path, *finding.path), finding.code, f"{noun} “{finding.id}”: {finding.message}", finding.remedy)


# --- one reader per kind ---


def _organisation(row: Record, ident: str) -> Organisation:
    return Organisation(ident, row.name(ident), row.text("region"), row.legal_basis())


def _party(row: Record, ident: str) -> Party:
    return Party(ident, row.name(ident), row.texts("gives"))


def _element(row: Record, ident: str) -> Element:
    element = Element(
        id=ident,
        name=row.name(ident),
        type=row.choice("type", type_names, "string"),
        effort=row.number("effort", 1, minimum=1),
        askable=row.flag("askable", True),
        personal=row.flag("personal"),
        alias_of=row.text("alias_of"),
        values=row.values(),
        of=row.texts("of"),
        many=row.flag("many"),
    )
    if element.type == "enum" and not element.values and element.alias_of is None and "values" not in row.broken:
        row.problem("type", "catalogue-enum-without-values", "an enum needs its values", "Write values: [ …, … ].")
    return element


def _resource(row: Record, ident: str) -> Resource:
    return Resource(
        id=ident,
        name=row.name(ident),
        organisation=row.text("organisation"),
        keyed_by=row.texts("keyed_by"),
        gives=row.texts("gives"),
        sharing=row.choice("sharing", ("unconditional", "conditional", "none"), "unconditional"),
        legal_basis=row.legal_basis(),
    )


def _evidence_type(row: Record, ident: str) -> EvidenceType:
    return EvidenceType(
        id=ident,
        name=row.name(ident),
        gives=row.texts("gives"),
        obtainable_from=row.texts("obtainable_from"),
        commitment=row.flag("commitment"),
        licence=row.flag("licence"),
        legal_basis=row.legal_basis(),
    )


def _service(row: Record, ident: str) -> PublicService:
    return PublicService(
        id=ident,
        name=row.name(ident),
        organisation=row.reference("organisation"),
        kind=row.text("kind", "public-service") or "public-service",
        audience=row.texts("audience"),
        legal_basis=row.legal_basis(),
        when=row.condition(),
        asks=tuple(_asks(row)),
        evidence=_unique(row, "evidence", "requirement", _requirement),
        steps=_steps(row),
        produces=row.texts("produces"),
        fees=_fees(row),
        yearly_cases=row.number("yearly_cases"),
        automatic_when=_automatic_when(row),
        channels=row.texts("channels") if row.raw("channels") is not None else ("online", "mobile", "counter"),
        guide=row.mapping("guide"),
    )


def _unique(row: Record, key: str, noun: str, read: Callable[[Record, str], Part]) -> tuple[Part, ...]:
    """Read the parts of an object that have ids of their own, unique in it."""
    found: dict[str, Part] = {}
    for part in row.records(key, noun):
        ident = part.ident()
        value = read(part, ident)
        part.close()
        if part.broken:
            row.broken.add(key)
        if ident in found:
            part.problem("id", "catalogue-duplicate-id", f"the id stands twice in “{key}”", "Give one of the two another id.")
        elif ident:
            found[ident] = value
    return tuple(found.values())


def _asks(row: Record) -> Iterable[Ask]:
    for part in row.records("asks", "ask"):
        element = part.text("element")
        if element is None and "element" not in part.broken:
            part.problem(None, "catalogue-missing-key", "“element” is missing", "Name the element that is asked.")
        ask = Ask(element or "", part.condition())
        part.close()
        if element:
            yield ask


def _requirement(row: Record, ident: str) -> Requirement:
    any_of = row.texts("any_of")
    if not any_of and "any_of" not in row.broken:
        row.problem("any_of", "catalogue-missing-key", "“any_of” names no evidence type", "Write any_of: [ …, … ].")
    return Requirement(ident, row.name(ident), any_of, row.text("needed_at"), row.condition())


def _steps(row: Record) -> tuple[Step, ...]:
    previous: list[str] = []

    def read(part: Record, ident: str) -> Step:
        step = _step(part, ident, tuple(previous))
        previous[:] = [ident] if ident else previous
        return step

    steps = _unique(row, "steps", "step", read)
    if not steps and "steps" not in row.broken:
        place = "steps" if "steps" in row.value else None
        row.problem(place, "catalogue-no-steps", "it has no steps", "Write at least one step: what is done?")
    return steps


def _step(row: Record, ident: str, previous: tuple[str, ...]) -> Step:
    step = Step(
        id=ident,
        name=row.name(ident),
        kind=row.text("kind", "processing") or "processing",
        limit_days=row.number("limit_days"),
        visit=row.choice("visit", ("never", "today", "always"), "never"),
        joint=row.text("joint"),
        after=row.texts("after") if row.raw("after") is not None else previous,
    )
    if step.kind == "acceptance" and step.joint is not None:
        message = "an acceptance cannot have a “joint” of its own"
        row.problem("joint", "catalogue-joint-acceptance", message, "Take it away: acceptances are joined into the one window anyway.")
    return step


def _fees(row: Record) -> tuple[Fee, ...]:
    short = row.raw("fee_fen")
    fees = _unique(row, "fees", "fee", _fee)
    if short is None:
        return fees
    if "fees" in row.value and row.value["fees"] is not None:
        row.problem("fee_fen", "catalogue-two-fees", "“fee_fen” stands beside “fees”", "Keep one: fee_fen is short for a single fee.")
    if not _is_fen(short):
        row.wrong("fee_fen", short, "a whole number of fen, 0 or more")
        return fees
    return (*fees, Fee("fee", {"zh": "收费", "en": "Fee", "ru": "Сбор"}, int(short)))


def _fee(row: Record, ident: str) -> Fee:
    fen, assessed = row.raw("fen"), row.flag("assessed")
    if fen is not None and not _is_fen(fen):
        row.wrong("fen", fen, "a whole number of fen, 0 or more")
        fen = None
    elif (fen is None) is not assessed:
        row.problem("fen", "catalogue-wrong-fee", "a fee has either “fen” or “assessed: true”", "Write one of the two.")
    return Fee(ident, row.name(ident), fen, assessed, row.legal_basis(), row.condition())


def _is_fen(value: object) -> bool:
    return is_number(value) and value >= 0 and value == int(value)


def _automatic_when(row: Record) -> Any:
    value = row.raw("decision")
    if value is None or value == "manual":
        return None
    if not isinstance(value, dict):
        row.wrong("decision", value, "manual or {automatic_when: …}")
        return None
    part = Record(row.notes, row.source, (*row.path, "decision"), value, row.noun)
    if part.raw("automatic_when") is None:
        part.problem(None, "catalogue-missing-key", "“decision” lacks “automatic_when”", "Write decision: manual, or give the condition.")
    condition = part.condition("automatic_when")
    part.close()
    return condition


def _question(row: Record, ident: str) -> Question:
    element = row.text("element")
    type_name = row.choice("type", type_names, "") if row.raw("type") is not None else ""
    if not type_name and element is None and "type" not in row.broken:
        row.problem(None, "catalogue-missing-key", "“type” is missing", "Write what is answered: type: boolean, say.")
    question = Question(ident, row.name(ident), type_name, element, row.values())
    if type_name == "enum" and not question.values and element is None and "values" not in row.broken:
        row.problem("type", "catalogue-enum-without-values", "an enum needs its values", "Write values: [ …, … ].")
    return question


def _event(row: Record, ident: str) -> Event:
    return Event(
        id=ident,
        name=row.name(ident),
        kind=row.text("kind", "life") or "life",
        applicant=row.reference("applicant"),
        services=row.texts("services"),
        roles=_roles(row),
        yearly_cases=row.number("yearly_cases"),
        on_refusal=_on_refusal(row),
        questions=_unique(row, "questions", "question", _question),
        commitments=_commitments(row),
    )


def _roles(row: Record) -> tuple[str, ...]:
    roles = row.texts("roles")
    for role in roles:
        if "." in role or role == "answer":
            row.problem("roles", "catalogue-wrong-id", f"“{role}” cannot be a role", "Use a word without a dot, other than “answer”.")
    if len(set(roles)) != len(roles):
        row.problem("roles", "catalogue-duplicate-id", "a role stands twice", "Name each role once.")
    return tuple(dict.fromkeys(roles))


def _on_refusal(row: Record) -> dict[str, str]:
    found = row.mapping("on_refusal")
    part = Record(row.notes, row.source, (*row.path, "on_refusal"), found, row.noun)
    return {key: part.choice(key, ("continue", "wait", "withdraw"), "continue") for key in found}


def _commitments(row: Record) -> dict[str, float]:
    found = row.mapping("commitments")
    part = Record(row.notes, row.source, (*row.path, "commitments"), found, row.noun)
    return {key: part.number(key) for key in found if found[key] is not None}


_readers: dict[str, tuple[str, Callable[[Record, str], Any]]] = {
    "organisations": ("organisation", _organisation),
    "parties": ("party", _party),
    "elements": ("element", _element),
    "resources": ("resource", _resource),
    "evidence_types": ("evidence type", _evidence_type),
    "services": ("service", _service),
    "events": ("event", _event),
}
