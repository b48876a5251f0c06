"""Which element of the dictionary a field of an interface may be: by its name and title, for somebody to look over."""

import re
from collections.abc import Iterable, Mapping

from onewindow.domain.catalogue.model import Element
from onewindow.domain.catalogue.names import Aliases

LEAST = 0.3
"""Below this nothing is proposed: a wrong guess costs more than an empty field."""
_NUMBERS = frozenset({"integer", "number"})
_NUMERIC = frozenset({"integer", "number", "money"})
_IDLE = frozenset({"of", "the", "a", "in", "code", "value", "data", "и", "в"})
_SAME = {
    **dict.fromkeys(("no", "num", "nr"), "number"),
    **dict.fromkeys(("sqm", "m2", "metres"), "area"),
    **dict.fromkeys(("tel", "mobile"), "phone"),
    "addr": "address",
    "qty": "count",
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[a-z]*[0-9]+|[А-Яа-яЁё]+")
_HAN = re.compile(r"[㐀-鿿]+")


def guesses(named: Iterable[tuple[str, str, str]], elements: Mapping[str, Element]) -> dict[str, str]:
    """Return {field: element} for fields given as name, title and type; every element at most once, the likeliest first."""
    aliases = Aliases(elements)
    described = [(element, _words(f"{element.id} {element.name.get('en', '')}"), _all_names(element)) for element in elements.values()]
    ranked = []
    for place, (name, title, kind) in enumerate(named):
        last = re.split(r"[.\[]", name.replace('"', ""))
        words, whole = _words(f"{last[-1]}"), _words(f"{name} {title}")
        for element, its_words, its_names in described:
            if _fits(kind, elements[aliases.plain(element.id)]):
                score = max(_alike(words, its_words), _alike(whole, its_words) * 0.8, _han(f"{name} {title}", its_names))
                if score >= LEAST:
                    ranked.append((-score, place, aliases.plain(element.id), name))
    found: dict[str, str] = {}
    for _, _, element_id, name in sorted(ranked):
        if name not in found and element_id not in found.values():
            found[name] = element_id
    return found


def _fits(kind: str, element: Element) -> bool:
    """Tell whether a JSON type may hold an element's values.

    >>> _fits("string", Element("a", {}, "integer")), _fits("number", Element("a", {}, "money"))
    (False, True)
    """
    if element.type in {"group", "file"}:
        return False
    if kind in _NUMBERS:
        return element.type in _NUMERIC
    return element.type not in _NUMERIC if kind != "boolean" else element.type == "boolean"


def _words(text: str) -> frozenset[str]:
    """Return the words of a name however it is joined.

    >>> sorted(_words("kitchenArea unitNo"))
    ['area', 'kitchen', 'number', 'unit']
    """
    found = (word.lower() for word in _WORD.findall(text))
    return frozenset(_SAME.get(word, word) for word in found if word not in _IDLE)


def _all_names(element: Element) -> tuple[str, ...]:
    return tuple(run for text in element.name.values() for run in _HAN.findall(text))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _han(text: str, names: Iterable[str]) -> float:
    """Compare Chinese names by their pairs of signs."""
    pairs = {run[place : place + 2] for run in _HAN.findall(text) for place in range(len(run) - 1)}
    theirs = {run[place : place + 2] for run in names for place in range(len(run) - 1)}
    return len(pairs & theirs) / len(pairs | theirs) if pairs and theirs else 0.0
