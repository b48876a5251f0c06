"""Enquiries without a case: somebody who is proven asks a register about themselves, and may take a statement of the answer along."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onewindow.domain.catalogue.model import Text
from onewindow.domain.errors import NotFound
from onewindow.domain.identification import MATCHED, masked
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange import statement
from onewindow.modules.exchange.enquiry_rows import Enquiry, EnquiryAnswer
from onewindow.modules.exchange.errors import EnquiriesRefused, EnquiryNotProven, EnquiryNotYours
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import accesses, audit, permissions
from onewindow.plumbing.actors import Actor

PURPOSE = "enquiry"
_TEXTS = ("name", "about", "none")
_WORDS = frozenset({"id", "resource", "key", "fields", *_TEXTS})
_LANGUAGES = frozenset({"zh", "en", "ru"})


@dataclass(frozen=True, slots=True)
class Question:
    """One enquiry that somebody may make: the register is asked under `keys`, which log-in has proven."""

    enquiry: str
    resource: str
    keys: Mapping[str, Any]
    fields: tuple[str, ...]
    person: UUID
    holder: str


@dataclass(frozen=True, slots=True)
class EnquiryLine:
    """One enquiry in the list. Shape: texts are {zh, en, ru}."""

    id: str
    name: Text
    about: Text
    register: Text
    owner: Text


@dataclass(frozen=True, slots=True)
class ValueSaid:
    name: Text
    type: str
    choices: tuple[Mapping[str, object], ...]
    value: Any


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What a register answered. `none` is what to say where it holds no record."""

    id: UUID
    enquiry: str
    name: Text
    register: Text
    owner: Text
    found: bool
    none: Text
    values: tuple[ValueSaid, ...]
    holder: str
    key: str
    obtained_at: datetime
    until: datetime
    code: str


@transaction.atomic
def load_enquiries(*, enquiries: Iterable[Mapping[str, Any]], replace: bool = False, actor: Actor, now: datetime) -> int:
    """Load what may be asked, all or none; what says the same already stays. Return how many are new, changed or gone.

    `replace`: what is not among them cannot be asked any more. Shape: {id, name, about, none: {zh, en, ru}, resource, key, fields}.
    Raises: Forbidden, EnquiriesRefused.
    """
    permissions.require(actor, "exchange.load")
    rows = [_read(place, row, now) for place, row in enumerate(enquiries, start=1)]
    wanted = {row.pk: row for row in rows}
    if len(wanted) < len(rows):
        raise EnquiriesRefused(place="—", what="two have the same id")
    held = {row.pk: row for row in Enquiry.objects.select_for_update()}
    gone = sorted(held.keys() - wanted.keys()) if replace else []
    after = max((row.place for row in held.values()), default=0)
    for row in rows if not replace else ():  # a file that is loaded later stands below what is there
        row.place = held[row.pk].place if row.pk in held else after + row.place
    changed = [row for row in rows if row.pk not in held or (held[row.pk].document, held[row.pk].place) != (row.document, row.place)]
    if not changed and not gone:
        return 0
    Enquiry.objects.filter(pk__in=gone).delete()
    fields = ["place", "document", "changed_at"]
    Enquiry.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=fields)
    details = {"enquiries": [row.pk for row in changed], **({"gone": gone} if gone else {})}
    audit.record(actor=actor, action="exchange.load-enquiries", subject_kind="enquiries", subject_id="all", at=now, details=details)
    return len(changed) + len(gone)


def _read(place: int, row: Mapping[str, Any], now: datetime) -> Enquiry:
    """Return one row of the file. Raises: EnquiriesRefused."""
    if not isinstance(row, Mapping) or set(row) != _WORDS:
        raise EnquiriesRefused(place=place, what=f"it must have exactly {', '.join(sorted(_WORDS))}")
    if poor := [name for name in _TEXTS if not isinstance(row[name], Mapping) or set(row[name]) != _LANGUAGES]:
        raise EnquiriesRefused(place=place, what=f"{', '.join(poor)} must be written in {', '.join(sorted(_LANGUAGES))}")
    if not isinstance(row["fields"], list) or not row["fields"]:
        raise EnquiriesRefused(place=place, what="it names no field")
    release = catalogue.current_release()
    known = catalogue.catalogue_at(release).resources.get(str(row["resource"])) if release is not None else None
    if known is None:
        raise EnquiriesRefused(place=place, what=f"the catalogue has no resource {row['resource']}")
    if list(known.keyed_by) != [row["key"]]:
        raise EnquiriesRefused(place=place, what=f"{known.id} is asked under {', '.join(known.keyed_by)}, not under {row['key']}")
    if strange := [name for name in row["fields"] if name not in known.gives]:
        raise EnquiriesRefused(place=place, what=f"{known.id} does not give {', '.join(strange)}")
    return Enquiry(id=str(row["id"]), place=place, document={name: row[name] for name in sorted(_WORDS - {"id"})}, changed_at=now)


def enquiries(*, actor: Actor) -> tuple[EnquiryLine, ...]:
    """Return what the actor, or the enterprise that they represent, may ask about themselves. A visitor sees what a person may ask."""
    keys = _facts(actor).keys() if actor.is_known else {"resident-id"}
    keys = {"resident-id"} if not keys & {"resident-id", "uscc"} else keys
    return tuple(_listed(row) for row in Enquiry.objects.order_by("place") if row.document["key"] in keys)


def enquiry_names() -> Mapping[str, Text]:
    """Return what every enquiry is called, in the order of the list."""
    return {row.pk: row.document["name"] for row in Enquiry.objects.order_by("place")}


@dataclass(frozen=True, slots=True)
class EnquiryPage:
    """One enquiry. `of_enterprise`: it is about an enterprise; `open`: whoever reads this may ask it, for whom they act now."""

    line: EnquiryLine
    of_enterprise: bool
    open: bool


def enquiry(*, enquiry_id: str, actor: Actor) -> EnquiryPage:
    """Return one enquiry, whoever it is for. Raises: NotFound."""
    row = Enquiry.objects.filter(pk=enquiry_id).first()
    if row is None:
        raise NotFound(kind="enquiry", id=enquiry_id)
    key = row.document["key"]
    return EnquiryPage(_listed(row), key == "uscc", bool(actor.is_known and _facts(actor).get(key)))


def question_of(enquiry: str, actor: Actor, now: datetime) -> Question:
    """Return what a register is to be asked. Raises: NotFound, EnquiryNotProven, EnquiryNotYours."""
    row = Enquiry.objects.filter(pk=enquiry).first()
    if row is None:
        raise NotFound(kind="enquiry", id=enquiry)
    if identity.sureness(actor=actor, now=now) < MATCHED:
        raise EnquiryNotProven
    facts, key = _facts(actor), row.document["key"]
    if not facts.get(key):
        raise EnquiryNotYours
    holder = str(facts.get("legal-name") or facts.get("full-name") or "")
    party = actor.party or actor.known_id
    return Question(row.pk, row.document["resource"], {key: facts[key]}, tuple(row.document["fields"]), party, holder)


def _facts(actor: Actor) -> Mapping[str, Any]:
    """Return what is proven about who asks; a mandate for some matters is none for looking into everything."""
    asked_about = _asked_about(actor)
    return identity.party_facts(asked_about, "legal" if actor.on_behalf_of else "natural") if asked_about else {}


def _asked_about(actor: Actor) -> UUID | None:
    """Return about whom an actor may ask: themselves, or an enterprise they represent by the register."""
    acting = actor.on_behalf_of
    return None if acting is not None and (acting.kind != "legal" or acting.mandate is not None) else actor.party


def write_down(question: Question, actor: Actor, now: datetime) -> None:
    """Record the question before it is asked: whom it is about sees it. Raises: AccessNotLogged."""
    accesses.read(
        actor=actor,
        what=accesses.REGISTER,
        subject_kind="user",
        subject_id=question.person,
        persons=[question.person],
        purpose=f"{PURPOSE}:{question.enquiry}",
        at=now,
        details={"resources": [question.resource]},
    )


@transaction.atomic
def keep_answer(question: Question, values: Mapping[str, Any] | None, *, actor: Actor, now: datetime) -> UUID:
    """Keep what a register answered; None where it holds no record."""
    (key,) = question.keys.values()
    told = {"values": dict(values or {}), "holder": question.holder, "key": masked(str(key))}
    row = EnquiryAnswer.objects.create(
        person=question.person,
        enquiry=question.enquiry,
        resource=question.resource,
        release=catalogue.current_release() or 0,
        found=values is not None,
        told=told,
        obtained_at=now,
    )
    details = {"enquiry": question.enquiry, "resource": question.resource, "found": row.found}
    audit.record(actor=actor, action="exchange.enquire", subject_kind="enquiry-answer", subject_id=row.pk, at=now, details=details)
    found: UUID = row.pk
    return found


def enquiry_answer(*, answer_id: UUID, actor: Actor, now: datetime) -> AnswerPage:
    """Return one's own answer, for as long as it is kept. Raises: NotFound."""
    asked_about = _asked_about(actor)
    row = EnquiryAnswer.objects.filter(pk=answer_id, person=asked_about).first() if asked_about else None
    kept = Enquiry.objects.filter(pk=row.enquiry).first() if row else None
    if row is None or kept is None or now >= row.obtained_at + life():
        raise NotFound(kind="enquiry", id=answer_id)
    content = catalogue.catalogue_at(row.release)
    said = _listed(kept)
    elements = ((content.elements[name], row.told["values"].get(name)) for name in kept.document["fields"] if name in content.elements)
    return AnswerPage(
        id=row.pk,
        enquiry=row.enquiry,
        name=said.name,
        register=said.register,
        owner=said.owner,
        found=row.found,
        none=kept.document["none"],
        values=tuple(ValueSaid(one.name, one.type, one.values, value) for one, value in elements if value is not None),
        holder=row.told["holder"],
        key=row.told["key"],
        obtained_at=row.obtained_at,
        until=row.obtained_at + life(),
        code=statement.code({"answer": str(row.pk), "at": row.obtained_at.isoformat(), "resource": row.resource, **row.told}),
    )


@transaction.atomic
def enquiry_proof(*, answer_id: UUID, language: str, actor: Actor, now: datetime) -> bytes:
    """Return a statement of one's own answer as a PDF; the same answer and language give the same bytes. Raises: Forbidden, NotFound."""
    permissions.require(actor, "exchange.enquire")
    page = enquiry_answer(answer_id=answer_id, actor=actor, now=now)
    lines = [(value.name, value.type, value.choices, value.value) for value in page.values]
    made = statement.statement(
        statement.Statement(
            title=page.name,
            register=page.register,
            owner=page.owner,
            holder=page.holder,
            key=page.key,
            none=page.none if not page.found else {},
            lines=tuple(lines),
            at=page.obtained_at,
            until=page.until,
            code=page.code,
        ),
        language=language,
    )
    details = {"enquiry": page.enquiry, "language": language}
    audit.record(actor=actor, action="exchange.enquiry-proof", subject_kind="enquiry-answer", subject_id=page.id, at=now, details=details)
    return made


def life() -> timedelta:
    """Return how long an answer is kept."""
    return timedelta(days=settings.ONEWINDOW_ENQUIRY_DAYS)


def _listed(row: Enquiry) -> EnquiryLine:
    release = catalogue.current_release()
    content = catalogue.catalogue_at(release) if release is not None else None
    resource = content.resources.get(row.document["resource"]) if content else None
    owner = content.organisations.get(resource.organisation or "") if content and resource else None
    return EnquiryLine(
        id=row.pk,
        name=row.document["name"],
        about=row.document["about"],
        register=resource.name if resource else {"zh": row.document["resource"]},
        owner=owner.name if owner else {},
    )
