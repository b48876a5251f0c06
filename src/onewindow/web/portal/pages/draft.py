"""The way through a draft: which steps there are, what is done, and which comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext, pgettext

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors.rows import DraftField, DraftPage, PrefillLine, QuestionLine
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import formatting, process, words
from onewindow.web.site import fields

PART_SIZE = 6
"""Fields on one page of the form; on a phone they are shown one at a time."""


@dataclass(frozen=True, slots=True)
class AsField:
    """A guided question in the shape of a form field."""

    element: str
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the task list. `state`: done, open or later."""

    kind: str
    label: str
    note: str
    url: str
    state: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Registers that hold no record under the number in a field, and the fields that are asked instead."""

    element: str
    number: str
    registers: tuple[Text, ...]
    brought: tuple[str, ...]

    @property
    def told(self) -> str:
        """What a page sends back to say that it has shown this."""
        return f"{self.element}={self.number}"

    @property
    def says(self) -> str:
        """What is wrong, and what can be done."""
        names = pgettext("between names", ", ").join(process.say(name) for name in self.registers)
        none = ngettext(
            "%(register)s has no record under %(number)s.", "%(register)s have no record under %(number)s.", len(self.registers)
        ) % {"register": names, "number": self.number}
        if not self.brought:
            check = gettext("Check the number.")
            return f"{none}{_gap()}{check}"
        count = len(self.brought)
        instead = ngettext(
            "Check the number, or answer the %(n)s question that follows instead.",
            "Check the number, or answer the %(n)s questions that follow instead.",
            count,
        )
        return f"{none}{_gap()}{instead % {'n': count}}"


def _gap() -> str:
    """Return what stands between two sentences: nothing in Chinese."""
    return "" if formatting.short_language(get_language()) == "zh" else " "


def questions(page: DraftPage) -> tuple[QuestionLine, ...]:
    """Return the questions that matter: those still to be answered and those that were."""
    return tuple(row for row in page.questions if row.open or row.value is not None)


def parts(page: DraftPage) -> list[tuple[DraftField, ...]]:
    """Return the fields of the form in pages of much the same length."""
    typed = in_order(page)
    if not typed:
        return []
    pages = -(-len(typed) // PART_SIZE)
    size = -(-len(typed) // pages)
    return [tuple(typed[start : start + size]) for start in range(0, len(typed), size)]


def in_order(page: DraftPage) -> list[DraftField]:
    """Return the fields that are typed, in the order of asking; what a number without a record brings stands right after it."""
    order = process.order_of_asking(catalogue.catalogue_at(page.release), page.report["services"])
    typed = sorted((row for row in page.fields if row.type != "file"), key=lambda row: order.get(row.element, -1))
    for notice in notices(page).values():
        brought = [row for row in typed if row.element in notice.brought]
        typed = [row for row in typed if row.element not in notice.brought]
        place = next((number for number, row in enumerate(typed, start=1) if row.element == notice.element), 0)
        typed[place:place] = brought
    return typed


def notices(page: DraftPage) -> dict[str, Notice]:
    """Return {field: what registers say of the number typed there}, where they hold no record under it."""
    fields_ = {row.element: row for row in page.fields}
    found: dict[str, Notice] = {}
    for row in sorted(page.unavailable, key=lambda row: -len(row.asked_instead)):
        element = next((key for key in row.keys if key in fields_), None)
        if element is not None:
            old = found.get(element)
            names = (*old.registers, row.name) if old else (row.name,)
            brought = (*(old.brought if old else ()), *(key for key in row.asked_instead if key != element))
            found[element] = Notice(element, str(fields_[element].value), names, brought)
    return found


def look_url(page: DraftPage, element: str) -> str:
    """Return the address of a field that has to be looked at once more."""
    places = [number for number, group in enumerate(parts(page), start=1) if any(row.element == element for row in group)]
    return f"{form_url(page.id, places[0])}?look={element}" if places else reverse("portal:known", args=[page.id])


def known(page: DraftPage) -> tuple[PrefillLine, ...]:
    """Return what log-in, licences and registers tell; answers to the questions stand with the questions."""
    return tuple(row for row in page.prefilled if row.kind != "answer")


def as_field(question: QuestionLine) -> AsField:
    return AsField(question.id, question.name, question.type, question.choices)


def steps(page: DraftPage) -> tuple[Step, ...]:
    """Return the task list of a draft."""
    found = [_questions_step(page), _who_step(page), *_form_steps(page), _known_step(page), _documents_step(page), _others_step(page)]
    listed = [step for step in found if step is not None]
    done = all(step.state == "done" for step in listed)
    check = Step("check", gettext("Check and send"), "", reverse("portal:check", args=[page.id]), "open" if done else "later")
    return (*listed, check)


def next_url(page: DraftPage, *, after: str = "") -> str:
    """Return where the first thing is that still has to be done; `after` skips to what follows that address."""
    listed = steps(page)
    places = [step.url for step in listed]
    start = places.index(after) + 1 if after in places else 0
    waiting = [step.url for step in listed[start:] if step.state == "open" and step.kind != "check"]
    waiting += [step.url for step in listed[:start] if step.state == "open" and step.kind != "check" and step.url != after]
    return waiting[0] if waiting else places[-1]


def question_url(draft_id: UUID, question: str) -> str:
    return reverse("portal:question", args=[draft_id, question])


def form_url(draft_id: UUID, part: int) -> str:
    return reverse("portal:form", args=[draft_id, part])


def _questions_step(page: DraftPage) -> Step | None:
    asked = questions(page)
    if not asked:
        return None
    waiting = [row for row in asked if row.open]
    target = (waiting or asked)[0].id
    note = ngettext("%(n)s question", "%(n)s questions", len(asked)) % {"n": len(asked)}
    return Step("questions", gettext("First, a few questions"), note, question_url(page.id, target), "open" if waiting else "done")


def _who_step(page: DraftPage) -> Step | None:
    if page.guardian:
        note = gettext("files this for you")
        return Step("who", gettext("A parent or guardian"), note, reverse("portal:who", args=[page.id]), "open")
    if page.who.enough:
        return None
    return Step("who", gettext("Who you are"), gettext("to be confirmed once"), reverse("portal:who", args=[page.id]), "open")


def _form_steps(page: DraftPage) -> list[Step]:
    groups = parts(page)
    missing = set(page.missing)
    found = []
    for number, group in enumerate(groups, start=1):
        label = gettext("Your answers") if len(groups) == 1 else gettext("Your answers, part %(n)s") % {"n": number}
        note = ngettext("%(n)s field", "%(n)s fields", len(group)) % {"n": len(group)}
        state = "open" if any(row.element in missing for row in group) else "done"
        found.append(Step(f"form-{number}", label, note, form_url(page.id, number), state))
    return found


def _known_step(page: DraftPage) -> Step | None:
    count = len(known(page))
    if not count and not page.unavailable and not page.stuck and not page.consents:
        return None
    note = ngettext("%(n)s value filled in for you", "%(n)s values filled in for you", count) % {"n": count}
    state = "open" if page.stuck else "done"
    return Step("known", gettext("What we already know"), note, reverse("portal:known", args=[page.id]), state)


def _documents_step(page: DraftPage) -> Step | None:
    wanted: Sequence[Any] = [*page.documents, *(row for row in page.fields if row.type == "file")]
    if not wanted:
        return None
    note = ngettext("%(n)s document", "%(n)s documents", len(wanted)) % {"n": len(wanted)}
    lacking = any(not row.uploads and not row.later for row in page.documents) or any(
        row.element in page.missing for row in page.fields if row.type == "file"
    )
    return Step("documents", gettext("Documents"), note, reverse("portal:documents", args=[page.id]), "open" if lacking else "done")


def _others_step(page: DraftPage) -> Step | None:
    if not page.others:
        return None
    done = sum(row.confirmed for row in page.others)
    note = gettext("%(done)s of %(all)s confirmed") % {"done": done, "all": len(page.others)}
    state = "done" if done == len(page.others) else "open"
    return Step("others", gettext("Others confirm it"), note, reverse("portal:others", args=[page.id]), state)


def hint(row: DraftField) -> str:
    """Say where to find a number: on which paper it stands, or which register is asked with it. Empty where its type says enough."""
    if row.type != "string":
        return ""
    if row.printed_on:
        papers = pgettext("between names", ", ").join(process.say(name) for name in row.printed_on)
        return gettext("Copy it exactly as it is printed on: %(papers)s") % {"papers": papers}
    if row.opens:
        names = pgettext("between names", ", ").join(process.say(name) for name in row.opens)
        return gettext("Copy it exactly. It is the number used by: %(registers)s") % {"registers": names}
    return ""


def drawn(
    part: Sequence[DraftField],
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
    rows: Mapping[str, int] | None = None,
) -> list[fields.Field]:
    """Return the fields of one page; what was typed stays in the boxes even where it cannot be used."""
    found = []
    for row in part:
        kept = (typed or {}).get(row.element)
        found.append(
            fields.draw(
                row,
                kept if isinstance(kept, list) else row.value,
                error=(errors or {}).get(row.element, ""),
                errors=errors,
                typed=kept if isinstance(kept, str) else None,
                rows=(rows or {}).get(row.element, 0),
                hint=hint(row),
            )
        )
    return found


def told(drawn_fields: Sequence[fields.Field], notice: Notice | None) -> list[tuple[str, str]]:
    """Return the line of the summary that leads to a number which registers do not know."""
    check = gettext("Check the number.")
    return [(field.focus_id, words.labelled(field.label, check)) for field in drawn_fields if notice and field.name == notice.element]


def summary(drawn_fields: Sequence[fields.Field]) -> list[tuple[str, str]]:
    """Return the lines of the error summary: each names its field and links to it."""
    return [(field.focus_id, words.labelled(field.label, field.error)) for field in fields.wrong(drawn_fields)]
