"""How wide words are, and where a label may break, without a font at hand.

The table errs to the wide side, since a label that turns out narrower than expected harms nobody.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

NARROW = frozenset("ijlI.,:;'|!()[]ıіїј ")
SLIM = frozenset('frt-"/*')
BROAD = frozenset("mwMW@%&—ЖШЩЮМФЫжшщюмфы№…")
BOLD = 1.07
NO_LINE_START = frozenset("，。、；：？！）》”’】·,.;:?!)»…")


def _em(character: str) -> float:
    """Return the width of one character in em."""
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in NARROW:
        return 0.3
    if character in SLIM:
        return 0.4
    if character in BROAD:
        return 0.88
    code = ord(character)
    if 0x0400 <= code <= 0x052F:
        return 0.68 if character.isupper() else 0.59
    if code > 0x2E80:
        return 1.0
    return 0.66 if character.isupper() else 0.55


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the expected width of a text.

    Unit: CSS pixels.

    >>> text_width("一窗", 14)
    28.0
    """
    widths = map(_em, text)
    return round(sum(em * (BOLD if bold and em < 1 else 1.0) for em in widths) * size, 2)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    """Cut a text where a line may end: after spaces and hyphens, and between Chinese characters."""
    pieces: list[str] = []
    current = ""
    for position, character in enumerate(text):
        if current and _breaks_before(text, position):
            pieces.append(current)
            current = ""
        current += character
    return (*pieces, current) if current else tuple(pieces)


def _breaks_before(text: str, position: int) -> bool:
    before, here = text[position - 1], text[position]
    if here in NO_LINE_START or here == " ":
        return False
    return before in " -" or _is_wide(before) or _is_wide(here)


@lru_cache(maxsize=4096)
def wrap(text: str, limit: float, size: float, *, bold: bool = False, lines: int = 2) -> tuple[str, ...]:
    """Break a text into at most so many lines, as even as can be, each within the limit where words allow it.

    A text that needs more room takes it in width: nothing is ever cut.

    >>> wrap("Water, power and gas accounts", 160, 17)
    ('Water, power', 'and gas accounts')
    """
    text = " ".join(text.split())
    if text_width(text, size, bold=bold) <= limit or lines == 1:
        return (text,)
    pieces = _pieces(text)
    best: tuple[str, ...] = (text,)
    for count in range(2, lines + 1):
        best = _even(pieces, count, size, bold=bold)
        if max(text_width(line, size, bold=bold) for line in best) <= limit:
            break
    return best


def _even(pieces: tuple[str, ...], count: int, size: float, *, bold: bool) -> tuple[str, ...]:
    """Spread the pieces over `count` lines so that the longest line is as short as possible (first found by growing the limit)."""
    widths = [text_width(piece, size, bold=bold) for piece in pieces]
    low, high = max(widths), sum(widths)
    for _ in range(20):
        middle = (low + high) / 2
        if len(_fill(pieces, widths, middle)) <= count:
            high = middle
        else:
            low = middle
    return tuple(line.strip() for line in _fill(pieces, widths, high + 0.01))


def _fill(pieces: tuple[str, ...], widths: list[float], limit: float) -> list[str]:
    lines: list[str] = []
    room = -1.0
    for piece, width in zip(pieces, widths, strict=True):
        if lines and width <= room:
            lines[-1] += piece
            room -= width
        else:
            lines.append(piece)
            room = limit - width
    return lines


@dataclass(frozen=True)
class Run:
    """Words of one weight and tone within a line."""

    text: str
    bold: bool = False
    soft: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a label.  Unit: CSS pixels."""

    runs: tuple[Run, ...]
    size: float
    height: float

    @property
    def width(self) -> float:
        """The expected width."""
        return sum(text_width(run.text, self.size, bold=run.bold) for run in self.runs)


@dataclass(frozen=True)
class Label:
    """The lines at one station, and the box they fill."""

    lines: tuple[Line, ...]
    width: float
    height: float
    lamp: bool = False
    flush: bool = False  # set flush left instead of centred


def make_label(lines: list[Line], *, lamp: bool = False, flush: bool = False) -> Label:
    """Return a label with its measures; behind a lamp it is wider by the lamp's margin."""
    kept = tuple(line for line in lines if any(run.text for run in line.runs))
    width = max((line.width for line in kept), default=0.0)
    height = sum(line.height for line in kept)
    return Label(lines=kept, width=width + (20 if lamp and kept else 0), height=height, lamp=lamp and bool(kept), flush=flush)
