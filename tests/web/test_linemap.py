"""What a reader of the line map sees, on the process of a restaurant and on smaller ones."""

import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from onewindow.web.linemap import BrokenProcess, DayHeading, LineMap, Station, Variant, line_map
from onewindow.web.linemap.layout import Layout, lay_out
from onewindow.web.linemap.style import BRICK, LAKE, LAKE_THIN, LAMP, LEAF, STYLES
from onewindow.web.linemap.text import text_width, wrap
from onewindow.web.linemap.upright import lay_upright


def station(name: str, department: str = "", after: str = "", **changes: Any) -> Station:
    made = Station(
        id=name,
        label=name.replace("-", " ").capitalize(),
        lane=department,
        lane_label=department,
        limit_text="1 day" if department else "",
        earliest_day=0,
        limit_days=1 if department else 0,
        kind="step",
        state="planned",
        critical=False,
        after=tuple(after.split()),
    )
    return replace(made, **changes)


RESTAURANT = [
    station("one-window", kind="start", critical=True, note="today"),
    station("drainage-plan", "Water Affairs", "one-window"),
    station("fire-safety-file", "Fire and Rescue", "one-window"),
    station("business-registration", "Market Regulation", "one-window", critical=True),
    station("sign-drawing", "Urban Management", "one-window"),
    station("water-power-and-gas-accounts", "Utility companies", "one-window", limit_days=2, limit_text="2 days"),
    station(
        "joint-inspection", "Market Regulation", "drainage-plan fire-safety-file business-registration sign-drawing",
        kind="joint", critical=True, count=4, note="one visit", earliest_day=1,
    ),
    station("drainage-permit", "Water Affairs", "joint-inspection", earliest_day=2),
    station("fire-safety-approval", "Fire and Rescue", "joint-inspection", earliest_day=2),
    station("food-business-licence", "Market Regulation", "joint-inspection", earliest_day=2, critical=True),
    station("sign-permit", "Urban Management", "joint-inspection", earliest_day=2, limit_days=0, limit_text="at once"),
    station(
        "six-results", after="drainage-permit fire-safety-approval food-business-licence sign-permit water-power-and-gas-accounts",
        kind="end", critical=True, earliest_day=3, note="in your wallet",
    ),
]  # fmt: skip
DAYS = [DayHeading(0, "Today"), DayHeading(1, "Day 1"), DayHeading(2, "Day 2"), DayHeading(3, "Day 3")]


def restaurant(**states: Any) -> list[Station]:
    """The restaurant with some stations (named with _) in other states."""
    return [replace(one, state=states.get(one.id.replace("-", "_"), one.state)) for one in RESTAURANT]


def drawn(stations: list[Station], variant: Variant = "portal", **options: Any) -> LineMap:
    settings: dict[str, Any] = {"days": DAYS, "title": "Open a restaurant", "describe": {}} | options
    return line_map(stations, variant=variant, **settings)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own output


def y_of(layout: Layout) -> dict[str, float]:
    return {placed.station.id: placed.y for placed in layout.stations}


def test_the_restaurant_fits_the_measure_of_every_page() -> None:
    assert drawn(RESTAURANT).width <= 1052
    assert drawn(RESTAURANT, "composer").width <= 912
    assert drawn(RESTAURANT, "phone").width <= 342
    chinese = [replace(one, label="办结" if one.kind in ("start", "end") else "食品许可", limit_text="1 天", note="") for one in RESTAURANT]
    assert drawn(chinese, "desk", days=[]).width <= 552


def test_the_line_that_sets_the_finish_date_runs_straight_with_lanes_on_both_sides() -> None:
    y = y_of(lay_out(RESTAURANT, DAYS, STYLES["portal"]))
    critical = {y[one.id] for one in RESTAURANT if one.critical}
    assert len(critical) == 1
    others = [y[one.id] - critical.copy().pop() for one in RESTAURANT if not one.critical]
    assert min(others) < 0 < max(others)


def test_a_department_keeps_its_lane() -> None:
    y = y_of(lay_out(RESTAURANT, DAYS, STYLES["portal"]))
    assert y["drainage-plan"] == y["drainage-permit"]
    assert y["sign-drawing"] == y["sign-permit"]
    assert len({y["drainage-plan"], y["fire-safety-file"], y["sign-drawing"], y["water-power-and-gas-accounts"]}) == 4


def test_a_department_that_works_on_two_things_at_once_has_two_lanes() -> None:
    process = [
        station("window", kind="start"),
        station("main", "Market Regulation", "window", critical=True),
        station("water", "Water Affairs", "window"),
        station("sewer", "Water Affairs", "window"),
    ]
    y = y_of(lay_out(process, [], STYLES["portal"]))
    assert y["water"] != y["sewer"]


def test_a_line_that_others_imply_is_not_drawn() -> None:
    process = [station("a", "A"), station("b", "B", "a"), station("c", "C", "a b")]
    lines = {(line.source, line.target) for line in lay_out(process, [], STYLES["portal"]).lines}
    assert lines == {("a", "b"), ("b", "c")}


def test_a_bypassing_line_goes_around_the_joint_capsule() -> None:
    layout = lay_out(RESTAURANT, DAYS, STYLES["portal"])
    capsule = next(placed.body for placed in layout.stations if placed.station.kind == "joint")
    bypass = next(line for line in layout.lines if line.source == "water-power-and-gas-accounts")
    heights = [y for x, y in bypass.points if x <= capsule.right + 40]
    assert all(not capsule.top <= y <= capsule.bottom for y in heights)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("one-window", "Today"),
        ("drainage-plan", "Day 1"),
        ("joint-inspection", "Day 2"),
        ("sign-permit", "Day 3"),
        ("six-results", "Day 3"),
    ],
)
def test_every_station_is_listed_under_the_day_on_which_it_is_worked_on(name: str, day: str) -> None:
    assert {item.id: item.day for item in drawn(RESTAURANT).items}[name] == day


def test_what_is_decided_at_once_stands_today_if_nothing_else_is_to_be_done() -> None:
    process = [
        station("window", kind="start"),
        station("licence", "Tax", "window", limit_days=0),
        station("result", kind="end", after="licence"),
    ]
    assert [item.day for item in drawn(process).items] == ["Today", "Today", "Today"]


def test_the_phone_shows_one_station_a_row_and_each_day_once() -> None:
    layout = lay_upright(RESTAURANT, DAYS, STYLES["phone"])
    rows = sorted(placed.y for placed in layout.stations)
    assert min(b - a for a, b in pairwise(rows)) >= 58
    assert [heading.heading.text for heading in layout.headings] == ["Day 1", "Day 2", "Day 3"]


def test_on_the_phone_the_capsule_lies_over_the_lanes_it_joins_and_over_no_other() -> None:
    layout = lay_upright(RESTAURANT, DAYS, STYLES["phone"])
    capsule = next(placed.body for placed in layout.stations if placed.station.kind == "joint")
    x = {placed.station.id: placed.x for placed in layout.stations}
    joined = ["drainage-plan", "fire-safety-file", "business-registration", "sign-drawing"]
    assert all(capsule.left < x[name] < capsule.right for name in joined)
    assert not capsule.left < x["water-power-and-gas-accounts"] < capsule.right


def test_a_planned_map_is_lake_a_done_one_leaf() -> None:
    planned, done = drawn(RESTAURANT).svg, drawn([replace(one, state="done") for one in RESTAURANT]).svg
    assert LAKE in planned
    assert LAKE_THIN in planned
    assert LEAF not in planned
    assert LEAF in done
    assert LAKE not in done
    assert LAKE_THIN not in done


def test_the_lamp_burns_only_where_the_case_is_now() -> None:
    running = restaurant(one_window="done", business_registration="now")
    lamps = [node for node in parsed(drawn(running).svg).iter() if node.get("fill") == LAMP]
    assert len(lamps) == 2, "its disc and its label"
    assert LAMP not in drawn(RESTAURANT).svg


def test_a_refusal_is_brick_and_what_it_stops_is_drawn_in_dots() -> None:
    running = restaurant(fire_safety_file="refused", fire_safety_approval="withdrawn")
    assert BRICK in drawn(running).svg
    lines = {(line.source, line.target): line.state for line in lay_out(running, [], STYLES["portal"]).lines}
    assert lines["fire-safety-file", "joint-inspection"] == "off"
    assert lines["joint-inspection", "fire-safety-approval"] == "off"
    assert lines["drainage-plan", "joint-inspection"] == "planned"


def test_the_list_says_in_words_what_the_drawing_shows() -> None:
    items = {item.id: item for item in drawn(restaurant(joint_inspection="now"), describe={"now": "jetzt"}).items}
    joint = items["joint-inspection"]
    assert joint.state_word == "jetzt"
    for words in ("Joint inspection", "Day 2", "4 departments together", "1 day", "jetzt", "sets the finish date", "after Drainage plan"):
        assert words in joint.text
    assert "sets the finish date" not in items["sign-drawing"].text


def test_words_that_look_like_markup_stay_words() -> None:
    evil = '<script>alert("1")</script>&\x00'
    process = [station("a", "A", label=evil, lane_label=evil, limit_text=evil, note=evil, id='x" onload="alert(1)')]
    for variant in STYLES:
        svg = drawn(process, variant, title=evil, days=[DayHeading(1, evil)], prefix='p"><script>').svg
        tags = {node.tag.rpartition("}")[2] for node in parsed(svg).iter()}
        assert "script" not in tags
        assert not [name for node in parsed(svg).iter() for name in node.attrib if name.startswith("on")]


def test_two_maps_on_a_page_share_no_id() -> None:
    assert ' id="' not in drawn(RESTAURANT).svg
    ids = [[node.get("id") for node in parsed(drawn(RESTAURANT, prefix=name).svg).iter() if node.get("id")] for name in "ab"]
    assert len(ids[0]) == len(RESTAURANT) + 1
    assert not set(ids[0]) & set(ids[1])


def test_the_picture_has_a_name_for_those_who_cannot_see_it() -> None:
    root = parsed(drawn(RESTAURANT).svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", "Open a restaurant")


def test_the_legend_explains_only_what_the_map_shows() -> None:
    assert [item.text for item in drawn(RESTAURANT).legend] == ["sets the finish date", "runs at the same time", "departments act together"]
    assert [item.text for item in drawn([station("a", "A")]).legend] == []


def test_a_row_in_the_list_of_cases_is_four_signs() -> None:
    running = [replace(one, state="done" if one.earliest_day < 2 and one.kind != "end" else "to-come") for one in RESTAURANT]
    svg = parsed(drawn(running, "mini").svg)
    stations = [node for node in svg.iter() if "lm-station" in (node.get("class") or "")]
    assert [(node.get("class") or "").split()[2] for node in stations] == ["lm-done", "lm-done", "lm-under-way", "lm-to-come"]
    assert not [node for node in svg.iter() if node.tag.endswith("text")]


def test_an_empty_process_is_an_empty_picture() -> None:
    for variant in STYLES:
        assert drawn([], variant).items == ()


def test_a_circle_is_named() -> None:
    with pytest.raises(BrokenProcess, match="circle: a, b"):
        drawn([station("a", "A", "b"), station("b", "B", "a")])


def test_an_id_used_twice_is_refused() -> None:
    with pytest.raises(BrokenProcess, match="twice"):
        drawn([station("a", "A"), station("a", "B")])


def test_a_wait_for_a_station_that_is_not_drawn_is_passed_over() -> None:
    assert [item.after for item in drawn([station("a", "A", "elsewhere")]).items] == [()]


def test_long_words_wrap_and_nothing_is_cut() -> None:
    label = "Лицензия на торговлю пищевыми продуктами"
    lines = wrap(label, 200, 17)
    assert len(lines) == 2
    assert " ".join(lines) == label
    assert "".join(wrap("城市管理综合行政执法局审批，公示", 90, 16)) == "城市管理综合行政执法局审批，公示"
    assert not any(line.startswith("，") for line in wrap("城市管理综合行政执，法局审批公示", 130, 16))


def test_chinese_is_an_em_wide_and_cyrillic_wider_than_latin() -> None:
    assert text_width("一窗", 10) == 20
    assert text_width("план", 10) > text_width("plan", 10)


def test_the_package_needs_no_django() -> None:
    code = "import sys, onewindow.web.linemap; sys.exit(any(name.partition('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_sixty_stations_are_laid_out_quickly(capsys: pytest.CaptureFixture[str]) -> None:
    process = [station("window", kind="start", critical=True)]
    for number in range(58):
        before = "window" if number < 15 else f"step-{number - 15}"
        process.append(station(f"step-{number}", f"Department {number % 15}", before, earliest_day=number // 15, critical=number % 15 == 0))
    process.append(station("results", after=" ".join(f"step-{number}" for number in range(43, 58)), kind="end", earliest_day=4))
    began = time.process_time()
    layout = lay_out(process, DAYS, STYLES["portal"])
    spent = time.process_time() - began
    with capsys.disabled():
        print(f"\n60 stations laid out in {spent * 1000:.0f} ms")
    assert len(layout.stations) == 60
