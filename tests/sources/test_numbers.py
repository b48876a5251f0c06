"""Numbers are right in form, the same every time, and nobody's."""

from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from onewindow_sources import numbers
from onewindow_sources.registers import load

data = Path(__file__).parents[2] / "scenarios/restaurant/registers"


@given(st.integers())
def test_every_generated_resident_id_is_valid_and_belongs_to_no_county(seed: int) -> None:
    number = numbers.resident_id(Random(seed))
    assert ric.validate(number) == number
    assert number[2:6] == "0000", "a real number always names a county"


@given(st.integers(), st.sampled_from(["91", "92"]))
def test_every_generated_credit_code_is_valid_with_the_organisation_code_inside_it(seed: int, kind: str) -> None:
    code = numbers.uscc(Random(seed), kind=kind)
    assert uscc.validate(code) == code
    assert code[:8] == kind + "239900"
    assert numbers.organisation_code_check(code[8:16]) == code[16]


def test_every_number_in_the_registers_is_valid() -> None:
    registers = load(data, seed=7)
    people = [record["number"] for record in registers["population"].records]
    enterprises = [record["code"] for record in registers["enterprise"].records]
    wards = [ward["idNumber"] for record in registers["guardian"].records for ward in record["wards"]]
    assert all(ric.is_valid(number) for number in people + wards)
    assert all(uscc.is_valid(code) for code in enterprises)
    assert len(set(people)) == len(people) > 500
    assert len(set(enterprises)) == len(enterprises) > 200


def test_the_same_seed_makes_the_same_people_and_another_seed_makes_others() -> None:
    first, again, other = (load(data, seed=seed)["population"].records for seed in (7, 7, 8))
    assert first == again
    assert first != other
    assert first[0] == other[0], "the people of the story are fixed"


def test_registers_speak_about_the_same_units_and_owners() -> None:
    registers = load(data, seed=7)
    units = {record["number"] for record in registers["property"].records}
    assert units == {record["number"] for record in registers["building"].records} == {r["number"] for r in registers["drainage"].records}
    names = {record["code"]: record["name"] for record in registers["enterprise"].records}
    adults = {record["number"]: record["name"] for record in registers["population"].records}
    assert all(adults[record["number"]] == record["name"] for record in registers["guardian"].records)
    enterprises = [record for record in registers["property"].records if record["owner-code"] in names]
    assert len(enterprises) > 400
    assert all(record["owner-name"] == names[record["owner-code"]] for record in enterprises)
