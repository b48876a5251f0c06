"""What people say is not right in the registers of one's own organisation: the list, and the answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.exchange import selectors, services
from onewindow.modules.exchange.selectors import CorrectionRow
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.middleware import PortalRequest
from onewindow.web.site import fields
from onewindow.web.staff.views import for_staff, page


@require_safe
@for_staff
def listed(request: PortalRequest) -> HttpResponse:
    """List what waits for an answer, or what was answered lately."""
    return _page(request, answered=request.GET.get("view") == "answered")


@require_POST
@for_staff
def answer(request: PortalRequest, correction_id: UUID) -> HttpResponse:
    """Say that the register was put right, or that it stands. What was typed stays where something is missing."""
    outcome, sentence = request.POST.get("outcome", ""), request.POST.get("sentence", "")
    try:
        services.answer_correction(correction_id=correction_id, outcome=outcome, sentence=sentence, actor=request.actor, now=clock.now())
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
        shown = _page(request, typed={str(correction_id): sentence})
        shown.status_code = error.status
        return shown
    messages.success(request, gettext("Answered. The person is told and reads your sentence at their case."))
    return redirect("staff:corrections")


def _page(request: PortalRequest, *, answered: bool = False, typed: dict[str, str] | None = None) -> HttpResponse:
    rows = selectors.corrections(answered=answered, actor=request.actor, now=clock.now())
    lines = [{"row": row, "held": _held(row), "keys": _keys(row), "typed": (typed or {}).get(str(row.id), "")} for row in rows]
    return page(request, "staff/corrections.html", lines=lines, answered=answered)


def _held(row: CorrectionRow) -> str:
    return fields.said(row.value, row.type, row.choices)


def _keys(row: CorrectionRow) -> list[tuple[object, str]]:
    return [(name, fields.said(value, kind, ())) for name, kind, value in row.keys]
