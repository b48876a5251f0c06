"""What may follow what, in any order that officers and applicants may think of."""

import doctest
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from onewindow.domain import lifecycle
from onewindow.domain.lifecycle import FINAL, TRANSITIONS, Fate, IllegalTransition, advance, dependents, is_final, may, on_refusal

STATES = {"case": lifecycle.CaseState, "service": lifecycle.ServiceState, "task": lifecycle.TaskState}
THINGS = st.sampled_from(["case", "service", "task"])


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(lifecycle).failed == 0


@pytest.mark.parametrize("thing", ["case", "service", "task"])
def test_every_state_can_be_reached_and_left_unless_it_is_final(thing: lifecycle.Thing) -> None:
    first = "waiting" if thing == "task" else "filed"
    reached = {first}
    for _ in STATES[thing]:
        reached |= {table[state] for table in TRANSITIONS[thing].values() for state in list(reached) if state in table}
    assert reached == {str(state) for state in STATES[thing]}
    left = {state for table in TRANSITIONS[thing].values() for state in table}
    assert {str(state) for state in STATES[thing]} - {str(state) for state in left} == {str(state) for state in FINAL[thing]}


@pytest.mark.parametrize("thing", ["case", "service", "task"])
def test_buttons_agree_with_what_happens(thing: lifecycle.Thing) -> None:
    for state, action in product(STATES[thing], TRANSITIONS[thing]):
        try:
            advance(thing, state, action)
        except IllegalTransition as refusal:
            assert not may(thing, state, action)
            assert str(state) in str(refusal)  # noqa: PT017
            assert refusal.status == 409  # noqa: PT017
        else:
            assert may(thing, state, action)


def test_a_second_click_gets_a_sentence_and_not_a_second_decision() -> None:
    with pytest.raises(IllegalTransition, match="Reload the page"):
        advance("service", advance("service", "in-progress", "approve"), "approve")


@pytest.mark.parametrize("state", ["approved", "refused", "completed", "withdrawn", "on-hold"])
def test_what_is_decided_or_put_aside_cannot_be_decided_again(state: str) -> None:
    assert not may("service", state, "approve")
    assert not may("service", state, "refuse")
    assert not may("service", state, "request-correction")


def test_an_act_that_does_not_exist_is_a_mistake_of_the_program() -> None:
    with pytest.raises(LookupError):
        advance("task", "open", "fly")


CHAIN = {"sign": [], "licence": ["sign"], "tax": ["licence"], "water": []}


@pytest.mark.parametrize(
    ("rule_word", "fate"),
    [(None, Fate.WITHDRAW), ("withdraw", Fate.WITHDRAW), ("continue", Fate.CONTINUE), ("wait", Fate.HOLD)],
)
def test_services_that_wait_for_a_refused_one_meet_the_fate_that_was_agreed(rule_word: str | None, fate: Fate) -> None:
    waiting = dependents("sign", CHAIN)
    assert waiting == ("licence", "tax")
    assert on_refusal(rule_word, waiting) == {"licence": fate, "tax": fate}


def test_services_that_wait_for_nothing_go_on() -> None:
    assert dependents("water", CHAIN) == ()
    assert on_refusal(None, dependents("water", CHAIN)) == {}


def test_a_word_that_nobody_agreed_on_is_refused() -> None:
    with pytest.raises(ValueError, match="continue, wait or withdraw"):
        on_refusal("ignore", ["a"])


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)), st.sampled_from("abcdef"))
def test_whoever_waits_for_a_waiting_service_waits_too(waits: dict[str, list[str]], refused: str) -> None:
    found = set(dependents(refused, waits))
    affected = found | {refused}
    for service, producers in waits.items():
        if service != refused:
            assert (service in found) == bool(affected.intersection(producers))


class Handling(RuleBasedStateMachine):
    """A service with its task, as people act on them."""

    @initialize()
    def file(self) -> None:
        self.case, self.service, self.task = "filed", "filed", "waiting"
        self.decisions = 0

    @rule(action=st.sampled_from(sorted(TRANSITIONS["service"])))
    def act_on_service(self, action: str) -> None:
        before = self.service
        try:
            self.service = advance("service", before, action)
        except IllegalTransition:
            assert not may("service", before, action)
            return
        assert not is_final("service", before)
        self.decisions += action in {"approve", "refuse"}

    @rule(action=st.sampled_from(sorted(TRANSITIONS["task"])))
    def act_on_task(self, action: str) -> None:
        before = self.task
        try:
            self.task = advance("task", before, action)
        except IllegalTransition:
            assert not may("task", before, action)
            return
        assert not is_final("task", before)

    @rule(action=st.sampled_from(sorted(TRANSITIONS["case"])))
    def act_on_case(self, action: str) -> None:
        before = self.case
        try:
            self.case = advance("case", before, action)
        except IllegalTransition:
            return
        assert not is_final("case", before)

    @invariant()
    def nothing_is_decided_twice(self) -> None:
        if hasattr(self, "decisions"):
            assert self.decisions <= 1
            assert self.service in set(lifecycle.ServiceState)
            assert self.task in set(lifecycle.TaskState)


TestHandling = Handling.TestCase
TestHandling.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
