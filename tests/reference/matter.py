"""One event with its answers, all names resolved: aliases replaced, roles written out, conditions answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.reference import logic
from tests.reference.checks import Thing, check_event, plain, role_of


@dataclass(frozen=True)
class Resource:
    """A functional dependency, for the applicant or within one role."""

    name: str
    keys: frozenset[str]
    gives: frozenset[str]
    sharing: str


@dataclass(frozen=True)
class EvidenceType:
    """A type of evidence, of the applicant or of one role."""

    name: str
    gives: frozenset[str]
    sources: tuple[str, ...]
    commitment: bool


@dataclass(frozen=True)
class Need:
    """An evidence requirement that is not inapplicable."""

    service: str
    requirement: str
    any_of: tuple[str, ...]
    needed_at: str | None


@dataclass
class Service:
    """A service of the bundle, without what does not apply."""

    name: str
    asks: set[str]
    needs: list[Need]
    idle: list[str]  # requirements that do not apply
    steps: list[Thing]
    produces: set[str]
    fees: list[int]
    automatic: bool
    online: bool


@dataclass
class Matter:
    """All that the rules of bundle.md look at."""

    services: list[Service]
    resources: list[Resource]  # those whose sharing is not none
    types: dict[str, EvidenceType]
    held: set[str]
    known: set[str]  # K
    askable: set[str]  # A
    effort: dict[str, int]
    questioned: set[str]  # elements of questions answered or open
    plain_questions: int  # questions without an element, answered or open
    open_questions: set[str]
    commitments: dict[str, int]
    service_by_name: dict[str, Service] = field(init=False)

    def __post_init__(self) -> None:
        self.service_by_name = {service.name: service for service in self.services}

    def producers(self, kind: str, other_than: str) -> list[Service]:
        """Return the other services of the bundle that produce a type, in the event's order."""
        return [service for service in self.services if kind in service.produces and service.name != other_than]


def canonical_names(catalogue: Thing) -> Callable[[str], str]:
    """Return a function that replaces an alias, with or without a role, by what it stands for."""
    elements = {element["id"]: element for element in catalogue.get("elements", [])}

    def canonical(name: str) -> str:
        at = plain(name)
        while at in elements and elements[at].get("alias_of"):
            at = elements[at]["alias_of"]
        return at if role_of(name) is None else f"{role_of(name)}.{at}"

    return canonical


def value_lookup(event: Thing, answers: Thing, canonical: Callable[[str], str]) -> Callable[[str], Any]:
    """Return a function from a fact to its value; a question that names an element sets both."""
    values = {}
    for question in event.get("questions", []):
        values[f"answer.{question['id']}"] = answers.get(question["id"])
        if question.get("element"):
            values[canonical(question["element"])] = answers.get(question["id"])
    return lambda fact: values.get(fact if fact.startswith("answer.") else canonical(fact))


def steps_with_after(service: Thing) -> list[Thing]:
    """Return a service's steps with `after` written out."""
    steps, before = [], None
    for step in service["steps"]:
        default: list[str] = [] if before is None else [before]
        steps.append({"limit_days": 0, "visit": "never", "kind": "", "joint": None, "after": default} | step)
        before = step["id"]
    return steps


def resolve(catalogue: Thing, event: Thing, answers: Thing, held: list[str]) -> Matter:
    """Read one event; the catalogue was checked before."""
    canonical = canonical_names(catalogue)
    check_event(catalogue, event, answers, held, canonical)
    roles: list[str | None] = [None, *event.get("roles", [])]
    value_of = value_lookup(event, answers, canonical)
    known_services = {service["id"]: service for service in catalogue["services"]}
    unknown: list[Any] = []

    def applies(condition: Any) -> bool:
        truth = logic.holds(condition, value_of)
        if truth is None:
            unknown.append(condition)
        return truth is not False

    services = [
        _service(known_services[name], applies, canonical, value_of)
        for name in event["services"]
        if applies(known_services[name].get("when"))
    ]
    for service in services:
        decision = known_services[service.name].get("decision", "manual")
        if decision != "manual":
            applies(decision["automatic_when"])
    questions = event.get("questions", [])
    open_questions = _open(unknown, questions, value_of, canonical)
    answered = [question for question in questions if value_of(f"answer.{question['id']}") is not None]
    counted = [question for question in questions if question in answered or question["id"] in open_questions]
    types = _types(catalogue, roles, event, canonical)
    party = next(found for found in catalogue["parties"] if found["id"] == event["applicant"])
    known = {canonical(name) for name in party.get("gives", [])}
    known |= {canonical(question["element"]) for question in answered if question.get("element")}
    for name in held:
        known |= types[name].gives
    asked = {element for service in services for element in service.asks}
    dictionary = [element for element in catalogue.get("elements", []) if not element.get("alias_of")]
    named = [(_within(role, element["id"]), element) for element in dictionary for role in roles]
    return Matter(
        services=services,
        resources=[found for found in _resources(catalogue, roles, event, canonical) if found.sharing != "none"],
        types=types,
        held=set(held),
        known=known,
        askable={name for name, element in named if element.get("askable", True) and (not element.get("personal", False) or name in asked)},
        effort={name: element.get("effort", 1) for name, element in named},
        questioned={canonical(question["element"]) for question in counted if question.get("element")},
        plain_questions=sum(1 for question in counted if not question.get("element")),
        open_questions=open_questions,
        commitments=event.get("commitments", {}),
    )


def _within(role: str | None, name: str) -> str:
    return name if role is None else f"{role}.{name}"


def _service(service: Thing, applies: Callable[[Any], bool], canonical: Callable[[str], str], value_of: Callable[[str], Any]) -> Service:
    fees = service.get("fees", [{"fen": service.get("fee_fen", 0)}])
    decision = service.get("decision", "manual")
    needs = [
        Need(service["id"], need["id"], tuple(need["any_of"]), need.get("needed_at"))
        for need in service.get("evidence", [])
        if applies(need.get("when"))
    ]
    return Service(
        name=service["id"],
        asks={canonical(ask["element"]) for ask in service.get("asks", []) if applies(ask.get("when"))},
        needs=needs,
        idle=[need["id"] for need in service.get("evidence", []) if need["id"] not in {found.requirement for found in needs}],
        steps=steps_with_after(service),
        produces=set(service.get("produces", [])),
        fees=[fee.get("fen", 0) for fee in fees if applies(fee.get("when")) and (fee.get("assessed") or fee["fen"] > 0)],
        automatic=decision != "manual" and logic.holds(decision["automatic_when"], value_of) is True,
        online=bool({"online", "mobile"} & set(service.get("channels", ["online", "mobile", "counter"]))),
    )


def _open(unknown: list[Any], questions: list[Thing], value_of: Callable[[str], Any], canonical: Callable[[str], str]) -> set[str]:
    by_fact = {canonical(question["element"]): question["id"] for question in questions if question.get("element")}
    found = set()
    for condition in unknown:
        for atom in logic.atoms(condition):
            fact = atom["fact"]
            if value_of(fact) is None:
                fact = fact if fact.startswith("answer.") else canonical(fact)
                found.add(fact.removeprefix("answer.") if fact.startswith("answer.") else by_fact.get(fact, fact))
    return found


def _roles_for(names: list[str], roles: list[str | None]) -> list[str | None]:
    """A thing that names a role holds as written; one that names none holds once within each."""
    return [None] if any(role_of(name) for name in names) else roles


def _resources(catalogue: Thing, roles: list[str | None], event: Thing, canonical: Callable[[str], str]) -> list[Resource]:
    found = []
    for resource in catalogue.get("resources", []):
        names = [*resource.get("keyed_by", []), *resource.get("gives", [])]
        for role in _roles_for(names, roles):
            keys, gives = (
                frozenset(canonical(name if role is None else f"{role}.{name}") for name in resource.get(key, []))
                for key in ("keyed_by", "gives")
            )
            found.append(Resource(_within(role, resource["id"]), keys, gives, resource.get("sharing", "unconditional")))
    return found


def _types(catalogue: Thing, roles: list[str | None], event: Thing, canonical: Callable[[str], str]) -> dict[str, EvidenceType]:
    resources = {resource["id"]: resource for resource in catalogue.get("resources", [])}
    found = {}
    for kind in catalogue.get("evidence_types", []):
        names = kind.get("gives", [])
        as_written = any(role_of(name) for name in names)
        for role in roles:
            gives = frozenset(canonical(name if role is None or as_written else f"{role}.{name}") for name in names)
            sources = []
            for source in kind.get("obtainable_from", []):
                resource = resources[source]
                own = _roles_for([*resource.get("keyed_by", []), *resource.get("gives", [])], roles)
                sources.append(_within(role, source) if role in own else source)
            found[_within(role, kind["id"])] = EvidenceType(_within(role, kind["id"]), gives, tuple(sources), kind.get("commitment", False))
    return found
