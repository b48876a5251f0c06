"""Reference numbers."""

import re
from collections import Counter
from datetime import datetime
from uuid import uuid4

import pytest

from onewindow.modules.cases import models, references


@pytest.mark.django_db
def test_a_number_stays_given_when_its_case_goes(now: datetime) -> None:
    candidates = iter(["OW-2222-2222", "OW-2222-2222", "OW-2222-2222", "OW-3333-3333"])
    first = references.issue(lambda: next(candidates))
    case = models.Case.objects.create(
        reference=first, event="e", release=1, plan={}, applicant=uuid4(), title="", state="filed", filed_at=now
    )
    case.delete()
    assert references.issue(lambda: next(candidates)) == "OW-3333-3333"


def test_a_number_can_be_read_out_and_says_nothing_about_how_many_there_are() -> None:
    drawn = [references.draw() for _ in range(3000)]
    assert all(re.fullmatch(r"OW-[2-9B-DF-HJKMNP-TV-XZ]{4}-[2-9B-DF-HJKMNP-TV-XZ]{4}", number) for number in drawn)
    assert len(set(drawn)) == 3000
    for place in (3, 4, 5, 6, 8, 9, 10, 11):
        letters = Counter(number[place] for number in drawn)
        assert len(letters) == len(references.ALPHABET)
        assert max(letters.values()) < 2 * 3000 / len(references.ALPHABET)


@pytest.mark.parametrize("typed", ["OW-7K4M-29QX", "ow7k4m29qx", " OW 7K4M 29QX ", "ow-7k4m29qx", "ＯＷ－７Ｋ４Ｍ－２９ＱＸ"])
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    assert references.normalise(typed) == "OW-7K4M-29QX"


def test_nonsense_is_no_number() -> None:
    assert references.normalise("") == ""
    assert references.normalise("…") == ""
