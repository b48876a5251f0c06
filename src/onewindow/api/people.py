"""Who one is, and for whom one acts: identification, mandates, enterprises. The header `On-Behalf-Of` names for whom a request is."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import BeforeValidator

from onewindow.api.auth import SIGNED_IN, actor_of
from onewindow.api.problems import REFUSALS, Problem
from onewindow.api.shapes import Body
from onewindow.modules.identity import selectors, services
from onewindow.plumbing import clock


def _text(value: Any) -> Any:
    """Take a day as it is written, not a number that could be one. Raises: ValueError."""
    if not isinstance(value, str) or len(value) != len("2026-03-31"):
        message = "a day is written 2026-03-31"
        raise ValueError(message)
    return value


router = Router(tags=["identity and mandates"], auth=SIGNED_IN)
ASKING: dict[Any, Any] = {**REFUSALS, (429, 503): Problem}
"""Where a register is asked: too many tries, or it does not answer."""
Day = Annotated[date, Field(strict=False), BeforeValidator(_text)]
Number = Annotated[str, Field(min_length=1, max_length=40)]


class Claim(Body):
    name: Annotated[str, Field(min_length=1, max_length=80, description="As it stands on the identity card.")]
    resident_id: Number


class EnterpriseIn(Body):
    uscc: Number


class MandateIn(Body):
    party: Annotated[UUID | None, Field(strict=False, description="An enterprise that you represent or manage; left out: yourself.")] = None
    role: Literal["agent", "manager", "clerk"] = "agent"
    receiver_name: Annotated[str, Field(min_length=1, max_length=80)]
    receiver_number: Number
    matters: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]],
        Field(max_length=100, description="Ids of One Things; empty: all of them."),
    ]
    from_date: Day
    until_date: Annotated[Day, Field(description="The last day; at most three years after the first.")]


class Ref(Schema):
    id: UUID


@router.get("/me", response={200: selectors.Standing, **REFUSALS}, summary="How sure it is who you are, and by what it is proven")
def me(request: HttpRequest) -> Any:
    return selectors.who_am_i(actor=actor_of(request), now=clock.now())


@router.post("/me/identification", response={200: selectors.Standing, **ASKING}, summary="Be compared with the population source (level 2)")
def identify(request: HttpRequest, claim: Claim) -> Any:
    actor, now = actor_of(request), clock.now()
    services.match_person(name=claim.name, resident_id=claim.resident_id, actor=actor, now=now)
    return selectors.who_am_i(actor=actor, now=now)


@router.get("/acting", response={200: list[selectors.Choice], **REFUSALS}, summary="For whom you may act now; `key` goes into On-Behalf-Of")
def acting(request: HttpRequest) -> Any:
    return list(selectors.choices(actor=actor_of(request), now=clock.now()))


@router.get("/children", response={200: list[selectors.ChildLine], **REFUSALS}, summary="Your children, as the register told them")
def children(request: HttpRequest) -> Any:
    return list(selectors.children(actor=actor_of(request), now=clock.now()))


@router.post("/children", response={200: list[selectors.ChildLine], **ASKING}, summary="Have the register asked whose guardian you are")
def ask_children(request: HttpRequest) -> Any:
    actor, now = actor_of(request), clock.now()
    services.ask_children(actor=actor, now=now)
    return list(selectors.children(actor=actor, now=now))


@router.get(
    "/mandates", response={200: selectors.Mandates, **REFUSALS}, summary="Mandates that you gave and received, and your enterprises"
)
def mandates(request: HttpRequest) -> Any:
    return selectors.mandates(actor=actor_of(request), now=clock.now())


@router.post("/mandates", response={201: Ref, **REFUSALS}, summary="Offer a mandate; it counts once the other side accepts")
def offer(request: HttpRequest, mandate: MandateIn) -> Any:
    actor = actor_of(request)
    terms = {**mandate.model_dump(), "party": mandate.party or actor.id}
    return Status(201, {"id": services.offer_mandate(**terms, actor=actor, now=clock.now())})


@router.post("/mandates/{mandate_id}/accept", response={204: None, **REFUSALS}, summary="Accept a mandate that is offered to you")
def accept(request: HttpRequest, mandate_id: UUID) -> Any:
    services.accept_mandate(mandate_id=mandate_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.post("/mandates/{mandate_id}/end", response={204: None, **REFUSALS}, summary="Revoke, decline or lay down a mandate, at once")
def end(request: HttpRequest, mandate_id: UUID) -> Any:
    services.end_mandate(mandate_id=mandate_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.post("/enterprises", response={200: Ref, **ASKING}, summary="Prove by the business register that you represent an enterprise")
def enterprise(request: HttpRequest, enterprise: EnterpriseIn) -> Any:
    return {"id": services.add_enterprise(uscc=enterprise.uscc, actor=actor_of(request), now=clock.now())}
