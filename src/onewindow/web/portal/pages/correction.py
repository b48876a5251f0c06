"""The page on which an applicant puts right what a notice asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext

from onewindow.modules.cases.selectors.rows import CasePage, NoticeItemLine, NoticeLine
from onewindow.modules.cases.services import NewFile
from onewindow.plumbing.text import localised
from onewindow.web.portal.pages.draft import AsField
from onewindow.web.site import fields

Files = MultiValueDict[str, Any]
"""What request.FILES holds."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to put right: what the officer says about it, and the field or the file to answer with."""

    kind: str
    label: str
    says: str
    field: fields.Field | None
    file_name: str
    error: str

    @property
    def file_described(self) -> str:
        """The ids of what is said about the file."""
        return f"{self.file_name}-hint {self.file_name}-error" if self.error else f"{self.file_name}-hint"

    @property
    def target(self) -> str:
        return self.field.focus_id if self.field else self.file_name


def described(notice: NoticeLine) -> list[AsField]:
    """Return the elements of a notice as fields of a form."""
    return [_as_field(item) for item in notice.items if item.kind == "element"]


def _as_field(item: NoticeItemLine) -> AsField:
    return AsField(item.id, item.name, item.type, item.choices)


def lines(page: CasePage, notice: NoticeLine, *, errors: Mapping[str, str], sent: QueryDict | None) -> list[Line]:
    """Return everything to be put right; what was typed stays, else the value that was sent before stands in the field."""
    language = get_language() or "zh-hans"
    before = {row.element: row.value for row in page.values}
    found = []
    for item in notice.items:
        error = errors.get(item.id, "")
        says = localised(item.sentence, language)
        label = localised(item.name, language)
        if item.kind == "element":
            typed = sent.get(item.id) if sent is not None else None
            field = fields.draw(_as_field(item), before.get(item.id), error=error, typed=typed, errors=errors)
            found.append(Line("element", label, says, field, "", error))
        else:
            found.append(Line("document", label, says, None, file_field(item.id), error))
    return found


def file_field(kind: str) -> str:
    return f"file-{kind}"


def new_files(notice: NoticeLine, sent: Files) -> list[NewFile]:
    """Return the files that came, each for its document."""
    return [
        NewFile(item.id, file.name or "", file.content_type or "", file.read())
        for item in notice.items
        if item.kind == "document"
        for file in sent.getlist(file_field(item.id))
    ]


def empty(notice: NoticeLine, values: Mapping[str, object], files: list[NewFile]) -> dict[str, str]:
    """Return a sentence for each thing that got no answer."""
    brought = {file.evidence_type for file in files}
    found = {}
    for item in notice.items:
        if item.kind == "document" and item.id not in brought:
            found[item.id] = gettext("Add the new file.")
        elif item.kind == "element" and not str(values.get(item.id, "")).strip():
            found[item.id] = gettext("Fill this in.")
    return found
