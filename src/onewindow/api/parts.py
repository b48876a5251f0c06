"""Several people in one matter: the applicant invites, the invited take, fill in, confirm or refuse their own part."""

from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Schema, Status

from onewindow.api.auth import SIGNED_IN, actor_of
from onewindow.api.idempotent import Key, once
from onewindow.api.problems import REFUSALS
from onewindow.api.shapes import Body
from onewindow.modules.cases import selectors, services
from onewindow.plumbing import clock

router = Router(tags=["several people"], auth=SIGNED_IN)


class InvitationIn(Body):
    role: Annotated[str, Field(min_length=1, max_length=200, description="One of `others` of the draft.")]
    name: Annotated[
        str, Field(min_length=1, max_length=80, description="As on the identity card: whoever confirms must be proven to bear it.")
    ]
    contact: Annotated[
        str, Field(min_length=1, max_length=254, description="A telephone or an e-mail: a message with the link goes there.")
    ]


class Secret(Body):
    secret: Annotated[str, Field(min_length=1, max_length=200, description="The last part of the link in the message.")]


class PartValues(Body):
    values: dict[str, Any]


class Confirmation(Body):
    seen: Annotated[
        str, Field(min_length=64, max_length=64, description="`seen` of the part that was read: if anything changed since, it is refused.")
    ]


class Refusal(Body):
    reason: Annotated[str, Field(min_length=1, max_length=1000, description="The applicant reads it.")]


class PartRef(Schema):
    id: UUID


class Digest(Schema):
    digest: str


def invitation_page() -> str:
    """Return the address to which the secret of a link is added."""
    return settings.ONEWINDOW_ORIGIN + reverse("portal:invitation", args=["-"]).removesuffix("-/")


@router.get("/drafts/{draft_id}/invitations", response={200: list[selectors.OtherLine], **REFUSALS}, summary="Who else confirms my draft")
def list_invitations(request: HttpRequest, draft_id: UUID) -> Any:
    return list(selectors.draft_page(draft_id=draft_id, actor=actor_of(request)).others)


@router.post(
    "/drafts/{draft_id}/invitations",
    response={201: PartRef, **REFUSALS},
    summary="Invite somebody to confirm my draft: a message with a link that one account may take, good until a day",
)
def invite(request: HttpRequest, draft_id: UUID, body: InvitationIn, key: Key = None) -> Status[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()

    def act() -> dict[str, Any]:
        part = services.invite(draft_id=draft_id, **body.dict(), page=invitation_page(), actor=actor, now=now)
        return {"id": str(part)}

    sent = {"draft": str(draft_id), **body.dict()}
    return Status(201, once(actor=actor, scope="api.parts.invite", key=key, body=sent, now=now, act=act))


@router.post(
    "/invitations/take", response={200: PartRef, **REFUSALS}, summary="Take the invitation of a link; no other account can from then on"
)
def take_by_link(request: HttpRequest, body: Secret) -> Any:
    actor, now = actor_of(request), clock.now()
    found = selectors.invitation(secret=body.secret, actor=actor, now=now)
    services.take_part(part_id=found.id, secret=body.secret, actor=actor, now=now)
    return {"id": found.id}


@router.post("/invitations/{part_id}/renew", response={204: None, **REFUSALS}, summary="Give an invitation a new day, and send it again")
def renew(request: HttpRequest, part_id: UUID, key: Key = None) -> Status[None]:
    actor, now = actor_of(request), clock.now()

    def act() -> dict[str, Any]:
        services.renew_invitation(part_id=part_id, page=invitation_page(), actor=actor, now=now)
        return {}

    once(actor=actor, scope="api.parts.renew", key=key, body={"part": str(part_id)}, now=now, act=act)
    return Status(204, None)


@router.delete(
    "/invitations/{part_id}", response={204: None, **REFUSALS}, summary="Withdraw an invitation: what the other wrote is forgotten"
)
def withdraw(request: HttpRequest, part_id: UUID) -> Status[None]:
    services.withdraw_invitation(part_id=part_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.get("/parts", response={200: list[selectors.MyPart], **REFUSALS}, summary="What others ask me to confirm, and what became of it")
def list_parts(request: HttpRequest) -> Any:
    return list(selectors.my_parts(actor=actor_of(request), now=clock.now()))


@router.get(
    "/parts/{part_id}", response={200: selectors.PartPage, **REFUSALS}, summary="My part of somebody's matter, and nothing else of it"
)
def get_part(request: HttpRequest, part_id: UUID) -> Any:
    return selectors.part_page(part_id=part_id, actor=actor_of(request), now=clock.now())


@router.post(
    "/parts/{part_id}/take", response={204: None, **REFUSALS}, summary="Take an invitation that was sent to my own telephone or e-mail"
)
def take(request: HttpRequest, part_id: UUID) -> Status[None]:
    services.take_part(part_id=part_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.put("/parts/{part_id}/elements", response={204: None, **REFUSALS}, summary="Fill in my part; a confirmation is open again by it")
def save(request: HttpRequest, part_id: UUID, body: PartValues) -> Status[None]:
    services.save_part(part_id=part_id, values=body.values, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.post(
    "/parts/{part_id}/confirm",
    response={200: Digest, **REFUSALS},
    summary="Confirm my part as I read it; kept with who, how sure that is, when, and the hash of the words",
)
def confirm(request: HttpRequest, part_id: UUID, body: Confirmation, key: Key = None) -> Any:
    actor, now = actor_of(request), clock.now()

    def act() -> dict[str, Any]:
        return {"digest": services.confirm_part(part_id=part_id, seen=body.seen, actor=actor, now=now)}

    sent = {"part": str(part_id), **body.dict()}
    return once(actor=actor, scope="api.parts.confirm", key=key, body=sent, now=now, act=act)


@router.post("/parts/{part_id}/take-back", response={204: None, **REFUSALS}, summary="Take my confirmation back, until the matter is filed")
def take_back(request: HttpRequest, part_id: UUID) -> Status[None]:
    services.take_back_confirmation(part_id=part_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.post("/parts/{part_id}/refuse", response={204: None, **REFUSALS}, summary="Say that I do not confirm, and why")
def refuse(request: HttpRequest, part_id: UUID, body: Refusal) -> Status[None]:
    services.refuse_part(part_id=part_id, reason=body.reason, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.get(
    "/cases/{case_id}/confirmations",
    response={200: list[selectors.ConfirmationLine], **REFUSALS},
    summary="Who confirmed a case beside its applicant, how sure that is, and when",
)
def confirmations(request: HttpRequest, case_id: UUID) -> Any:
    return list(selectors.confirmed_by(case_id=case_id, actor=actor_of(request), now=clock.now()))
