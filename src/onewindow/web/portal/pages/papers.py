"""The boxes of the documents page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors.rows import Asker, DraftPage, FileLine
from onewindow.plumbing.text import localised


@dataclass(frozen=True, slots=True)
class Box:
    """One document to bring: `kind` is its evidence type, or a field of the type file."""

    kind: str
    label: str
    name: Text
    asked_by: tuple[Asker, ...]
    uploads: tuple[FileLine, ...]
    trouble: str
    later: Text = field(default_factory=dict)
    """The silent register that stands for it, so that it may be left out."""

    @property
    def input_id(self) -> str:
        return f"file-{self.kind}"


def boxes(page: DraftPage, troubles: Mapping[str, str]) -> list[Box]:
    """Return every document to bring, with what is there and what was wrong with the last try."""
    language = get_language() or "zh-hans"
    found = [
        Box(row.type, localised(row.name, language), row.name, row.requirements, row.uploads, troubles.get(row.type, ""), row.later)
        for row in page.documents
    ]
    own = [row for row in page.fields if row.type == "file"]
    found += [Box(row.element, localised(row.name, language), row.name, row.asked_by, (), troubles.get(row.element, "")) for row in own]
    return found
