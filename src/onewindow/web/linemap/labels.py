"""The words at a station, as lines of runs."""

from onewindow.web.linemap.model import Station
from onewindow.web.linemap.style import Style
from onewindow.web.linemap.text import Label, Line, Run, make_label, text_width, wrap

DOT = " · "
AT_WORK = frozenset({"now", "under-way"})


def row_label(station: Station, style: Style, limit: float) -> Label:
    """Return the label of a station in its row of an upright map: flush left, in as many lines as it takes."""
    lines = [*_name(station, style, limit, 6), *_notes(station, style, limit, 6)]
    return make_label(lines, lamp=station.state == "now", flush=True)


def station_label(station: Station, style: Style, limit: float) -> Label:
    """Return the label of a station, wrapped to about the given width."""
    if style.short and not station.is_capsule:
        return make_label(_short(station, style, limit), lamp=station.state == "now")
    return make_label([*_name(station, style, limit), *_notes(station, style, limit)], lamp=station.state == "now")


def _name(station: Station, style: Style, limit: float, most: int = 2) -> list[Line]:
    bold = station.critical or station.is_capsule or station.state in AT_WORK
    soft = _is_soft(station)
    lines = wrap(station.label, limit, style.name_size, bold=bold, lines=most)
    return [Line((Run(line, bold=bold, soft=soft),), style.name_size, style.name_line) for line in lines]


def _is_soft(station: Station) -> bool:
    return station.state in ("to-come", "withdrawn") and not station.is_capsule


def _short(station: Station, style: Style, limit: float) -> list[Line]:
    """On the desk name and limit stand in one line, or the limit at the end of the second."""
    bold = station.critical or station.state in AT_WORK
    soft = _is_soft(station)
    size, height = style.name_size, style.name_line
    limit_run = Run(f" {station.limit_text}", bold=True)
    tail = text_width(limit_run.text, size, bold=True) if station.limit_text else 0.0
    if text_width(station.label, size, bold=bold) + tail <= limit:
        names: tuple[str, ...] = (station.label,)
    else:
        names = wrap(station.label, limit, size, bold=bold)
    lines = [(Run(name, bold=bold, soft=soft),) for name in names]
    if not station.limit_text:
        return [Line(runs, size, height) for runs in lines]
    if text_width(names[-1], size, bold=bold) + tail <= limit:
        return [*(Line(runs, size, height) for runs in lines[:-1]), Line((*lines[-1], limit_run), size, height)]
    return [*(Line(runs, size, height) for runs in lines), Line((Run(station.limit_text, bold=True),), size, height)]


def _notes(station: Station, style: Style, limit: float, most: int = 2) -> list[Line]:
    """Return department and limit; at a capsule what is done there and its limit, in one tone."""
    size, height = style.note_size, style.note_line
    if station.is_capsule:
        parts = [part for part in (station.note, station.limit_text) if part]
        if text_width(DOT.join(parts), size) <= limit:
            parts = [DOT.join(parts)]
        return [Line((Run(line, soft=True),), size, height) for part in parts for line in wrap(part, limit, size, lines=most) if line]
    tail = text_width(DOT + station.limit_text, size, bold=True) if station.limit_text else 0.0
    runs = _department(station, size, limit, most, tail)
    if station.note:
        runs = [*runs, *((Run(line, soft=True),) for line in wrap(station.note, limit, size, lines=most))]
    return [Line(run, size, height) for run in runs]


def _department(station: Station, size: float, limit: float, most: int, tail: float) -> list[tuple[Run, ...]]:
    """Return department and limit in one line; else the limit below; else a long department's name broken, the limit at its end."""
    limit_run = Run(station.limit_text, bold=True)
    name = Run(station.lane_label, soft=True)
    if not station.lane_label or not station.limit_text:
        words, bold = station.lane_label or station.limit_text, not station.lane_label
        return [(Run(line, bold=bold, soft=not bold),) for line in wrap(words, limit, size, bold=bold, lines=most) if line]
    alone = text_width(station.lane_label, size)
    if alone + tail <= limit:
        return [(name, Run(DOT, soft=True), limit_run)]
    if alone <= limit:
        return [(name,), (limit_run,)]
    lines = [(Run(line, soft=True),) for line in wrap(station.lane_label, limit, size, lines=most)]
    last = lines[-1][0]
    if text_width(last.text, size) + tail <= limit:
        return [*lines[:-1], (last, Run(DOT, soft=True), limit_run)]
    return [*lines, (limit_run,)]
