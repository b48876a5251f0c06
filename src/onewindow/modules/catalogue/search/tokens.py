"""Search tokens made by us: single and paired characters for Chinese, words and their stems for the rest."""

import re
import unicodedata
from collections.abc import Iterator

_RUNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W\u3400-\u9fff\uf900-\ufaff_]+")
_ENGLISH = ("ements", "ement", "ments", "ment", "ions", "ion", "ings", "ing", "ages", "age", "ies", "ied", "ed", "es", "s", "e", "y")
_RUSSIAN = frozenset("аеиоуыэюяьмх")
_STEM_LENGTH = {"english": 4, "russian": 3}
IDLE = frozenset(
    {
        *(
            "a",
            "an",
            "and",
            "at",
            "can",
            "do",
            "does",
            "for",
            "get",
            "getting",
            "how",
            "i",
            "in",
            "is",
            "it",
            "my",
            "need",
            "of",
            "on",
            "or",
        ),
        *("the", "to", "want", "what", "where", "with"),
        *(
            "в",
            "во",
            "для",
            "и",
            "из",
            "как",
            "какие",
            "мне",
            "мои",
            "моя",
            "на",
            "нужно",
            "о",
            "об",
            "по",
            "получить",
            "с",
            "у",
            "хочу",
            "что",
        ),
        "где",
    }
)
IDLE_CHINESE = (
    "我想要",
    "我想",
    "我要",
    "想要",
    "怎么样",
    "怎么",
    "怎样",
    "如何",
    "需要",
    "什么",
    "哪里",
    "哪儿",
    "请问",
    "一个",
    "一家",
    "可以",
    "办理",
    "的",
    "了",
)
"""Words that say that somebody wants something, not what."""


def runs(text: str) -> list[str]:
    """Return the runs of a folded text: Chinese ones whole, others word by word.

    >>> runs("open 餐馆2店")
    ['open', '餐馆', '2', '店']
    """
    return _RUNS.findall(text)


def tokens(text: str) -> Iterator[str]:
    """Yield the tokens of a text, with repetitions; a stem begins with “~”.

    >>> list(tokens("退休手续, Opening a Café"))
    ['退休', '休手', '手续', '退', '休', '手', '续', 'opening', '~open', 'a', '~a', 'cafe', '~cafe']
    """
    for run in runs(fold(text)):
        if is_han(run[0]):
            yield from pairs(run)
            yield from run
        else:
            yield run
            yield stem(run)


def pairs(run: str) -> list[str]:
    """Return each two neighbouring characters.

    >>> pairs("退休金")
    ['退休', '休金']
    """
    return [run[i : i + 2] for i in range(len(run) - 1)]


def stem(word: str) -> str:
    """Return what a word shares with its other forms, marked as a stem.

    >>> stem("пенсию") == stem("пенсия"), stem("retirement"), stem("retiring")
    (True, '~retir', '~retir')
    """
    least = _STEM_LENGTH["english"]
    if word[-1:] in _RUSSIAN or "\u0400" <= word[:1] <= "\u04ff":
        kept = word
        while len(kept) > _STEM_LENGTH["russian"] and len(word) - len(kept) < 3 and kept[-1] in _RUSSIAN:
            kept = kept[:-1]
        return f"~{kept}"
    for ending in _ENGLISH:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return f"~{word[: -len(ending)]}"
    return f"~{word}"


def fold(text: str) -> str:
    """Return the text as it is compared: compatibility forms, lower case, without accents.

    >>> fold("ＯＮＥ Ёлка")
    'one елка'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def without_idle(phrase: str) -> list[str]:
    """Return the runs of a folded phrase that say what is wanted; all of them where none does."""
    plain = phrase
    for idle in IDLE_CHINESE:
        plain = plain.replace(idle, " ")
    return [run for run in runs(plain) if run not in IDLE] or runs(phrase)
