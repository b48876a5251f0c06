"""The form of an act: what stands in it, what is wrong with it, and what it needs to be safe to send."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

from django.utils.translation import gettext

from onewindow.modules.cases.selectors import CasePage, TemplateRow
from onewindow.modules.cases.selectors.rows import FeeLine, TaskLine
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.web import words as shared
from onewindow.web.desk.pages import ready, sentences, words
from onewindow.web.desk.pages.acts import DECISIONS, Way, withdrawals
from onewindow.web.desk.pages.case import DeskCase
from onewindow.web.desk.pages.sentences import Draft
from onewindow.web.site import fields

METHODS = ("cash", "card", "transfer", "code")


class Judged(Protocol):
    """A step of a case in an officer's hand, alone (`DeskCase`) or among several."""

    @property
    def page(self) -> CasePage: ...
    @property
    def task(self) -> TaskLine: ...
    @property
    def services(self) -> frozenset[str]: ...
    @property
    def ready(self) -> tuple[TemplateRow, ...]: ...


class Trouble(Exception):
    """An entry that cannot be used. `entries`: {field: sentence}; `status` as the answer's."""

    def __init__(self, entries: Mapping[str, str], status: int = 422) -> None:
        super().__init__("; ".join(entries.values()))
        self.entries = dict(entries)
        self.status = status


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be put on a notice: a value or a document."""

    key: str
    name: str
    shown: str
    ticked: bool
    sentences: tuple[Draft, ...]
    chosen: str
    """The ready text that was chosen for it."""
    error: str

    @property
    def id(self) -> str:
        return control_id(self.key)


@dataclass(frozen=True, slots=True)
class ActForm:
    """The form of one act as it is drawn."""

    way: Way
    key: str
    seen: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    sentences: tuple[Draft, ...] = ()
    outputs: tuple[fields.Field, ...] = ()
    elements: tuple[Item, ...] = ()
    documents: tuple[Item, ...] = ()
    services: tuple[tuple[str, str, str], ...] = ()
    """What can be withdrawn: (service, its name, how it stands)."""
    fee: FeeLine | None = None
    methods: tuple[tuple[str, str], ...] = ()
    laws: tuple[str, ...] = ()
    choice: tuple[ready.Option, ...] = ()
    """The ready texts that can be chosen."""
    filled: str = ""
    """What a ready text was just written into, where one was."""
    summary: Sequence[tuple[str, str]] = field(default_factory=tuple)


def form(
    desk: DeskCase, way: Way, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, *, filled: str = ""
) -> ActForm:
    """Return the form of an act; what was typed stays."""
    sent, wrong = typed or {}, errors or {}
    elements, documents = items(desk, sent, wrong) if way.slug == "correct" else ((), ())
    return ActForm(
        way=way,
        key=str(uuid4()),
        seen=mark(desk),
        typed=sent,
        errors=wrong,
        sentences=sentences.drafts(drafted(desk, way), desk.languages, sent, "sentence") if way.slug in DECISIONS else (),
        outputs=outputs(way, sent, wrong),
        elements=elements,
        documents=documents,
        services=withdrawable(desk) if way.slug == "withdraw" else (),
        fee=fee_of(desk, way.act.fee) if way.slug == "pay" else None,
        methods=methods() if way.slug == "pay" else (),
        laws=tuple(" ".join(filter(None, (law.get("title", ""), law.get("article", "")))) for law in desk.legal_basis),
        choice=ready.options(desk.ready, way.slug),
        filled=filled,
        summary=_summaries(wrong, way),
    )


def drafted(desk: Judged, way: Way) -> dict[str, str]:
    """Return the sentence that the applicant will read, in every language, where the act has one."""
    if way.slug == "approve":
        held = catalogue.catalogue_at(desk.page.release)
        given = tuple(held.evidence_types[kind].name for kind in held.services[desk.task.service].produces if kind in held.evidence_types)
        return sentences.approval(desk.page.applicant_name, desk.task.service_name, given)
    if way.slug == "refuse":
        return sentences.refusal(desk.page.applicant_name, desk.task.service_name)
    return {}


def offered(desk: Judged, way: Way, sent: Mapping[str, str]) -> tuple[dict[str, str], ...]:
    """Return what the form has offered as the sentence: the draft, and the draft with the chosen ready text."""
    draft = drafted(desk, way)
    chosen = ready.written(desk.ready, way.slug, sent.get("template", ""), draft)
    return (draft, chosen) if chosen else (draft,)


def filled_in(desk: DeskCase, way: Way, sent: Mapping[str, str]) -> dict[str, str] | None:
    """Return the entries with the chosen ready text written where `use` says, or None where none is chosen.

    `use` names the thing on a notice that the text is for; a decision has one place alone.
    """
    key = sent.get("use", "")
    of_item = way.slug == "correct"
    chosen = sent.get(f"template.{key}" if of_item else "template", "")
    texts = ready.written(desk.ready, way.slug, chosen, drafted(desk, way))
    if not texts:
        return None
    place, more = (f"say.{key}", {f"tick.{key}": "1"}) if of_item else ("sentence", {})
    if way.slug == "refuse" and not sent.get("reason", "").strip():
        more = {"reason": ready.for_the_file(desk.ready, chosen)}
    return {**sent, **more, **{f"{place}.{language}": texts[language] for language in desk.languages}}


def outputs(way: Way, sent: Mapping[str, str], wrong: Mapping[str, str]) -> tuple[fields.Field, ...]:
    """Return the fields of what the step issues."""
    return tuple(
        fields.draw(told, told.value, error=wrong.get(told.element, ""), typed=sent.get(told.element)) for told in way.act.output_fields
    )


def items(desk: DeskCase, sent: Mapping[str, str], wrong: Mapping[str, str]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Return what can be put on a notice of this service: values first typed by the applicant, and documents."""
    page, service = desk.page, desk.task.service
    needed = page.plan["needs"].get(service, ())
    lines = sorted((line for line in page.values if line.element in needed), key=lambda line: line.source_kind != "typed")
    elements = [
        (line.element, words.say(line.name), fields.said(line.value, line.type, line.choices)) for line in lines if line.type != "file"
    ]
    papers: dict[str, tuple[str, str]] = {}
    for row in page.evidence:
        if row.service == service and row.way in {"upload", "commitment"}:
            current = [file.name for file in row.files if not file.superseded]
            papers.setdefault(row.type, (words.say(row.type_name), ", ".join(current) or gettext("commitment")))
    documents = [(key, name, shown) for key, (name, shown) in papers.items()]
    return (
        tuple(_item(desk, "element", row, sent, wrong) for row in elements),
        tuple(_item(desk, "document", row, sent, wrong) for row in documents),
    )


def _item(desk: DeskCase, kind: str, row: tuple[str, str, str], sent: Mapping[str, str], wrong: Mapping[str, str]) -> Item:
    key = f"{kind}:{row[0]}"
    return Item(
        key=key,
        name=row[1],
        shown=row[2],
        ticked=f"tick.{key}" in sent,
        sentences=sentences.drafts({}, desk.languages, sent, f"say.{key}"),
        chosen=sent.get(f"template.{key}", ""),
        error=wrong.get(key, ""),
    )


def fee_of(desk: DeskCase, fee: str) -> FeeLine | None:
    """Return the line of the bill that a payment is for."""
    return next((row for row in desk.page.fees if row.service in desk.services and row.fee == fee), None)


def withdrawable(desk: DeskCase) -> tuple[tuple[str, str, str], ...]:
    """Return the services that can be taken out of the case, what is held first."""
    lines = {row.service: row for row in desk.page.services}
    found = [lines[act.service] for act in withdrawals(desk.page)]
    found.sort(key=lambda line: line.state != "on-hold")
    return tuple((line.service, words.say(line.name), shared.state("service", line.state)) for line in found)


def methods() -> tuple[tuple[str, str], ...]:
    """Return the ways to pay at the counter."""
    names = {"cash": gettext("Cash"), "card": gettext("Bank card"), "transfer": gettext("Bank transfer"), "code": gettext("Payment code")}
    return tuple((key, names[key]) for key in METHODS)


def mark(desk: Judged) -> str:
    """Return a fingerprint of what the officer judged: the step, its values, its files and its notices."""
    page, services = desk.page, desk.services
    seen = [
        [desk.task.state],
        sorted(
            (line.element, line.obtained_at.isoformat(), json.dumps(line.value, sort_keys=True))
            for line in page.values
            if services.intersection(line.services)
        ),
        sorted(str(file.id) for line in page.evidence if line.service in services for file in line.files if not file.superseded),
        sorted((str(row.id), row.open) for row in page.notices if row.service in services),
    ]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]


def _summaries(wrong: Mapping[str, str], way: Way) -> tuple[tuple[str, str], ...]:
    """Return each mistake once: what is wrong in the same words at several fields leads to the first of them."""
    rows: dict[str, str] = {}
    for name, text in wrong.items():
        target, told = _summary(name, text, way)
        rows.setdefault(told, target)
    return tuple((target, told) for told, target in rows.items())


def _summary(name: str, text: str, way: Way) -> tuple[str, str]:
    """Return the id of the control an error belongs to, and the sentence; fields of what is issued are named."""
    drawn = next((field for field in outputs(way, {}, {}) if field.name == name), None)
    if drawn:
        return drawn.focus_id, gettext("%(name)s: %(text)s") % {"name": drawn.label, "text": text}
    return (f"a-{control_id(name)}" if name else ""), text


def control_id(name: str) -> str:
    """Return what of a name can stand in an id."""
    return name.replace(":", "-").replace(".", "-")
