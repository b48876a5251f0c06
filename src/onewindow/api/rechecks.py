"""What the machine decided: second looks at it, and how often it decides and errs."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Status

from onewindow.api.auth import SIGNED_IN, actor_of
from onewindow.api.problems import REFUSALS
from onewindow.api.shapes import Body
from onewindow.modules.cases import selectors, services
from onewindow.plumbing import clock

router = Router(tags=["re-checks"], auth=SIGNED_IN)


class Found(Body):
    outcome: Literal["right", "wrong"]
    reason: Annotated[str, Field(max_length=500, description="What was found; needed where it is wrong.")] = ""


@router.get("/rechecks", response={200: list[selectors.RecheckRow], **REFUSALS}, summary="Decisions of the machine that wait for a look")
def rechecks(request: HttpRequest, done: bool = False) -> Any:
    """Of one's own organisation, by due date; with `done`, what was looked at lately."""
    return list(selectors.rechecks(done=done, actor=actor_of(request), now=clock.now()))


@router.get("/rechecks/{decision_id}", response={200: selectors.Recheck, **REFUSALS}, summary="One decision, with the facts it went by")
def recheck(request: HttpRequest, decision_id: UUID) -> Any:
    """`number` and `rate` repeat the draw: docs/sources.md#rechecks."""
    return selectors.recheck(decision_id=decision_id, actor=actor_of(request), now=clock.now())


@router.post("/rechecks/{decision_id}", response={204: None, **REFUSALS}, summary="Say whether the machine decided rightly")
def answer_recheck(request: HttpRequest, decision_id: UUID, body: Found) -> Status[None]:
    """Where it did not, the supervisors are told; what was issued holds until two officers withdraw it."""
    services.answer_recheck(decision_id=decision_id, **body.dict(), actor=actor_of(request), now=clock.now())
    return Status(204, None)


@router.get("/oversight", response={200: selectors.Oversight, **REFUSALS}, summary="How often the machine decides and errs; what is late")
def oversight(request: HttpRequest) -> Any:
    """For whoever supervises or leads: numbers of one's own organisation, counted now."""
    return selectors.oversight(actor=actor_of(request), now=clock.now())
