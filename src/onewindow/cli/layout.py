"""Columns in a terminal, where a Chinese character is two wide."""

import unicodedata
from collections.abc import Iterable, Sequence


def width(text: str) -> int:
    """Return the columns a text takes.

    >>> width("一件事"), width("days")
    (6, 4)
    """
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(rows: Iterable[Sequence[str]], *, right_from: int = 1, indent: str = "  ") -> list[str]:
    """Return rows in aligned columns; from `right_from` on they are aligned to the right."""
    listed = [list(row) for row in rows]
    if not listed:
        return []
    widths = [max(width(row[column]) for row in listed) for column in range(len(listed[0]))]
    lines = []
    for row in listed:
        cells = [_pad(cell, widths[column], column >= right_from) for column, cell in enumerate(row)]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def _pad(text: str, columns: int, to_the_right: bool) -> str:
    space = " " * (columns - width(text))
    return space + text if to_the_right else text + space
