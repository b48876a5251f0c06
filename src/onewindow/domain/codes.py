"""Numbers that carry their own check: residents, organisations, phones, service items.

Source: docs/sources.md#codes (GB 11643, GB 32100, GB/T 2260, GB/T 4754)
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

_mobile = re.compile(r"1[3-9]\d{9}")
_landline = re.compile(r"(0\d{2,3})(\d{7,8})")
_service_line = re.compile(r"[48]00\d{7}|1\d{4}|95\d{3,4}|96\d{3,4}")
_national_code = re.compile(r"([0-9A-HJ-NPQRTUWXY]{18})(\d)([0-9A-Z]{12})")
_provincial_code = re.compile(r"([0-9A-Z][0-9A-Z-]*?)-(\d{12})-(\d{3})-([0-9A-HJ-NPQRTUWXY]{18})(-.*)?")


class CodeRefused(ValueError):
    """A number that is not right; `reason` is length, form, date, or check."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def plain(text: str) -> str:
    """Return a number without the spaces, dots and full-width letters that people type.

    >>> plain(" ２３００００-1988 0412 026x ")
    '23000019880412026X'
    """
    return re.sub(r"[\s\u200b\u00a0·.-]", "", unicodedata.normalize("NFKC", text)).upper()


def resident_id(text: str) -> str:
    """Return a resident identity number in its plain form. Raises: CodeRefused. Source: GB 11643

    >>> resident_id("11010519491231002x")
    '11010519491231002X'
    """
    number = plain(text)
    if len(number) != 18:
        raise CodeRefused("length")
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise CodeRefused("form")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise CodeRefused("date") from None
    if born.year < 1870:
        raise CodeRefused("date")
    if ric.calc_check_digit(number) != number[17]:
        raise CodeRefused("check")
    return number


def birth_date(number: str) -> date:
    """Return the date of birth in a resident identity number.

    >>> birth_date("11010519491231002X")
    datetime.date(1949, 12, 31)
    """
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def credit_code(text: str) -> str:
    """Return a unified social credit code in its plain form. Raises: CodeRefused. Source: GB 32100

    >>> credit_code("9111 0000 6000 3734 1L")
    '91110000600037341L'
    """
    number = plain(text)
    if len(number) != 18:
        raise CodeRefused("length")
    try:
        return str(uscc.validate(number))
    except InvalidChecksum:
        raise CodeRefused("check") from None
    except ValidationError:
        raise CodeRefused("form") from None


def phone(text: str) -> str:
    """Return a Chinese mobile, landline or service number without its country code. Raises: CodeRefused.

    >>> phone("+86 138-0013-8000"), phone("(0452) 6123456"), phone("12345")
    ('13800138000', '0452-6123456', '12345')
    """
    number = re.sub(r"[()]", "", plain(text))
    number = re.sub(r"^(\+86|0086)", "", number)
    if _mobile.fullmatch(number) or _service_line.fullmatch(number):
        return number
    found = _landline.fullmatch(number)
    if found is None:
        raise CodeRefused("form" if number.isdigit() else "length" if not number else "form")
    # Three-digit areas are the municipalities' and a few large cities': 010 and 02x.
    cut = 3 if number.startswith(("010", "02")) else 4
    if not 7 <= len(number) - cut <= 8:
        raise CodeRefused("length")
    return f"{number[:cut]}-{number[cut:]}"


def is_mobile(number: str) -> bool:
    """Tell whether a plain number is a mobile's.

    >>> is_mobile("13800138000"), is_mobile("0452-6123456")
    (True, False)
    """
    return _mobile.fullmatch(number) is not None


def region(text: str) -> str:
    """Return a division code of 2, 4, 6, 9 or 12 digits. Raises: CodeRefused. Source: GB/T 2260

    >>> region("230200")
    '230200'
    """
    number = plain(text)
    if not number.isdigit() or number[0] == "0":
        raise CodeRefused("form")
    if len(number) not in {2, 4, 6, 9, 12}:
        raise CodeRefused("length")
    return number


def industry(text: str) -> str:
    """Return a class of the industry list: a letter, or its two to four digits, or both. Raises: CodeRefused. Source: GB/T 4754

    >>> industry("h6210"), industry("62")
    ('H6210', '62')
    """
    number = plain(text)
    if not re.fullmatch(r"[A-T](\d{2,4})?|\d{2,4}", number):
        raise CodeRefused("form")
    return number


@dataclass(frozen=True, slots=True)
class ImplementationCode:
    """A service item's code, taken apart. `area`, `sequence` and `rest` stand in the provincial form only, `level` in the national."""

    basic_code: str
    uscc: str
    level: str = ""
    area: str = ""
    sequence: str = ""
    rest: str = ""


def implementation_code(text: str) -> ImplementationCode:
    """Take an implementation code apart, in the national form of 31 characters or a provincial one with dashes.

    Raises: CodeRefused; the credit code's own check is `credit_code`.

    >>> implementation_code("11450721MB155808114000104002000")
    ImplementationCode(basic_code='000104002000', uscc='11450721MB15580811', level='4', area='', sequence='', rest='')
    >>> implementation_code("511A0021300001-511602000000-000-11511300MB1A21304N-1-00").area
    '511602000000'
    """
    code = unicodedata.normalize("NFKC", text).strip().upper()
    if found := _provincial_code.fullmatch(code):
        basic, area, sequence, holder, rest = found.groups()
        return ImplementationCode(basic, holder, area=area, sequence=sequence, rest=(rest or "").removeprefix("-"))
    if len(code) != 31:
        raise CodeRefused("length")
    if not (found := _national_code.fullmatch(code)):
        raise CodeRefused("form")
    holder, level, basic = found.groups()
    return ImplementationCode(basic, holder, level=level)
