"""Cases as their applicants and officers see them, and the officers' acts. Every act is the service function that the pages call."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, Query, Router, Schema, Status

from onewindow.api.auth import SIGNED_IN, actor_of
from onewindow.api.idempotent import Key, once
from onewindow.api.problems import REFUSALS
from onewindow.api.shapes import Body
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import selectors, services
from onewindow.modules.identity import selectors as people
from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.network import client_address

router = Router(tags=["cases"], auth=SIGNED_IN)
desk = Router(tags=["desk"], auth=SIGNED_IN)
public = Router(tags=["status"])

Words = Annotated[str, Field(max_length=2000)]
Sentence = dict[Literal["zh", "en", "ru"], Words] | Words


class Said(Body):
    finding: Words = ""
    output_values: dict[str, Any] = {}


class Item(Body):
    kind: Literal["element", "document"]
    id: Annotated[str, Field(min_length=1, max_length=200)]
    sentence: Sentence


class NoticeIn(Body):
    items: Annotated[list[Item], Field(min_length=1, max_length=200)]
    due_days: Annotated[int, Field(ge=1, le=60, description="Working days the applicant has.")] = 5


class NoticeOut(Schema):
    id: UUID
    number: int


class Withdrawal(Body):
    reason: Annotated[str, Field(min_length=1, max_length=200, description="What the applicant says, for the file.")]


class Suspension(Body):
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    legal_basis: Annotated[str, Field(min_length=1, max_length=500)]


class Decision(Body):
    outcome: Literal["approve", "refuse"]
    sentence: Sentence = ""
    reason: Annotated[str, Field(max_length=200)] = ""
    output_values: dict[str, Any] = {}


class DecidedOut(Schema):
    service: str
    service_state: str
    case_state: str
    proposed: bool = False


class PaymentIn(Body):
    service: Annotated[str, Field(min_length=1, max_length=200)]
    fee: Annotated[str, Field(min_length=1, max_length=200)]
    fen: Annotated[int, Field(ge=0, le=10**12)]
    method: Annotated[str, Field(min_length=1, max_length=40)]
    receipt: Annotated[str, Field(min_length=1, max_length=100)]


class Wanted(Body):
    element: Annotated[str, Field(min_length=1, max_length=200, description="An element of the case, or contact-phone.")]
    reason: Annotated[str, Field(min_length=1, max_length=40, description=f"One of: {', '.join(services.WHY_SHOWN)}.")]
    note: Annotated[str, Field(max_length=200, description="In words; needed with the reason “other”.")] = ""


class Shown(Schema):
    element: str
    value: Any


class Made(Schema):
    id: UUID


class Accepted(Schema):
    accepted: int


class Holder(Body):
    officer: Annotated[UUID | None, Field(description="Who has the step from now on; null: nobody.")]


class Assigned(Schema):
    changed: bool


class Receipt(Body):
    """What stands on somebody's receipt. It is sent in a body, because addresses are written down everywhere."""

    reference: Annotated[str, Field(min_length=1, max_length=40)]
    phone: Annotated[str, Field(min_length=1, max_length=40)]


@public.post("/status", response={200: selectors.Status, **REFUSALS}, summary="Where a case is, by reference and telephone")
def status(request: HttpRequest, body: Receipt) -> Any:
    """The same answer for a wrong and for an unknown reference. Whoever is wrong too often waits."""
    now, address = clock.now(), client_address(request)
    identity.require_look_up(reference=body.reference, address=address, now=now)
    found = selectors.status(reference=body.reference, phone=body.phone, actor=Actor.anonymous(), now=now)
    if found is None:
        identity.missed_look_up(reference=body.reference, address=address, now=now)
        raise NotFound(kind="case", id=body.reference)
    return found


@router.get("/cases", response={200: list[selectors.MyCase], **REFUSALS}, summary="My cases")
def my_cases(request: HttpRequest) -> Any:
    return list(selectors.my_cases(actor=actor_of(request)))


@router.get("/who-looked", response={200: selectors.Looks, **REFUSALS}, summary="Who looked at my data, newest first")
def who_looked(request: HttpRequest, before: Annotated[int | None, Query(ge=0, lt=2**63)] = None) -> Any:
    """Fifty at once; what comes as `before` leads on to the older ones. One's own looks are left out."""
    return selectors.who_looked(actor=actor_of(request), before=before)


@router.get("/cases/{case_id}", response={200: selectors.CasePage, **REFUSALS}, summary="A case, and what you may do now")
def get_case(request: HttpRequest, case_id: UUID) -> Any:
    return selectors.case_page(case_id=case_id, actor=actor_of(request), now=clock.now())


PDF = {"responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}}


@router.get("/cases/{case_id}/receipt", response=REFUSALS, openapi_extra=PDF, summary="The receipt of a case, as PDF")
def receipt(request: HttpRequest, case_id: UUID, language: Literal["zh", "en", "ru"] | None = None) -> HttpResponse:
    """In the language asked for, else the one the caller has chosen."""
    actor = actor_of(request)
    spoken = language or (people.language_of(actor.id) if actor.id else "") or "zh"
    page = settings.ONEWINDOW_ORIGIN + reverse("portal:status")
    made = selectors.receipt(case_id=case_id, language=spoken, status_page=page, actor=actor, now=clock.now())
    name = f'attachment; filename="receipt-{made.reference}.pdf"'
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return HttpResponse(made.content, content_type="application/pdf", headers=headers)


@router.post("/cases/{case_id}/withdraw", response={204: None, **REFUSALS}, summary="Withdraw a case")
def withdraw(request: HttpRequest, case_id: UUID) -> Status[None]:
    services.withdraw(case_id=case_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@desk.get("/inbox", response={200: selectors.Inbox, **REFUSALS}, summary="What waits for my department, by due date")
def inbox(  # noqa: PLR0917  (each is a parameter of the address)
    request: HttpRequest,
    view: Literal["mine", "department", "done", "late", "department-late"] = "mine",
    text: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 30,
    whose: Annotated[str, Query(max_length=40, description="me, nobody, others or the id of an officer.")] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    service: Annotated[str, Query(max_length=200)] = "",
    event: Annotated[str, Query(max_length=200)] = "",
) -> Any:
    sift = selectors.Sift(whose=whose, kind=kind, service=service, event=event)
    chosen = selectors.InboxFilter(view=view, text=text, page=page, size=size, sift=sift)
    return selectors.inbox(actor=actor_of(request), filter=chosen, now=clock.now())


@desk.post("/tasks/{task_id}/accept", response={204: None, **REFUSALS}, summary="Accept a service's application")
def accept(request: HttpRequest, task_id: UUID) -> Status[None]:
    services.accept(task_id=task_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@desk.post("/tasks/{task_id}/assign", response={200: Assigned, **REFUSALS}, summary="Take a step, give it to a colleague, put it back")
def assign(request: HttpRequest, task_id: UUID, body: Holder) -> dict[str, bool]:
    """With the other steps of its organisation in the node. Colleagues may act on it all the same."""
    return {"changed": services.assign(task_id=task_id, officer=body.officer, actor=actor_of(request), now=clock.now())}


@desk.get("/colleagues", response={200: selectors.Load, **REFUSALS}, summary="How much everybody at my desks has")
def colleagues(request: HttpRequest) -> Any:
    return selectors.colleagues_load(actor=actor_of(request), now=clock.now())


@desk.post("/cases/{case_id}/accept-all", response={200: Accepted, **REFUSALS}, summary="Accept everything at the one window")
def accept_all(request: HttpRequest, case_id: UUID) -> dict[str, int]:
    return {"accepted": services.accept_all(case_id=case_id, actor=actor_of(request), now=clock.now())}


@desk.post("/tasks/{task_id}/complete", response={204: None, **REFUSALS}, summary="Record a review, an inspection or a delivery")
def complete(request: HttpRequest, task_id: UUID, body: Said) -> Status[None]:
    services.complete_step(
        task_id=task_id, finding=body.finding, output_values=body.output_values, actor=actor_of(request), now=clock.now()
    )
    return Status(204, None)


@desk.post("/tasks/{task_id}/notice", response={201: NoticeOut, **REFUSALS}, summary="Ask once for everything to be put right")
def notice(request: HttpRequest, task_id: UUID, body: NoticeIn, key: Key = None) -> Status[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()

    def act() -> dict[str, Any]:
        items = [row.dict() for row in body.items]
        made = services.request_correction(task_id=task_id, items=items, due_days=body.due_days, actor=actor, now=now)
        return {"id": str(made.id), "number": made.number}

    return Status(201, once(actor=actor, scope="api.notice", key=key, body={"task": str(task_id), **body.dict()}, now=now, act=act))


@desk.post("/tasks/{task_id}/suspend", response={204: None, **REFUSALS}, summary="Stop the clock, with the reason and the law")
def suspend(request: HttpRequest, task_id: UUID, body: Suspension) -> Status[None]:
    services.suspend(task_id=task_id, reason=body.reason, legal_basis=body.legal_basis, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@desk.post("/tasks/{task_id}/resume", response={204: None, **REFUSALS}, summary="Start the clock again")
def resume(request: HttpRequest, task_id: UUID) -> Status[None]:
    services.resume(task_id=task_id, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@desk.post("/tasks/{task_id}/decide", response={200: DecidedOut, **REFUSALS}, summary="Decide, in a sentence the applicant reads")
def decide(request: HttpRequest, task_id: UUID, body: Decision) -> Any:
    return services.decide(
        task_id=task_id,
        outcome=body.outcome,
        sentence=body.sentence if isinstance(body.sentence, str) else {str(key): text for key, text in body.sentence.items()},
        reason=body.reason,
        output_values=body.output_values,
        actor=actor_of(request),
        now=clock.now(),
    )


@desk.post("/cases/{case_id}/payments", response={201: Made, **REFUSALS}, summary="Record a fee paid at the counter")
def pay(request: HttpRequest, case_id: UUID, body: PaymentIn, key: Key = None) -> Status[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()

    def act() -> dict[str, Any]:
        return {"id": str(services.record_payment(case_id=case_id, **body.dict(), actor=actor, now=now))}

    return Status(201, once(actor=actor, scope="api.payment", key=key, body={"case": str(case_id), **body.dict()}, now=now, act=act))


@desk.post("/cases/{case_id}/reveal", response={200: Shown, **REFUSALS}, summary="See one masked value, for a reason that is recorded")
def reveal(request: HttpRequest, case_id: UUID, body: Wanted) -> Any:
    """Everything else of a case gives personal values masked. Each call is an act of its own in the log."""
    return services.reveal_value(
        case_id=case_id, element=body.element, reason=body.reason, note=body.note, actor=actor_of(request), now=clock.now()
    )


@desk.post("/cases/{case_id}/services/{service}/release", response={204: None, **REFUSALS}, summary="Let a held service go on")
def release(request: HttpRequest, case_id: UUID, service: str) -> Status[None]:
    services.release_service(case_id=case_id, service=service, actor=actor_of(request), now=clock.now())
    return Status(204, None)


@desk.post(
    "/cases/{case_id}/services/{service}/withdraw",
    response={204: None, **REFUSALS},
    summary="Take one service out of a case at the window, at the applicant's request",
)
def withdraw_service(request: HttpRequest, case_id: UUID, service: str, body: Withdrawal) -> Status[None]:
    """What waits for the service fares as after a refusal."""
    services.withdraw_service(case_id=case_id, service=service, reason=body.reason, actor=actor_of(request), now=clock.now())
    return Status(204, None)
