"""Search tokens made by us: single and paired characters for Chinese, words for the rest."""

import re
import unicodedata
from collections.abc import Iterator

_RUNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W\u3400-\u9fff\uf900-\ufaff_]+")


def tokens(text: str) -> Iterator[str]:
    """Yield the tokens of a text, with repetitions.

    >>> list(tokens("退休手续, Open a Café"))
    ['退休', '休手', '手续', '退', '休', '手', '续', 'open', 'a', 'cafe']
    """
    for run in _RUNS.findall(fold(text)):
        if _is_han(run[0]):
            yield from (run[i : i + 2] for i in range(len(run) - 1))
            yield from run
        else:
            yield run


def fold(text: str) -> str:
    """Return the text as it is compared: compatibility forms, lower case, without accents.

    >>> fold("ＯＮＥ Ёлка")
    'one елка'
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"
