"""Promise 4: reference numbers never repeat, and never reveal how many there are."""

import json
import math
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from onewindow.modules.cases.references import ALPHABET
from tests.promises.installation import ROOT, Installation

SIGMAS = 5  # a sound generator fails one run in a million


def written(site: Installation, folder: Path, each: int) -> list[dict[str, list[str]]]:
    """Let all writers take their numbers at the same time, and return what each was given, in order."""
    command = [sys.executable, "-m", "tests.promises.reference_writers", str(each), str(folder)]
    done = subprocess.run(command, env=site.environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=3600)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(path.read_text()) for path in sorted(folder.glob("writer-*.json"))]


@pytest.mark.own_database
def test_no_number_comes_twice_from_many_writers_with_deletions_and_none_tells_how_many_there_are(
    installation: Installation, tmp_path: Path, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    site, each = installation, 100_000 if full_size else 400
    found = written(site, tmp_path, each)

    given = [number for writer in found for kind in writer.values() for number in kind]
    assert len(found) == 8
    assert len(given) >= 8 * each
    repeated = [number for number, times in Counter(given).items() if times > 1]
    assert repeated == []
    with sqlite3.connect(site.home / "onewindow.sqlite3") as database:
        (kept,) = database.execute("select count(*) from cases_issuedreference").fetchone()
        (cases,) = database.execute("select count(*) from cases_case").fetchone()
    assert (kept, cases) == (len(given), 0), "a number vanished with its case, or was kept for a filing that failed"

    for writer in found:
        tells_nothing(writer["wide"])
    tells_nothing([number for numbers in zip(*(writer["wide"] for writer in found), strict=False) for number in numbers])
    figure(4, f"0 repeats of {len(given):,} by {len(found)} writers with deletions")


def tells_nothing(numbers: list[str]) -> None:
    """Consecutive numbers neither rise nor fall nor keep a distance, and every sign is as likely at every place."""
    values = [value_of(number) for number in numbers]
    count = len(values)
    rises = sum(later > earlier for earlier, later in pairwise(values))
    assert abs(rises - (count - 1) / 2) < SIGMAS * math.sqrt((count + 1) / 12), "consecutive numbers keep an order"
    ranks = {value: rank for rank, value in enumerate(sorted(values))}
    spearman = 1 - 6 * sum((ranks[value] - place) ** 2 for place, value in enumerate(values)) / (count * (count**2 - 1))
    assert abs(spearman) < SIGMAS / math.sqrt(count - 1), "numbers grow or shrink with the count"
    space = len(ALPHABET) ** 8
    near = sum(abs(later - earlier) < space / 1000 for earlier, later in pairwise(values))
    assert near <= count * 0.002 + SIGMAS * math.sqrt(count * 0.002) + 1, "consecutive numbers lie near each other"
    for place in range(8):
        signs = Counter(number.replace("-", "")[-8:][place] for number in numbers)
        expected = count / len(ALPHABET)
        chi2 = sum((signs[sign] - expected) ** 2 / expected for sign in ALPHABET)
        freedom = len(ALPHABET) - 1
        assert chi2 < freedom + SIGMAS * math.sqrt(2 * freedom) + 10, f"signs at place {place} are not equally likely"


def value_of(number: str) -> int:
    value = 0
    for sign in number.replace("-", "")[-8:]:
        value = value * len(ALPHABET) + ALPHABET.index(sign)
    return value
