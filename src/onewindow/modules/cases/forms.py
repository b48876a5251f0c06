"""What is known about a matter, what must still be typed or uploaded, and which registers to ask: settled afresh each time.

Pure, so that the page of a draft and the filing judge by the same function and nothing a browser sends decides anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onewindow.domain import conditions
from onewindow.domain.bundle.report import EvidenceWay
from onewindow.modules.cases.matter import Book, Rules
from onewindow.modules.cases.names import Interface, closure, interfaces, plain


@dataclass(frozen=True, slots=True)
class Known:
    """A value with its source. `kind`: typed, party, answer, held, resource, produced, officer. `at` is ISO 8601."""

    value: Any
    kind: str
    id: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a register said: `value` None means that it holds no such value, or one that does not fit the element."""

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
class Silent:
    """Why a register gives nothing: no-record under these keys, not-proven, no-consent, or how it failed to answer."""

    reason: str
    keys: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One element that the applicant types, and why: see `WHYS`. `source` is the register that might have told it."""

    element: str
    asked_by: tuple[str, ...]
    why: str
    source: str = ""


WHYS = ("form", "no-record", "no-answer", "not-proven", "no-consent", "source-silent", "not-right", "key")
"""form: no register has it. no-record, no-answer, not-proven, no-consent: what became of the question to the register that has it.
source-silent: the record, the log-in or the licence lacks it. not-right: the applicant says so. key: a number under which registers
hold no record; nobody needs it any more, but it may be mended."""


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
    silent: Mapping[str, Silent] = field(default_factory=dict)
    """{resource: why it gives nothing}; the rules were made without these."""


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
    known: dict[str, Known] = {**base, **_typed(material, {row.element for row in rules.report.form} | material.disputed)}
    for _ in range(2 + len(rules.catalogue.elements)):
        view = _view(material, known)
        form = _form(rules, view)
        start = set(base) | form | material.disputed | silent | (material.expected - material.disputed)
        derived = rules.reached_from(frozenset(start))
        wanted = _wanted(view.needs, derived, start)
        asked = (form | material.disputed | silent) & wanted | form
        found, due, empty = _resolve(material, {**base, **_typed(material, asked)}, derived, _sought(rules, view, derived, wanted))
        later, lost = _elsewhere(rules, view.needs, derived)
        lacking = {e for e in wanted & material.expected if e not in found and e not in asked}
        grown = silent | {e for e in empty | lost | lacking if rules.askable(e)}
        if grown == silent and found == known:
            break
        silent, known = grown, found
    fields = _fields(material, form, asked | silent, found=found, view=view, derived=derived)
    return Settled(
        known={name: item for name, item in found.items() if name in wanted or name in asked or item.kind == "answer"},
        fields=(*fields, *_keys_to_mend(material, fields, found)),
        missing=tuple(row.element for row in fields if row.element not in found),
        stuck=tuple(sorted(e for e in empty | lost | lacking if not rules.askable(e))),
        due=due,
        later=later,
        documents=documents(rules, view.ways),
        services=view.services,
        facts=view.facts,
        needs=view.needs,
        contradicted=_contradicted(material),
    )


@dataclass(frozen=True)
class _View:
    """What the rules say under the values known so far."""

    facts: Mapping[str, Any]
    services: tuple[str, ...]
    ways: Mapping[str, tuple[EvidenceWay, ...]]
    needs: Mapping[str, tuple[str, ...]]
    """{service: what it asks, and the keys of the registers that its evidence comes from}"""


def _view(material: Material, known: Mapping[str, Known]) -> _View:
    rules = material.rules
    facts = rules.facts(material.answers, {name: item.value for name, item in known.items()})
    services = rules.applicable(facts)
    ways = {service: rules.ways(service, facts) for service in services}
    needs = {}
    for service in services:
        keys = [key for way in ways[service] if (face := rules.proving(way)) is not None for key in face.keys]
        needs[service] = tuple(dict.fromkeys((*rules.asked(service, facts), *keys)))
    return _View(facts, services, ways, needs)


def documents(rules: Rules, ways: Mapping[str, Iterable[EvidenceWay]]) -> tuple[Document, ...]:
    """Return the types to upload, each once, for the services that apply.

    A document that was to come from a service which the form's values then ruled out is uploaded after all,
    unless a commitment may stand for it; so is one whose register does not answer.
    """
    wanted: dict[str, list[tuple[str, str]]] = {}
    for service, rows in ways.items():
        for way in rows:
            kind = _to_upload(rules, service, way, ways)
            if kind is not None:
                wanted.setdefault(kind, []).append((service, way.requirement))
    return tuple(Document(kind, tuple(requirements)) for kind, requirements in wanted.items())


def _to_upload(rules: Rules, service: str, way: EvidenceWay, running: Mapping[str, object]) -> str | None:
    if way.way == "upload" or (way.way == "resource" and plain(way.by or "") in rules.unavailable):
        return way.type
    if way.way == "produced" and way.by not in running:
        alternatives = rules.requirements[service, way.requirement].any_of
        if not any(rules.catalogue.evidence_types[plain(kind)].commitment for kind in alternatives):
            return alternatives[0]
    return None


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


def _form(rules: Rules, view: _View) -> set[str]:
    """The minimum key, without what the values typed so far have ruled out."""
    return {
        row.element
        for row in rules.report.form
        if (not row.asked_by or any(service in view.needs for service in row.asked_by)) and rules.verdict(row.when, view.facts) is not False
    }


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


def _sought(rules: Rules, view: _View, derived: Mapping[str, Interface | None], wanted: set[str]) -> list[tuple[str, Interface, bool]]:
    """What is to come from registers, in the order it can come, as (element, interface, only as proof).

    A register that stands for a document and gives nothing that is wanted is asked for one field, as a sign of the record.
    """
    found = [(element, face, False) for element, face in derived.items() if face is not None and element in wanted]
    asked = {face for _, face, _ in found}
    for way in (way for rows in view.ways.values() for way in rows):
        face = rules.proving(way)
        if face is not None and face not in asked:
            asked.add(face)
            given = rules.gives(way.type or "")
            found.append((next((element for element in face.gives if element in given), face.gives[0]), face, True))
    return found


def _resolve(
    material: Material,
    known: dict[str, Known],
    derived: Mapping[str, Interface | None],
    sought: Iterable[tuple[str, Interface, bool]],
) -> tuple[dict[str, Known], tuple[Due, ...], set[str]]:
    """Fill in what registers said. Return (known, registers to ask, elements whose register has no value)."""
    said = {(row.interface, row.element): row for row in material.fetched}
    fields: dict[Interface, dict[str, None]] = {}
    empty: set[str] = set()
    for element, face, only_as_proof in sought:
        if any(key not in known for key in face.keys):
            continue
        row = said.get((face.id, element))
        if row is None or not all(conditions.same(row.keys.get(key), known[key].value) for key in face.keys):
            fields.setdefault(face, {})[element] = None
        elif only_as_proof or derived.get(element) is not face:
            continue
        elif row.value is None:
            empty.add(element)
        else:
            known[element] = Known(row.value, "resource", face.id, row.at)
    due = tuple(Due(face, {key: known[key].value for key in face.keys}, tuple(names)) for face, names in fields.items())
    return known, due, empty


def _elsewhere(
    rules: Rules, needs: Mapping[str, tuple[str, ...]], derived: Mapping[str, Interface | None]
) -> tuple[frozenset[str], set[str]]:
    """Return (what comes with the outputs of other services, what nothing gives)."""
    later: set[str] = set()
    lost: set[str] = set()
    for service, elements in needs.items():
        away = [element for element in elements if element not in derived]
        if away:
            with_outputs = rules.reached_from(rules.produced(service).union(derived))
            later.update(element for element in away if element in with_outputs)
            lost.update(element for element in away if element not in with_outputs)
    return frozenset(later - lost), lost


def _fields(
    material: Material,
    form: set[str],
    asked: set[str],
    *,
    found: Mapping[str, Known],
    view: _View,
    derived: Mapping[str, Interface | None],
) -> tuple[Field, ...]:
    """The form in the report's order, then what sources left open."""
    told = _Reasons(material, {*found, *derived, *asked})
    rows = [Field(row.element, row.asked_by, *told.of(row.element, "form")) for row in material.rules.report.form if row.element in form]
    for element in sorted(asked - form):
        by = tuple(service for service in view.services if element in material.rules.asked(service, view.facts))
        face = derived.get(element) or next((face for face in material.rules.interfaces if element in face.gives), None)
        rows.append(Field(element, by, *told.of(element, "source-silent", face.resource if face else "")))
    return tuple(row for row in rows if found.get(row.element) is None or found[row.element].kind == "typed")


class _Reasons:
    """Tells why a field is asked: the first silent register that would have given it."""

    def __init__(self, material: Material, had: set[str]) -> None:
        rules, self.material, self.had = material.rules, material, had
        every = interfaces(rules.catalogue, rules.event, rules.aliases, frozenset()) if material.silent else ()
        self.faces = [face for face in every if face.resource in material.silent]

    def of(self, element: str, otherwise: str, source: str = "") -> tuple[str, str]:
        """Return (why, the register)."""
        if element in self.material.disputed:
            return "not-right", source
        for face in self.faces:
            if element in face.gives and element not in face.keys and self._could_be_asked(face):
                return why_silent(self.material.silent[face.resource].reason), face.resource
        return otherwise, source

    def _could_be_asked(self, face: Interface) -> bool:
        silent = self.material.silent[face.resource]
        return all(key in self.had or key in silent.keys or self.material.rules.askable(key) for key in face.keys)


def why_silent(reason: str) -> str:
    """Return the `why` of fields that a register would have filled.

    >>> why_silent("no-record"), why_silent("timeout")
    ('no-record', 'no-answer')
    """
    return reason if reason in {"no-record", "not-proven", "no-consent"} else "no-answer"


def _keys_to_mend(material: Material, fields: Iterable[Field], found: Mapping[str, Known]) -> tuple[Field, ...]:
    """Numbers typed under which a register holds no record, where nothing else asks for them any more."""
    shown = {row.element for row in fields}
    rows: dict[str, Field] = {}
    for resource, silent in material.silent.items():
        for key in silent.keys if silent.reason == "no-record" else ():
            if key in material.typed and key not in shown and (key not in found or found[key].kind == "typed"):
                rows.setdefault(key, Field(key, (), "key", resource))
    return tuple(rows.values())


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
