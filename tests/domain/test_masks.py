"""A mask leaves what its rule says and nothing more, whatever it is given."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.domain.masks import ALWAYS, STAR, is_masked, masked

MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
RESIDENT_ID = st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True)
NAMES = st.text(st.characters(whitelist_categories=["Lo", "Ll", "Lu"]), min_size=1, max_size=30)
TEXTS = st.text(min_size=1, max_size=120)
KINDS = st.sampled_from(["string", "text", "resident-id", "phone", "email", "address", "date", "uscc", "region", "enum", "unheard-of"])


def shown(text: str, mask: str) -> int:
    """How many signs of the value a mask leaves readable."""
    return sum(sign != STAR and not sign.isspace() for sign in mask)


@given(RESIDENT_ID)
def test_of_an_identity_number_the_birthday_and_the_sex_stay_hidden(number: str) -> None:
    assert masked(number, "resident-id") == number[:6] + STAR * 8 + number[14:]


@given(MOBILE)
def test_of_a_mobile_number_four_digits_in_the_middle_stay_hidden(number: str) -> None:
    assert masked(number, "phone") == number[:3] + STAR * 4 + number[7:]


@given(st.from_regex(r"0[0-9]{2,3}-[0-9]{7,8}", fullmatch=True))
def test_of_another_number_the_last_two_digits_are_left(number: str) -> None:
    assert re.fullmatch(r"\*+\d\d", masked(number, "phone"))
    assert len(masked(number, "phone")) == len(number)


@given(NAMES)
def test_of_a_name_the_first_sign_is_left_and_of_one_sign_nothing(name: str) -> None:
    found = masked(name, "string")
    assert len(found) == len(name)
    assert shown(name, found) == (1 if len(name) > 1 else 0)


@given(st.from_regex(r"[a-z][a-z0-9.]{0,20}@[a-z]{1,10}\.(org|cn)", fullmatch=True))
def test_of_an_e_mail_the_length_of_the_name_is_not_told(address: str) -> None:
    name, _, place = address.partition("@")
    assert masked(address, "email") == f"{name[0] if len(name) > 1 else ''}***@{place}"


@given(
    st.sampled_from(["胜利路", "东湖区八一大道", "和平街", "幸福巷"]),
    st.from_regex(r" ?[0-9]{1,4} ?号 ?([0-9]{1,3} 单元)?[0-9]{0,4}", fullmatch=True),
)
def test_of_an_address_the_street_is_left_and_no_number(street: str, rest: str) -> None:
    found = masked(street + rest, "address")
    assert found == street + "***", rest


@given(TEXTS, KINDS)
def test_no_mask_is_the_value_itself_or_longer_than_it_needs(text: str, kind: str) -> None:
    found = masked(text, kind)
    if any(not sign.isspace() and sign != STAR for sign in text[1:]):
        assert found != text
    assert STAR in found or not text.strip() or text[1:].strip() == ""
    if kind not in {"email", "address"}:
        assert len(found) == len(text)
    assert shown(text, found) <= max(10, len(text) - 1)


@given(st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans()), KINDS)
def test_of_a_number_nothing_is_left(value: float, kind: str) -> None:
    assert masked(value, kind) == STAR * 3


@given(
    st.lists(st.dictionaries(st.sampled_from(["full-name", "share"]), st.one_of(NAMES.filter(lambda name: len(name) > 1), st.integers())))
)
def test_every_row_of_a_list_is_masked(rows: list[dict[str, object]]) -> None:
    for row, found in zip(rows, masked(rows, "group"), strict=True):
        assert row.keys() == found.keys()
        assert all(STAR in str(value) for value in found.values())


@pytest.mark.parametrize("kind", sorted(ALWAYS))
def test_what_nobody_decides_by_is_masked_even_for_whoever_checks_the_rest(kind: str) -> None:
    assert is_masked(kind, personal=True, needed=True)
    assert not is_masked(kind, personal=False, needed=False)
