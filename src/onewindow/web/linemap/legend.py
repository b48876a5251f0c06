"""The few words under a map: what a thick line, a thin line and a capsule mean, as far as the map shows them."""

from collections.abc import Mapping, Sequence

from onewindow.web.linemap.model import LegendItem, Station
from onewindow.web.linemap.style import INK, LAKE, LAKE_THIN, PAPER, WAIT
from onewindow.web.linemap.svg import element
from onewindow.web.linemap.words import ENGLISH


def make_legend(stations: Sequence[Station], words: Mapping[str, str]) -> tuple[LegendItem, ...]:
    """Return the signs that occur on the map of these stations."""
    spoken = {**ENGLISH, **words}
    planned = all(station.state == "planned" for station in stations)
    steps = [station for station in stations if not station.is_capsule]
    items: list[LegendItem] = []
    if any(station.critical for station in stations):
        items.append(LegendItem(_line(10, LAKE if planned else WAIT), spoken["critical"]))
        if any(not station.critical for station in steps):
            items.append(LegendItem(_line(4, LAKE_THIN if planned else WAIT), spoken["parallel"]))
    if any(station.kind == "joint" for station in stations):
        capsule = element("rect", class_="lm-frame", x=2, y=2, width=12, height=18, rx=6, fill=PAPER, stroke=INK, stroke_width=3)
        items.append(LegendItem(_picture(capsule, 16), spoken["joint"]))
    return tuple(items)


def _line(width: float, colour: str) -> str:
    return _picture(element("path", class_="lm-line", d="M0 11H40", fill="none", stroke=colour, stroke_width=width), 40)


def _picture(body: str, width: int) -> str:
    return element(
        "svg", body, xmlns="http://www.w3.org/2000/svg", class_="lm-sign", aria_hidden="true", focusable="false",
        width=width, height=22, viewBox=f"0 0 {width} 22",
    )  # fmt: skip
