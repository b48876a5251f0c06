"""Step 1: the matter at hand. What the answers make of the event's services, and what is known from the start."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from onewindow.domain.bundle.refusals import AnswerWrong, EventBroken, HeldNotLicence, HeldUnknown, UnknownQuestion
from onewindow.domain.bundle.universe import Instance, Rule, Universe
from onewindow.domain.catalogue.model import Ask, Condition, Event, Fee, PublicService, Question, Requirement
from onewindow.domain.catalogue.names import Aliases, split
from onewindow.domain.catalogue.problems import did_you_mean
from onewindow.domain.catalogue.records import described, is_number
from onewindow.domain.conditions import ANSWER, evaluate_checked, facts_of, is_date, same


@dataclass(frozen=True, slots=True)
class Switches:
    """What an ablation leaves out. `shared` names the resources that stay; None leaves them all."""

    sharing: bool = False
    joining: bool = False
    parallel: bool = False
    commitments: bool = False
    shared: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Active:
    """A service of the bundle, with what its conditions leave of it; `True` and unknown are kept."""

    place: int
    service: PublicService
    asks: tuple[tuple[Ask, str, bool | None], ...]
    asked: int
    evidence: tuple[tuple[Requirement, bool | None], ...]
    fees: tuple[tuple[Fee, bool | None], ...]
    automatic: bool


@dataclass(slots=True)
class Matter:
    """An event with its answers: everything the later steps need."""

    universe: Universe
    event: Event
    switches: Switches
    held: tuple[str, ...]
    rules: tuple[Rule, ...]
    instances: Mapping[str, Instance]
    services: list[Active] = field(default_factory=list)
    open_questions: tuple[str, ...] = ()
    party_gives: int = 0
    held_gives: int = 0
    answered: int = 0
    named: int = 0
    """Elements that an answered or open question names."""
    plain_questions: int = 0
    """How many questions that name no element are answered or open."""

    facts: Mapping[str, object] = field(default_factory=dict)
    by_element: Mapping[str, str] = field(default_factory=dict)

    def open_in(self, condition: Condition | None) -> list[str]:
        """Return what a condition waits for, as `open_questions` names it; nothing where it is decided."""
        if condition is None or evaluate_checked(condition, self.facts).value is not None:
            return []
        return [name for _, name in waiting_for(condition, self.facts, self.universe.aliases, self.by_element)]

    @property
    def known(self) -> int:
        return self.party_gives | self.held_gives | self.answered

    @property
    def asked(self) -> int:
        mask = 0
        for active in self.services:
            mask |= active.asked
        return mask

    @property
    def askable(self) -> int:
        """A: what may be asked; the personal elements only where a service asks them."""
        return self.universe.askable & ~(self.universe.personal & ~self.asked)


def open_matter(universe: Universe, event: Event, answers: Mapping[str, object], held: Iterable[str], switches: Switches) -> Matter:
    """Apply answers and held licences to an event.

    Raises: UnknownQuestion, AnswerWrong, HeldUnknown, HeldNotLicence, ConditionWrong.
    """
    held = tuple(dict.fromkeys(held))
    instances = _instances(universe, switches)
    matter = Matter(universe, event, switches, held, tuple((one.keys, one.gives) for one in instances.values()), instances)
    questions = {question.id: question for question in event.questions}
    values = _checked(event, questions, answers)
    _check_held(universe, event, held)
    party = universe.catalogue.parties.get(event.applicant)
    matter.party_gives = universe.mask(party.gives) if party else 0
    for name in held:
        matter.held_gives |= universe.given_by(name)
    for name, question in questions.items():
        if name in values and question.element is not None:
            matter.answered |= 1 << universe.bit(question.element)
    waiting = _Waiting(event, universe.aliases, _facts(universe.aliases, questions, values))
    matter.facts, matter.by_element = waiting.facts, waiting.by_element
    for place, ident in enumerate(event.services):
        active = _active(place, universe, universe.catalogue.services[ident], waiting)
        if active is not None:
            matter.services.append(active)
    matter.open_questions = waiting.in_order()
    for name, question in questions.items():
        if name in values or name in waiting.questions:
            if question.element is None:
                matter.plain_questions += 1
            else:
                matter.named |= 1 << universe.bit(question.element)
    return matter


def _instances(universe: Universe, switches: Switches) -> Mapping[str, Instance]:
    if switches.sharing:
        return {}
    if switches.shared is None:
        return universe.instances
    return {ident: one for ident, one in universe.instances.items() if one.resource.id in switches.shared}


def _facts(aliases: Aliases, questions: Mapping[str, Question], values: Mapping[str, object]) -> dict[str, object]:
    """Return the facts that answers set: the answer, its element, and every alias of that element."""
    facts: dict[str, object] = {}
    for name, value in values.items():
        facts[ANSWER + name] = value
        element = questions[name].element
        if element is not None:
            facts[aliases.plain(element)] = value
    for alias, target in aliases.targets.items():
        for name in [fact for fact in facts if not fact.startswith(ANSWER) and split(fact)[1] == target]:
            facts[name.removesuffix(target) + alias] = facts[name]
    return facts


class _Waiting:
    """Evaluates conditions and remembers the facts that unknown ones wait for."""

    def __init__(self, event: Event, aliases: Aliases, facts: Mapping[str, object]) -> None:
        self.event, self.aliases, self.facts = event, aliases, facts
        self.by_element = {aliases.plain(question.element): question.id for question in event.questions if question.element is not None}
        self.questions: dict[str, None] = {}
        self.elements: dict[str, None] = {}

    def value(self, condition: Condition | None) -> bool | None:
        if condition is None:
            return True
        value = evaluate_checked(condition, self.facts).value
        if value is None:
            self.wait(condition)
        return value

    def wait(self, condition: Condition) -> None:
        for name in waiting_for(condition, self.facts, self.aliases, self.by_element):
            (self.questions if name[0] == "question" else self.elements)[name[1]] = None

    def in_order(self) -> tuple[str, ...]:
        asked = [question.id for question in self.event.questions if question.id in self.questions]
        return (*asked, *sorted(self.elements))


def waiting_for(
    condition: Condition, facts: Mapping[str, object], aliases: Aliases, by_element: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return every fact without a value: as ("question", id) where a question asks it, else as ("element", id)."""
    found = []
    for fact in facts_of(condition):
        if facts.get(fact) is not None:
            continue
        element = aliases.plain(fact)
        if fact.startswith(ANSWER):
            found.append(("question", fact.removeprefix(ANSWER)))
        elif element in by_element:
            found.append(("question", by_element[element]))
        else:
            found.append(("element", element))
    return found


def _active(place: int, universe: Universe, service: PublicService, waiting: _Waiting) -> Active | None:
    if waiting.value(service.when) is False:
        return None
    asks = tuple((ask, universe.names[universe.bit(ask.element)], waiting.value(ask.when)) for ask in service.asks)
    return Active(
        place=place,
        service=service,
        asks=asks,
        asked=universe.mask(name for _, name, value in asks if value is not False),
        evidence=tuple((requirement, waiting.value(requirement.when)) for requirement in service.evidence),
        # Every condition is read, for what it leaves open; a fee of nothing is no fee.
        fees=tuple(pair for pair in [(fee, waiting.value(fee.when)) for fee in service.fees] if pair[0].assessed or pair[0].fen),
        automatic=service.automatic_when is not None and waiting.value(service.automatic_when) is True,
    )


# --- answers and held licences ---


def _checked(event: Event, questions: Mapping[str, Question], answers: Mapping[str, object]) -> dict[str, object]:
    """Return the answers that have a value (null is none)."""
    for name, value in answers.items():
        if name not in questions:
            remedy = did_you_mean(name, questions, otherwise=f"Its questions are {', '.join(questions) or 'none'}.")
            raise UnknownQuestion(event=event.id, question=name, remedy=remedy)
        if value is not None and not _fits(questions[name], value):
            raise AnswerWrong(question=name, wanted=_wanted(questions[name]), given=described(value))
    return {name: value for name, value in answers.items() if value is not None}


def _fits(question: Question, value: object) -> bool:
    kind = question.type
    if kind in ("number", "money"):
        return is_number(value)
    if kind == "integer":
        return is_number(value) and value == int(value)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "date":
        return is_date(value)
    if kind == "enum":
        return any(same(value, option["id"]) for option in question.values) if question.values else isinstance(value, str)
    if kind == "group":
        return isinstance(value, dict | list)
    return isinstance(value, str)


def _wanted(question: Question) -> str:
    named = {
        "integer": "a whole number",
        "number": "a number",
        "money": "a number",
        "boolean": "true or false",
        "date": "a date as YYYY-MM-DD",
    }
    if question.type == "enum":
        return f"one of {', '.join(str(option['id']) for option in question.values)}"
    return named.get(question.type, "a mapping or a list" if question.type == "group" else "a text")


def _check_held(universe: Universe, event: Event, held: Sequence[str]) -> None:
    for name in held:
        role, ident = split(name)
        if ident not in universe.catalogue.evidence_types:
            remedy = did_you_mean(ident, universe.catalogue.evidence_types, otherwise="Name one of the catalogue.")
            raise HeldUnknown(type=name, remedy=remedy)
        if role and role not in event.roles:
            roles = ", ".join(event.roles) or "none"
            raise EventBroken(event=event.id, problem=f"“{name}” names a role that the event lacks", remedy=f"Its roles are {roles}.")
        if not universe.catalogue.evidence_types[ident].licence:
            raise HeldNotLicence(type=name)
