"""An empty form of a matter, for whoever begins without a network: every question and every field that may come, nothing about anybody."""

from collections.abc import Mapping
from dataclasses import dataclass

from onewindow.domain.catalogue.model import Catalogue, Event, Text
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import process
from onewindow.web.portal.pages import event as events
from onewindow.web.site import fields

ANSWER = "answer:"
"""Before the name of a guided question, so that it is told from a field of the same name."""


@dataclass(frozen=True, slots=True)
class AsField:
    """An element or a question in the shape of a field to draw."""

    element: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    members: tuple["AsField", ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    event: Event
    questions: tuple[fields.Field, ...]
    fields: tuple[fields.Field, ...]
    documents: tuple[events.Brings, ...]


def blank(*, release: int, event_id: str) -> Blank:
    """Return the form as it is before anything is answered. Raises: NotFound, and what the compiler refuses."""
    held = catalogue.catalogue_at(release)
    report = catalogue.compiled(release=release, event_id=event_id, answers={}, held=())
    event = held.events[event_id]
    order = process.order_of_asking(held, report.services)
    questions = events.asked_first(event, report)
    answered = {question.element for question in questions}
    typed = [row.element for row in report.form if row.element not in answered and held.elements[row.element].type != "file"]
    return Blank(
        event=event,
        questions=tuple(fields.draw(AsField(row.id, row.name, row.type, row.values), prefix=ANSWER) for row in questions),
        fields=tuple(fields.draw(_as_field(held, key)) for key in sorted(typed, key=lambda element: order.get(element, -1))),
        documents=events.documents(held, report, "upload"),
    )


def _as_field(held: Catalogue, key: str) -> AsField:
    element = held.elements[key]
    return AsField(key, element.name, element.type, element.values, tuple(_as_field(held, member) for member in element.of), element.many)
