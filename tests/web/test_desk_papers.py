"""Papers beside the case, in large, and what changed since: side by side."""

import hashlib
import io

import pytest
import typst
from PIL import Image

from onewindow.modules.cases import models, services
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.files import PagesNotDrawn, draw_pages, picture_of
from onewindow.web.desk.pages.changes import differing
from tests.cases.conftest import task
from tests.cases.town import FIRE, MARKET, PDF, TAX, WANG
from tests.web.desk_town import PNG, Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


def corrected(desk: Desk, name: str, media_type: str, content: bytes) -> models.Case:
    """A case in which the applicant has put a number and a paper right, after market had it open."""
    case = desk.registered()
    desk.get(MARKET, desk.path(case, "food.inspect"))
    desk.wait(hours=1)
    items = [services.NoticeItem("element", "seats", "请核对。"), services.NoticeItem("document", "layout", "请补图。")]
    step = task(case, "food.inspect").pk
    notice = services.request_correction(task_id=step, items=items, due_days=5, actor=MARKET, now=desk.now)
    desk.wait(hours=1)
    papers = [services.NewFile("layout", name, media_type, content)]
    services.answer_notice(notice_id=notice.id, values={"seats": 40}, uploads=papers, actor=WANG, now=desk.now)
    return case


def test_what_changed_since_the_notice_and_since_one_looked_stands_side_by_side(desk: Desk) -> None:
    case = corrected(desk, "新图.png", "image/png", PNG)
    desk.wait(hours=1)
    page = desk.get(MARKET, desk.path(case, "food.inspect"))
    (paper, seats) = page.document.xpath("//*[@id='changes']//article")
    if "布局图" not in paper.text_content():
        paper, seats = seats, paper
    before, after = (" ".join(side.text_content().split()) for side in seats.xpath(".//div[contains(@class,'change__sides')]/div"))
    assert before == "原来48申请人填写"
    assert after == "现在40申请人填写"
    assert [mark.text for mark in seats.xpath(".//mark")] == ["8", "0"]
    assert "第 1 次补正" in seats.text_content()
    assert "新变化" in seats.text_content()
    assert "上次查看（03-13 09:30）之后有 2 处变化" in page.text
    old, new = (link.get("data-facts") for link in paper.xpath(".//a[@data-view]"))
    assert old.startswith("布局图.pdf")
    assert new.startswith("新图.png")
    desk.wait(hours=1)
    again = desk.get(MARKET, desk.path(case, "food.inspect"))
    assert "之后没有变化" in again.text
    other = desk.get(FIRE, desk.path(case, "fire.inspect"))
    assert "布局图" not in other.part("//*[@id='changes']"), "what another department's paper was stays there"
    assert not desk.get(TAX, desk.path(case, "tax.confirm")).document.xpath("//*[@id='changes']"), "nor what it needs no value of"
    assert not desk.get(MARKET, desk.path(desk.file(), "food.accept")).document.xpath("//*[@id='changes']")


def test_a_paper_says_what_it_is_and_a_pdf_is_shown_as_a_picture_of_its_pages(desk: Desk) -> None:
    pdf = typst.compile(b"#set page(width: 10cm, height: 14cm)\nA #pagebreak() B", format="pdf")
    case = corrected(desk, "图纸.pdf", "application/pdf", pdf)
    page = desk.get(MARKET, desk.path(case, "food.inspect"))
    (link,) = page.document.xpath("//a[contains(@class,'paper__look')]")
    assert link.get("data-hash") == hashlib.sha256(pdf).hexdigest()
    assert "王丽" in link.get("data-facts")
    response = desk.client(MARKET).get(link.get("data-view"))
    assert response["Content-Type"] == "image/jpeg"
    assert "sandbox" in response["Content-Security-Policy"]
    with Image.open(io.BytesIO(response.content)) as strip:
        assert strip.size == (draw_pages.WIDTH, 2 * draw_pages.HEIGHT + draw_pages.GAP)
    assert AccessEntry.objects.filter(what="cases.document", actor_id=MARKET.id).count() == 1
    assert desk.client(FIRE).get(link.get("data-view")).status_code == 404
    broken = models.Attachment.objects.get(case=case, superseded_at__isnull=False)
    address = f"/desk/cases/{case.pk}/papers/{broken.pk}/pages/"
    answer = desk.client(MARKET).get(address)
    assert answer.status_code == 422
    assert "请打开原文件" in answer.content.decode()


def test_what_is_no_pdf_or_takes_too_long_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PagesNotDrawn):
        picture_of(b"no pdf")
    monkeypatch.setattr("onewindow.plumbing.files.pages.SECONDS", 0.001)
    with pytest.raises(PagesNotDrawn):
        picture_of(PDF)


def test_only_what_differs_is_marked() -> None:
    assert differing("胜利路 88 号", "胜利路 89 号")[0] == ((False, "胜利路 8"), (True, "8"), (False, " 号"))
    assert differing("", "新") == ((), ((True, "新"),))
