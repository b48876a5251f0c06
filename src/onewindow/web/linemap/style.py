"""The measures and colours of each variant, as the drawing rules give them.  Unit: CSS pixels."""

from collections.abc import Mapping
from dataclasses import dataclass

from onewindow.web.linemap.model import Station, Variant

INK, PAPER, SOFT = "#16233B", "#FFFFFF", "#4A5A73"
RULE, GUIDE = "#D5DDE8", "#E3E9F1"
LAKE, LAKE_DARK, LAKE_THIN = "#0B5CAD", "#073E78", "#5B89BF"
LEAF, LAMP, BRICK, WAIT = "#1E7F4F", "#F2A900", "#B3261E", "#7F8EA5"
FONTS = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif'

BEND = 14.0


@dataclass(frozen=True)
class Style:
    """How one variant is built."""

    width: float
    pitch: float
    bundle: float
    capsule: float
    window: float
    critical_radius: float
    radius: float
    name_size: float
    note_size: float
    name_line: float
    note_line: float
    label_gap: float
    wraps: tuple[float, ...]
    short: bool = False
    head: float = 0.0
    margin: float = 4.0
    max_gap: float = 360.0
    clear: float = 8.0
    slot: float = 0.0
    pack_over: int = 9
    thick: float = 10.0
    thin: float = 4.0


STYLES: Mapping[Variant, Style] = {
    "portal": Style(
        width=1052, pitch=88, bundle=16, capsule=32, window=36, critical_radius=12, radius=8, name_size=17, note_size=16,
        name_line=21, note_line=20, label_gap=15, wraps=(280, 220, 170, 130), head=36,
    ),
    "composer": Style(
        width=912, pitch=76, bundle=16, capsule=32, window=36, critical_radius=12, radius=8, name_size=16, note_size=14,
        name_line=20, note_line=18, label_gap=14, wraps=(250, 200, 150, 120),
    ),
    "desk": Style(
        width=552, pitch=52, bundle=12, capsule=26, window=30, critical_radius=10, radius=8, name_size=14, note_size=14,
        name_line=20, note_line=20, label_gap=11, wraps=(150, 110, 84), short=True, clear=5,
    ),
    "phone": Style(
        width=342, pitch=20, bundle=20, capsule=32, window=36, critical_radius=12, radius=8, name_size=17, note_size=16,
        name_line=22, note_line=21, label_gap=0, wraps=(), head=51, slot=58, clear=4, pack_over=6,
    ),
    "mini": Style(
        width=240, pitch=26, bundle=12, capsule=26, window=26, critical_radius=9, radius=9, name_size=14, note_size=14,
        name_line=20, note_line=20, label_gap=0, wraps=(), slot=70.5, thick=8,
    ),
}  # fmt: skip


def disc_radius(station: Station, style: Style) -> float:
    """Return the radius of a station's disc: larger on the critical line and where work is under way, larger still at the lamp."""
    if station.state == "now":
        return style.critical_radius + 1.5
    if station.state == "under-way":
        return style.critical_radius
    return style.critical_radius if station.critical else style.radius
