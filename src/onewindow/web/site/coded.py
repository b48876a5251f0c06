"""Fields whose value is a code of a list, a division or an industry: people write and read names, the form keeps the code."""

import re

from onewindow.domain import codes
from onewindow.domain.values import LISTED
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue.selectors import CodeChoice
from onewindow.plumbing.text import localised

__all__ = ["LISTED", "code_of", "shown", "suggestions"]

_ENDS_WITH_CODE = re.compile(r"[(（]\s*([A-Za-z]?\d{2,12}|[A-Ta-t])\s*[)）]\s*$")
FEW = 8


def code_of(text: str, kind: str) -> str:
    """Return the code that a typed text names: the code itself, a name with its code behind it, or a name that only one code bears.

    Anything else comes back as it was typed, and is refused with what was meant beside it.
    """
    found = _ENDS_WITH_CODE.search(text)
    given = found.group(1) if found else text.strip()
    if not given or _is_code(given, kind):
        return given
    fitting = catalogue.find_codes(code_list=kind, text=given, limit=2)
    exact = [row for row in fitting if given in row.name.values()]
    if len(fitting) == 1 or len(exact) == 1:
        return (exact or list(fitting))[0].code
    return text


def suggestions(text: str, kind: str, language: str) -> list[tuple[str, str]]:
    """Return (code, name) of what somebody may have meant."""
    return [(row.code, _label(row, language)) for row in catalogue.find_codes(code_list=kind, text=text, limit=FEW)]


def shown(value: str, kind: str, language: str, *, with_code: bool = True) -> str:
    """Return a code as people read it: its name within what it lies in, and the code behind it; a code of no list as it is."""
    row = catalogue.code_names(code_list=kind, codes=[value]).get(value)
    if row is None:
        return value
    return f"{_label(row, language)} ({value})" if with_code else _label(row, language)


def _label(row: CodeChoice, language: str) -> str:
    return " ".join(localised(name, language) for name in (*row.path, row.name))


def _is_code(given: str, kind: str) -> bool:
    try:
        codes.region(given) if kind == "region" else codes.industry(given)
    except codes.CodeRefused:
        return False
    return True
