"""Whatever the process, the map can be read: nothing touches, everything is there, and nothing a label says becomes markup."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from math import hypot
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.web.linemap import DayHeading, Station, Variant, line_map
from onewindow.web.linemap.bodies import Box
from onewindow.web.linemap.layout import Layout, PlacedStation, lay_out
from onewindow.web.linemap.model import Kind, State
from onewindow.web.linemap.style import STYLES
from onewindow.web.linemap.upright import lay_upright

STATES: tuple[State, ...] = ("planned", "done", "now", "under-way", "to-come", "refused", "withdrawn")
LABELS = st.one_of(
    st.sampled_from([
        "Drainage permit", "Water, power and gas accounts", "Лицензия на торговлю пищевыми продуктами", "食品经营许可证核发", "即办",
        "Государственная регистрация предприятия", "A", "",
    ]),
    st.text(max_size=40),
)  # fmt: skip


@st.composite
def processes(draw: st.DrawFn) -> list[Station]:
    """Any process: with or without a window and results, joint work anywhere, one chain or many."""
    count = draw(st.integers(1, 18))
    with_start, with_end = draw(st.booleans()), draw(st.booleans())
    stations: list[Station] = []
    day: dict[str, float] = {}
    for index in range(count):
        kind: Kind = "start" if with_start and index == 0 else "end" if with_end and index == count - 1 and index else "step"
        if kind == "step" and draw(st.integers(0, 6)) == 0:
            kind = "joint"
        earlier = [station.id for station in stations]
        after = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else []
        if kind == "end":
            after = earlier
        elif earlier and with_start and not after:
            after = [earlier[0]]
        limit = draw(st.sampled_from([0.0, 1.0, 1.0, 2.0]))
        begins = max((day[name] for name in after), default=0.0)
        day[f"n{index}"] = begins + limit
        lane = draw(st.integers(0, 5))
        stations.append(
            Station(
                id=f"n{index}",
                label=draw(LABELS),
                lane=f"d{lane}",
                lane_label=draw(st.sampled_from(["Water Affairs", "Управление городского хозяйства", "市水务局", ""])),
                limit_text=draw(st.sampled_from(["1 day", "at once", "1 天", ""])),
                earliest_day=begins,
                limit_days=limit,
                kind=kind,
                state=draw(st.sampled_from(STATES)),
                critical=draw(st.booleans()),
                after=tuple(after),
                count=draw(st.integers(1, 6)) if kind == "joint" else 1,
                note=draw(st.sampled_from(["", "one visit"])),
            )
        )
    return stations


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own output


DAYS = [DayHeading(day, f"Day {day} · Tue 24 Nov") for day in range(30)]
HORIZONTAL = pytest.mark.parametrize("variant", ["portal", "composer", "desk"])


def _words(placed: PlacedStation) -> Iterator[Box]:
    """The boxes of a label's lines, one by one; a lamp fills its whole box."""
    box = placed.label_box
    if box is None:
        return
    if placed.label.lamp or placed.label.flush:
        yield box
        return
    top, middle = box.top, (box.left + box.right) / 2
    for line in placed.label.lines:
        yield Box(middle - line.width / 2, top, middle + line.width / 2, top + line.height)
        top += line.height


def _overlap(a: Box, b: Box) -> bool:
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom


def _crosses(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Whether a straight piece enters a box (Liang and Barsky's clipping)."""
    low, high = 0.0, 1.0
    for axis, (least, most) in enumerate(((box.left, box.right), (box.top, box.bottom))):
        delta = end[axis] - start[axis]
        if abs(delta) < 1e-9:
            if not least < start[axis] < most:
                return False
            continue
        ends = sorted(((least - start[axis]) / delta, (most - start[axis]) / delta))
        low, high = max(low, ends[0]), min(high, ends[1])
    return high - low > 1e-6


def _assert_readable(layout: Layout) -> None:
    for one, two in combinations(layout.stations, 2):
        assert not _overlap(one.body, two.body), (one.station.id, two.station.id)
        for a, b in ((one, two), (two, one)):
            assert not (a.label_box and _overlap(a.label_box, b.body)), (a.station.id, b.station.id)
        assert not (one.label_box and two.label_box and _overlap(one.label_box, two.label_box)), (one.station.id, two.station.id)
    for line in layout.lines:
        for start, end in pairwise(line.points):
            for placed in layout.stations:
                for box in _words(placed):
                    assert not _crosses(start, end, box), (line.source, line.target, placed.station.id)
                if placed.station.id not in (line.source, line.target):
                    assert not _crosses(start, end, placed.body), (line.source, line.target, placed.station.id)


def _assert_slopes_are_45_degrees(layout: Layout) -> None:
    for line in layout.lines:
        for (x1, y1), (x2, y2) in pairwise(line.points):
            dx, dy = abs(x2 - x1), abs(y2 - y1)
            assert dx < 1e-6 or dy < 1e-6 or abs(dx - dy) < 1e-6, line


def _assert_strangers_do_not_share_a_track(layout: Layout) -> None:
    """Two lines that neither begin nor end together never lie on top of each other, so none can be mistaken for another."""
    for one, two in combinations(layout.lines, 2):
        if one.source == two.source or one.target == two.target:
            continue
        for a in pairwise(one.points):
            for b in pairwise(two.points):
                assert _common_length(a, b) < 1.0, (one.source, one.target, two.source, two.target)


def _common_length(a: tuple[tuple[float, float], ...], b: tuple[tuple[float, float], ...]) -> float:
    (ax, ay), (bx, by) = a
    length = hypot(bx - ax, by - ay)
    if length < 1e-6:
        return 0.0
    ux, uy = (bx - ax) / length, (by - ay) / length
    if any(abs((x - ax) * uy - (y - ay) * ux) > 1.0 for x, y in b):
        return 0.0
    along = sorted((x - ax) * ux + (y - ay) * uy for x, y in b)
    return min(length, along[1]) - max(0.0, along[0])


@HORIZONTAL
@settings(max_examples=60, deadline=None)
@given(process=processes(), with_days=st.booleans())
def test_no_label_disc_or_line_touches_another(variant: Variant, process: list[Station], with_days: bool) -> None:
    layout = lay_out(process, DAYS if with_days else [], STYLES[variant])
    _assert_readable(layout)
    _assert_slopes_are_45_degrees(layout)
    _assert_strangers_do_not_share_a_track(layout)


@settings(max_examples=60, deadline=None)
@given(process=processes(), with_days=st.booleans())
def test_on_the_phone_no_label_disc_or_line_touches_another(process: list[Station], with_days: bool) -> None:
    layout = lay_upright(process, DAYS if with_days else [], STYLES["phone"])
    _assert_readable(layout)
    _assert_slopes_are_45_degrees(layout)
    _assert_strangers_do_not_share_a_track(layout)


@HORIZONTAL
@settings(max_examples=60, deadline=None)
@given(process=processes())
def test_what_waits_stands_to_the_right_of_what_it_waits_for(variant: Variant, process: list[Station]) -> None:
    layout = lay_out(process, DAYS, STYLES[variant])
    x = {placed.station.id: placed.x for placed in layout.stations}
    assert all(x[before] < x[station.id] for station in process for before in station.after)


@settings(max_examples=60, deadline=None)
@given(process=processes())
def test_on_the_phone_what_waits_stands_below_what_it_waits_for(process: list[Station]) -> None:
    y = {placed.station.id: placed.y for placed in lay_upright(process, DAYS, STYLES["phone"]).stations}
    assert all(y[before] < y[station.id] for station in process for before in station.after)


@settings(max_examples=60, deadline=None)
@given(process=processes(), variant=st.sampled_from(sorted(STYLES)), title=st.text(max_size=30))
def test_every_map_is_well_formed_and_its_list_names_every_station_once(process: list[Station], variant: Variant, title: str) -> None:
    drawn = line_map(process, days=DAYS, variant=variant, title=title, describe={})
    root = parsed(drawn.svg)
    assert root.tag.endswith("svg")
    assert sorted(item.id for item in drawn.items) == sorted(station.id for station in process)
    seen: set[str] = set()
    for item in drawn.items:
        waits = next(station.after for station in process if station.id == item.id)
        assert seen.issuperset(waits), "the list tells the work in its order"
        seen.add(item.id)


@settings(max_examples=60, deadline=None)
@given(process=processes(), variant=st.sampled_from(sorted(STYLES)))
def test_maps_carry_no_style_attribute_and_no_script(process: list[Station], variant: Variant) -> None:
    svg = line_map(process, days=DAYS, variant=variant, title="t", describe={}).svg
    for node in parsed(svg).iter():
        assert node.tag.rpartition("}")[2] in {"svg", "g", "path", "rect", "circle", "text", "tspan"}
        assert "style" not in node.attrib
        assert not any(name.startswith("on") for name in node.attrib)
