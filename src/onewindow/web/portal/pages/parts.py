"""One's own part of somebody else's matter, as it is read."""

from dataclasses import dataclass

from django.utils.translation import gettext

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors import PartPage
from onewindow.web import words
from onewindow.web.others import TAGS
from onewindow.web.site import fields


@dataclass(frozen=True, slots=True)
class Line:
    """One value of what is confirmed."""

    name: Text
    said: str


@dataclass(frozen=True, slots=True)
class PartView:
    """`confirms`: nothing but the confirmation itself is missing; `stands`: it is confirmed as it reads now."""

    tag: str
    colour: str
    shown: tuple[Line, ...]
    own: tuple[Line, ...]
    asks: bool
    """Whether fields of one's own are still open."""
    confirms: bool
    stands: bool
    case_state: str


def view(page: PartPage) -> PartView:
    """Work out what the page shows."""
    state = "changed" if page.state == "taken" and page.reopened_at else page.state
    tag, colour = TAGS[state if state in TAGS else "taken"]
    typed = {row.element for row in page.fields}
    lines = [(row, Line(row.name, fields.said(row.value, row.type, row.choices))) for row in page.values]
    stands = page.state == "confirmed"
    return PartView(
        tag=gettext(tag),
        colour=colour,
        shown=tuple(line for row, line in lines if not row.own),
        own=tuple(line for row, line in lines if row.own and (not page.open or stands or not page.missing or row.element not in typed)),
        asks=bool(page.open and page.fields and not stands),
        confirms=page.open and not stands and not page.missing and page.level >= page.needed,
        stands=stands,
        case_state=words.state("case", page.case.state) if page.case else "",
    )
