"""The line map: the picture of a process, drawn on the server, with the same in words for those who listen.

Departments are stations, parallel work is parallel lines, joint work is a capsule over the lines it joins,
the thick line sets the finish date.

The page prints `svg` as it is (all text in it is escaped), `items` as an ordered list for screen readers, and `legend` below.
A map wider than the page belongs in a labelled region that scrolls and takes the focus. Colours are presentation attributes;
style sheets override them by class: `lm` (`lm-portal` …) on the picture, `lm-line` with `lm-critical` and `lm-planned`, `lm-done`,
`lm-to-come`, `lm-off`, `lm-hollow`, `lm-station` with its kind and state, `lm-frame`, `lm-lake`, `lm-leaf`, `lm-lamp`, `lm-brick`,
`lm-wait`, `lm-ink`, `lm-mark`, `lm-dot`, `lm-text`, `lm-strong`, `lm-soft`, `lm-lamp-label`, `lm-day`, `lm-rule`, `lm-divider`,
`lm-leader`.
"""

from collections.abc import Mapping, Sequence

from onewindow.web.linemap.drawing import draw, drawn_share, measures
from onewindow.web.linemap.layout import lay_out
from onewindow.web.linemap.legend import make_legend
from onewindow.web.linemap.model import BrokenProcess, DayHeading, LegendItem, LineMap, ListItem, Station, Variant
from onewindow.web.linemap.small import lay_small
from onewindow.web.linemap.style import STYLES
from onewindow.web.linemap.upright import lay_upright
from onewindow.web.linemap.words import ENGLISH, make_items


def line_map(
    stations: Sequence[Station],
    *,
    days: Sequence[DayHeading] = (),
    variant: Variant,
    title: str,
    describe: Mapping[str, str] | None = None,
    prefix: str = "",
) -> LineMap:
    """Draw a process.  `describe`: the words of `ENGLISH` in the reader's language; `prefix`: ids, where the page wants some.

    Raises: BrokenProcess.
    """
    style = STYLES[variant]
    items = make_items(stations, days, describe or {})
    if variant == "phone":
        layout = lay_upright(stations, days, style)
    elif variant == "mini":
        layout = lay_small(stations, style)
    else:
        layout = lay_out(stations, days, style)
    svg = draw(layout, style, title=title, prefix=prefix, variant=variant)
    width, height = (round(length * drawn_share(layout, style)) for length in measures(layout))
    return LineMap(svg=svg, items=items, width=width, height=height, legend=make_legend(stations, describe or {}))


__all__ = ["ENGLISH", "BrokenProcess", "DayHeading", "LegendItem", "LineMap", "ListItem", "Station", "Variant", "line_map"]
