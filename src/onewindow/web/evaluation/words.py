"""Levels and indicators in words, and scores as they are drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from onewindow.domain.evaluation import INDICATORS, LEVELS
from onewindow.modules.evaluation.selectors import ActLine, ScoreLine

_LEVELS: Mapping[int, str] = {
    5: gettext_noop("Very satisfied"),
    4: gettext_noop("Satisfied"),
    3: gettext_noop("Basically satisfied"),
    2: gettext_noop("Dissatisfied"),
    1: gettext_noop("Very dissatisfied"),
}
_INDICATORS: Mapping[str, str] = {
    "efficiency": gettext_noop("How fast it went"),
    "guide": gettext_noop("How accurate the guide was"),
    "convenience": gettext_noop("How easy it was"),
    "platform": gettext_noop("How well the site worked"),
    "ability": gettext_noop("How well they knew their work"),
    "attitude": gettext_noop("How friendly they were"),
}

_ELSEWHERE: Mapping[str, str] = {"terminal": gettext_noop("filed at a terminal"), "counter": gettext_noop("filed with help at the counter")}
"""Where it was filed, said beside a score that is not of those filed online."""


@dataclass(frozen=True, slots=True)
class Level:
    """One of the five faces."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator, with the level that was given or typed, if any."""

    code: str
    name: str
    level: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar. Unit: hundredths of the bar."""

    level: int
    left: float
    width: float


def levels() -> tuple[Level, ...]:
    """Return the five levels, the best first."""
    return tuple(Level(number, gettext(_LEVELS[number])) for number in LEVELS)


def level(number: int) -> str:
    return gettext(_LEVELS[number]) if number in _LEVELS else ""


def indicators(channel: str, given: Mapping[str, int] | None = None) -> tuple[Indicator, ...]:
    """Return what is asked of a channel."""
    found = given or {}
    return tuple(Indicator(code, gettext(_INDICATORS[code]), found.get(code, 0), level(found.get(code, 0))) for code in INDICATORS[channel])


def acts(lines: Iterable[ActLine]) -> list[dict[str, Any]]:
    """Return the acts of a case as its page shows them."""
    return [
        {
            "row": row,
            "level": level(row.level),
            "indicators": [one for one in indicators(row.channel, row.indicators) if one.level],
        }
        for row in lines
    ]


def score(line: ScoreLine) -> dict[str, Any]:
    """Return a score with its bar and its numbers in words."""
    left, segments = 0.0, []
    for number, count in zip(LEVELS, line.counts, strict=True):
        width = count * 100 / line.total
        if count:
            segments.append(Segment(number, round(left, 2), round(width, 2)))
        left += width
    counts = [(level(number), count) for number, count in zip(LEVELS, line.counts, strict=True) if count]
    where = gettext(_ELSEWHERE[line.channel]) if line.node == "decision" and line.channel in _ELSEWHERE else ""
    return {"row": line, "segments": segments, "counts": counts, "where": where}
