"""The applicant's answer to a notice: everything in one call, or one of its two halves where the notice asks for nothing else."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Status, UploadedFile

from onewindow.api.auth import SIGNED_IN, actor_of
from onewindow.api.idempotent import Key, once
from onewindow.api.parsing import read_json
from onewindow.api.problems import REFUSALS, RequestRefused
from onewindow.api.shapes import Body
from onewindow.api.uploads import content_of
from onewindow.modules.cases import services
from onewindow.plumbing import clock

router = Router(tags=["cases"], auth=SIGNED_IN)

MOST_DOCUMENTS = 20
Kind = Annotated[str, Field(min_length=1, max_length=200)]
Documents = Annotated[list[UploadedFile], File(max_length=MOST_DOCUMENTS, description="The documents (PDF, PNG, JPEG or WebP).")]


class AnswerForm(Body):
    values: Annotated[
        str, Field(max_length=200_000, description='The values as one object of JSON, {"seats": 48}; {} where the notice asks for none.')
    ] = "{}"
    evidence_type: Annotated[list[Kind], Field(max_length=MOST_DOCUMENTS, description="What each file is, in the order of the files.")] = []


class Correction(Body):
    values: dict[str, Any] = {}


@router.post(
    "/notices/{notice_id}/answer", response={204: None, **REFUSALS}, summary="Put right everything that a notice names, in one call"
)
def answer(
    request: HttpRequest,
    notice_id: UUID,
    form: Form[AnswerForm],
    file: Documents = [],  # noqa: B006  (django-ninja reads it, nobody writes it)
    key: Key = None,
) -> Status[None]:
    """A form of the type multipart/form-data. Either all of it is taken, or none."""
    actor, now = actor_of(request), clock.now()
    given = _values(form.values)
    new = _documents(form.evidence_type, file)
    sent = [[row.evidence_type, row.name, hashlib.sha256(row.content).hexdigest()] for row in new]

    def act() -> dict[str, Any]:
        services.answer_notice(notice_id=notice_id, values=given, uploads=new, actor=actor, now=now)
        return {}

    once(
        actor=actor, scope="api.notices.answer", key=key, body={"notice": str(notice_id), "values": given, "files": sent}, now=now, act=act
    )
    return Status(204, None)


def _values(text: str) -> dict[str, Any]:
    """Return what the field `values` says. Raises: RequestRefused."""
    given = read_json(text.encode())
    if not isinstance(given, dict):
        raise RequestRefused("wrong-shape", places="values (an object of JSON)")
    return given


def _documents(kinds: Sequence[str], sent: Sequence[UploadedFile]) -> list[services.NewFile]:
    """Return the files with what each is. Raises: RequestRefused, FileTooLarge."""
    if len(kinds) != len(sent):
        raise RequestRefused("wrong-shape", places=f"evidence_type ({len(kinds)} of them for {len(sent)} files)")
    return [
        services.NewFile(
            evidence_type=kind,
            name=one.name or "document",
            media_type=one.content_type or "application/octet-stream",
            content=content_of(one),
        )
        for kind, one in zip(kinds, sent, strict=True)
    ]


@router.post("/notices/{notice_id}/values", response={204: None, **REFUSALS}, summary="Put right what a notice names, values only")
def answer_with_values(request: HttpRequest, notice_id: UUID, body: Correction) -> Status[None]:
    services.answer_notice(notice_id=notice_id, values=body.values, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.post("/notices/{notice_id}/documents", response={204: None, **REFUSALS}, summary="Put right what a notice names, documents only")
def answer_with_documents(
    request: HttpRequest,
    notice_id: UUID,
    evidence_type: Annotated[str, Form(min_length=1, max_length=200)],
    file: Annotated[UploadedFile, File()],
) -> Status[None]:
    new = _documents([evidence_type], [file])
    services.answer_notice(notice_id=notice_id, values={}, uploads=new, actor=actor_of(request), now=clock.now())
    return Status(204, None)
