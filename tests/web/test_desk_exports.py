"""Taking the queue along: the table is made in the background, holds what the list shows, and is its owner's alone."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from onewindow.modules.cases import models, services
from onewindow.modules.cases.handlers import EXPORTS
from onewindow.modules.cases.services import exports
from onewindow.modules.identity.models import Post
from onewindow.plumbing import tables
from onewindow.plumbing.access_store.models import AccessEntry
from onewindow.plumbing.models import StoredFile
from onewindow.plumbing.outbox import worker
from tests.cases.town import LIU, MARKET, MARKET_CHIEF, RESIDENT_ID, TYPED, WANG, WINDOW
from tests.web.desk_town import Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = pytest.mark.django_db


def asked(desk: Desk, query: str = "") -> models.QueueExport:
    desk.wait(seconds=1)
    desk.post(MARKET, f"/desk/exports/new/{query}")
    return models.QueueExport.objects.latest("asked_at")


def made(desk: Desk, query: str = "") -> models.QueueExport:
    row = asked(desk, query)
    services.make_export(export_id=row.pk, actor=EXPORTS, now=desk.now)
    row.refresh_from_db()
    return row


def table(desk: Desk, row: models.QueueExport) -> list[tuple[Any, ...]]:
    response = desk.client(MARKET).get(f"/desk/exports/{row.pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert all(cell.data_type != "f" for line in book.active.iter_rows() for cell in line), "no cell is a formula"
    return list(book.active.iter_rows(values_only=True))


def test_the_queue_as_it_is_filtered_becomes_a_table_and_whoever_stands_in_it_can_read_who_took_it(
    desk: Desk, django_capture_on_commit_callbacks: Any
) -> None:
    desk.file(typed={**TYPED, "trade-name": "=SUM(A1) 小馆"})
    desk.file(actor=LIU, typed={**TYPED, "trade-name": f"小馆 {RESIDENT_ID}"})
    done = desk.file(typed={**TYPED, "trade-name": "别的店"})
    page = desk.post(MARKET, "/desk/exports/new/?q=小馆", language="en")
    assert "waits for its turn" in page.text
    assert page.document.xpath("//*[@id='exports']/@hx-get"), "while it is made the list renews itself"
    with django_capture_on_commit_callbacks(execute=True):
        while worker.run_once(desk.now):
            pass
    page = desk.get(MARKET, "/desk/exports/", language="en")
    assert "2 rows" in page.text
    row = models.QueueExport.objects.get()
    head, *rows = table(desk, row)
    assert head[:2] == ("Reference", "Case")
    assert sorted(line[1] for line in rows) == ["'=SUM(A1) 小馆", "小馆 110101********2316"]
    assert {line[8] for line in rows} == {datetime(2026, 3, 16)}, "a day is a day, not a text"
    assert {line[7] for line in rows} == {1}
    assert all(isinstance(line[10], datetime) for line in rows)
    (read,) = AccessEntry.objects.filter(what="cases.export")
    assert set(read.persons) == {str(WANG.id), str(LIU.id)}
    assert str(done.pk) not in str(read.persons)
    assert "导出成表格" in desk.client(WANG).get("/who-looked/").content.decode()


@pytest.mark.own_database
def test_a_table_is_its_owners_alone_at_the_desk_where_they_asked_and_for_a_day(desk: Desk) -> None:
    desk.file()
    row = made(desk)
    address = f"/desk/exports/{row.pk}/"
    for other in (MARKET_CHIEF, WINDOW):
        assert desk.client(other).get(address).status_code == 404
        assert desk.client(other).post(f"{address}remove/").status_code == 404
        assert "还没有导出过" in desk.get(other, "/desk/exports/").text
    Post.objects.filter(user_id=MARKET.id).update(organisation_id="fire")
    assert desk.client(MARKET).get(address).status_code == 404
    Post.objects.filter(user_id=MARKET.id).update(organisation_id="market")
    assert desk.client(MARKET).get(address).status_code == 200
    desk.wait(hours=24)
    assert desk.client(MARKET).get(address).status_code == 404
    assert StoredFile.objects.filter(pk=row.file).exists()
    assert services.expire_exports(actor=EXPORTS, now=desk.now) == 1
    assert not StoredFile.objects.filter(pk=row.file).exists()
    assert not models.QueueExport.objects.exists()


@pytest.mark.own_database
def test_whoever_lost_the_post_gets_no_table_and_one_a_worker_died_over_is_made_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.file()
    row = asked(desk)
    Post.objects.filter(user_id=MARKET.id).delete()
    services.make_export(export_id=row.pk, actor=EXPORTS, now=desk.now)
    row.refresh_from_db()
    assert (row.state, row.file) == ("failed", None)
    Post.objects.create(user_id=MARKET.id, organisation_id="market", roles=["officer"])
    assert "没有做成" in desk.get(MARKET, "/desk/exports/").text
    row = asked(desk)

    def dies(*_args: Any) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(exports, "_written", dies)
        with pytest.raises(KeyboardInterrupt):
            services.make_export(export_id=row.pk, actor=EXPORTS, now=desk.now)
    assert services.exports_to_make(actor=EXPORTS, now=desk.now) == ()
    desk.wait(minutes=11)
    assert services.exports_to_make(actor=EXPORTS, now=desk.now) == (row.pk,)
    services.make_export(export_id=row.pk, actor=EXPORTS, now=desk.now)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.rows) == ("ready", 2, 1)


@pytest.mark.own_database
def test_no_more_than_three_wait_at_a_time_and_a_list_too_long_says_how_long_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("一号", "二号"):
        desk.file(typed={**TYPED, "trade-name": name})
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    _, (one, *_), (note, *_) = table(desk, made(desk))
    assert one
    assert note == "列表还有更多行，这里是前 1 行。请先筛选，再导出其余部分。"
    assert len(table(desk, made(desk, "?only=today"))) == 1, "nothing of it is due today"
    for _ in range(3):
        asked(desk)
    assert "3 份导出还在生成" in desk.post(MARKET, "/desk/exports/new/").text
    assert models.QueueExport.objects.count() == 5


@pytest.mark.own_database
def test_a_table_lies_in_no_file_of_the_disk_while_it_is_written(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    written = tables.Table(name="x", columns=[("甲", 10)])
    written.add([["老灶台"], [date(2026, 3, 13)], [timedelta(hours=1).seconds], [None], ["-1"]])
    assert not list(tmp_path.iterdir())
    book = load_workbook(io.BytesIO(written.finished()))
    assert [line[0] for line in book.active.iter_rows(values_only=True)] == ["甲", "老灶台", datetime(2026, 3, 13), 3600, None, "'-1"]
