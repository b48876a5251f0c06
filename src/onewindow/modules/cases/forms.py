"""What is known about a matter, what must still be typed or uploaded, and which registers to ask: settled afresh each time.

Pure, so that the page of a draft and the filing judge by the same function and nothing a browser sends decides anything.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onewindow.domain import conditions
from onewindow.modules.cases.matter import Book, Rules
from onewindow.modules.cases.names import Interface, plain

Check = Callable[[str, Any], Any]
"""Return a value normalised by the type of its element; raise ValueRefused."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value with its source. `kind`: typed, party, answer, held, resource, produced, officer. `at` is ISO 8601."""

    value: Any
    kind: str
    id: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a register said: `value` None means that it holds no such value."""

    element: str
    value: Any
    interface: str
    keys: Mapping[str, Any]
    at: str


@dataclass(frozen=True, slots=True)
class Due:
    """A register to be asked now."""

    interface: Interface
    keys: Mapping[str, Any]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One element that the applicant types. `why`: form (the minimum key), source-silent, not-right."""

    element: str
    asked_by: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    """One type to upload and the requirements it serves, as (service, requirement)."""

    type: str
    requirements: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Material:
    """What a matter has been told. `given` is what log-in and earlier licences tell."""

    rules: Rules
    answers: Mapping[str, Any]
    typed: Mapping[str, Any]
    given: Mapping[str, Known]
    fetched: tuple[Fetched, ...]
    disputed: frozenset[str]
    expected: frozenset[str]
    """Elements the report counts on from log-in and held licences, whether or not they came."""
    check: Check


@dataclass(frozen=True)
class Settled:
    """The state of a matter. `known` holds what some service or register needs; nothing else is kept."""

    known: Mapping[str, Known]
    fields: tuple[Field, ...]
    missing: tuple[str, ...]
    stuck: tuple[str, ...]
    due: tuple[Due, ...]
    later: frozenset[str]
    documents: tuple[Document, ...]
    services: tuple[str, ...]
    facts: Mapping[str, Any]
    needs: Mapping[str, tuple[str, ...]]
    contradicted: Mapping[str, Known] = field(default_factory=dict)
    """What sources said where the applicant says it is not right."""


def settle(material: Material) -> Settled:
    """Work out what is known and what is still to be asked."""
    rules = material.rules
    base = _base(material)
    silent: set[str] = set()
    known: dict[str, Known] = {**base, **_typed(material, _form(material, {}) | material.disputed)}
    for _ in range(2 + len(rules.catalogue.elements)):
        facts = rules.facts(material.answers, {name: item.value for name, item in known.items()})
        services = rules.applicable(facts)
        needs = {service: _needs(rules, service, facts) for service in services}
        form = _form(material, facts)
        start = set(base) | form | material.disputed | silent | {e for e in material.expected if e not in material.disputed}
        derived = closure(rules.interfaces, start)
        wanted = _wanted(needs, derived, start)
        asked = (form | material.disputed | silent) & wanted | form
        found, due, empty = _resolve(material, {**base, **_typed(material, asked)}, derived, wanted)
        later, lost = _elsewhere(rules, needs, derived)
        lacking = {e for e in wanted & material.expected if e not in found and e not in asked and rules.askable(e)}
        grown = silent | {e for e in empty | lost | lacking if rules.askable(e)}
        if grown == silent and found == known:
            break
        silent, known = grown, found
    stuck = tuple(sorted(e for e in empty | lost | (wanted & material.expected) if not rules.askable(e) and e not in found))
    fields = _fields(material, form, asked | silent, found=found, facts=facts)
    return Settled(
        known={name: item for name, item in found.items() if name in wanted or name in asked or item.kind == "answer"},
        fields=fields,
        missing=tuple(row.element for row in fields if row.element not in found),
        stuck=stuck,
        due=due,
        later=later,
        documents=documents(rules, services, facts),
        services=services,
        facts=facts,
        needs=needs,
        contradicted=_contradicted(material),
    )


def closure(faces: Iterable[Interface], start: Iterable[str]) -> dict[str, Interface | None]:
    """Return every element that can be had from the start, in the order it comes, with the register that gives it."""
    had: dict[str, Interface | None] = dict.fromkeys(start)
    rest = list(faces)
    while face := next((face for face in rest if all(key in had for key in face.keys)), None):
        rest.remove(face)
        for element in face.gives:
            had.setdefault(element, face)
    return had


def documents(rules: Rules, services: Iterable[str], facts: Mapping[str, object]) -> tuple[Document, ...]:
    """Return the types to upload, each once.

    A document that was to come from a service which the form's values then ruled out is uploaded after all,
    unless a commitment may stand for it.
    """
    running = set(services)
    wanted: dict[str, list[tuple[str, str]]] = {}
    for service in services:
        for way in rules.ways(service, facts):
            if (way.way == "upload" and way.type is not None) or (
                way.way == "resource" and way.by is not None and plain(way.by) in rules.unavailable and way.type is not None
            ):
                wanted.setdefault(way.type, []).append((service, way.requirement))
            elif way.way == "produced" and way.by not in running:
                alternatives = rules.requirements[service, way.requirement].any_of
                if not any(rules.catalogue.evidence_types[plain(kind)].commitment for kind in alternatives):
                    wanted.setdefault(alternatives[0], []).append((service, way.requirement))
    return tuple(Document(kind, tuple(requirements)) for kind, requirements in wanted.items())


def _base(material: Material) -> dict[str, Known]:
    """What answers, log-in and earlier licences tell, without what the applicant says is not right."""
    base: dict[str, Known] = {}
    for question, element in material.rules.question_elements.items():
        if material.answers.get(question) is not None:
            base[element] = Known(material.answers[question], "answer", question)
    for element, item in material.given.items():
        if element not in material.disputed:
            base.setdefault(element, item)
    return base


def _typed(material: Material, asked: Iterable[str]) -> dict[str, Known]:
    return {e: Known(material.typed[e], "typed") for e in asked if material.typed.get(e) is not None}


def _form(material: Material, facts: Mapping[str, object]) -> set[str]:
    """The minimum key, without what the values typed so far have ruled out."""
    rules = material.rules
    running = set(rules.applicable(facts))
    return {
        row.element
        for row in rules.report.form
        if (not row.asked_by or running & set(row.asked_by)) and rules.verdict(row.when, facts) is not False
    }


def _needs(rules: Rules, service: str, facts: Mapping[str, object]) -> tuple[str, ...]:
    """What a service asks, and the keys of the registers that its evidence comes from."""
    keys = (key for face in _evidence_faces(rules, service, facts) for key in face.keys)
    return tuple(dict.fromkeys((*rules.asked(service, facts), *keys)))


def _evidence_faces(rules: Rules, service: str, facts: Mapping[str, object]) -> list[Interface]:
    ways = (way for way in rules.ways(service, facts) if way.way == "resource" and way.by is not None)
    return [face for way in ways if (face := rules.interface(way.by or "")) is not None]


def _wanted(needs: Mapping[str, tuple[str, ...]], derived: Mapping[str, Interface | None], start: set[str]) -> set[str]:
    """What is needed, and the keys on the way to it."""
    wanted: set[str] = set()
    queue = [element for elements in needs.values() for element in elements]
    while queue:
        element = queue.pop()
        if element in wanted:
            continue
        wanted.add(element)
        face = derived.get(element)
        if face is not None and element not in start:
            queue.extend(face.keys)
    return wanted


def _resolve(
    material: Material, known: dict[str, Known], derived: Mapping[str, Interface | None], wanted: set[str]
) -> tuple[dict[str, Known], tuple[Due, ...], set[str]]:
    """Fill values in the order they can come. Return (known, registers to ask, elements whose register has no value)."""
    said = {(row.interface, row.element): row for row in material.fetched}
    fields: dict[Interface, list[str]] = {}
    empty: set[str] = set()
    proofs = _proofs(material, known)
    for element in [*(e for e in derived if derived[e] is not None and e in wanted), *proofs]:
        face = proofs.get(element) or derived[element]
        if face is None or (element in known and element not in proofs) or any(key not in known for key in face.keys):
            continue
        keys = {key: known[key].value for key in face.keys}
        row = said.get((face.id, element.removeprefix(PROOF)))
        if row is None or any(not conditions.same(row.keys.get(key), value) for key, value in keys.items()):
            fields.setdefault(face, []).append(element.removeprefix(PROOF))
        elif element in proofs:
            continue
        elif (value := _checked(material, element, row.value)) is None:
            empty.add(element)
        else:
            known[element] = Known(value, "resource", face.id, row.at)
    due = tuple(Due(face, {key: known[key].value for key in face.keys}, tuple(dict.fromkeys(names))) for face, names in fields.items())
    return known, due, empty


PROOF = "proof:"


def _proofs(material: Material, known: Mapping[str, Known]) -> dict[str, Interface]:
    """The registers to be asked because they stand for a document: what the type gives, or else one field as a sign of the record."""
    rules = material.rules
    facts = rules.facts(material.answers, {name: item.value for name, item in known.items()})
    found: dict[str, Interface] = {}
    for service in rules.applicable(facts):
        for way in rules.ways(service, facts):
            face = rules.interface(way.by or "") if way.way == "resource" else None
            if face is not None and way.type is not None:
                shared = [element for element in face.gives if element in rules.gives(way.type)]
                found.update({PROOF + element: face for element in shared or face.gives[:1]})
    return found


def _checked(material: Material, element: str, value: Any) -> Any:
    """A register's value, or None where it is not even of the element's type: then the applicant is asked."""
    from onewindow.domain.values import ValueRefused

    if value is None:
        return None
    try:
        return material.check(element, value)
    except ValueRefused:
        return None


def _elsewhere(
    rules: Rules, needs: Mapping[str, tuple[str, ...]], derived: Mapping[str, Interface | None]
) -> tuple[frozenset[str], set[str]]:
    """Return (what comes with the outputs of other services, what nothing gives)."""
    later: set[str] = set()
    lost: set[str] = set()
    for service, elements in needs.items():
        away = [element for element in elements if element not in derived]
        if away:
            with_outputs = closure(rules.interfaces, [*derived, *rules.produced(service)])
            later.update(element for element in away if element in with_outputs)
            lost.update(element for element in away if element not in with_outputs)
    return frozenset(later - lost), lost


def _fields(
    material: Material, form: set[str], asked: set[str], *, found: Mapping[str, Known], facts: Mapping[str, object]
) -> tuple[Field, ...]:
    """The form in the report's order, then what sources left open."""
    rules = material.rules
    rows = [
        Field(row.element, row.asked_by, "not-right" if row.element in material.disputed else "form")
        for row in rules.report.form
        if row.element in form
    ]
    others = sorted(asked - form)
    for element in others:
        by = tuple(service for service in rules.applicable(facts) if element in rules.asked(service, facts))
        rows.append(Field(element, by, "not-right" if element in material.disputed else "source-silent"))
    return tuple(row for row in rows if found.get(row.element) is None or found[row.element].kind == "typed")


def _contradicted(material: Material) -> dict[str, Known]:
    """What the source said of each disputed element."""
    found = {element: material.given[element] for element in material.disputed if element in material.given}
    for row in material.fetched:
        if row.element in material.disputed and row.value is not None:
            found.setdefault(row.element, Known(row.value, "resource", row.interface, row.at))
    return found


def arrivals(book: Book, known: Mapping[str, Known], lacking: Iterable[str], vain: frozenset[str] = frozenset()) -> tuple[Due, ...]:
    """Return the registers to ask for a case: those whose keys it has and that give what is lacking, directly or on the way to it."""
    derived = closure((face for face in book.interfaces if face.id not in vain), known)
    fields: dict[Interface, dict[str, None]] = {}
    queue, seen = list(lacking), set(known)
    while queue:
        element = queue.pop()
        face = derived.get(element)
        if element in seen or face is None:
            continue
        seen.add(element)
        if all(key in known for key in face.keys):
            fields.setdefault(face, {})[element] = None
        queue.extend(face.keys)
    return tuple(Due(face, {key: known[key].value for key in face.keys}, tuple(sorted(names))) for face, names in fields.items())
