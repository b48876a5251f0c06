"""One city, many registers: what one says of somebody fits what every other says, and each can go wrong by itself."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import ric, uscc

from onewindow.cli.demo import register_folders
from onewindow_sources import soap
from onewindow_sources.faults import Faults, failures
from onewindow_sources.main import build
from onewindow_sources.registers import Record, Register, load
from onewindow_sources.society import born, is_woman

scenarios = Path(__file__).parents[2] / "scenarios"
folders = register_folders(scenarios / "restaurant")
day = date(2026, 11, 22)
guo = "230000196603120731"


@cache
def city() -> dict[str, Register]:
    return load(folders, seed=7, today=lambda: day)


def of_enterprises(register: Register) -> bool:
    return register.keys[0].field == "code"


def rows(name: str) -> dict[str, Record]:
    return {record["number"]: record for record in city()[name].records}


def shown(name: str, number: str) -> Any:
    register = city()[name]
    record = register.find([number])
    assert record is not None
    return register.show(record)


def test_everybody_in_every_register_stands_in_the_population_register_under_their_name() -> None:
    people = rows("population")
    assert len(people) == len(city()["population"].records) > 700
    assert all(ric.is_valid(number) for number in people)
    not_of_people = {"guardian", "health"} | {
        name for name, register in city().items() if "name" not in register.records[0] or of_enterprises(register)
    }
    for name in city().keys() - not_of_people:
        assert {number: row["name"] for number, row in rows(name).items()}.items() <= {n: r["name"] for n, r in people.items()}.items(), (
            name
        )
    assert {row["employer-code"] for row in rows("social-insurance").values()} <= {row["code"] for row in city()["enterprise"].records}
    assert all(uscc.is_valid(row["employer-code"]) for row in rows("social-insurance").values())
    insured = rows("social-insurance")
    assert all(row["employer"] == insured[number]["employer"] for number, row in rows("provident-fund").items())


def test_families_are_those_that_could_be() -> None:
    couples, parents = rows("marriage"), rows("family")
    assert len(couples) > 300
    for number, row in couples.items():
        other = couples[row["spouse-number"]]
        assert (other["spouse-number"], other["spouse"], other["day"]) == (number, row["name"], row["day"])
        assert is_woman(number) is not is_woman(row["spouse-number"])
        assert date.fromisoformat(row["day"]).year - born(number).year >= (20 if is_woman(number) else 22)
    generated = [row for row in city()["birth"].records if row["father-number"] in couples]
    assert len(generated) > 200
    for child in generated:
        assert child["mother-number"] == couples[child["father-number"]]["spouse-number"]
        assert child["day"] == born(child["number"]).isoformat()
        assert child["name"][0] == child["father"][0]
        for parent in ("father-number", "mother-number"):
            assert {"idNumber": child["number"], "name": child["name"]} in parents[child[parent]]["children"]


def test_what_is_owned_stands_where_it_is_registered() -> None:
    units = {row["number"]: row for row in city()["property"].records}
    for number, row in rows("property-owner").items():
        unit = units[row["unit"]]
        assert (unit["owner-code"], unit["owner-name"], unit["address"]) == (number, row["name"], row["address"])
    assert {row["certificate"] for row in rows("mortgage").values()} == {row["certificate"] for row in rows("property-owner").values()}
    represented = [row["representative_id"] for row in city()["enterprise"].records]
    assert all(row["companies"] == represented.count(number) for number, row in rows("business-role").items())
    assert {number for number, row in rows("vehicle-ownership").items() if row["vehicles"]} == set(rows("vehicle"))
    assert set(rows("divorce")) == set(rows("marriage"))


def test_descriptions_of_soap_are_those_that_the_registers_give_and_a_wrong_one_is_wrong_there_too() -> None:
    files = sorted(scenarios.glob("*/wsdl/*.wsdl"))
    assert len(files) == 10
    for file in files:
        told = soap.describe(city()[file.stem], f"https://registers.example/soap/{file.stem}")
        assert file.read_bytes() == told, f"write {file.name} anew from /soap/{file.stem}?wsdl"
    register = city()["exit-entry"]
    number, passport = register.records[0]["number"], register.records[0]["passport"].encode()
    space = "urn:onewindow-sources:exit-entry"
    asked = f"<r:FindExitEntry xmlns:r='{space}'><idNumber>{number}</idNumber></r:FindExitEntry>"
    envelope = f"<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>{asked}</e:Body></e:Envelope>".encode()
    (_, right), (_, wrong) = soap.answer(register, envelope), soap.answer(register, envelope, wrong=True)
    assert passport in right
    assert passport not in wrong
    assert number.encode() in wrong


def test_pension_insurance_fund_and_tax_follow_from_one_working_life() -> None:
    assert shown("pension", guo) == {
        "id": guo,
        "age": {"reached": True, "date": "2026-07-12"},
        "contributions": {"enough": True, "years": 39.42, "averageIndex": 1.066},
        "monthlyFen": {"basic": 283399, "account": 107883, "transitional": 90025, "total": 481307},
        "paidFrom": "2026-08-01",
    }
    assert shown("social-insurance", guo)["account"]["lastBaseFen"] == 751680 == shown("provident-fund", guo)["data"]["jcjsFen"]
    assert shown("tax", guo)["sk"] == {"nd": 2025, "srFen": 8722080, "seFen": 81662}
    months = {name: shown(name, guo) for name in ("social-insurance", "medical-insurance")}
    assert months["social-insurance"]["person"]["months"] == months["medical-insurance"]["output"]["months"] == 476
    before = replace(city()["pension"], today=lambda: date(2026, 7, 11))
    told = before.show(before.records[0])
    assert isinstance(told, dict)
    assert told["age"] == {"reached": False, "date": "2026-07-12"}


def test_every_answer_can_be_given_and_the_same_seed_gives_the_same() -> None:
    for register in city().values():
        for record in register.records[:: 20 if register.compute else 1]:
            register.show(record)
    again = load(folders, seed=7, today=lambda: day)
    assert {name: register.records for name, register in again.items()} == {name: register.records for name, register in city().items()}


def test_a_wrong_register_answers_in_form_with_somebody_elses_values() -> None:
    register = city()["pension"]
    right, wrong = register.show(register.records[0]), register.show_wrong(register.records[0])
    assert isinstance(right, dict)
    assert isinstance(wrong, dict)
    assert wrong["id"] == right["id"] == guo
    assert wrong.keys() == right.keys()
    assert wrong["monthlyFen"] != right["monthlyFen"]


def test_a_flaky_register_fails_as_often_as_it_is_told_and_the_seed_says_when() -> None:
    def failed(seed: int, share: float) -> list[str | None]:
        faults = Faults(("a",))
        faults.switch(register="a", mode="flaky", share=share, seed=seed)
        assert faults.state() == {"a": "flaky"}
        return [fault.mode if (fault := faults.of("a")) else None for _ in range(400)]

    assert failed(1, 0.3) == failed(1, 0.3) != failed(2, 0.3)
    assert 80 < sum(mode is not None for mode in failed(1, 0.3)) < 160
    assert set(failed(1, 1)) == set(failures)
    assert set(failed(1, 0)) == {None}


def test_faults_of_the_command_line_may_say_how_slow_and_how_often() -> None:
    server = build(data=folders[0], port=0, api_key="k", fault=("property=slow:0.02", "building=flaky:1"))
    server.server_close()
    slow, flaky = server.faults.of("property"), server.faults.of("building")
    assert slow is not None
    assert (slow.mode, slow.seconds) == ("slow", 0.02)
    assert flaky is not None
    assert flaky.mode in failures
    with pytest.raises(ValueError, match="is no number"):
        build(data=folders[0], port=0, api_key="k", fault=("building=flaky:often",))
