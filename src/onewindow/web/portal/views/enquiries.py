"""Asking registers about oneself, without a case."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.domain.identification import MATCHED
from onewindow.modules.exchange import selectors, services
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.middleware import PortalRequest
from onewindow.web.site import downloads, fields
from onewindow.web.templatetags.site import moment

AGAIN_AFTER = timedelta(minutes=15)


@require_safe
def listed(request: PortalRequest) -> HttpResponse:
    """List what can be asked. Who is not proven yet reads how to be."""
    return render(request, "portal/enquiries.html", {"rows": selectors.enquiries(actor=request.actor), "proven": _proven(request)})


@require_safe
def one(request: PortalRequest, enquiry_id: str) -> HttpResponse:
    """Show one enquiry, with what is still missing before it can be asked."""
    found = selectors.enquiry(enquiry_id=enquiry_id, actor=request.actor)
    return render(request, "portal/enquiry.html", {"page": found, "proven": _proven(request)})


def _proven(request: PortalRequest) -> bool:
    return request.actor.is_known and identity.sureness(actor=request.actor, now=clock.now()) >= MATCHED


@login_required
@require_POST
def ask(request: PortalRequest, enquiry_id: str) -> HttpResponse:
    """Ask the register now."""
    try:
        answer_id = services.enquire(enquiry=enquiry_id, actor=request.actor, now=clock.now())
    except services.SourceUnavailable as error:
        messages.warning(request, _silent(error))
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.warning(request, errors.sentence(error))
    else:
        return redirect("portal:answer", answer_id=answer_id)
    return redirect("portal:enquiries")


def _silent(error: services.SourceUnavailable) -> str:
    """Say that there is no answer now, and when it is worth trying again."""
    if isinstance(error, services.QuotaSpent):
        return gettext("This register has given all the answers it may give today. Please ask again tomorrow.")
    if isinstance(error, services.NotGranted):
        return gettext("The office that keeps this register does not allow this question at present. Nothing was asked.")
    again = moment(clock.now() + AGAIN_AFTER)
    return gettext("The register gives no answer at the moment. Nothing is lost: please ask again from %(time)s on.") % {"time": again}


@login_required
@never_cache
@require_safe
def answer(request: PortalRequest, answer_id: UUID) -> HttpResponse:
    """Show what the register answered, with its name and the time."""
    page = selectors.enquiry_answer(answer_id=answer_id, actor=request.actor, now=clock.now())
    values = [(row.name, fields.said(row.value, row.type, row.choices)) for row in page.values]
    return render(request, "portal/answer.html", {"page": page, "values": values})


@login_required
@never_cache
@require_safe
def proof(request: PortalRequest, answer_id: UUID) -> HttpResponse:
    """Send the statement of an answer, to be saved or printed."""
    language = get_language() or "zh-hans"
    made = services.enquiry_proof(answer_id=answer_id, language=language, actor=request.actor, now=clock.now())
    name = gettext("statement")
    return downloads.pdf(made, name=f"{name}-{str(answer_id)[:8]}.pdf")
