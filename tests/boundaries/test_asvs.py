"""The list of ASVS items is whole, counts right and names files that exist."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "security" / "asvs.md"
ITEMS = """
1.1: /1,2; 1.2: 1,2,3,4,5/6,7,8,9; 1.3: 1,2/3,4,5,6,7,8,9,10,11; 1.4: /1,2,3; 1.5: 1/2; 2.1: 1/2,3; 2.2: 1,2/3; 2.3: 1/2,3,4; 2.4: /1;
3.2: 1,2/; 3.3: 1/2,3,4; 3.4: 1,2/3,4,5,6; 3.5: 1,2,3/4,5; 3.7: /1,2; 4.1: 1/2,3; 4.2: /1; 4.3: /1,2; 4.4: 1/2,3,4; 5.1: /1; 5.2: 1,2/3;
5.3: 1,2/; 5.4: /1,2,3; 6.1: 1/2,3; 6.2: 1,2,3,4,5,6,7,8/9,10,11,12; 6.3: 1,2/3,4; 6.4: 1,2/3,4; 6.5: /1,2,3,4,5; 6.6: /1,2,3;
6.8: /1,2,3,4; 7.1: /1,2,3; 7.2: 1,2,3,4/; 7.3: /1,2; 7.4: 1,2/3,4,5; 7.5: /1,2; 7.6: /1,2; 8.1: 1/2; 8.2: 1,2/3; 8.3: 1/; 8.4: /1;
9.1: 1,2,3/; 9.2: 1/2,3,4; 10.1: /1,2; 10.2: /1,2; 10.3: /1,2,3,4; 10.4: 1,2,3,4,5/6,7,8,9,10,11; 10.5: /1,2,3,4,5; 10.6: /1,2;
10.7: /1,2,3; 11.1: /1,2; 11.2: /1,2,3; 11.3: 1,2/3; 11.4: 1/2,3,4; 11.5: /1; 11.6: /1; 12.1: 1/2,3; 12.2: 1,2/; 12.3: /1,2,3,4;
13.1: /1; 13.2: /1,2,3,4,5; 13.3: /1,2; 13.4: 1/2,3,4,5; 14.1: /1,2; 14.2: 1/2,3,4; 14.3: 1/2,3; 15.1: 1/2,3; 15.2: 1/2,3;
15.3: 1/2,3,4,5,6,7; 16.1: /1; 16.2: /1,2,3,4,5; 16.3: /1,2,3,4; 16.4: /1,2,3; 16.5: /1,2,3; 17.1: /1; 17.2: /1,2,3,4; 17.3: /1,2
"""
"""The numbers of OWASP ASVS 5.0.0. Shape: section: items of level 1/items of level 2."""


def expected() -> dict[str, str]:
    found = {}
    for section in ITEMS.split(";"):
        name, _, both = section.strip().partition(": ")
        for level, numbers in zip("12", both.split("/"), strict=True):
            found |= {f"{name}.{number}": level for number in numbers.split(",") if number}
    return found


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if re.match(r"\| [0-9]", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_item_stands_there_once_with_its_level(rows: list[list[str]]) -> None:
    assert Counter(row[0] for row in rows) == Counter(expected().keys())
    assert {row[0]: row[1] for row in rows} == expected()
    assert len(rows) == 253


def test_the_states_are_counted_right(rows: list[list[str]]) -> None:
    count = Counter(row[3] for row in rows)
    assert set(count) <= {"met", "partly", "no", "n/a"}
    told = ", ".join(f"{count[state]} {state}" for state in ("met", "partly", "no", "n/a"))
    assert f"Together: {told}." in FILE.read_text(encoding="utf-8")
    assert told in (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    for row in rows:
        assert row[4], row


def test_every_path_that_is_named_exists(rows: list[list[str]]) -> None:
    named = {path for row in rows for path in re.findall(r"`([\w./-]+\.(?:py|md|html|js|json|txt|in))`", row[4])}
    assert len(named) > 100
    assert [path for path in sorted(named) if not any((base / path).is_file() for base in (ROOT, ROOT / "src" / "onewindow"))] == []
