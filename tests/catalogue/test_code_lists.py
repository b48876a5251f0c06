"""Code lists: divisions and industries are found by what people know of them, and a newer list loses no name."""

from datetime import UTC, date, datetime

import pytest

from onewindow.domain.errors import Forbidden
from onewindow.modules.catalogue import selectors, services
from onewindow.modules.catalogue.code_lists import CodeListRefused, CodeRow
from onewindow.plumbing.actors import Actor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
ROWS = (
    CodeRow("230000", {"zh": "黑龙江省", "en": "Heilongjiang"}),
    CodeRow("230200", {"zh": "齐齐哈尔市"}, "230000"),
    CodeRow("230203", {"zh": "建华区"}, "230200"),
    CodeRow("230204", {"zh": "铁锋区"}, "230200"),
)


def load(rows: tuple[CodeRow, ...] = ROWS, day: date = date(2024, 1, 1), code_list: str = "region") -> services.CodeListInfo:
    actor = Actor.system("test")
    return services.load_code_list(code_list=code_list, title="list", source="made", valid_from=day, rows=rows, actor=actor, now=NOW)


def found(text: str, code_list: str = "region") -> list[str]:
    return [row.code for row in selectors.find_codes(code_list=code_list, text=text)]


def test_a_division_is_found_by_its_name_its_sound_its_initials_its_city_and_its_code() -> None:
    load()
    for typed in ("建华", "jianhua", "jhq", "齐齐哈尔 建华", "qqhe jianh", "230203"):
        assert found(typed)[0] == "230203", typed
    assert found("heilongjiang")[0] == "230000", "what is wider comes first"
    assert found("北京") == found(" ") == []
    named = selectors.code_names(code_list="region", codes=["230203"])["230203"]
    assert [name["zh"] for name in named.path] == ["黑龙江省", "齐齐哈尔市"]


def test_a_newer_list_ends_what_it_lacks_and_keeps_its_name() -> None:
    load()
    assert load() == services.CodeListInfo("region", 4, 0, changed=False)
    info = load((*ROWS[:3], CodeRow("230221", {"zh": "龙江县"}, "230200")), date(2026, 1, 1))
    assert (info.ended, info.changed) == (1, True)
    assert found("铁锋") == []
    assert selectors.listed_code(code_list="region", given="230204") is None
    assert selectors.code_names(code_list="region", codes=["230204"])["230204"].name == {"zh": "铁锋区"}


def test_a_class_is_taken_without_its_letter_and_any_code_where_no_list_is_loaded() -> None:
    assert selectors.listed_code(code_list="industry", given="H6210") == "H6210"
    load((CodeRow("H6210", {"zh": "正餐服务"}), CodeRow("H6220", {"zh": "快餐服务"})), code_list="industry")
    assert selectors.listed_code(code_list="industry", given="6210") == "H6210"
    assert selectors.listed_code(code_list="industry", given="H9999") is None


def test_the_divisions_of_the_installation_lie_in_their_cities_and_provinces() -> None:
    rows = {row.code: row for row in selectors.divisions()}
    assert rows["230203"].parent == "230200"
    assert rows["110101"].parent == "110000"
    assert "110103" not in rows, "what has ended is not offered"
    assert all(row.parent in rows for row in rows.values() if row.parent)
    assert rows["230203"].name["en"] == "Jianhuaqu"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff\xfe", "The file"),
        (b"number,name\n1,2\n", "Line 1"),
        (b"code,name_zh\nA,\n", "Line 2"),
        ("code,name_zh\nA,一\nA,二\n".encode(), "Line 3"),
        ("code,name_zh,parent\nA,一,B\n".encode(), "“A”"),
        (b"code,name_zh\n", "no code"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_line(content: bytes, place: str) -> None:
    with pytest.raises(CodeListRefused, match=place):
        selectors.read_code_list(content)


def test_only_who_loads_the_catalogue_loads_a_list() -> None:
    with pytest.raises(Forbidden):
        services.load_code_list(
            code_list="region", title="", source="", valid_from=date(2024, 1, 1), rows=ROWS, actor=Actor.anonymous(), now=NOW
        )
