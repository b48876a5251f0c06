"""Every error that bundle.md finds in the files themselves, before anything is compiled."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.reference.logic import Refused, check, fits

Thing = dict[str, Any]
KINDS = ("organisations", "parties", "elements", "resources", "evidence_types", "services", "events")
TYPES = (
    *("string", "text", "integer", "number", "money", "boolean", "date", "enum", "address", "phone"),
    *("email", "resident-id", "uscc", "region", "industry", "file", "group"),
)


def text(value: Any) -> bool:
    """Accept a string."""
    return isinstance(value, str)


def whole(value: Any) -> bool:
    """Accept a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def flag(value: Any) -> bool:
    """Accept true or false."""
    return isinstance(value, bool)


def texts(value: Any) -> bool:
    """Accept a list of strings."""
    return isinstance(value, list) and all(text(item) for item in value)


def things(value: Any) -> bool:
    """Accept a list of mappings."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def mapping(value: Any) -> bool:
    """Accept a mapping."""
    return isinstance(value, dict)


def anything(value: Any) -> bool:
    """Accept anything: conditions, the guide, legal bases are looked at elsewhere or not at all."""
    return True


def named(value: Any) -> bool:
    """Accept a `{zh, en, ru}` text with at least one language."""
    return isinstance(value, dict) and bool(value) and set(value) <= {"zh", "en", "ru"} and all(text(item) for item in value.values())


def one_of(*words: str) -> Callable[[Any], bool]:
    """Accept one of some words."""
    return lambda value: isinstance(value, str) and value in words


ID: dict[str, Callable[[Any], bool]] = {"id": text, "name": named}
VISITS = one_of("never", "today", "always")
SHAPES: dict[str, dict[str, Callable[[Any], bool]]] = {
    "organisations": ID | {"region": text},
    "parties": ID | {"gives": texts},
    "elements": ID
    | {
        "type": one_of(*TYPES),
        "effort": whole,
        "askable": flag,
        "personal": flag,
        "alias_of": lambda value: value is None or text(value),
        "values": anything,
        "of": texts,
        "many": flag,
    },
    "resources": ID
    | {
        "organisation": text,
        "keyed_by": texts,
        "gives": texts,
        "sharing": one_of("unconditional", "conditional", "none"),
        "legal_basis": things,
    },
    "evidence_types": ID | {"gives": texts, "obtainable_from": texts, "commitment": flag, "licence": flag},
    "services": ID
    | {
        "organisation": text,
        "kind": text,
        "audience": texts,
        "legal_basis": things,
        "when": anything,
        "asks": things,
        "evidence": things,
        "steps": things,
        "produces": texts,
        "fee_fen": whole,
        "fees": things,
        "yearly_cases": whole,
        "decision": lambda value: value == "manual" or (isinstance(value, dict) and set(value) == {"automatic_when"}),
        "channels": texts,
        "guide": anything,
    },
    "events": ID
    | {
        "kind": text,
        "applicant": text,
        "roles": texts,
        "yearly_cases": whole,
        "on_refusal": lambda value: mapping(value) and set(value.values()) <= {"continue", "wait", "withdraw"},
        "questions": things,
        "services": texts,
        "commitments": mapping,
    },
    "asks": {"element": text, "when": anything},
    "evidence": ID | {"any_of": texts, "needed_at": text, "when": anything},
    "steps": ID | {"kind": text, "limit_days": whole, "visit": VISITS, "joint": text, "after": texts},
    "fees": ID | {"fen": whole, "assessed": flag, "legal_basis": things, "when": anything},
    "questions": ID | {"type": one_of(*TYPES), "element": lambda value: value is None or text(value), "values": anything},
}
PARTS = {"services": ("asks", "evidence", "steps", "fees"), "events": ("questions",)}


def check_files(catalogue: Thing) -> None:
    """Refuse what is wrong in a catalogue whichever event is compiled."""
    if catalogue.get("format") != "onewindow-catalogue/1" or set(catalogue) - {"format", *KINDS}:
        raise Refused("wrong-type", "format or top-level keys")
    for kind in KINDS:
        _check_shapes(catalogue.get(kind, []), kind)
    known = {kind: {thing["id"] for thing in catalogue.get(kind, [])} for kind in KINDS}
    for kind, identifier in _references(catalogue):
        if identifier not in known[kind]:
            raise Refused("unknown-id", f"{kind} {identifier}")
    _check_aliases(catalogue)
    for element in catalogue.get("elements", []):
        if element.get("effort", 1) < 1:
            raise Refused("effort-below-1", element["id"])
    for service in catalogue.get("services", []):
        _check_service(service)


def _check_shapes(found: Any, kind: str) -> None:
    if not things(found):
        raise Refused("wrong-type", kind)
    seen = set()
    for thing in found:
        for key, value in thing.items():
            if key not in SHAPES[kind]:
                raise Refused("unknown-key", f"{kind} {key}")
            if not SHAPES[kind][key](value):
                raise Refused("wrong-type", f"{kind} {key}")
        if "id" in SHAPES[kind]:
            if "id" not in thing:
                raise Refused("wrong-type", f"{kind} without an id")
            if "." in thing["id"]:
                raise Refused("dot-in-id", thing["id"])
            if thing["id"] in seen:
                raise Refused("duplicate-id", thing["id"])
            seen.add(thing["id"])
        for part in PARTS.get(kind, ()):
            _check_shapes(thing.get(part, []), part)
        if any("." in role for role in thing.get("roles", [])):
            raise Refused("dot-in-id", thing["roles"])


def plain(name: str) -> str:
    """Return a name without its role.

    >>> plain("seller.resident-id"), plain("resident-id")
    ('resident-id', 'resident-id')
    """
    return name.rsplit(".", 1)[-1]


def role_of(name: str) -> str | None:
    """Return the role that a name is written with.

    >>> role_of("seller.resident-id"), role_of("resident-id")
    ('seller', None)
    """
    return name.rsplit(".", 1)[0] if "." in name else None


def _references(catalogue: Thing) -> Iterator[tuple[str, str]]:
    for party in catalogue.get("parties", []):
        yield from (("elements", plain(name)) for name in party.get("gives", []))
    for element in catalogue.get("elements", []):
        yield from (("elements", plain(name)) for name in element.get("of", []))
    for resource in catalogue.get("resources", []):
        if "organisation" in resource:
            yield "organisations", resource["organisation"]
        yield from (("elements", plain(name)) for name in [*resource.get("keyed_by", []), *resource.get("gives", [])])
    for kind in catalogue.get("evidence_types", []):
        yield from (("elements", plain(name)) for name in kind.get("gives", []))
        yield from (("resources", name) for name in kind.get("obtainable_from", []))
    for service in catalogue.get("services", []):
        yield "organisations", service["organisation"]
        yield from (("elements", plain(ask["element"])) for ask in service.get("asks", []))
        yield from (("evidence_types", plain(name)) for need in service.get("evidence", []) for name in need["any_of"])
        yield from (("evidence_types", plain(name)) for name in service.get("produces", []))
    for event in catalogue.get("events", []):
        yield "parties", event["applicant"]
        yield from (("services", name) for name in [*event["services"], *event.get("on_refusal", {})])
        yield from (("services", name.split(".")[0]) for name in event.get("commitments", {}))
        yield from (("elements", plain(question["element"])) for question in event.get("questions", []) if question.get("element"))


def _check_aliases(catalogue: Thing) -> None:
    elements = {element["id"]: element for element in catalogue.get("elements", [])}
    for name, element in elements.items():
        seen, at = {name}, element.get("alias_of")
        while at is not None:
            if "." in at:
                raise Refused("alias-of-a-role", at)
            if at not in elements:
                raise Refused("unknown-id", at)
            if at in seen:
                raise Refused("alias-circle", at)
            seen.add(at)
            at = elements[at].get("alias_of")


def _check_service(service: Thing) -> None:
    steps = service.get("steps", [])
    if not steps:
        raise Refused("no-steps", service["id"])
    names = {step["id"] for step in steps}
    used = [name for step in steps for name in step.get("after", [])] + [
        need["needed_at"] for need in service.get("evidence", []) if "needed_at" in need
    ]
    if not set(used) <= names:
        raise Refused("unknown-id", f"a step of {service['id']}")
    if "fee_fen" in service and "fees" in service:
        raise Refused("fee-and-fees", service["id"])
    if any(step.get("kind") == "acceptance" and "joint" in step for step in steps):
        raise Refused("acceptance-joint", service["id"])


def conditions_of(service: Thing) -> list[Any]:
    """Return every condition written in a service, wherever it stands."""
    parts = [*service.get("asks", []), *service.get("evidence", []), *service.get("fees", [])]
    decision = service.get("decision", "manual")
    automatic = [] if decision == "manual" else [decision["automatic_when"]]
    return [found for found in [service.get("when"), *(part.get("when") for part in parts), *automatic] if found is not None]


def check_event(catalogue: Thing, event: Thing, answers: Thing, held: list[str], canonical: Callable[[str], str]) -> None:
    """Refuse what is wrong between an event, its services, the answers and what is held."""
    services = {service["id"]: service for service in catalogue["services"]}
    elements = {element["id"]: element for element in catalogue.get("elements", [])}
    questions = {question["id"]: question for question in event.get("questions", [])}
    asked = [canonical(question["element"]) for question in questions.values() if question.get("element")]
    if len(asked) != len(set(asked)):
        raise Refused("two-questions", asked)

    def type_of(fact: str) -> str:
        if fact.startswith("answer."):
            if fact.removeprefix("answer.") not in questions:
                raise Refused("no-question-for-answer", fact)
            return str(questions[fact.removeprefix("answer.")]["type"])
        if plain(fact) not in elements:
            raise Refused("unknown-id", fact)
        check_role(fact)
        return str(elements[plain(canonical(fact))]["type"])

    def check_role(name: str) -> None:
        if role_of(name) is not None and role_of(name) not in event.get("roles", []):
            raise Refused("role-missing", name)

    for question in questions.values():
        check_role(question.get("element") or "")
    for identifier in event["services"]:
        service = services[identifier]
        named = [ask["element"] for ask in service.get("asks", [])] + service.get("produces", [])
        for name in [*named, *(name for need in service.get("evidence", []) for name in need["any_of"])]:
            check_role(name)
        for condition in conditions_of(service):
            check(condition, type_of)
    _check_commitments(event, services)
    _check_answers(questions, answers)
    licences = {kind["id"]: kind.get("licence", False) for kind in catalogue.get("evidence_types", [])}
    for name in held:
        check_role(name)
        if plain(name) not in licences:
            raise Refused("unknown-id", name)
        if not licences[plain(name)]:
            raise Refused("held-not-licence", name)


def _check_commitments(event: Thing, services: dict[str, Thing]) -> None:
    for name, days in event.get("commitments", {}).items():
        service, _, step = name.partition(".")
        limits = {found["id"]: found.get("limit_days", 0) for found in services[service]["steps"]}
        if step not in limits:
            raise Refused("unknown-id", name)
        if not whole(days):
            raise Refused("wrong-type", name)
        if days > limits[step]:
            raise Refused("commitment-above-limit", name)


def _check_answers(questions: dict[str, Thing], answers: Thing) -> None:
    for name, value in answers.items():
        if name not in questions:
            raise Refused("answer-to-no-question", name)
        if value is not None and not fits(value, questions[name]["type"], questions[name].get("values")):
            raise Refused("wrong-answer", name)
