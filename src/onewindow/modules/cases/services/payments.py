"""Fees paid at the counter."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onewindow.domain import events
from onewindow.domain.errors import NotFound
from onewindow.modules.cases import models
from onewindow.modules.cases.errors import FeeAmountWrong, FeePaid, ReasonMissing, UnknownFee
from onewindow.modules.cases.services import flow
from onewindow.modules.cases.services.board import Board
from onewindow.modules.cases.services.common import said
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor

MOST_FEN = 10**12


@transaction.atomic
def record_payment(*, case_id: UUID, service: str, fee: str, fen: int, method: str, receipt: str, actor: Actor, now: datetime) -> UUID:
    """Record that a fee was paid at the counter, and return the payment's id. A decision that only waited for it is made at once.

    Unit: fen.  Raises: NotFound, Forbidden, CaseClosed, UnknownFee, FeePaid, FeeAmountWrong, ReasonMissing.
    """
    board = Board.load(case_id, actor=actor, now=now, open_only=False)
    row = board.services.get(service)
    if row is None:
        raise NotFound(kind="service", id=service)
    permissions.require(actor, "cases.take-payment", row)
    board.require_open()
    _require_due(board, service, fee, fen)
    method, receipt = said(method, 40), said(receipt, 100)
    for text, what in ((method, "the way it was paid"), (receipt, "the number of the receipt")):
        if not text:
            raise ReasonMissing(act="payment", what=what)
    payment = models.Payment.objects.create(
        case=board.case,
        service=service,
        fee=fee,
        fen=fen,
        method=method,
        receipt=receipt,
        taken_by=actor.known_id,
        at=now,
    )
    board.payments[service, fee] = payment
    board.note("fee-paid", service, fee=fee, fen=fen, method=payment.method, receipt=payment.receipt)
    board.events.append(events.PaymentRecorded(at=now, case_id=board.case.pk, payment_id=payment.pk, service=service, fee=fee, fen=fen))
    for task in board.tasks_of(service):
        flow.decide_automatically(board, task)
    flow.go_on(board)
    board.save("cases.record-payment", subject_kind="payment", subject_id=payment.pk, service=service, fee=fee)
    return payment.pk


def _require_due(board: Board, service: str, fee: str, fen: int) -> None:
    line = next((row for row in flow.fees_of(board, service) if row["fee"] == fee), None)
    if line is None:
        raise UnknownFee(service=service, fee=fee)
    if (service, fee) in board.payments:
        raise FeePaid(service=service, fee=fee, receipt=board.payments[service, fee].receipt)
    if isinstance(fen, bool) or not 0 < fen <= MOST_FEN or (line["fen"] is not None and fen != line["fen"]):
        raise FeeAmountWrong(fee=fee, due=line["fen"] if line["fen"] is not None else "> 0", given=fen)
