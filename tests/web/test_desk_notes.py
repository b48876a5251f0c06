"""Notes on a case: colleagues of one organisation write them for each other, and nobody else reads them."""

import pytest

from onewindow.modules.cases import models
from onewindow.plumbing import personal
from onewindow.plumbing.models import AuditEntry
from tests.cases.town import FIRE, MARKET, MARKET_CHIEF, WANG, WINDOW
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

SAID = "已电话联系，周四再看现场。"


def test_a_note_is_read_by_colleagues_and_by_nobody_else(desk: Desk) -> None:
    case = desk.file()
    path = desk.path(case, "food.accept")
    page = desk.get(MARKET, path)
    key = page.document.xpath("string(//details[contains(@class, 'notebook')]//input[@name='key']/@value)")
    for _ in range(2):  # pressed twice, kept once
        noted = desk.post(MARKET, f"{path}note/", {"note": SAID, "key": key})
    assert noted.url == path
    assert models.CaseNote.objects.count() == 1
    read = desk.get(MARKET_CHIEF, path)
    assert SAID in read.part("//details[contains(@class, 'notebook')]")
    assert "写了一条给同事的备注" in read.text
    for actor, where in ((FIRE, desk.path(case, "fire.accept")), (WINDOW, path), (WANG, f"/cases/{case.pk}/")):
        other = desk.get(actor, where)
        assert other.status == 200
        assert SAID not in other.text
        assert "备注" not in other.part("//ol[@class='timeline']")
    entry = AuditEntry.objects.get(action="cases.note")
    assert SAID not in str(entry.details)
    assert desk.post(FIRE, f"{path}note/", {"note": "x"}).status == 404, "another department has no step here"
    empty = desk.post(MARKET, f"{path}note/", {"note": "  "}, language="en")
    assert empty.status == 422
    assert "Write the note first" in empty.part("//*[@role='alert']")


def test_whoever_takes_their_data_along_learns_that_there_is_a_note_and_not_what_it_says(desk: Desk) -> None:
    case = desk.file()
    desk.post(MARKET, f"{desk.path(case, 'food.accept')}note/", {"note": SAID})
    parts = {part.name: part.data for part in personal.held_about(WANG.known_id)}
    (told,) = parts[f"case-{case.reference}"]["notes"]
    assert set(told) == {"organisation", "at"}
    assert SAID not in str(parts)
