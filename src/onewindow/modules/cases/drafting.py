"""The state of a draft, worked out afresh from what is stored and what the catalogue says now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from onewindow.domain import identification
from onewindow.domain.catalogue.model import Catalogue, Event, PublicService
from onewindow.domain.confirmations import Role
from onewindow.domain.values import ValueRefused
from onewindow.modules.cases import models, parts, rulebook
from onewindow.modules.cases.awaited import NOTHING, PASSING, Deferred, deferred
from onewindow.modules.cases.errors import UnknownMatter
from onewindow.modules.cases.forms import Fetched, Known, Material, Settled, Silent, settle
from onewindow.modules.cases.matter import Rules
from onewindow.modules.cases.names import plain
from onewindow.modules.cases.parts import Others
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import bulk


@dataclass(frozen=True)
class DraftState:
    """What the page of a draft shows and what its filing judges by."""

    release: int
    rules: Rules
    answers: Mapping[str, Any]
    settled: Settled
    held: Mapping[str, models.Output]
    invalid: Mapping[str, ValueRefused]
    """Typed values that no longer fit their elements, because the catalogue has changed: they are asked again."""
    gave_nothing: frozenset[str] = frozenset()
    """Registers that were asked and gave nothing, or could not be asked."""
    deferred: Deferred = NOTHING
    """What can wait until a silent register answers again."""
    others: Others = parts.NOBODY
    """Who else takes part."""

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Who has to confirm the matter beside the applicant, as it stands."""
        return parts.in_force(self.others, self.services, self.settled)

    def is_others(self, element: str) -> bool:
        """Tell whether somebody else fills an element in."""
        return self.others.owns(element, self.rules.catalogue)

    @property
    def open_questions(self) -> tuple[str, ...]:
        """Questions that must still be answered: without them something stays open."""
        waiting = set(self.rules.report.open_questions)
        return tuple(question.id for question in self.rules.event.questions if question.id in waiting and question.id not in self.answers)

    @property
    def services(self) -> tuple[PublicService, ...]:
        """The services that apply."""
        return tuple(self.rules.catalogue.services[name] for name in self.settled.services)

    @property
    def claimed_number(self) -> object:
        """The applicant's resident number as the form says it, whatever it is worth."""
        known = self.settled.known.get("resident-id") if self.rules.event.applicant != "legal" else None
        return known.value if known else None

    @property
    def level_needed(self) -> int:
        """How sure it must be who files: the highest level that a service of the matter states."""
        return identification.needed(service.guide for service in self.asking_who)

    @property
    def asking_who(self) -> tuple[PublicService, ...]:
        """The services that apply and state a level, the most demanding first."""
        stated = [service for service in self.services if identification.needed([service.guide])]
        return tuple(sorted(stated, key=lambda service: -identification.needed([service.guide])))


def state_of(draft: models.Draft) -> DraftState:
    """Work out a draft under the release that holds now; answers that no longer fit are left out.

    Raises: NothingPublished, UnknownMatter, and what the compiler refuses.
    """
    release = rulebook.published()
    event = release.content.events.get(draft.event)
    if event is None:
        raise UnknownMatter(event=draft.event)
    answers = fitting_answers(event, draft.answers)
    held = held_licences(draft.owner, release.content, event)
    facts = identity.party_facts(draft.owner, event.applicant)
    silent = silent_registers(draft, release.content, facts)
    rules = rulebook.rules_for(release=release, event_id=draft.event, answers=answers, held=sorted(held), unavailable=sorted(silent))
    others = parts.others_of(draft, release.content, event)
    typed, invalid = fitting_values(others.typed(draft.elements, release.content), rules)
    material = Material(
        rules=rules,
        answers=answers,
        typed=typed,
        given={**_given(facts, rules, held), **others.given(rules)},
        fetched=tuple(_fetched(draft.prefilled, rules)),
        disputed=frozenset(draft.disputed),
        expected=frozenset((*rules.log_in_gives, *(element for kind in held for element in rules.gives(kind)))),
        silent=silent,
    )
    settled = settle(material)
    passing = frozenset(key for key, row in silent.items() if row.reason in PASSING)
    later = NOTHING
    if passing:
        answering = rulebook.rules_for(
            release=release, event_id=draft.event, answers=answers, held=sorted(held), unavailable=sorted(silent.keys() - passing)
        )
        later = deferred(answering, settled, draft.unavailable, passing)
    gave_nothing = frozenset(silent.keys() & draft.unavailable.keys())
    return DraftState(release.number, rules, answers, settled, held, invalid, gave_nothing, later, others)


def silent_registers(draft: models.Draft, content: Catalogue, facts: Mapping[str, Any]) -> dict[str, Silent]:
    """Return the registers that are not to be asked: those that gave nothing, and those to which the applicant has not agreed.

    One that was not asked because a number was only claimed is asked once log-in proves the number.
    """
    rows = {key: row for key, row in draft.unavailable.items() if row["reason"] != "not-proven" or not row["keys"].keys() <= facts.keys()}
    found = {key: Silent(row["reason"], row["keys"]) for key, row in rows.items()}
    for resource in content.resources.values():
        if resource.sharing == "conditional" and resource.id not in draft.consents:
            found[resource.id] = Silent("no-consent")
    return found


def consents_in_question(draft: models.Draft, state: DraftState) -> dict[str, tuple[str, ...]]:
    """Return the registers that would be asked if the applicant agreed, and those to which they did, each with what it is asked for.

    One that only proves a paper is asked for what it gives.
    """
    release = rulebook.published()
    rules = rulebook.rules_for(
        release=release, event_id=draft.event, answers=state.answers, held=sorted(state.held), unavailable=sorted(state.gave_nothing)
    )
    known = release.content.resources
    asked: dict[str, dict[str, None]] = {}
    for row in rules.report.filled:
        if row.source["kind"] == "resource":
            asked.setdefault(plain(row.source["id"]), {})[row.element] = None
    resources = dict.fromkeys((*rules.report.consents, *(resource for resource in draft.consents if resource in known)))
    return {resource: tuple(asked.get(resource, known[resource].gives)) for resource in resources}


def fitting_answers(event: Event, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that the event still asks for and that are of the right type."""
    found = {}
    for question in event.questions:
        if answers.get(question.id) is not None:
            try:
                found[question.id] = rulebook.check_answer(question, answers[question.id])
            except ValueRefused:
                continue
    return found


def fitting_values(elements: Mapping[str, Any], rules: Rules) -> tuple[dict[str, Any], dict[str, ValueRefused]]:
    """Return (typed values that fit their elements, what is wrong with the others)."""
    check = rulebook.checker(rules)
    good: dict[str, Any] = {}
    bad: dict[str, ValueRefused] = {}
    for element, value in elements.items():
        if value is None or plain(element) not in rules.catalogue.elements:
            continue
        try:
            good[element] = check(element, value)
        except ValueRefused as error:
            bad[element] = error
    return good, bad


def _fetched(prefilled: Iterable[Mapping[str, Any]], rules: Rules) -> Iterator[Fetched]:
    """What registers said; a value that is not even of its element's type is none, and the applicant is asked."""
    check = rulebook.checker(rules, below_zero=True)
    for row in prefilled:
        value = row["value"]
        try:
            value = None if value is None else check(row["element"], value)
        except (KeyError, ValueRefused):
            value = None
        yield Fetched(row["element"], value, row["id"], row["keys"], row["at"])


def held_licences(owner: UUID, content: Catalogue, event: Event) -> dict[str, models.Output]:
    """Return the licences that somebody holds from earlier cases and that serve this matter, the newest of each type.

    Where the matter issues a licence anew, the one of an earlier undertaking does not stand for it: whoever opens a second
    restaurant registers a second business. A service that asks for the old licence itself, to change it, does get it.
    """
    licences = {kind.id for kind in content.evidence_types.values() if kind.licence} - _issued_anew(content, event)
    rows = bulk.select(models.Output, "case_id IN (SELECT id FROM cases_case WHERE applicant = %s) ORDER BY issued_at", [owner])
    return {row.evidence_type: row for row in rows if row.evidence_type in licences}


def _issued_anew(content: Catalogue, event: Event) -> set[str]:
    services = [content.services[name] for name in event.services]
    return {
        kind for service in services for kind in service.produces if not any(kind in requirement.any_of for requirement in service.evidence)
    }


def _given(facts: Mapping[str, Any], rules: Rules, held: Mapping[str, models.Output]) -> dict[str, Known]:
    """What log-in tells, and what earlier licences carry."""
    given: dict[str, Known] = {}
    check = rulebook.checker(rules)
    for element in rules.log_in_gives:
        try:
            value = check(element, facts[element])
        except (KeyError, ValueRefused):
            continue
        given[element] = Known(value, "party", rules.event.applicant)
    for kind, row in held.items():
        for element in rules.gives(kind):
            if row.values.get(element) is not None:
                given.setdefault(element, Known(row.values[element], "held", kind, row.issued_at.isoformat()))
    return given
