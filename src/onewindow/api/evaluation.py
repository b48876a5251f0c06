"""Evaluations: of one's own case, the call-backs of an organisation, and the public scores."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from onewindow.api.auth import SIGNED_IN, actor_of
from onewindow.api.idempotent import Key, once
from onewindow.api.problems import REFUSALS
from onewindow.api.shapes import Body
from onewindow.modules.evaluation import selectors, services
from onewindow.plumbing import clock

router = Router(tags=["evaluation"], auth=SIGNED_IN)
public = Router(tags=["evaluation"])

Level = Annotated[int, Field(ge=1, le=5, description="5 very satisfied, 4 satisfied, 3 basically satisfied, 2 dissatisfied, 1 very so.")]


class EvaluationIn(Body):
    node: Literal["decision", "acceptance"]
    subject: Annotated[str, Field(min_length=1, max_length=200, description="The service, or the organisation whose counter accepted.")]
    level: Level
    indicators: Annotated[
        dict[Annotated[str, Field(max_length=40)], Level],
        Field(
            max_length=10, description="Online: efficiency, guide, convenience, platform. At the counter: efficiency, ability, attitude."
        ),
    ] = {}
    words: Annotated[str, Field(max_length=services.MOST_WORDS)] = ""


class EvaluatedOut(Schema):
    id: UUID
    call_back_until: str | None


class AnswerIn(Body):
    answer: Annotated[str, Field(min_length=1, max_length=services.MOST_WORDS, description="What was done; the person reads it.")]


@router.get(
    "/cases/{case_id}/evaluations", response={200: list[selectors.ActLine], **REFUSALS}, summary="What I can evaluate, and what I have said"
)
def evaluations(request: HttpRequest, case_id: UUID) -> Any:
    return list(selectors.of_case(case_id=case_id, actor=actor_of(request), now=clock.now()))


@router.post("/cases/{case_id}/evaluations", response={201: EvaluatedOut, **REFUSALS}, summary="Evaluate one act of my case, once")
def evaluate(request: HttpRequest, case_id: UUID, body: EvaluationIn, key: Key = None) -> Status[dict[str, Any]]:
    """Whoever worked on the case is not told who said it. A bad one is called back until the day that is answered."""
    actor, now = actor_of(request), clock.now()

    def act() -> dict[str, Any]:
        made = services.evaluate(case_id=case_id, **body.dict(), actor=actor, now=now)
        return {"id": str(made.id), "call_back_until": made.call_back_until.isoformat() if made.call_back_until else None}

    return Status(201, once(actor=actor, scope="api.evaluate", key=key, body={"case": str(case_id), **body.dict()}, now=now, act=act))


@router.get("/call-backs", response={200: list[selectors.CallBack], **REFUSALS}, summary="Bad evaluations that wait for my organisation")
def call_backs(request: HttpRequest, answered: bool = False) -> Any:
    """Without name, case or day. Cases that the reader worked on are left out."""
    return list(selectors.call_backs(answered=answered, actor=actor_of(request), now=clock.now()))


@router.post("/call-backs/{evaluation_id}", response={204: None, **REFUSALS}, summary="Write what was done about a bad evaluation")
def answer(request: HttpRequest, evaluation_id: UUID, body: AnswerIn) -> Status[None]:
    services.answer_call_back(evaluation_id=evaluation_id, answer=body.answer, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@public.get("/scores", response={200: list[selectors.ScoreLine], **REFUSALS}, summary="What people say of services and counters")
def scores(request: HttpRequest) -> Any:
    """Shape: `counts` from very satisfied to very dissatisfied. Numbers move several evaluations at a time."""
    return list(selectors.scores())
