"""Beginning, filling in and discarding a draft. Good entries are kept whatever else is wrong."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from onewindow.domain.catalogue.model import Event
from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.values import ValueRefused
from onewindow.modules.cases import models, rulebook
from onewindow.modules.cases.consents import consents_of
from onewindow.modules.cases.drafting import DraftState, state_of
from onewindow.modules.cases.errors import (
    AnswersRefused,
    DraftFiled,
    ForEnterprises,
    NotForEnterprises,
    NothingToDispute,
    NotInMandate,
    ReadOnlyField,
    StaleDraft,
    TooManyDocuments,
    UnknownDocument,
    UnknownField,
    UnknownMatter,
    UnknownQuestion,
    ValuesRefused,
)
from onewindow.modules.cases.services.common import said
from onewindow.modules.cases.services.reopening import look_again, say_goodbye
from onewindow.modules.exchange import services as exchange
from onewindow.plumbing import audit, files, idempotency, permissions
from onewindow.plumbing.actors import Actor

MOST_DOCUMENTS = 60


@dataclass(frozen=True, slots=True)
class DraftInfo:
    """What a page needs to send its next change."""

    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class UploadInfo:
    """Unit: size in bytes."""

    id: UUID
    evidence_type: str
    name: str
    media_type: str
    size: int


@transaction.atomic
def start_draft(*, event_id: str, consents: Collection[str] = (), draft_id: UUID | None = None, actor: Actor, now: datetime) -> DraftInfo:
    """Begin a matter in one's own name, or for whom one acts. `consents`: registers that may be asked only because the applicant agrees.

    `draft_id`: made by a device that began without a network; sent twice, it is one draft.
    Raises: Forbidden, NothingPublished, UnknownMatter, NotInMandate, NotForEnterprises, ForEnterprises,
    NothingToConsentTo.
    """
    permissions.require(actor, "cases.draft")
    if draft_id is not None and (begun := models.Draft.objects.filter(pk=draft_id).first()) is not None:
        permissions.require(actor, "cases.edit-draft", begun)
        return DraftInfo(begun.pk, begun.version)
    release = rulebook.published()
    _require_reach(actor, event_of(release, event_id))
    given = consents_of(event_id, consents, content=release.content, actor=actor, now=now)
    draft = models.Draft.objects.create(
        id=draft_id or uuid4(),
        owner=actor.party or actor.known_id,
        event=event_id,
        release=release.number,
        consents=given,
        assistance=actor.assistance,
        created_at=now,
        updated_at=now,
    )
    exchange.give_consents(person=draft.owner, matter=draft.pk, resources=given, actor=actor, now=now)
    details = {"event": event_id, "consents": sorted(given)}
    audit.record(actor=actor, action="cases.start-draft", subject_kind="draft", subject_id=draft.id, at=now, details=details)
    return DraftInfo(draft.id, draft.version)


def save_answers(*, draft_id: UUID, answers: Mapping[str, Any], version: int, actor: Actor, now: datetime) -> DraftInfo:
    """Save answers to the guided questions; None takes an answer back.

    Raises: Forbidden, NotFound, DraftFiled, StaleDraft, UnknownQuestion (nothing saved), AnswersRefused (the good ones saved).
    """
    with transaction.atomic():
        draft = own_draft(draft_id, actor, version=version)
        event = event_of(rulebook.published(), draft.event)
        good, refused = check_answers(event, answers)
        draft.answers = {key: value for key, value in {**draft.answers, **good}.items() if value is not None}
        info = keep_draft(draft, actor, now, "cases.save-answers")
    if refused:
        raise AnswersRefused(refused, info.version)
    return info


def save_elements(*, draft_id: UUID, values: Mapping[str, Any], version: int, actor: Actor, now: datetime) -> DraftInfo:
    """Save what was typed into the form; None or an empty text takes a value back.

    Raises: Forbidden, NotFound, DraftFiled, StaleDraft, UnknownField and ReadOnlyField (nothing saved), ValuesRefused (good ones saved).
    """
    with transaction.atomic():
        draft = own_draft(draft_id, actor, version=version)
        state = state_of(draft)
        _require_fields(draft, state, values)
        good, refused = check_values(state, values)
        draft.elements = {key: value for key, value in {**draft.elements, **good}.items() if value is not None}
        ask_again_where_a_key_changed(draft, good)
        info = keep_draft(draft, actor, now, "cases.save-elements")
    if refused:
        raise ValuesRefused(refused, info.version)
    return info


@transaction.atomic
def dispute_prefill(*, draft_id: UUID, element: str, note: str = "", undo: bool = False, actor: Actor, now: datetime) -> DraftInfo:
    """Say that a value from a source is not right: the field is then asked, and the officer sees both values. `undo` takes it back.

    Raises: Forbidden, NotFound, DraftFiled, NothingToDispute.
    """
    draft = own_draft(draft_id, actor)
    if undo:
        draft.disputed = {key: value for key, value in draft.disputed.items() if key != element}
        exchange.take_back_correction(matter=draft.pk, element=element, actor=actor, now=now)
    else:
        known = (state := state_of(draft)).settled.known.get(element)
        if element not in draft.disputed and (known is None or known.kind not in {"party", "held", "resource"} or state.is_others(element)):
            raise NothingToDispute(field=element)
        draft.disputed = {**draft.disputed, element: {"note": said(note, 1000), "at": now.isoformat()}}
        _tell_the_owner(draft, state, element, actor, now)
    return keep_draft(draft, actor, now, "cases.dispute-prefill", grown=False, element=element, undo=undo)


def _tell_the_owner(draft: models.Draft, state: DraftState, element: str, actor: Actor, now: datetime) -> None:
    """Whoever owns the register hears that a value of it is disputed; what log-in or a licence told has no such desk."""
    known = state.settled.known.get(element) or state.settled.contradicted.get(element)
    face = state.rules.interface(known.id) if known is not None and known.kind == "resource" else None
    if known is None or face is None:
        return
    keys: Mapping[str, Any] = next((row["keys"] for row in draft.prefilled if (row["id"], row["element"]) == (face.id, element)), {})
    disputed = exchange.Disputed(face.resource, element, known.value, keys, draft.disputed[element]["note"])
    exchange.raise_correction(disputed=disputed, matter=draft.pk, person=draft.owner, actor=actor, now=now)


def add_upload(
    *,
    draft_id: UUID,
    evidence_type: str,
    name: str,
    media_type: str,
    content: bytes,
    upload_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> UploadInfo:
    """Add one file to a document that is to be brought, or to a field of the type file.

    `upload_id`: made by a device that may have to send it again; it is added once, and stays removed where it was removed since.
    Raises: Forbidden, NotFound, DraftFiled, UnknownDocument, TooManyDocuments, IdempotencyConflict, FileRefused and its kinds.
    """
    examined = files.examine(content=content, name=name, media_type=media_type)  # before the transaction: it takes its time
    with transaction.atomic():
        draft = own_draft(draft_id, actor)
        if upload_id is None:
            return _add_upload(draft, evidence_type, examined, upload_id=uuid4(), actor=actor, now=now)
        body = {"draft": str(draft_id), "type": evidence_type, "sha256": sha256(content).hexdigest()}
        claim: dict[str, Any] = {"actor": actor, "scope": "cases.add-upload", "key": str(upload_id)}
        came = idempotency.claim(**claim, fingerprint=idempotency.fingerprint(body), now=now) is not None
        if came or models.Upload.objects.filter(pk=upload_id, draft=draft).exists():
            return UploadInfo(upload_id, evidence_type, name, media_type, len(content))
        made = _add_upload(draft, evidence_type, examined, upload_id=upload_id, actor=actor, now=now)
        idempotency.settle(**claim, result={"upload": str(upload_id)})
        return made


def _add_upload(
    draft: models.Draft, evidence_type: str, examined: files.Examined, *, upload_id: UUID, actor: Actor, now: datetime
) -> UploadInfo:
    settled = (state := state_of(draft)).settled
    fields = {row.element for row in settled.fields if state.rules.element(row.element).type == "file"}
    if evidence_type not in fields and evidence_type not in {row.type for row in settled.documents}:
        raise UnknownDocument(document=evidence_type)
    if draft.uploads.count() >= MOST_DOCUMENTS:
        raise TooManyDocuments(most=MOST_DOCUMENTS)
    stored = files.keep(examined, owner=actor, now=now)
    row = models.Upload.objects.create(
        id=upload_id,
        draft=draft,
        evidence_type=evidence_type,
        file=stored.id,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        added_at=now,
    )
    if evidence_type in fields:
        draft.elements = {**draft.elements, evidence_type: str(row.id)}
    keep_draft(draft, actor, now, "cases.add-upload", grown=False, upload=str(row.id))
    return UploadInfo(row.id, row.evidence_type, row.name, row.media_type, row.size)


@transaction.atomic
def remove_upload(*, draft_id: UUID, upload_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a file out of a draft.

    Raises: Forbidden, NotFound, DraftFiled.
    """
    draft = own_draft(draft_id, actor)
    row = draft.uploads.filter(pk=upload_id).first()
    if row is None:
        raise NotFound(kind="document", id=upload_id)
    draft.elements = {key: value for key, value in draft.elements.items() if value != str(row.id)}
    row.delete()
    keep_draft(draft, actor, now, "cases.remove-upload", grown=False, upload=str(upload_id))


@transaction.atomic
def discard_draft(*, draft_id: UUID, actor: Actor, now: datetime) -> None:
    """Throw a draft away with everything in it.

    Raises: Forbidden, NotFound, DraftFiled.
    """
    draft = own_draft(draft_id, actor)
    audit.record(actor=actor, action="cases.discard-draft", subject_kind="draft", subject_id=draft.id, at=now)
    exchange.forget_corrections(matter=draft.pk, actor=actor)
    say_goodbye(draft, actor, now)
    draft.delete()


def own_draft(draft_id: UUID, actor: Actor, *, version: int | None = None) -> models.Draft:
    """Return a draft of the actor's, locked until the transaction ends.

    Raises: NotFound, Forbidden, DraftFiled, StaleDraft.
    """
    draft = models.Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFound(kind="draft", id=draft_id)
    permissions.require(actor, "cases.edit-draft", draft)
    if draft.filed_case_id is not None:
        raise DraftFiled(reference=models.Case.objects.values_list("reference", flat=True).get(pk=draft.filed_case_id))
    if version is not None and version != draft.version:
        raise StaleDraft(sent=version, current=draft.version)
    return draft


def check_values(state: DraftState, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, DomainError]]:
    """Return (good values normalised, {element: what is wrong} of the others); of a list of entries what can be used is good."""
    check = rulebook.checker(state.rules)
    good: dict[str, Any] = {}
    refused: dict[str, DomainError] = {}
    for element, value in values.items():
        try:
            good[element] = None if _empty(value) else check(element, value)
        except ValueRefused as error:
            described = state.rules.element(element)
            if described.type != "group":
                refused[element] = error
                continue
            good[element], wrong = rulebook.members(state.rules, element, value)
            refused.update((_place(element, one, many=described.many), one) for one in wrong)
    return good, refused


def _place(element: str, error: ValueRefused, *, many: bool) -> str:
    """Return which entry of a list it is: “staff[2].name”; what may stand there once only is the first."""
    return error.element if many or error.element == element else f"{element}[1]{error.element.removeprefix(element)}"


def check_answers(event: Event, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, DomainError]]:
    questions = {question.id: question for question in event.questions}
    good: dict[str, Any] = {}
    refused: dict[str, DomainError] = {}
    for key, value in answers.items():
        if key not in questions:
            raise UnknownQuestion(question=key)
        try:
            good[key] = None if _empty(value) else rulebook.check_answer(questions[key], value)
        except ValueRefused as error:
            refused[key] = error
    return good, refused


def _require_fields(draft: models.Draft, state: DraftState, values: Mapping[str, Any]) -> None:
    """Nothing but the fields of the form is taken: a forged name is told from a value that a source gives."""
    for error in not_taken(draft, state, values).values():
        raise error


def not_taken(draft: models.Draft, state: DraftState, elements: Iterable[str]) -> dict[str, ReadOnlyField | UnknownField]:
    """Return what is wrong with each element that is no field of the form now."""
    asked = {row.element for row in state.settled.fields} | {row.element for row in state.rules.report.form}
    keys = {key for row in draft.unavailable.values() if row["reason"] == "no-record" for key in row["keys"]} & draft.elements.keys()
    found: dict[str, ReadOnlyField | UnknownField] = {}
    for element in elements:
        known = state.settled.known.get(element)
        if known is not None and known.kind != "typed" and not state.is_others(element):
            found[element] = ReadOnlyField(field=element, source=known.id or known.kind)
        elif element not in asked | keys or state.rules.element(element).type == "file" or state.is_others(element):
            found[element] = UnknownField(field=element)
    return found


def ask_again_where_a_key_changed(draft: models.Draft, good: Mapping[str, Any]) -> None:
    """A register that knew nothing under the old number is asked again under the new one."""
    draft.unavailable = {
        resource: row
        for resource, row in draft.unavailable.items()
        if not any(key in good and good[key] != value for key, value in row["keys"].items())
    }


def _require_reach(actor: Actor, event: Event) -> None:
    """Raises: NotInMandate, NotForEnterprises, ForEnterprises where the party has nothing to do with the matter."""
    acting = actor.on_behalf_of
    if acting is not None and not acting.covers(event.id):
        raise NotInMandate(event=event.name)
    if acting is not None and acting.kind == "legal" and event.applicant != "legal":
        raise NotForEnterprises(event=event.name)
    if event.applicant == "legal" and (acting is None or acting.kind != "legal"):
        raise ForEnterprises(event=event.name)


def event_of(release: rulebook.Published, event_id: str) -> Event:
    event = release.content.events.get(event_id)
    if event is None:
        raise UnknownMatter(event=event_id)
    return event


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def keep_draft(draft: models.Draft, actor: Actor, now: datetime, action: str, *, grown: bool = True, **details: Any) -> DraftInfo:
    """Save a draft; only the applicant's own entries make older pages stale."""
    draft.version += 1 if grown else 0
    draft.updated_at = now
    draft.save()
    audit.record(actor=actor, action=action, subject_kind="draft", subject_id=draft.id, at=now, details=details)
    look_again(draft, actor, now)
    return DraftInfo(draft.id, draft.version)
