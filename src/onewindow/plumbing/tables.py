"""Tables for a spreadsheet, written row by row: nothing of them touches the disk unsealed, and no cell is ever a formula."""

import io
import os
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter

LONGEST = 2000
_starts_a_formula = ("=", "+", "-", "@", "\t", "\r")
_identity_number = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


class Table:
    """One sheet with a head that stays in sight. Text is only ever text; numbers, days and moments are real ones."""

    def __init__(self, *, name: str, columns: Sequence[tuple[str, int]]) -> None:
        """`columns`: (head, width in characters)."""
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(name[:31])
        self._sheet.freeze_panes = "A2"
        for place, (_, width) in enumerate(columns, start=1):
            self._sheet.column_dimensions[get_column_letter(place)].width = width
        self._sheet._writer = _InMemory(self._sheet)
        self._sheet._writer.write_top()
        self._sheet.append([self._cell(head, font=Font(bold=True)) for head, _ in columns])
        self.rows = 0

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        for row in rows:
            self._sheet.append([self._cell(value) for value in row])
            self.rows += 1

    def finished(self) -> bytes:
        """Return the file; nothing can be added after."""
        kept = io.BytesIO()
        self._book.save(kept)
        return kept.getvalue()

    def _cell(self, value: object, **more: Any) -> WriteOnlyCell:
        if isinstance(value, datetime):
            value = value.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(tzinfo=None)
        elif value is not None and not isinstance(value, int | float | date):
            value = harmless(str(value))
        cell = WriteOnlyCell(self._sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"
        for name, setting in more.items():
            setattr(cell, name, setting)
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm"
        elif isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        return cell


def harmless(text: str) -> str:
    r"""Return a text that no spreadsheet takes for a formula, without signs that a file cannot hold and without identity numbers.

    >>> harmless("=1+1"), harmless("+86"), harmless("老灶台"), harmless("a\x00b"), harmless("王 110101199003072316")
    ("'=1+1", "'+86", '老灶台', 'ab', '王 110101********2316')
    """
    shown = "".join(sign for sign in text if sign.isprintable() or sign == "\n")[:LONGEST]
    masked = _identity_number.sub(lambda found: f"{found[0][:6]}{'*' * 8}{found[0][14:]}", shown)
    return f"'{masked}" if masked.lstrip().startswith(_starts_a_formula) else masked


class _InMemory(WorksheetWriter):  # type: ignore[misc]  # the library has no types
    """The library writes each sheet into a temporary file; what stands in ours is personal, so its file lies in memory alone."""

    def __init__(self, sheet: object) -> None:
        self._memory = os.memfd_create("sheet")
        super().__init__(sheet, out=f"/proc/self/fd/{self._memory}")

    def cleanup(self) -> None:
        os.close(self._memory)
