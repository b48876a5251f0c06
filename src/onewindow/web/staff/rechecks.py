"""What the machine decided and an officer looks at again: the list, one decision with its facts, and the numbers of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.cases import selectors, services
from onewindow.modules.cases.selectors import FactLine
from onewindow.plumbing import clock
from onewindow.web import errors, words
from onewindow.web.middleware import PortalRequest
from onewindow.web.site import fields
from onewindow.web.staff.views import for_staff, page


@require_safe
@for_staff
def listed(request: PortalRequest) -> HttpResponse:
    """List what waits for a second look, or what was looked at lately."""
    done = request.GET.get("view") == "done"
    return page(request, "staff/rechecks.html", rows=selectors.rechecks(done=done, actor=request.actor, now=clock.now()), done=done)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def one(request: PortalRequest, decision_id: UUID) -> HttpResponse:
    """Show one decision with the facts it went by, and take what the officer found. What was typed stays where something is missing."""
    found = selectors.recheck(decision_id=decision_id, actor=request.actor, now=clock.now())
    typed, trouble, status = "", "", 200
    if request.method == "POST":
        typed = request.POST.get("reason", "")
        outcome = request.POST.get("outcome", "")
        try:
            services.answer_recheck(decision_id=decision_id, outcome=outcome, reason=typed, actor=request.actor, now=clock.now())
        except (Forbidden, NotFound):
            raise
        except DomainError as error:
            trouble, status = errors.sentence(error), error.status
        else:
            messages.success(request, _done(outcome))
            return redirect(*(("staff:recheck", decision_id) if outcome == "wrong" else ("staff:rechecks",)))
    facts = [{"row": fact, "said": fields.said(fact.value, fact.type, fact.choices), "source": _source(fact)} for fact in found.facts]
    answer = page(request, "staff/recheck.html", found=found, row=found.row, facts=facts, typed=typed, trouble=trouble)
    answer.status_code = status
    return answer


@require_safe
@for_staff
def oversight(request: PortalRequest) -> HttpResponse:
    """Show how often the machine decides for one's own organisation, what second looks found, and what is late."""
    return page(request, "staff/oversight.html", found=selectors.oversight(actor=request.actor, now=clock.now()))


def _done(outcome: str) -> str:
    if outcome == "wrong":
        return gettext("Kept, and your supervisors are told. What was issued holds until two officers withdraw it.")
    return gettext("Kept: the decision is right. The applicant reads at the case that it was looked at again.")


def _source(fact: FactLine) -> str:
    """Say where a fact came from, as an officer reads it."""
    told = {"answer": gettext("the applicant's answer"), "typed": gettext("the applicant wrote it"), "party": gettext("the log-in")}
    return told.get(fact.source_kind) or words.source(fact.source_kind, fact.source_name)
