"""The rows of a file of service items, CSV or JSON; a file that is broken anywhere gives none."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import parse_qs, urlsplit

from onewindow.domain.errors import DomainError

COLUMNS = ("department", "main_item", "name", "item_code", "area_code", "task_type", "dept_code")
UNGROUPED = "未分类"
"""What the source writes for “no group”."""
SHOWN_PROBLEMS = 20


class ImportRefused(DomainError):
    """The file is broken, so nothing of it was taken."""

    code = "import-refused"
    template = "{name} was not imported: {problems} Nothing was changed. Mend the file, or fetch it again, and import it whole."


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row as its file gives it. `place` says where: a line, or a path in the JSON."""

    number: int
    place: str
    department: str
    group: str
    name: str
    code: str
    area: str
    task_type: str
    department_code: str
    stated_uscc: str | None = None


def read_rows(*, name: str, content: bytes) -> tuple[SourceRow, ...]:
    """Return every row of the file.

    Raises: ImportRefused, with the places of what is broken.
    """
    text = _text(name, content)
    is_json = name.lower().endswith(".json") or (not name.lower().endswith(".csv") and text.lstrip()[:1] in {"[", "{"})
    rows, problems = _json_rows(name, text) if is_json else _csv_rows(name, text)
    if problems:
        _refuse(name, problems)
    if not rows:
        _refuse(name, ["it holds no rows."])
    return tuple(rows)


def _refuse(name: str, problems: Iterable[str]) -> NoReturn:
    listed = list(problems)
    more = f" … and {len(listed) - SHOWN_PROBLEMS} more." if len(listed) > SHOWN_PROBLEMS else ""
    raise ImportRefused(name=name, problems=" ".join(listed[:SHOWN_PROBLEMS]) + more)


def _text(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        _refuse(name, [f"line {line} is not UTF-8 (byte {error.start}); save the file as UTF-8."])
    if "\0" in text:
        _refuse(name, [f"line {text[: text.index(chr(0))].count(chr(10)) + 1} holds a NUL character."])
    return text


def _csv_rows(name: str, text: str) -> tuple[list[SourceRow], list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[SourceRow] = []
    problems: list[str] = []
    try:
        header = next(reader, [])
        if missing := [column for column in COLUMNS if column not in header]:
            _refuse(name, [f"line 1 lacks the column {', '.join(missing)}; it has {', '.join(header) or 'none'}."])
        start = reader.line_num + 1
        for fields in reader:
            line, start = start, reader.line_num + 1
            if not fields:
                continue
            if len(fields) != len(header):
                problems.append(f"Line {line} has {len(fields)} fields where the header has {len(header)}; the row is cut off or torn.")
                continue
            values = dict(zip(header, fields, strict=True))
            if values.get("uscc_valid", "") not in {"", "True", "False"}:
                problems.append(f"Line {line}: uscc_valid is “{values['uscc_valid']}”, not True or False; the row is cut off or torn.")
                continue
            rows.append(_csv_row(len(rows) + 1, line, values))
    except csv.Error as error:
        problems.append(f"Line {reader.line_num} is not CSV ({error}).")
    return rows, problems


def _csv_row(number: int, line: int, values: dict[str, str]) -> SourceRow:
    return SourceRow(
        number=number,
        place=f"line {line}",
        department=values["department"],
        group=values["main_item"],
        name=values["name"],
        code=values["item_code"],
        area=values["area_code"],
        task_type=values["task_type"],
        department_code=values["dept_code"],
        stated_uscc=values.get("uscc"),
    )


def _json_rows(name: str, text: str) -> tuple[list[SourceRow], list[str]]:
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep"
        _refuse(name, [f"it is not whole JSON ({where}: {getattr(error, 'msg', error)})."])
    problems: list[str] = []
    rows: list[SourceRow] = []
    for path, department, group, item in _json_items(content, problems):
        query = parse_qs(urlsplit(str(item["link"])).query)
        rows.append(
            SourceRow(
                number=len(rows) + 1,
                place=path,
                department=department,
                group=group,
                name=item["name"],
                code=query.get("itemCode", [""])[0],
                area=query.get("areaCode", [""])[0],
                task_type=query.get("taskType", [""])[0],
                department_code=query.get("deptCode", [""])[0],
            )
        )
    return rows, problems


def _json_items(content: Any, problems: list[str]) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Walk departments → items → sub_items; what has another shape is a problem with its path."""
    for d, department in enumerate(_listed(content, "the file", problems)):
        at = f"[{d}]"
        if not _has(department, at, {"department": str, "items": list}, problems):
            continue
        for g, group in enumerate(department["items"]):
            inside = f"{at}.items[{g}]"
            if not _has(group, inside, {"main_item": str, "sub_items": list}, problems):
                continue
            for i, item in enumerate(group["sub_items"]):
                path = f"{inside}.sub_items[{i}]"
                if _has(item, path, {"name": str, "link": str}, problems):
                    yield path, department["department"], group["main_item"], item


def _listed(value: Any, where: str, problems: list[str]) -> list[Any]:
    if isinstance(value, list):
        return value
    problems.append(f"{where} is not a list of departments.")
    return []


def _has(value: Any, path: str, shape: dict[str, type], problems: list[str]) -> bool:
    if not isinstance(value, dict):
        problems.append(f"{path} is not an object.")
        return False
    wrong = [key for key, kind in shape.items() if not isinstance(value.get(key), kind)]
    problems.extend(f"{path} lacks “{key}” ({'a list' if shape[key] is list else 'a text'})." for key in wrong)
    return not wrong
