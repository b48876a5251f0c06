"""Single rows of a case as they are shown: a file, a note masked as its value, the part of a line that others read."""

from collections.abc import Mapping
from typing import Any

from onewindow.domain import masks
from onewindow.modules.cases import models
from onewindow.modules.cases.selectors import rows


def file_line(row: models.Attachment, by: Mapping[str, str]) -> rows.FileLine:
    """Return a file with who added it."""
    superseded = row.superseded_at is not None
    return rows.FileLine(row.pk, row.name, row.media_type, row.size, row.added_at, superseded, row.superseded_at, by, row.sha256)


def masked_note(note: Mapping[str, Any] | None, kind: str) -> Mapping[str, Any] | None:
    """Mask what a register said of a disputed value as the value itself."""
    told = dict(note or {})
    for name in ("disputed", "differs"):
        if isinstance(held := told.get(name), Mapping):
            told[name] = {**held, "value": masks.masked(held.get("value"), kind)}
    return told or note


def public_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """What another department reads of a line: which step and when, not the words."""
    return {
        key: value
        for key, value in values.items()
        if key in {"step", "due_date", "certain", "number", "evidence_type", "because_of", "late", "items"}
    }
