"""Implementation codes of service items, as provincial platforms write them.

Shape: `<basic code>-<area 12>-<sequence 3>-<holder, a USCC>-<digit>-<two digits>`; older items are listed in a short form,
`<basic code>-<USCC>`.  Source: docs/sources.md#implementation-codes
"""

import re
from dataclasses import dataclass

from stdnum.cn import uscc

_FULL = re.compile(r"(?P<basic>[0-9A-Z][0-9A-Z-]{3,38})-(?P<area>\d{12})-(?P<sequence>\d{3})-(?P<holder>[0-9A-Z]{1,40})-(?P<tail>\d-\d\d)")
_SHORT = re.compile(r"(?P<basic>[0-9A-Z][0-9A-Z-]{3,38})-(?P<holder>[0-9A-Z]{9,20})")
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class ImplementationCode:
    """The parts of a code; `area`, `sequence` and `tail` are empty in the short form."""

    basic: str
    holder: str
    area: str = ""
    sequence: str = ""
    tail: str = ""

    @property
    def is_short(self) -> bool:
        return not self.area

    def text(self, holder: str) -> str:
        """Return the code with this holder.

        >>> parse("511A17033003-511602000000-000-115113016823646795-1-00").text("X")
        '511A17033003-511602000000-000-X-1-00'
        """
        if self.is_short:
            return f"{self.basic}-{holder}"
        return f"{self.basic}-{self.area}-{self.sequence}-{holder}-{self.tail}"


def parse(code: str) -> ImplementationCode | None:
    """Return the parts of a code, or None where it has neither form.

    >>> parse("E-000004-001-11511301008778386B")
    ImplementationCode(basic='E-000004-001', holder='11511301008778386B', area='', sequence='', tail='')
    """
    for pattern in (_FULL, _SHORT):
        if found := pattern.fullmatch(code):
            return ImplementationCode(**found.groupdict())
    return None


def is_uscc(text: str) -> bool:
    """Return whether the check character of a unified social credit code is right (GB 32100).

    >>> is_uscc("115113016823646795"), is_uscc("115113016823646796"), is_uscc("TE5116020105116050")
    (True, False, False)
    """
    return bool(uscc.is_valid(text)) and text == uscc.compact(text)


def is_organisation_code(text: str) -> bool:
    """Return whether this is an organisation code of nine characters with its check character (GB 11714).

    >>> is_organisation_code("682364679"), is_organisation_code("682364678")
    (True, False)
    """
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", text):
        return False
    total = sum(weight * _ORGANISATION_ALPHABET.index(char) for weight, char in zip(_ORGANISATION_WEIGHTS, text[:8], strict=True))
    return text[8] == "0123456789X0"[11 - total % 11]


def lacks_one(shorter: str, whole: str) -> bool:
    """Return whether `shorter` is `whole` with one character left out.

    >>> lacks_one("1151130108778239R", "11511301008778239R"), lacks_one("22", "123")
    (True, False)
    """
    return len(shorter) + 1 == len(whole) and any(whole[:i] + whole[i + 1 :] == shorter for i in range(len(whole)))
