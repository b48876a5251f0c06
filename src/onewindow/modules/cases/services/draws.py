"""What the machine decides is drawn for a second look, in the transaction of the decision itself."""

import secrets

from django.conf import settings

from onewindow.domain import deadlines, sampling, silence
from onewindow.modules.cases import models
from onewindow.modules.cases.services.board import Board

PROVEN = "proven"


def draw(board: Board, task: models.Task, *, ground: str) -> None:
    """Keep that a service was decided without an officer, and draw whether one looks at it again.

    What silence granted nobody has looked at: the law binds the office to it, and does not spare it the look.
    """
    service = board.book.catalogue.services[task.service]
    rate = 1.0 if ground == silence.REASON else sampling.rate_of(service.guide)
    number = secrets.token_hex(16)
    due = None
    if sampling.is_drawn(number, case=board.case.pk, service=task.service, rate=rate):
        days = deadlines.days_on(board.today, settings.ONEWINDOW_RECHECK)
        due = deadlines.due_date_or_warning(board.today, days, board.calendar).date
    row = models.MachineDecision(
        case_id=board.case.pk,
        service=task.service,
        organisation=task.organisation,
        ground=ground,
        decided_at=board.now,
        rate=rate,
        number=number,
        due_date=due,
    )
    board.by_machine.append(row)
