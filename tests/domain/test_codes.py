"""Numbers with a check of their own, as they are printed, typed and mistyped."""

import csv
import doctest
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from onewindow.domain import codes
from onewindow.domain.codes import CodeRefused

RESIDENT, ENTERPRISE = "11010519491231002X", "91110000600037341L"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(codes).failed == 0


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_a_resident_number_is_always_noticed(place: int, shift: int) -> None:
    digit = str((int(RESIDENT[place]) + shift) % 10)
    with pytest.raises(CodeRefused) as refused:
        codes.resident_id(RESIDENT[:place] + digit + RESIDENT[place + 1 :])
    assert refused.value.reason in {"check", "date"}


@given(st.integers(0, 15))
def test_two_neighbours_swapped_in_a_resident_number_are_always_noticed(place: int) -> None:
    assume(RESIDENT[place] != RESIDENT[place + 1])
    with pytest.raises(CodeRefused):
        codes.resident_id(RESIDENT[:place] + RESIDENT[place + 1] + RESIDENT[place] + RESIDENT[place + 2 :])


@given(st.integers(0, 17), st.integers(1, 30))
def test_one_wrong_character_of_a_credit_code_is_always_noticed(place: int, shift: int) -> None:
    wrong = ALPHABET[(ALPHABET.index(ENTERPRISE[place]) + shift) % 31]
    with pytest.raises(CodeRefused):
        codes.credit_code(ENTERPRISE[:place] + wrong + ENTERPRISE[place + 1 :])


@pytest.mark.parametrize(
    ("given_number", "reason"),
    [("1101051949123100", "length"), ("11010519491331002X", "date"), ("1101O519491231002X", "form"), ("110105194912310020", "check")],
)
def test_a_resident_number_is_refused_with_the_reason(given_number: str, reason: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        codes.resident_id(given_number)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("given_code", "reason"), [("9111", "length"), ("9111000060003734IL", "form"), ("911100006000373411", "check")])
def test_a_credit_code_is_refused_with_the_reason(given_code: str, reason: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        codes.credit_code(given_code)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("138 0013 8000", "13800138000"),
        ("０１３８", None),
        ("+8613800138000", "13800138000"),
        ("010-62345678", "010-62345678"),
        ("0452 6123456", "0452-6123456"),
        ("04526123456", "0452-6123456"),
        ("4008123123", "4008123123"),
        ("12345", "12345"),
        ("12800138000", None),
        ("1380013800", None),
        ("13800138000x", None),
        ("", None),
    ],
)
def test_phones_are_read_as_people_write_them(typed: str, number: str | None) -> None:
    if number is None:
        with pytest.raises(CodeRefused):
            codes.phone(typed)
    else:
        assert codes.phone(typed) == number
        assert codes.phone(number) == number


def test_division_and_industry_codes_have_their_lengths() -> None:
    assert codes.region("230202001") == "230202001"
    assert codes.industry("H") == "H"
    for wrong in ("23020", "abc", "023020", ""):
        with pytest.raises(CodeRefused):
            codes.region(wrong)
    for wrong in ("Z62", "H1", "62100", ""):
        with pytest.raises(CodeRefused):
            codes.industry(wrong)


def test_implementation_codes_of_a_real_district_are_taken_apart(reference_data: Path) -> None:
    with (reference_data / "service-items-guangan" / "items.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    read = 0
    for row in rows:
        try:
            code = codes.implementation_code(row["item_code"])
        except CodeRefused:
            continue
        read += 1
        assert code.area == row["area_code"]
        assert row["uscc"] in {code.uscc, ""}, "some rows name a number that is no credit code"
    assert read > 0.8 * len(rows)


def test_a_code_of_neither_form_is_refused() -> None:
    for wrong in ("", "511A0021300001", "1" * 30, "11450721MB15580811I000104002000"):
        with pytest.raises(CodeRefused):
            codes.implementation_code(wrong)
