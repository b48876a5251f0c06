"""Another platform's list of service items: every row ends accepted, repaired or refused, and nothing is invented."""

import csv
import io
import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from onewindow.modules.catalogue import models, selectors, services
from onewindow.modules.catalogue.directory.judge import judge
from onewindow.modules.catalogue.directory.rows import COLUMNS, ImportRefused, read_rows
from onewindow.plumbing.actors import Actor
from tests.catalogue.samples import FILES

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SYSTEM = Actor.system("test")
OURS, OTHER = "115113016823646795", "11511301008778239R"


def row(name: str = "户外广告审批", **changes: str) -> dict[str, str]:
    basic = changes.pop("basic", "511A17033003")
    holder = changes.pop("holder", OURS)
    given = {
        "department": "区行政审批局",
        "main_item": "未分类",
        "name": name,
        "item_code": f"{basic}-511602000000-000-{holder}-1-00",
        "area_code": "511602000000",
        "task_type": "1",
        "dept_code": "68236467-9",
    }
    return {**given, **changes}


def as_csv(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_json(*rows: dict[str, str]) -> bytes:
    departments: dict[str, dict[str, list[dict[str, str]]]] = {}
    for one in rows:
        query = {"areaCode": "area_code", "itemCode": "item_code", "taskType": "task_type", "deptCode": "dept_code"}
        link = "http://example.com/go?" + urlencode({key: one[column] for key, column in query.items()})
        items = departments.setdefault(one["department"], {}).setdefault(one["main_item"], [])
        items.append({"name": one["name"], "link": link, "qrcode": ""})
    return json.dumps(
        [
            {"department": name, "items": [{"main_item": group, "sub_items": items} for group, items in groups.items()]}
            for name, groups in departments.items()
        ]
    ).encode()


def outcome_of(*rows: dict[str, str]):
    return judge(read_rows(name="items.csv", content=as_csv(*rows)))


def test_a_whole_row_is_accepted_as_it_is() -> None:
    (one,) = outcome_of(row())
    assert (one.outcome, one.remarks) == ("accepted", ())
    assert one.entry is not None
    assert (one.entry.basic_code, one.entry.area, one.entry.organisation_uscc, one.entry.group) == (
        "511A17033003",
        "511602000000",
        OURS,
        "",
    )


def test_a_uscc_that_lost_a_digit_is_restored_from_the_other_rows_of_its_department() -> None:
    whole, torn = outcome_of(row(holder=OTHER), row("失业登记", basic="512B0066800002", holder="1151130108778239R"))
    assert whole.outcome == "accepted"
    assert torn.outcome == "repaired"
    assert torn.entry is not None
    assert torn.entry.organisation_uscc == OTHER
    assert torn.entry.code.endswith(f"{OTHER}-1-00")
    assert torn.entry.given_code.endswith("1151130108778239R-1-00")
    assert OTHER in torn.remarks[0].sentence


def test_without_other_rows_to_go_by_the_same_row_is_refused_and_says_why() -> None:
    (alone,) = outcome_of(row(holder="1151130108778239R"))
    assert (alone.outcome, alone.entry) == ("refused", None)
    assert "17 characters" in alone.remarks[0].sentence


def test_an_old_organisation_code_is_completed_from_the_uscc_that_holds_it() -> None:
    _, old = outcome_of(row(), row("张贴宣传品审批", basic="511A0188100004", holder="682364679"))
    assert (old.outcome, old.entry and old.entry.organisation_uscc) == ("repaired", OURS)


def test_a_placeholder_gives_way_to_the_rows_own_valid_department_code_and_else_is_refused() -> None:
    own, nothing = outcome_of(
        row(holder="2222222222222", dept_code=OTHER), row("客运许可", basic="511A0014100002", holder="2222222222222", dept_code="11736")
    )
    assert (own.outcome, own.entry and own.entry.organisation_uscc) == ("repaired", OTHER)
    assert nothing.outcome == "refused"


def test_a_wrong_check_character_is_never_accepted() -> None:
    (wrong,) = outcome_of(row(holder="115113016823646796"))
    assert wrong.outcome == "refused"
    assert "check character" in wrong.remarks[0].sentence


def test_names_get_the_brackets_of_their_script_and_say_so() -> None:
    (one,) = outcome_of(row(" 劳务派遣许可(县级） "))
    assert (one.outcome, one.entry and one.entry.name) == ("repaired", "劳务派遣许可（县级）")
    assert "劳务派遣许可(县级）" in one.remarks[0].sentence


def test_rows_that_cannot_be_told_apart_or_read_are_refused_one_by_one() -> None:
    first, twin, unreadable, nameless, elsewhere = outcome_of(
        row(),
        row("另一个名字"),
        row(item_code="???"),
        row("", basic="511A17033004"),
        row("他处", item_code=row(basic="511A1")["item_code"], area_code="510000000000"),
    )
    assert first.outcome == "accepted"
    assert [one.outcome for one in (twin, unreadable, nameless, elsewhere)] == ["refused"] * 4
    assert "line 2" in twin.remarks[0].sentence
    assert {remark.code for one in (unreadable, nameless, elsewhere) for remark in one.remarks} == {
        "code-malformed",
        "no-text",
        "two-areas",
    }


def test_the_short_form_of_a_code_takes_its_area_from_the_row() -> None:
    (short,) = outcome_of(row(item_code=f"E-000004-001-{OTHER}"))
    assert (short.outcome, short.entry and short.entry.area) == ("repaired", "511602000000")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("items.csv", "name,item_code\n户外,1\n".encode(), "lacks the column department"),
        ("items.csv", as_csv(row(), row(basic="511A2")).replace("户外".encode(), "户外".encode("gbk"), 2), "line 2 is not UTF-8"),
        ("items.csv", as_csv(row(), row(basic="511A2"))[:-40], "Line 3 has"),
        ("items.csv", as_csv(row()).replace(b"511602000000,1", b'"511602000000,1'), "is not CSV"),
        ("items.csv", as_csv(row()) + b"\0", "NUL"),
        ("items.csv", b"", "line 1 lacks"),
        ("items.csv", as_csv(), "no rows"),
        ("items.json", as_json(row())[:-5], "not whole JSON (line 1"),
        ("items.json", b'{"department": "x"}', "not a list"),
        (
            "items.json",
            b'[{"department": "x", "items": [{"main_item": "y", "sub_items": [{"name": 3, "link": ""}]}]}]',
            "[0].items[0].sub_items[0]",
        ),
        ("items.json", b"[]", "no rows"),
    ],
)
@pytest.mark.django_db
def test_a_broken_file_loads_nothing_and_says_what_is_broken_where(name: str, content: bytes, says: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        services.import_directory(name=name, content=content, actor=SYSTEM, now=NOW)
    assert says in str(refused.value)
    assert not models.DirectoryEntry.objects.exists()
    assert not models.ImportRun.objects.exists()


@pytest.mark.django_db
def test_importing_twice_changes_nothing_and_an_edited_row_changes_one_entry() -> None:
    rows = [row(), row("停业登记", basic="511A17033004")]
    first = services.import_directory(name="items.csv", content=as_csv(*rows), actor=SYSTEM, now=NOW)
    assert (first.added, first.changed) == (2, 0)
    before = list(models.DirectoryEntry.objects.order_by("pk").values())
    later = NOW + timedelta(days=1)
    again = services.import_directory(name="items.csv", content=as_csv(*rows), actor=SYSTEM, now=later)
    assert (again.added, again.changed, again.accepted) == (0, 0, 2)
    assert list(models.DirectoryEntry.objects.order_by("pk").values()) == before
    assert models.ImportRun.objects.count() == 1
    rows[1]["name"] = "停业复业登记"
    edited = services.import_directory(name="items.csv", content=as_csv(*rows), actor=SYSTEM, now=later)
    assert (edited.added, edited.changed) == (0, 1)
    assert models.ImportRow.objects.filter(run__imported_at=later).count() == 2


@pytest.mark.django_db
def test_an_entry_is_found_but_not_compiled_until_a_person_has_described_its_steps() -> None:
    services.load_catalogue(files=FILES, actor=SYSTEM, now=NOW)
    services.import_directory(name="items.csv", content=as_csv(row()), actor=SYSTEM, now=NOW)
    (hit,) = [hit for hit in selectors.search("户外广告") if hit.kind == "directory"]
    assert hit.id not in selectors.catalogue_at(1).services
    service = {"id": "outdoor-sign", "organisation": "market", "name": {"zh": "户外广告审批"}}
    with pytest.raises(Exception, match="no steps"):
        services.publish(kind="service", document=service, actor=SYSTEM, now=NOW, completes=hit.id)
    assert selectors.directory_entry(hit.id).completed_into == ""
    described = {**service, "steps": [{"id": "decide", "kind": "decision"}]}
    services.publish(kind="service", document=described, actor=SYSTEM, now=NOW, completes=hit.id)
    assert selectors.directory_entry(hit.id).completed_into == "outdoor-sign"
    assert [(hit.kind, hit.id) for hit in selectors.search("户外广告")] == [("service", "outdoor-sign")]


@pytest.fixture
def items(reference_data: Path) -> Path:
    folder = reference_data / "service-items-guangan"
    if not folder.is_dir():
        pytest.skip("reference data is absent: service-items-guangan")
    return folder


@pytest.mark.django_db
def test_a_real_district_is_imported_whole_within_five_seconds(items: Path) -> None:
    began = time.perf_counter()
    report = services.import_directory(name="items.csv", content=(items / "items.csv").read_bytes(), actor=SYSTEM, now=NOW)
    assert time.perf_counter() - began < 5
    assert len(report.rows) == 895
    assert report.accepted + report.repaired + report.refused == 895
    assert report.added == report.accepted + report.repaired == models.DirectoryEntry.objects.count()
    assert all(row.remarks for row in report.rows if row.outcome != "accepted")
    kept = Counter(models.ImportRow.objects.values_list("outcome", flat=True))
    assert kept == {"accepted": report.accepted, "repaired": report.repaired, "refused": report.refused}
    malformed = [row for row in report.rows if "2222222222222" in row.code]
    assert malformed
    assert {row.outcome for row in malformed} == {"refused"}


@pytest.mark.django_db
def test_both_forms_of_a_real_source_give_the_same_entries(items: Path) -> None:
    ignored = {"id", "source", "imported_at"}
    services.import_directory(name="items.csv", content=(items / "items.csv").read_bytes(), actor=SYSTEM, now=NOW)
    from_csv = [{k: v for k, v in entry.items() if k not in ignored} for entry in models.DirectoryEntry.objects.order_by("code").values()]
    second = services.import_directory(name="items.json", content=(items / "items.json").read_bytes(), actor=SYSTEM, now=NOW)
    assert (second.added, second.changed) == (0, 0)
    models.DirectoryEntry.objects.all().delete()
    services.import_directory(name="items.json", content=(items / "items.json").read_bytes(), actor=SYSTEM, now=NOW)
    from_json = [{k: v for k, v in entry.items() if k not in ignored} for entry in models.DirectoryEntry.objects.order_by("code").values()]
    assert from_json == from_csv


@pytest.mark.django_db
def test_a_search_over_a_real_district_is_answered_within_twenty_milliseconds(items: Path) -> None:
    services.import_directory(name="items.csv", content=(items / "items.csv").read_bytes(), actor=SYSTEM, now=NOW)
    selectors.search("退休")
    times = []
    for text in ("退休", "食品经营许可", "劳务派遣", "拖拉机", "企业设立登记"):
        began = time.perf_counter()
        hits = selectors.search(text)
        times.append(time.perf_counter() - began)
        assert hits
        assert all(text[:2] in hit.name["zh"] for hit in hits[:1])
    assert sorted(times)[len(times) // 2] < 0.02
