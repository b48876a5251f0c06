"""A code list from a file, or from the package that keeps it."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from onewindow.domain.errors import DomainError
from onewindow.modules.catalogue.search.pinyin import syllables

MOST_ROWS = 200_000
_GATHERING = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位", "自治区直辖县级行政单位"}
_COLUMN = {"name": "zh", "name_zh": "zh", "name_en": "en", "name_ru": "ru"}
_DIVISION = re.compile(r"(?:\[(?P<since>\d{4})?-(?P<until>\d{4})?\])?(?P<name>[^,\[]+)")


class CodeListRefused(DomainError):
    """A file is not a code list."""

    code = "code-list-refused"
    template = "{place}: {what} Give a CSV file with the columns code, name_zh and, where there are any, name_en, name_ru and parent."
    status = 422


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One entry. `name` by language; `parent` is a code of the same list, or empty."""

    code: str
    name: dict[str, str]
    parent: str = ""


def read_code_list(content: bytes) -> tuple[CodeRow, ...]:
    """Return the entries of a CSV file, in its order. Raises: CodeListRefused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CodeListRefused(place="The file", what="It is not written in UTF-8.") from None
    reader = csv.DictReader(io.StringIO(text))
    columns = {column: _COLUMN[column] for column in reader.fieldnames or () if column in _COLUMN}
    if "code" not in (reader.fieldnames or ()) or not columns:
        raise CodeListRefused(place="Line 1", what="The columns “code” and “name_zh” are missing.")
    rows: dict[str, CodeRow] = {}
    for line in reader:
        place, code = f"Line {reader.line_num}", (line["code"] or "").strip()
        name = {language: given for column, language in columns.items() if (given := (line[column] or "").strip())}
        if not code or not name or len(code) > 20:
            raise CodeListRefused(place=place, what="A code of at most 20 characters or its name is missing.")
        if code in rows:
            raise CodeListRefused(place=place, what=f"The code “{code}” stands there twice.")
        rows[code] = CodeRow(code, name, (line.get("parent") or "").strip())
        if len(rows) > MOST_ROWS:
            raise CodeListRefused(place=place, what=f"There are more than {MOST_ROWS} codes.")
    lost = next((row for row in rows.values() if row.parent and row.parent not in rows), None)
    if lost is not None:
        raise CodeListRefused(place=f"Code “{lost.code}”", what=f"It lies in “{lost.parent}”, which is not in the list.")
    if not rows:
        raise CodeListRefused(place="The file", what="It holds no code.")
    return tuple(rows.values())


def divisions() -> tuple[CodeRow, ...]:
    """Return the provinces, cities and counties of today, as the package python-stdnum keeps them. Source: GB/T 2260

    Codes that only gather others (“municipal districts”) are left out: what they gather lies in the city or the province itself.
    """
    listed = (resources.files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8")
    return tuple(_divisions(listed.splitlines()))


def _divisions(lines: list[str]) -> Iterator[CodeRow]:
    province, cities = "", set()
    for line in lines:
        number, _, rest = line.strip().partition(" ")
        if not number.isdigit():
            continue
        names = rest.partition('="')[2].rstrip('"')
        if not line.startswith(" "):
            province = f"{number}0000"
            yield CodeRow(province, _spelt(names))
            continue
        code, name = (
            f"{province[:2]}{number}",
            next((found["name"].strip() for found in _DIVISION.finditer(names) if not found["until"]), ""),
        )
        if number == "0000" or name in _GATHERING or not name:
            continue
        if code.endswith("00"):
            cities.add(code)
            yield CodeRow(code, _spelt(name), province)
        else:
            city = f"{code[:4]}00"
            yield CodeRow(code, _spelt(name), city if city in cities else province)


def _spelt(name: str) -> dict[str, str]:
    """Return the name, and for readers of other scripts its sound."""
    sound = "".join(syllables(name)).capitalize()
    return {"zh": name, "en": sound, "ru": sound}
