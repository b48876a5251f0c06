"""By which parts a case is found: each sign of its title begins a mark, and each group of its number.

A word is a part of the title where one of the marks begins with it. So one range of one index finds it, in any language and on any
database, and a word of two signs as well as a long one.
"""

import unicodedata
from collections.abc import Iterator
from uuid import UUID

SIGNS = 8
"""How long a mark is. Longer words are found by their beginning; whoever finds them compares the rest."""


def folded(text: str) -> str:
    """Return a text as it is compared.

    >>> folded("Ｓｉｌｋ Road")
    'silk road'
    """
    return unicodedata.normalize("NFKC", text).casefold()


def marks(title: str, reference: str) -> list[bytes]:
    """Return the marks of a case, each once.

    >>> [mark.decode() for mark in marks("Tea 馆", "YJ-7K4M-29QX")]
    ['tea', 'ea', 'a', '馆', 'yj-7k4m-', '7k4m-29q', '29qx']
    """
    return list(dict.fromkeys(mark.encode() for mark in (*_of_title(title), *_of_number(reference))))


def rows(case_id: UUID, title: str, reference: str, *, running: bool = True) -> list[dict[str, object]]:
    """Return the rows to be kept of a case, as {attribute: value}."""
    return [{"case_id": case_id, "text": mark, "running": running} for mark in marks(title, reference)]


def span(word: str) -> tuple[bytes, bytes]:
    """Return between which marks those lie that begin with a word: from the first, below the second.

    >>> span("Tea")
    (b'tea', b'teb')
    """
    first = folded(word)[:SIGNS].encode()
    return first, first[:-1] + bytes([first[-1] + 1])  # UTF-8 has no byte 255


def _of_title(title: str) -> Iterator[str]:
    for word in folded(title).split():
        yield from (word[place : place + SIGNS] for place in range(len(word)))


def _of_number(reference: str) -> Iterator[str]:
    groups = folded(reference).split("-")
    yield from ("-".join(groups[place:])[:SIGNS] for place in range(len(groups)))
