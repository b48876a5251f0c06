"""What the page "check your answers" lists."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, gettext

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors.rows import DraftPage
from onewindow.plumbing.text import localised
from onewindow.web.portal.pages import draft as way
from onewindow.web.site import fields


@dataclass(frozen=True, slots=True)
class Row:
    """One answer and where to change it."""

    name: Text
    said: str
    url: str


def answers(page: DraftPage) -> list[Row]:
    """Return the guided questions with their answers."""
    return [Row(row.name, fields.said(row.value, row.type, row.choices), way.question_url(page.id, row.id)) for row in way.questions(page)]


def typed(page: DraftPage) -> list[Row]:
    """Return the fields of the form with what stands in them."""
    found = []
    for number, group in enumerate(way.parts(page), start=1):
        for row in group:
            url = f"{way.form_url(page.id, number)}#{fields.draw(row).focus_id}"
            found.append(Row(row.name, fields.said(row.value, row.type, row.choices), url))
    return found


def missing(page: DraftPage) -> list[tuple[str, str]]:
    """Return (address, sentence) of everything that still keeps the case from being sent."""
    language = get_language() or "zh-hans"
    found = [
        (way.question_url(page.id, row.id), gettext("Answer: %(name)s") % {"name": localised(row.name, language)})
        for row in page.questions
        if row.open
    ]
    if page.guardian:
        found.append((reverse("portal:who", args=[page.id]), gettext("A parent or guardian has to file this with you. See how.")))
    elif not page.who.enough:
        found.append((reverse("portal:who", args=[page.id]), gettext("Confirm who you are. Everything you entered is kept.")))
    for number, group in enumerate(way.parts(page), start=1):
        url = way.form_url(page.id, number)
        lacking = [row.name for row in group if row.element in page.missing]
        found += [(url, gettext("Fill in: %(name)s") % {"name": localised(name, language)}) for name in lacking]
    lacking = [row.name for row in page.documents if not row.uploads]
    lacking += [row.name for row in page.fields if row.type == "file" and row.element in page.missing]
    url = reverse("portal:documents", args=[page.id])
    found += [(url, gettext("Add: %(name)s") % {"name": localised(name, language)}) for name in lacking]
    for row in page.others:
        if not row.confirmed:
            sentence = gettext("Not confirmed yet: %(name)s") % {"name": localised(row.name, language)}
            found.append((reverse("portal:others", args=[page.id]), sentence))
    if page.stuck:
        found.append(
            (reverse("portal:known", args=[page.id]), gettext("A register that alone can tell something does not answer. Try again."))
        )
    return found


@dataclass(frozen=True, slots=True)
class Promise:
    """A document that a commitment stands for, once, with every service that needs it."""

    type: str
    name: Text
    services: tuple[Text, ...]
    made: bool

    @property
    def id(self) -> str:
        return f"promised-{self.type}"


def promises(page: DraftPage, made: Collection[str]) -> list[Promise]:
    """Return the promises to make; `made` are those that were ticked already."""
    services: dict[str, list[Text]] = {}
    names: dict[str, Text] = {}
    for row in page.commitments:
        names[row.type] = row.type_name
        if row.service_name not in services.setdefault(row.type, []):
            services[row.type].append(row.service_name)
    return [Promise(kind, names[kind], tuple(found), kind in made) for kind, found in services.items()]


def unticked(given: Sequence[Promise], *, declared: bool) -> list[tuple[str, str]]:
    """Return (control, sentence) of every promise that was not made, and of the declaration where it was not."""
    language = get_language() or "zh-hans"
    found = [(row.id, gettext("Tick this promise: %(name)s") % {"name": localised(row.name, language)}) for row in given if not row.made]
    if not declared:
        found.append(("declared", gettext("Tick that what you say is true and complete.")))
    return found
