"""What a file is checked for: its columns first, then every value; a row that is wrong stays out and is named."""

import json
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

from onewindow.domain import codes
from onewindow.domain.exchange.records import Column, StoreRefused
from onewindow.modules.exchange import services
from onewindow.modules.exchange.records import columns
from onewindow.modules.exchange.records.errors import FileRefused, RowsRefused, StoreHolds
from tests.exchange.conftest import NOW, SYSTEM
from tests.exchange.records.conftest import HOUSES, Shelf

HEAD = "property-number,address,floor-area,storeys,heated,built,seen,use"


@pytest.mark.django_db
def test_rows_that_are_wrong_stay_out_and_each_is_named_with_its_column_and_reason(shelf: Shelf, found: Callable[..., Any]) -> None:
    file = shelf.csv(
        HEAD,
        ("A1", "somewhere", "1,5", "3.5", "perhaps", "2026-02-30", "soon", "stable"),
        ("", "somewhere"),
        ("", "somewhere", "", "", "", "", "", ""),
        ("A2", " ", "", "", "", "", "", ""),
        ("A3", "a\x07bell", "nan", str(2**63), "", "", "", ""),
        ("A4", "x" * 5001, "", "", "", "", "", ""),
        (" A5 ", "here", "1e3", "+7", "否", "2026年3月1日", "2026-03-01 09:30:00", "home"),
        ("A5", "again", "", "", "", "", "", ""),
    )
    with pytest.raises(RowsRefused, match="7 of its rows are wrong, the first is row 3: The row"):
        shelf.load(file, refuse=None)
    assert shelf.load(file).added == 1
    assert sorted(shelf.refused) == [
        (2, "built", "not-date"),
        (2, "floor-area", "not-number"),
        (2, "heated", "not-boolean"),
        (2, "seen", "not-moment"),
        (2, "storeys", "not-integer"),
        (2, "use", "not-listed"),
        (3, "", "row"),
        (4, "property-number", "missing"),
        (5, "address", "missing"),
        (6, "address", "signs"),
        (6, "floor-area", "not-number"),
        (6, "storeys", "not-integer"),
        (7, "address", "too-long"),
        (9, "property-number", "twice"),
    ]
    record = found("houses", property_number="A5")
    assert (record["floor-area"], record["storeys"], record["heated"], record["built"]) == (1000, 7, False, date(2026, 3, 1))
    assert record["seen"].isoformat() == "2026-03-01T01:30:00+00:00"  # the city's own time


@pytest.mark.django_db
def test_a_file_with_other_columns_is_refused_as_a_whole(shelf: Shelf) -> None:
    for head, told in (
        ("property-number,address", "there is no column floor-area"),
        (f"{HEAD},colour", "the store has no column colour"),
        (f"{HEAD},use", "the column use is there twice"),
    ):
        with pytest.raises(FileRefused, match=told):
            shelf.load(shelf.csv(head, ("A1",)))
    for name, told in (("houses.xls", "must end in"), ("empty.csv", "names no columns"), ("broken.parquet", "could not be read")):
        (shelf.folder / name).write_bytes(b"")
        with pytest.raises(FileRefused, match=told):
            shelf.load(shelf.folder / name)
    gbk = shelf.folder / "gbk.csv"
    gbk.write_bytes(f"{HEAD}\nA1,胜利路,,,,,,\n".encode("gb18030"))
    with pytest.raises(FileRefused, match="could not be read"):
        shelf.load(gbk)
    assert shelf.load(gbk, encoding="gb18030").added == 1


@pytest.mark.django_db
def test_a_store_keeps_its_columns_while_it_holds_records(shelf: Shelf) -> None:
    def describe(**changes: Any) -> bool:
        return services.describe_records(resource="houses", description={**HOUSES, **changes}, actor=SYSTEM, now=NOW)

    assert not describe()
    assert describe(columns=HOUSES["columns"][:2])
    assert describe()
    shelf.load(shelf.csv(HEAD, ("A1", "here", "", "", "", "", "", "")))
    assert describe(history_days=30)
    with pytest.raises(StoreHolds):
        describe(columns=HOUSES["columns"][:2])
    with pytest.raises(StoreRefused, match=r"id is there twice\. history_days is"):
        describe(columns=[{"name": "id", "key": True}, {"name": "id"}], history_days="long")


@pytest.mark.django_db
def test_parquet_and_json_lines_hold_the_same_records_as_csv(shelf: Shelf, found: Callable[..., Any]) -> None:
    rows = [
        {
            "property-number": "A1",
            "address": "here",
            "floor-area": 1.5,
            "storeys": 3,
            "heated": True,
            "built": date(2001, 2, 3),
            "gone": False,
        },
        {"property-number": "A2", "address": None, "floor-area": None, "storeys": None, "heated": None, "built": None, "gone": False},
    ]
    full = [{**row, "seen": None, "use": "home"} for row in rows]
    pa_parquet.write_table(pa.Table.from_pylist(full), shelf.folder / "a.parquet")
    assert shelf.load(shelf.folder / "a.parquet").added == 1
    assert shelf.refused == [(2, "address", "missing")]
    first = found("houses", property_number="A1")
    assert (first["floor-area"], first["heated"], first["built"]) == (1.5, True, date(2001, 2, 3))

    lines = shelf.folder / "a.jsonl"
    lines.write_text("".join(json.dumps({**row, "built": row["built"] and "2001-02-03"}) + "\n" for row in full[:1]), encoding="utf-8")
    loaded = shelf.load(lines)
    assert (loaded.same, loaded.changed, shelf.refused) == (1, 0, [])
    mixed = ['{"property-number": 7, "address": "x"}', "", "{", '{"property-number": "8", "colour": 1}', '{"property-number": [1]}']
    lines.write_text("\n".join(mixed), encoding="utf-8")
    assert shelf.load(lines).added == 1
    assert shelf.refused == [(3, "", "row"), (4, "colour", "not-described"), (5, "property-number", "not-text")]
    assert found("houses", property_number="7")["address"] == "x"


@pytest.mark.parametrize(
    ("code", "alone", "good"), [("resident-id", codes.resident_id, "23000019880412026X"), ("uscc", codes.credit_code, "91110000600037341L")]
)
def test_numbers_checked_all_at_once_pass_exactly_where_each_alone_does(code: str, alone: Callable[[str], str], good: str) -> None:
    chance = random.Random(5)
    wrong = [
        "",
        "1",
        good.lower(),
        f" {good}",
        good[:-1],
        f"{good}0",
        f"{good[:6]}18690101{good[14:]}",
        f"{good[:6]}20230229{good[14:]}",
        "字" * 6,
    ]
    for _ in range(600):
        signs = list(good)
        for _ in range(chance.choice((1, 1, 2))):
            signs[chance.randrange(18)] = chance.choice("0123456789XABIO")
        wrong.append("".join(signs))
    array, told = columns.read(Column("n", code=code), pa.array([*wrong, good, None]))
    passed = {code for code, _ in told}
    for value, kept in zip([*wrong, good], array.to_pylist(), strict=False):
        expected, reason = None, ""
        try:
            expected = alone(value) if value else None
        except codes.CodeRefused as error:
            reason = error.reason
        assert kept == expected, value
        assert not reason or f"{code}-{reason}" in passed


def test_a_piece_of_a_file_may_be_a_slice_of_a_larger_one(tmp_path: Path) -> None:
    array = pa.array(["x", "23000019880412026X", None, "11010519491231002X", "y"])[1:4]
    kept, told = columns.read(Column("n", code="resident-id"), array)
    assert (kept.to_pylist(), told) == (["23000019880412026X", None, "11010519491231002X"], [])
