"""Three-valued conditions: laws, traces, and limits that hold against hostile trees."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.domain.conditions import ConditionWrong, evaluate, facts_of, faults, same

names = st.sampled_from(["a", "b", "c", "answer.d"])
scalars = st.one_of(st.booleans(), st.integers(-3, 3), st.sampled_from(["x", "y"]))
atoms = st.one_of(
    st.builds(lambda name, value: {"fact": name, "is": value}, names, scalars),
    st.builds(lambda name, values: {"fact": name, "in": values}, names, st.lists(scalars, max_size=3)),
    st.builds(lambda name, known: {"fact": name, "known": known}, names, st.booleans()),
)
conditions: st.SearchStrategy[dict[str, Any]] = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=8,
)
facts = st.dictionaries(names, st.one_of(st.none(), scalars), max_size=4)


def value(condition: object, known: dict[str, Any]) -> bool | None:
    return evaluate(condition, known).value


@given(conditions, conditions, facts)
def test_de_morgan_holds_in_three_values(left: Any, right: Any, known: dict[str, Any]) -> None:
    assert value({"not": {"all": [left, right]}}, known) is value({"any": [{"not": left}, {"not": right}]}, known)
    assert value({"not": {"any": [left, right]}}, known) is value({"all": [{"not": left}, {"not": right}]}, known)


@given(conditions, conditions, conditions, facts)
def test_all_distributes_over_any(one: Any, two: Any, three: Any, known: dict[str, Any]) -> None:
    spread = {"any": [{"all": [one, two]}, {"all": [one, three]}]}
    assert value({"all": [one, {"any": [two, three]}]}, known) is value(spread, known)


@given(conditions, facts)
def test_not_not_is_the_same_and_nobody_is_both(condition: Any, known: dict[str, Any]) -> None:
    assert value({"not": {"not": condition}}, known) is value(condition, known)
    assert value({"all": [condition, {"not": condition}]}, known) is not True


@given(conditions, facts, facts)
def test_more_answers_never_take_back_what_was_decided(condition: Any, known: dict[str, Any], more: dict[str, Any]) -> None:
    """Kleene's logic is monotone; `known` asks about the answering itself and is left out."""
    if "known" in repr(condition):
        return
    before = value(condition, {name: found for name, found in known.items() if found is not None})
    after = value(condition, {**more, **{name: found for name, found in known.items() if found is not None}})
    assert before is None or before is after


@given(conditions, facts)
def test_an_unknown_result_names_the_facts_it_waits_for(condition: Any, known: dict[str, Any]) -> None:
    trace = evaluate(condition, known)
    assert (trace.value is None) is bool(trace.open_facts)
    assert all(known.get(name) is None for name in trace.open_facts)
    assert tuple(dict.fromkeys(atom.fact for atom in trace.atoms)) == facts_of(condition)


def test_every_fact_without_a_value_is_open_even_where_its_own_branch_was_decided() -> None:
    condition = {"any": [{"all": [{"fact": "a", "is": 1}, {"fact": "b", "is": 1}]}, {"fact": "c", "is": 1}]}
    assert evaluate(condition, {"b": 2}).open_facts == ("a", "c")


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, True, False),
        (0, False, False),
        (1, 1.0, True),
        ("1", 1, False),
        ("a", "a", True),
        ([1, "x"], [1.0, "x"], True),
        (None, 0, False),
    ],
)
def test_values_of_different_types_are_never_equal(left: object, right: object, equal: bool) -> None:
    assert same(left, right) is same(right, left) is equal


def test_order_compares_numbers_and_dates_and_nothing_else() -> None:
    assert value({"fact": "a", "at_least": 50}, {"a": 50.0}) is True
    assert value({"fact": "a", "less_than": "2024-03-01"}, {"a": "2024-02-29"}) is True
    for found in ("50", True, [1]):
        with pytest.raises(ConditionWrong, match="puts “a” in order"):
            evaluate({"fact": "a", "at_least": 50}, {"a": found})
    with pytest.raises(ConditionWrong, match="type string"):
        evaluate({"fact": "a", "at_least": 50}, {}, {"a": "string"})


def test_null_is_no_value_and_known_asks_for_one() -> None:
    assert value({"fact": "a", "is": 1}, {"a": None}) is None
    assert value({"fact": "a", "known": True}, {"a": None}) is False
    assert value({"fact": "a", "known": False}, {}) is True
    assert value({"fact": "a", "known": True}, {"a": False}) is True


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], "a", 1, {}, {"all": []} | {"any": []}, {"all": {}}, {"not": []}, {"fact": "a"}, {"fact": 1, "is": 1},
        {"fact": "", "is": 1},
        {"fact": "a", "is": 1, "in": []}, {"fact": "a", "equals": 1}, {"fact": "a", "in": 1}, {"fact": "a", "known": "yes"},
        {"fact": "a", "at_least": "many"}, {"fact": "a", "at_least": True}, {"all": [], "note": 1},
    ],
)  # fmt: skip
def test_anything_else_is_a_fault_with_a_remedy(wrong: object) -> None:
    found = faults(wrong)
    assert found
    assert all(fault.problem and fault.remedy for fault in found)


def test_hostile_trees_are_refused_or_answered_within_fifty_milliseconds() -> None:
    """Promise 38: rule expressions are bounded."""
    deep: dict[str, Any] = {"fact": "a", "is": 1}
    for _ in range(100_000):
        deep = {"not": deep}
    wide = {"all": [{"fact": "a", "is": 1}] * 100_000}
    long = {"fact": "a", "in": list(range(1_000_000))}
    shared: dict[str, Any] = {"fact": "a", "is": 1}
    for _ in range(60):
        shared = {"all": [shared, shared]}
    largest = {"any": [{"fact": f"f{number}", "is": 1} for number in range(1_900)]}
    for tree in (deep, wide, long, shared):
        assert seconds_for(partial(refused, tree)) < 0.05
    assert len(evaluate(largest, {}).open_facts) == 1_900
    assert seconds_for(lambda: evaluate(largest, {})) < 0.05


def refused(tree: object) -> None:
    with pytest.raises(ConditionWrong):
        evaluate(tree, {"a": 1})


def seconds_for(action: Callable[[], object]) -> float:
    """Return the processor time of a call, the least of three: other work on the machine is not the condition's."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        action()
        times.append(time.process_time() - begun)
    return min(times)
