"""What people type and registers send, checked and brought into one form."""

import doctest
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.domain import values
from onewindow.domain.catalogue.model import Element, type_names
from onewindow.domain.values import REASONS, ValueRefused, normalise

CUISINE = Element(
    id="cuisine", name={}, type="enum", values=({"id": "hotpot", "name": {"en": "Hotpot"}}, {"value": "noodles"}, {"value": 3})
)
STAFF = Element(id="staff", name={}, type="group", of=("full-name", "resident-id"), many=True)
MEMBERS = {"full-name": Element(id="full-name", name={}), "resident-id": Element(id="resident-id", name={}, type="resident-id")}


def element(kind: str) -> Element:
    return Element(id="field", name={}, type=kind)


def refusal(value: object, kind: str) -> str:
    with pytest.raises(ValueRefused) as refused:
        normalise(value, element(kind))
    assert refused.value.what
    assert refused.value.how
    assert refused.value.element == "field"
    return refused.value.reason


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(values).failed == 0


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("string", "  王丽 ", "王丽"),
        ("string", 302, "302"),
        ("text", "one\r\ntwo", "one\ntwo"),
        ("integer", "1,200", 1200),
        ("integer", 50.0, 50),
        ("number", "８５．５", 85.5),
        ("number", 120, 120),
        ("money", "12000", 12000),
        ("boolean", "是", True),
        ("boolean", False, False),
        ("date", "2026年3月1日", "2026-03-01"),
        ("date", date(2026, 3, 1), "2026-03-01"),
        ("address", "云江区中央大街 12 号", "云江区中央大街 12 号"),
        ("phone", "+86 138-0013-8000", "13800138000"),
        ("email", "Wang.Li@Example.COM", "Wang.Li@example.com"),
        ("resident-id", "11010519491231002x", "11010519491231002X"),
        ("uscc", "9111 0000 6000 3734 1l", "91110000600037341L"),
        ("region", 230202, "230202"),
        ("industry", "h6210", "H6210"),
        ("file", "{9D1F8C3A-44A5-4C5E-9D3B-0E6B8F3F6B11}", "9d1f8c3a-44a5-4c5e-9d3b-0e6b8f3f6b11"),
    ],
)
def test_values_are_kept_in_one_form(kind: str, value: object, kept: object) -> None:
    result = normalise(value, element(kind))
    assert result == kept
    assert type(result) is type(kept)
    assert normalise(result, element(kind)) == kept


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("string", " ", "missing"),
        ("string", None, "missing"),
        ("string", ["a"], "not-text"),
        ("string", "a" * 201, "too-long"),
        ("string", "a\x00b", "signs"),
        ("string", "one\ntwo", "signs"),
        ("text", "a" * 5001, "too-long"),
        ("integer", "12.5", "not-integer"),
        ("integer", True, "not-integer"),
        ("integer", "12 000 or so", "not-integer"),
        ("integer", "9" * 40, "too-large"),
        ("integer", 10**12, "too-large"),
        ("integer", "-5", "below-zero"),
        ("integer", -1, "below-zero"),
        ("number", "nan", "not-number"),
        ("number", float("inf"), "not-number"),
        ("number", "1e999999", "too-large"),
        ("number", "9999999999999.5", "too-large"),
        ("number", "－0.5", "below-zero"),
        ("number", -36.5, "below-zero"),
        ("money", "12.50", "not-money"),
        ("money", -1, "negative"),
        ("boolean", 1, "not-boolean"),
        ("boolean", "perhaps", "not-boolean"),
        ("date", "2026-02-30", "not-date"),
        ("date", "yesterday", "not-date"),
        ("date", 20260301, "not-date"),
        ("address", "A1", "address-short"),
        ("phone", "12800138000", "phone"),
        ("email", "wang@localhost", "email"),
        ("email", "a b@example.com", "email"),
        ("resident-id", "110105194912310020", "resident-id-check"),
        ("resident-id", "11010519491331002X", "resident-id-date"),
        ("resident-id", "1", "resident-id-length"),
        ("resident-id", "1101O519491231002X", "resident-id-form"),
        ("uscc", "911100006000373411", "uscc-check"),
        ("uscc", "9111000060003734IL", "uscc-form"),
        ("region", "23020", "region"),
        ("industry", "restaurant", "industry"),
        ("file", "lease.pdf", "file"),
    ],
)
def test_what_does_not_fit_is_told_what_and_how_to_mend_it(kind: str, value: object, reason: str) -> None:
    assert refusal(value, kind) == reason


def test_every_type_of_the_catalogue_can_be_checked() -> None:
    assert set(values._readers) | {"enum", "group"} == set(type_names)


def test_a_choice_is_taken_by_its_id_and_others_are_listed() -> None:
    assert normalise("hotpot", CUISINE) == "hotpot"
    assert normalise("3", CUISINE) == 3
    with pytest.raises(ValueRefused, match="hotpot, noodles, 3"):
        normalise("sushi", CUISINE)


def test_a_list_of_people_is_kept_row_by_row() -> None:
    rows = [{"full-name": " 王丽 ", "resident-id": "11010519491231002x"}]
    assert normalise(rows, STAFF, MEMBERS) == [{"full-name": "王丽", "resident-id": "11010519491231002X"}]


def test_a_mistake_inside_a_list_names_the_row_and_the_field() -> None:
    rows = [{"full-name": "王丽", "resident-id": "11010519491231002X"}, {"full-name": "周航", "resident-id": "1"}]
    with pytest.raises(ValueRefused, match=r"staff\[2\].resident-id: A resident identity number has 18"):
        normalise(rows, STAFF, MEMBERS)
    with pytest.raises(ValueRefused, match=r"staff\[1\].resident-id: Nothing"):
        normalise(rows[:1] and [{"full-name": "王丽"}], STAFF, MEMBERS)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("王丽", "not-group"),
        (["王丽"], "not-group"),
        ([{"full-name": "王丽", "salary": 1}], "unknown-member"),
        ([{"full-name": "王丽"}] * 201, "too-many"),
    ],
)
def test_a_list_that_is_none_is_refused(value: object, reason: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        normalise(value, STAFF, MEMBERS)
    assert refused.value.reason == reason


def test_a_group_that_holds_once_takes_one_entry() -> None:
    once = Element(id="manager", name={}, type="group", of=("full-name",))
    assert normalise({"full-name": "王丽"}, once, MEMBERS) == [{"full-name": "王丽"}]
    with pytest.raises(ValueRefused, match="one is allowed"):
        normalise([{"full-name": "王丽"}, {"full-name": "周航"}], once, MEMBERS)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(type_names), anything)
def test_whatever_is_sent_is_kept_as_json_or_refused_with_a_sentence(kind: str, value: Any) -> None:
    field = {"enum": CUISINE, "group": STAFF}.get(kind, element(kind))
    try:
        kept = normalise(value, field, MEMBERS)
    except ValueRefused as refused:
        assert refused.reason in REASONS  # noqa: PT017
        assert len(str(refused)) < 300  # noqa: PT017
    else:
        assert json.loads(json.dumps(kept, allow_nan=False)) == kept
        assert normalise(kept, field, MEMBERS) == kept
