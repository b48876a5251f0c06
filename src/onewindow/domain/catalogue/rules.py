"""What must hold between the objects of a catalogue: ids that exist, no circles, roles and questions that the event has."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from onewindow.domain.catalogue.model import Catalogue, Condition, Event, PublicService, Question
from onewindow.domain.catalogue.names import Aliases, split
from onewindow.domain.catalogue.problems import did_you_mean
from onewindow.domain.conditions import ANSWER, is_date, ordered_types, orders

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: in which object and where in it. A derived one may merely follow from another problem of the object."""

    kind: str
    id: str
    path: Path
    code: str
    message: str
    remedy: str
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """A name used by a service: an element, an evidence type, or the fact of an atom."""

    what: str
    name: str
    path: Path
    atom: Mapping[str, object] | None = None


def rules(catalogue: Catalogue) -> Iterator[Finding]:
    """Give every broken rule of a catalogue."""
    yield from _references(catalogue)
    yield from _circles_of_elements(catalogue)
    aliases = Aliases(catalogue.elements)
    for service in catalogue.services.values():
        yield from _steps_of(service)
        yield from _order_of(catalogue, aliases, service)
    for event in catalogue.events.values():
        yield from event_rules(catalogue, event, aliases)


# --- what a service uses ---


def uses(service: PublicService) -> Iterator[Use]:
    """Give the elements, evidence types and facts that a service names, each with its place."""
    yield from _facts(service.when, ("when",))
    for index, ask in enumerate(service.asks):
        yield Use("elements", ask.element, ("asks", index, "element"))
        yield from _facts(ask.when, ("asks", index, "when"))
    for index, requirement in enumerate(service.evidence):
        for place, name in enumerate(requirement.any_of):
            yield Use("evidence_types", name, ("evidence", index, "any_of", place))
        yield from _facts(requirement.when, ("evidence", index, "when"))
    for index, name in enumerate(service.produces):
        yield Use("evidence_types", name, ("produces", index))
    for index, fee in enumerate(service.fees):
        yield from _facts(fee.when, ("fees", index, "when"))
    yield from _facts(service.automatic_when, ("decision", "automatic_when"))


def _facts(condition: Condition | None, path: Path) -> Iterator[Use]:
    stack: list[tuple[object, Path]] = [] if condition is None else [(condition, path)]
    while stack:
        node, here = stack.pop()
        if not isinstance(node, Mapping):
            continue
        if "fact" in node:
            yield Use("facts", str(node["fact"]), (*here, "fact"), node)
        elif "not" in node:
            stack.append((node["not"], (*here, "not")))
        else:
            key = "all" if "all" in node else "any"
            children = node[key]
            if isinstance(children, list | tuple):
                stack.extend((child, (*here, key, index)) for index, child in reversed(list(enumerate(children))))


# --- references ---


def _references(catalogue: Catalogue) -> Iterator[Finding]:
    for kind, ident, path, wanted, name in _named(catalogue):
        known: Mapping[str, object] = getattr(catalogue, wanted)
        may_have_role = wanted in ("elements", "evidence_types") and path[0] not in ("alias_of", "of")
        plain = split(name)[1] if may_have_role else name
        if plain not in known:
            noun = wanted.removesuffix("s").replace("_", " ").replace("partie", "party")
            message = f"there is no {noun} “{name}”"
            if wanted == "elements" and path[0] == "alias_of" and "." in name:
                message = f"“{name}” has a role, but an alias stands for a plain element"
            remedy = did_you_mean(plain, known, otherwise=f"Describe it under “{wanted}”, or take the name away.")
            yield Finding(kind, ident, path, "catalogue-unknown-id", message, remedy)


Named = tuple[str, str, Path, str, str]
"""Kind and id of the object that names, the place in it, the kind that is named, and the name."""


def _named(catalogue: Catalogue) -> Iterator[Named]:
    """Give all references of a catalogue."""
    for ident, party in catalogue.parties.items():
        yield from _each("parties", ident, "gives", "elements", party.gives)
    for ident, element in catalogue.elements.items():
        if element.alias_of is not None:
            yield "elements", ident, ("alias_of",), "elements", element.alias_of
        yield from _each("elements", ident, "of", "elements", element.of)
    for ident, resource in catalogue.resources.items():
        if resource.organisation is not None:
            yield "resources", ident, ("organisation",), "organisations", resource.organisation
        yield from _each("resources", ident, "keyed_by", "elements", resource.keyed_by)
        yield from _each("resources", ident, "gives", "elements", resource.gives)
    for ident, kind in catalogue.evidence_types.items():
        yield from _each("evidence_types", ident, "gives", "elements", kind.gives)
        yield from _each("evidence_types", ident, "obtainable_from", "resources", kind.obtainable_from)
    for service in catalogue.services.values():
        yield from _named_by_service(service)
    for event in catalogue.events.values():
        yield from _named_by_event(event)


def _each(kind: str, ident: str, key: str, wanted: str, names: Iterable[str]) -> Iterator[Named]:
    for index, name in enumerate(names):
        yield kind, ident, (key, index), wanted, name


def _named_by_service(service: PublicService) -> Iterator[Named]:
    if service.organisation:
        yield "services", service.id, ("organisation",), "organisations", service.organisation
    for use in uses(service):
        if use.what != "facts":
            yield "services", service.id, use.path, use.what, use.name
        elif not use.name.startswith(ANSWER):
            yield "services", service.id, use.path, "elements", use.name


def _named_by_event(event: Event) -> Iterator[Named]:
    if event.applicant:
        yield "events", event.id, ("applicant",), "parties", event.applicant
    yield from _each("events", event.id, "services", "services", event.services)
    for index, question in enumerate(event.questions):
        if question.element is not None:
            yield "events", event.id, ("questions", index, "element"), "elements", question.element


# --- circles ---


def _circles_of_elements(catalogue: Catalogue) -> Iterator[Finding]:
    elements = catalogue.elements
    aliases = {ident: (element.alias_of,) if element.alias_of else () for ident, element in elements.items()}
    for circle in _circles(aliases):
        message = f"the aliases go in a circle: {' → '.join([*circle, circle[0]])}"
        yield Finding("elements", circle[0], ("alias_of",), "catalogue-alias-circle", message, "Let one of them stand for itself.")
    for circle in _circles({ident: element.of for ident, element in elements.items()}):
        message = f"the group contains itself: {' → '.join([*circle, circle[0]])}"
        yield Finding("elements", circle[0], ("of",), "catalogue-group-circle", message, "Take one of them out of the other.")


def _circles(edges: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Give one circle for every knot of a graph, beginning with its least name."""
    state: dict[str, int] = {}
    for start in edges:
        trail: list[tuple[str, Iterator[str]]] = [] if start in state else [(start, iter(edges[start]))]
        if trail:
            state[start] = 1
        while trail:
            node, rest = trail[-1]
            target = next(rest, None)
            if target is None:
                state[node] = 2
                trail.pop()
            elif state.get(target) == 1:
                names = [name for name, _ in trail]
                circle = names[names.index(target) :]
                least = circle.index(min(circle))
                yield circle[least:] + circle[:least]
            elif target in edges and target not in state:
                state[target] = 1
                trail.append((target, iter(edges[target])))


# --- one service ---


def _steps_of(service: PublicService) -> Iterator[Finding]:
    steps = {step.id: step for step in service.steps}
    for index, step in enumerate(service.steps):
        for place, name in enumerate(step.after):
            if name not in steps:
                remedy = did_you_mean(name, steps, otherwise=f"The steps are {', '.join(steps)}.")
                after: Path = ("steps", index, "after", place)
                yield Finding("services", service.id, after, "catalogue-unknown-id", f"it has no step “{name}”", remedy, derived=True)
    for index, requirement in enumerate(service.evidence):
        name = requirement.needed_at or ""
        if name and name not in steps:
            remedy = did_you_mean(name, steps, otherwise=f"The steps are {', '.join(steps)}.")
            needed: Path = ("evidence", index, "needed_at")
            yield Finding("services", service.id, needed, "catalogue-unknown-id", f"it has no step “{name}”", remedy, derived=True)
    for circle in _circles({step.id: step.after for step in service.steps}):
        message = f"the steps wait for each other: {' → '.join([*circle, circle[0]])}"
        place = min(index for index, step in enumerate(service.steps) if step.id in circle)
        yield Finding("services", service.id, ("steps", place), "catalogue-step-circle", message, "Take one “after” away.")


def _order_of(catalogue: Catalogue, aliases: Aliases, service: PublicService) -> Iterator[Finding]:
    for use in uses(service):
        if use.atom is None or use.name.startswith(ANSWER):
            continue
        element = catalogue.elements.get(split(aliases.plain(use.name))[1])
        if element is not None:
            yield from _order(use, element.type, "services", service.id, use.path[:-1])


def _order(use: Use, type_name: str, kind: str, ident: str, path: Path) -> Iterator[Finding]:
    """Order applies to integer, number, money and date, and compares like with like."""
    for operator, operand in (use.atom or {}).items():
        if operator not in orders:
            continue
        if type_name not in ordered_types:
            message = f"“{operator}” cannot order “{use.name}”, which is of type {type_name}"
            remedy = "Order applies to integer, number, money and date: use “is” or “in”."
        elif (type_name == "date") is not is_date(operand):
            message = f"“{operator}” compares “{use.name}” of type {type_name} with {operand!r}"
            remedy = "Write a date as YYYY-MM-DD." if type_name == "date" else "Write a number."
        else:
            continue
        yield Finding(kind, ident, (*path, operator), "catalogue-wrong-order", message, remedy)


# --- one event ---


def event_rules(catalogue: Catalogue, event: Event, aliases: Aliases) -> Iterator[Finding]:
    """Give every broken rule of one event and of its services within it."""
    yield from _services_of(catalogue, event)
    yield from _questions_of(event, aliases)
    questions = {question.id: question for question in event.questions}
    for ident in dict.fromkeys(event.services):
        service = catalogue.services.get(ident)
        for use in uses(service) if service is not None else ():
            yield from _use_in(event, questions, ident, use)


def _services_of(catalogue: Catalogue, event: Event) -> Iterator[Finding]:
    for index, name in enumerate(event.services):
        if name in event.services[:index]:
            yield Finding(
                "events", event.id, ("services", index), "catalogue-duplicate-id", f"the service “{name}” stands twice", "Name it once."
            )
    for name in event.on_refusal:
        if name not in event.services:
            remedy = did_you_mean(name, event.services, otherwise="Name a service of this event.")
            message = f"“on_refusal” names “{name}”, no service of the event"
            yield Finding("events", event.id, ("on_refusal", name), "catalogue-unknown-id", message, remedy)
    limits = {
        f"{ident}.{step.id}": step.limit_days
        for ident in event.services
        if ident in catalogue.services
        for step in catalogue.services[ident].steps
    }
    for name, days in event.commitments.items():
        path: Path = ("commitments", name)
        if name not in limits:
            remedy = did_you_mean(name, limits, otherwise="Write service.step, of a service of this event.")
            yield Finding("events", event.id, path, "catalogue-unknown-id", f"the commitment “{name}” names no step", remedy)
        elif days > limits[name]:
            message = f"the commitment of {days} days for “{name}” is above the step's limit of {limits[name]}"
            yield Finding("events", event.id, path, "catalogue-commitment-above-limit", message, f"Commit to {limits[name]} days or fewer.")


def _questions_of(event: Event, aliases: Aliases) -> Iterator[Finding]:
    asked: dict[str, Question] = {}
    for index, question in enumerate(event.questions):
        if question.element is None:
            continue
        path = ("questions", index, "element")
        role = split(question.element)[0]
        if role and role not in event.roles:
            yield _no_role(event, role, "events", event.id, path)
        element = aliases.plain(question.element)
        if element in asked:
            message = f"the questions “{asked[element].id}” and “{question.id}” ask the same element “{element}”"
            yield Finding("events", event.id, path, "catalogue-two-questions", message, "Keep one of them.")
        asked.setdefault(element, question)


def _use_in(event: Event, questions: Mapping[str, Question], ident: str, use: Use) -> Iterator[Finding]:
    if use.what != "facts" or not use.name.startswith(ANSWER):
        role = split(use.name)[0]
        if role and role not in event.roles:
            yield _no_role(event, role, "services", ident, use.path)
        return
    name = use.name.removeprefix(ANSWER)
    if name not in questions:
        message = f"a condition uses the answer “{name}”, but the event “{event.id}” has no such question"
        remedy = did_you_mean(name, questions, otherwise=f"Add the question to the event “{event.id}”, or change the condition.")
        yield Finding("services", ident, use.path, "catalogue-unknown-answer", message, remedy)
    else:
        yield from _order(use, questions[name].type, "services", ident, use.path[:-1])


def _no_role(event: Event, role: str, kind: str, ident: str, path: Path) -> Finding:
    message = f"the role “{role}” is none of the event “{event.id}”"
    remedy = did_you_mean(role, event.roles, otherwise=f"Add it to the event: roles: [{role}], or take the role away.")
    return Finding(kind, ident, path, "catalogue-unknown-role", message, remedy)
