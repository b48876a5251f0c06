"""Composing: a reformer's own drafts of catalogue objects, and publishing one of them. An edit says which release it was begun on."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import field_validator

from onewindow.api.auth import SIGNED_IN, actor_of
from onewindow.api.problems import REFUSALS
from onewindow.api.shapes import Body
from onewindow.modules.catalogue import selectors, services
from onewindow.plumbing import clock, permissions

router = Router(tags=["composing"], auth=SIGNED_IN)

Kind = Literal["organisation", "party", "element", "resource", "evidence_type", "service", "event"]
Begun = Annotated[
    int | None,
    Field(
        ge=1,
        le=2_000_000_000,
        description="The release that the edit was begun on: an edit of an older version than the published one is refused.",
    ),
]


class ObjectIn(Body):
    kind: Kind
    document: Annotated[dict[str, Any], Field(description="The object as a catalogue file has it; its id names it.")]
    based_on: Begun = None

    @field_validator("document")
    @classmethod
    def has_an_id(cls, document: dict[str, Any]) -> dict[str, Any]:
        """An object without an id of its own has no place to be kept at."""
        ident = document.get("id")
        if not isinstance(ident, str) or not 1 <= len(ident) <= 200:
            raise ValueError("The object needs an id: a text of 1 to 200 characters.")
        return document


class PublishIn(ObjectIn):
    note: Annotated[str, Field(max_length=500)] = ""


class CatalogueDraftRef(Schema):
    id: UUID
    kind: str
    key: str
    based_on: int | None


class CatalogueDraft(CatalogueDraftRef):
    document: dict[str, Any]
    updated_at: datetime


class PublishedOut(Schema):
    release: int
    changed: bool


@router.get("/catalogue/drafts", response={200: list[CatalogueDraft], **REFUSALS}, summary="My drafts of catalogue objects")
def list_catalogue_drafts(request: HttpRequest) -> Any:
    actor = actor_of(request)
    permissions.require(actor, "catalogue.draft")
    return list(selectors.drafts(actor))


@router.put("/catalogue/drafts", response={200: CatalogueDraftRef, **REFUSALS}, summary="Keep an edit of a catalogue object as a draft")
def save_catalogue_draft(request: HttpRequest, body: ObjectIn) -> Any:
    """A later one of the same object takes its place."""
    return services.save_draft(kind=body.kind, document=body.document, based_on=body.based_on, actor=actor_of(request), now=clock.now())


@router.delete("/catalogue/drafts/{draft_id}", response={204: None, **REFUSALS}, summary="Throw a draft of a catalogue object away")
def discard_catalogue_draft(request: HttpRequest, draft_id: UUID) -> Status[None]:
    services.discard_draft(draft_id=draft_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.post("/catalogue/publish", response={200: PublishedOut, **REFUSALS}, summary="Publish one catalogue object as a new release")
def publish_object(request: HttpRequest, body: PublishIn) -> dict[str, Any]:
    """The whole catalogue is checked with it; what is published already is no new release."""
    info = services.publish(
        kind=body.kind, document=body.document, based_on=body.based_on, note=body.note, actor=actor_of(request), now=clock.now()
    )
    return {"release": info.number, "changed": info.changed}
