"""Checking the answers, sending them once, and the receipt."""

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services
from onewindow.modules.cases.selectors.rows import DraftPage
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity import services as identity
from onewindow.plumbing import calendars, clock
from onewindow.web import others
from onewindow.web.errors import sentence
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import case as case_pages
from onewindow.web.portal.pages import checked, mandate, paces
from onewindow.web.portal.pages import draft as way
from onewindow.web.portal.pages.outlook import outlook
from onewindow.web.portal.views.drafts import fresh
from onewindow.web.site import downloads


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """Show everything once more; on the declaration, send it."""
    troubles: list[tuple[str, str]] = []
    if request.method == "POST" and "send-code" in request.POST:
        troubles = _send_code(request, draft_id)
    elif request.method == "POST":
        filed_case, troubles = _file(request, draft_id)
        if filed_case:
            return redirect("portal:filed", case_id=filed_case)
    page = fresh(request, draft_id)
    if page.filed_case:
        return redirect("portal:filed", case_id=page.filed_case)
    now = clock.now()
    context = {
        "page": page,
        "steps": way.steps(page),
        "here": "check",
        "answers": checked.answers(page),
        "typed": checked.typed(page),
        "missing": checked.missing(page),
        "others": others.rows(page),
        "for_whom": mandate.for_whom(request.actor, catalogue.catalogue_at(page.release), now),
        "promises": checked.promises(page, _ticked(request)),
        "outlook": outlook(fees=page.fees, report=page.report, start=clock.local_date(now), calendar=calendars.current()),
        "paces": paces.of_json(catalogue.catalogue_at(page.release), page.report, page.report["services"], now=now),
        "key": _key(request),
        "summary": troubles,
        "wrong": {target for target, _ in troubles},
        "declared": request.POST.get("declared") == "yes",
    }
    return render(request, "portal/check.html", context, status=422 if troubles else 200)


def _file(request: PortalRequest, draft_id: UUID) -> tuple[UUID | None, list[tuple[str, str]]]:
    """Send; a second click with the same key gives the same receipt. Everything that was not ticked is told at once."""
    page: DraftPage = cases.draft_page(draft_id=draft_id, actor=request.actor)
    ticked, declared = _ticked(request), request.POST.get("declared") == "yes"
    lacking = checked.unticked(checked.promises(page, ticked), declared=declared)
    if page.filed_case is None and lacking:
        return None, lacking
    code = str(request.POST.get("person-code", ""))[:20]
    given: dict[str, Any] = {"idempotency_key": _key(request), "declared": declared, "promised": ticked}
    given["channel"] = "terminal" if getattr(request, "terminal", None) else "online"
    try:
        if request.actor.assistance and page.filed_case is None:
            services.confirm_filing(draft_id=draft_id, code=code, actor=request.actor, now=clock.now())
        filed_case = services.file_case(draft_id=draft_id, **given, actor=request.actor, now=clock.now())
    except identity.HelpCodeWrong as error:
        return None, [("person-code", sentence(error))]
    except DomainError as error:
        page = cases.draft_page(draft_id=draft_id, actor=request.actor)
        if page.filed_case:
            return page.filed_case, []
        return None, [("", sentence(error))]
    return filed_case.case_id, []


def _send_code(request: PortalRequest, draft_id: UUID) -> list[tuple[str, str]]:
    """Have the person at the counter sent the code by which they confirm; tell what stands in its way."""
    try:
        services.ask_to_confirm(draft_id=draft_id, actor=request.actor, now=clock.now())
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        return [("person-code", sentence(error))]
    messages.success(request, gettext("The code is on its way to the person."))
    return []


def _ticked(request: PortalRequest) -> list[str]:
    """Return the promises that were ticked, by evidence type."""
    return [str(kind) for kind in request.POST.getlist("promised")]


def _key(request: PortalRequest) -> str:
    """Return the key the page was made with, so that sending it twice is sending it once; a new page gets a new one."""
    sent = str(request.POST.get("key", ""))
    try:
        return str(UUID(sent))
    except ValueError:
        return str(uuid4())


@login_required
@require_safe
def filed(request: PortalRequest, case_id: UUID) -> HttpResponse:
    """Give the receipt: the reference, what happens next, and by when."""
    now = clock.now()
    page = cases.case_page(case_id=case_id, actor=request.actor, now=now)
    context = {
        "page": page,
        "next": case_pages.next_steps(page),
        "view": case_pages.view(page),
        "outlook": outlook(fees=page.fees, report=page.plan, start=clock.local_date(page.filed_at), calendar=calendars.current()),
        "paces": paces.of_case(catalogue.catalogue_at(page.release), page, now=now),
    }
    return render(request, "portal/filed.html", context)


@login_required
@never_cache
@require_safe
def receipt(request: PortalRequest, case_id: UUID) -> HttpResponse:
    """Send the receipt on paper, to be saved or printed."""
    made = cases.receipt(
        case_id=case_id,
        language=get_language() or "zh-hans",
        status_page=settings.ONEWINDOW_ORIGIN + reverse("portal:status"),
        actor=request.actor,
        now=clock.now(),
    )
    name = gettext("application receipt")
    return downloads.pdf(made.content, name=f"{name}-{made.reference}.pdf")
