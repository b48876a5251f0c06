"""Families and working lives of made-up people: who is married to whom, whose children, who works since when."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from onewindow_sources import names, numbers

Row = dict[str, Any]


def is_woman(number: str) -> bool:
    """Tell it from a resident ID number.

    >>> is_woman("23000019880412026X")
    True
    """
    return int(number[16]) % 2 == 0


def born(number: str) -> date:
    """Return the day of birth in a resident ID number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def couples(people: Sequence[Mapping[str, Any]], rng: Random) -> Iterator[Row]:
    """Yield each spouse of each couple: of about the same age, married as adults, most of the people.

    Source of the ages: 中华人民共和国民法典 (he 22, she 20).
    """
    men, women = ([row for row in people if is_woman(row["number"]) is sex] for sex in (False, True))
    pairs = zip(sorted(men, key=lambda row: born(row["number"])), sorted(women, key=lambda row: born(row["number"])), strict=False)
    for place, (man, woman) in enumerate(pairs):
        least = max(_years_after(born(man["number"]), 22), _years_after(born(woman["number"]), 20))
        married = least + timedelta(days=rng.randrange(2500))
        if rng.random() < 0.15 or married.year > 2025:
            continue
        shared = {"day": married.isoformat(), "certificate": f"J239900-{married.year}-{place:06d}"}
        for one, other in ((man, woman), (woman, man)):
            told = {"number": one["number"], "name": one["name"], "spouse": other["name"], "spouse-number": other["number"]}
            yield {**told, **shared, "address": man["address"]}


def children(families: Sequence[Mapping[str, Any]], rng: Random) -> Iterator[Row]:
    """Yield the children of couples, none to three of them, born in marriage."""
    for family in families:
        if is_woman(family["number"]):
            continue
        married = date.fromisoformat(family["day"])
        for child in range(rng.choice((0, 1, 1, 1, 2, 2, 3))):
            birth = married + timedelta(days=300 + child * 900 + rng.randrange(700))
            mother = born(family["spouse-number"])
            if birth >= date(2026, 1, 1) or birth > _years_after(mother, 46):
                break
            first_17 = f"{numbers.nobodys_region}{birth:%Y%m%d}{rng.randrange(1, 1000):03d}"
            father = {"father": family["name"], "father-number": family["number"]}
            mother_too = {"mother": family["spouse"], "mother-number": family["spouse-number"]}
            child_number = first_17 + numbers.resident_id_check(first_17)
            given = names.person(rng)[1:]
            yield {
                "number": child_number,
                "name": family["name"][0] + given,
                "day": birth.isoformat(),
                "address": family["address"],
                **father,
                **mother_too,
                "certificate": f"M23{birth:%y}{rng.randrange(10**6):06d}",
            }


def parents(births: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Yield everybody who has children, with all of them."""
    found: dict[str, Row] = {}
    for birth in births:
        for parent in ("father", "mother"):
            row = found.setdefault(birth[f"{parent}-number"], {"name": birth[parent], "children": []})
            row["children"].append({"idNumber": birth["number"], "name": birth["name"]})
    for number, row in found.items():
        yield {"number": number, **row}


def career(rng: Random, number: str, begins: Sequence[int]) -> list[Row]:
    """Return the spans of somebody's working life: it begins at an age, may have a gap, and goes on until now or until old age."""
    birth = born(number)
    start = birth.year + rng.randint(begins[0], begins[1])
    index = round(rng.uniform(0.6, 1.8), 2)
    first = f"{start}-{rng.randint(1, 12):02d}"
    if start > 2018 or rng.random() < 0.6:
        return [{"from": first, "index": index}] if start < 2026 else []
    breaks = rng.randint(start + 2, 2022)
    again = {"from": f"{breaks + 2}-{rng.randint(1, 12):02d}", "index": round(min(index * rng.uniform(0.8, 1.5), 2.9), 2)}
    return [{"from": first, "until": f"{breaks}-12", "index": index}, again]


def _years_after(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))
