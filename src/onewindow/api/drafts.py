"""Drafts: begin, answer, fill in, add documents, file once."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema, Status, UploadedFile

from onewindow.api.auth import SIGNED_IN, actor_of
from onewindow.api.idempotent import Key, RequiredKey, once
from onewindow.api.problems import REFUSALS
from onewindow.api.shapes import Body
from onewindow.api.uploads import content_of
from onewindow.modules.cases import selectors, services
from onewindow.plumbing import clock

router = Router(tags=["drafts"], auth=SIGNED_IN)


class Begin(Body):
    event: Annotated[str, Field(min_length=1, max_length=200)]
    consents: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=200, description="Registers with conditional sharing to which the applicant agrees; the others are not asked."),
    ] = []


class Answers(Body):
    version: Annotated[int, Field(ge=1, le=2**31 - 1, description="The version of the draft you read; an older one is refused.")]
    answers: dict[str, Any]


class Consents(Body):
    consents: Annotated[
        dict[Annotated[str, Field(max_length=200)], bool],
        Field(max_length=200, description="Register → true to agree, false to take the consent back."),
    ]


class Elements(Body):
    version: Annotated[int, Field(ge=1, le=2**31 - 1, description="The version of the draft you read; an older one is refused.")]
    values: dict[str, Any]


class Dispute(Body):
    element: Annotated[str, Field(min_length=1, max_length=200)]
    note: Annotated[str, Field(max_length=500)] = ""
    undo: bool = False


class Declaration(Body):
    declared: Annotated[bool, Field(description="The applicant confirms that everything said is true.")]
    promised: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(max_length=500, description="Evidence types for which the applicant commits: every type under `commitments` of the draft."),
    ] = []


class DraftRef(Schema):
    id: UUID
    version: int


class UploadRef(Schema):
    id: UUID
    evidence_type: str
    name: str
    media_type: str
    size: int


class PrefilledOut(Schema):
    fetched: list[str]
    unavailable: dict[str, str]


class FiledOut(Schema):
    case_id: UUID
    reference: str


@router.post("/drafts", response={201: DraftRef, **REFUSALS}, summary="Begin a One Thing, with the consents given so far")
def begin(request: HttpRequest, body: Begin, key: Key = None) -> Status[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()

    def act() -> dict[str, Any]:
        draft = services.start_draft(event_id=body.event, consents=body.consents, actor=actor, now=now)
        return {"id": str(draft.id), "version": draft.version}

    return Status(201, once(actor=actor, scope="api.drafts.begin", key=key, body=body.dict(), now=now, act=act))


@router.get(
    "/events/{event_id}/open",
    response={200: selectors.Similar, **REFUSALS},
    summary="My drafts and running cases of one One Thing, to be told before another is begun",
)
def already_open(request: HttpRequest, event_id: str) -> Any:
    """Of the party that the caller acts for. Another may still be begun."""
    return selectors.similar_open(event_id=event_id, actor=actor_of(request))


@router.get("/drafts", response={200: list[selectors.MyDraft], **REFUSALS}, summary="My drafts")
def list_drafts(request: HttpRequest) -> Any:
    return list(selectors.my_drafts(actor=actor_of(request)))


@router.get(
    "/drafts/{draft_id}", response={200: selectors.DraftPage, **REFUSALS}, summary="A draft: what is asked, known, missing, and why"
)
def get_draft(request: HttpRequest, draft_id: UUID) -> Any:
    return selectors.draft_page(draft_id=draft_id, actor=actor_of(request))


@router.put("/drafts/{draft_id}/answers", response={200: DraftRef, **REFUSALS}, summary="Answer the questions")
def save_answers(request: HttpRequest, draft_id: UUID, body: Answers) -> Any:
    return services.save_answers(draft_id=draft_id, answers=body.answers, version=body.version, actor=actor_of(request), now=clock.now())


@router.put(
    "/drafts/{draft_id}/consents",
    response={200: DraftRef, **REFUSALS},
    summary="Agree that registers with conditional sharing are asked, or take that back: without consent they are not asked",
)
def save_consents(request: HttpRequest, draft_id: UUID, body: Consents) -> Any:
    return services.save_consents(draft_id=draft_id, consents=body.consents, actor=actor_of(request), now=clock.now())


@router.put(
    "/drafts/{draft_id}/elements",
    response={200: DraftRef, **REFUSALS},
    summary="Fill in the form; good values are kept beside refused ones",
)
def save_elements(request: HttpRequest, draft_id: UUID, body: Elements) -> Any:
    return services.save_elements(draft_id=draft_id, values=body.values, version=body.version, actor=actor_of(request), now=clock.now())


@router.post("/drafts/{draft_id}/prefill", response={200: PrefilledOut, **REFUSALS}, summary="Ask the registers whose keys are known")
def prefill(request: HttpRequest, draft_id: UUID, retry: bool = False) -> dict[str, Any]:
    found = services.refresh_prefill(draft_id=draft_id, retry=retry, actor=actor_of(request), now=clock.now())
    return {"fetched": list(found.fetched), "unavailable": dict(found.unavailable)}


@router.post(
    "/drafts/{draft_id}/disputes",
    response={200: DraftRef, **REFUSALS},
    summary="Say that a prefilled value is not right, or take that back",
)
def dispute(request: HttpRequest, draft_id: UUID, body: Dispute) -> Any:
    return services.dispute_prefill(
        draft_id=draft_id, element=body.element, note=body.note, undo=body.undo, actor=actor_of(request), now=clock.now()
    )


@router.post("/drafts/{draft_id}/uploads", response={201: UploadRef, **REFUSALS}, summary="Add a document (PDF, PNG, JPEG or WebP)")
def add_upload(
    request: HttpRequest,
    draft_id: UUID,
    evidence_type: Annotated[str, Form(min_length=1, max_length=200)],
    file: Annotated[UploadedFile, File()],
    key: Key = None,
) -> Status[dict[str, Any]]:
    actor, now, content = actor_of(request), clock.now(), content_of(file)
    body = {"draft": str(draft_id), "type": evidence_type, "name": file.name, "sha256": hashlib.sha256(content).hexdigest()}

    def act() -> dict[str, Any]:
        made = services.add_upload(
            draft_id=draft_id,
            evidence_type=evidence_type,
            name=file.name or "document",
            media_type=file.content_type or "application/octet-stream",
            content=content,
            actor=actor,
            now=now,
        )
        return {
            "id": str(made.id),
            "evidence_type": made.evidence_type,
            "name": made.name,
            "media_type": made.media_type,
            "size": made.size,
        }

    return Status(201, once(actor=actor, scope="api.drafts.upload", key=key, body=body, now=now, act=act))


@router.delete("/drafts/{draft_id}/uploads/{upload_id}", response={204: None, **REFUSALS}, summary="Take a document out again")
def remove_upload(request: HttpRequest, draft_id: UUID, upload_id: UUID) -> Status[None]:
    services.remove_upload(draft_id=draft_id, upload_id=upload_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.delete("/drafts/{draft_id}", response={204: None, **REFUSALS}, summary="Throw a draft away")
def discard(request: HttpRequest, draft_id: UUID) -> Status[None]:
    services.discard_draft(draft_id=draft_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.post(
    "/drafts/{draft_id}/file",
    response={201: FiledOut, **REFUSALS},
    summary="File it with the declaration and the promises: one case, however often the same key comes",
)
def file(request: HttpRequest, draft_id: UUID, body: Declaration, key: RequiredKey) -> Any:
    filed = services.file_case(
        draft_id=draft_id,
        idempotency_key=key,
        declared=body.declared,
        promised=body.promised,
        actor=actor_of(request),
        now=clock.now(),
    )
    return Status(201, filed)
