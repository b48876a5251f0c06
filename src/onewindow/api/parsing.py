"""Reading requests strictly: JSON as RFC 8259 and I-JSON (RFC 7493) have it, bounded, and no text that cannot be stored and shown."""

import json
import math
import re
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from onewindow.api.problems import RequestRefused

MEGABYTE = 1024 * 1024
MOST_BYTES = MEGABYTE
MOST_BYTES_OF_A_CATALOGUE = 2 * MEGABYTE
DEEPEST = 60
MOST_DIGITS = 400

_unstorable = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class StrictParser(Parser):
    """Refuses what readers of JSON disagree on: names that stand twice, NaN, halves of surrogate pairs; and what goes too deep."""

    def parse_body(self, request: HttpRequest) -> Any:
        kind = (request.content_type or "").lower()
        if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
            raise RequestRefused("wrong-media-type", wanted="application/json")
        require_whole(request)
        most = MOST_BYTES_OF_A_CATALOGUE if request.path.endswith("/compile") else MOST_BYTES
        if len(request.body) > most:
            raise RequestRefused("too-large", most=most // MEGABYTE)
        return read_json(request.body)

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        if data is not request.GET:
            require_whole(request)
        for name, values in data.lists():
            for value in (name, *values):
                if isinstance(value, str) and _unstorable.search(value):
                    raise RequestRefused("bad-text", place=f"“{_shown(name)}”")
        return super().parse_querydict(data, list_fields, request)


def announced(request: HttpRequest) -> int:
    """Return how many bytes the body has by its header."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    return int(given) if given.isdigit() else 0


def require_whole(request: HttpRequest) -> None:
    """Servers hand over what arrived before a connection broke as if it were all: half a document is not taken for a whole one.

    Raises: RequestRefused.
    """
    kept = getattr(request, "_body", None)  # read at once; else a form, read as a stream that counts
    arrived = len(kept) if kept is not None else getattr(getattr(request, "_stream", None), "_pos", announced(request))
    if arrived < announced(request):
        raise RequestRefused("cut-off")


def read_json(body: bytes) -> Any:
    """Return what a body says. Raises: RequestRefused.

    >>> read_json(b'{"a": [1, 2.5, "x"]}')
    {'a': [1, 2.5, 'x']}
    """
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_int, parse_float=_float)
    except UnicodeDecodeError:
        raise RequestRefused("not-json", problem="it is not UTF-8") from None
    except RecursionError:
        raise RequestRefused("not-json", problem=f"it is nested deeper than {DEEPEST}") from None
    except json.JSONDecodeError as error:
        raise RequestRefused("not-json", problem=f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    _check(value)
    return value


def _check(value: Any) -> None:
    """Look at every text and every level."""
    level = [value]
    for _depth in range(DEEPEST):
        if not level:
            return
        following: list[Any] = []
        for item in level:
            if isinstance(item, str):
                _check_text(item)
            elif isinstance(item, dict):
                for name in item:
                    _check_text(name)
                following.extend(item.values())
            elif isinstance(item, list):
                following.extend(item)
        level = following
    raise RequestRefused("not-json", problem=f"it is nested deeper than {DEEPEST}")


def _check_text(text: str) -> None:
    if _unstorable.search(text):
        raise RequestRefused("bad-text", place=f"“{_shown(text)}”")


def _shown(text: str) -> str:
    return _unstorable.sub("�", text[:40])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1) if len(names) < 1000 else "a name"
        raise RequestRefused("not-json", problem=f"“{_shown(twice)}” stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise RequestRefused("not-json", problem=f"{name} is no number of JSON")


def _int(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise RequestRefused("not-json", problem=f"a number has more than {MOST_DIGITS} digits")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise RequestRefused("not-json", problem="a number is too large")
    return number
