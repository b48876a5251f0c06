"""Checking the answers, sending them once, and the receipt."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.domain.errors import DomainError
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services
from onewindow.modules.cases.selectors.rows import DraftPage
from onewindow.plumbing import clock
from onewindow.web.errors import sentence
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import case as case_pages
from onewindow.web.portal.pages import checked
from onewindow.web.portal.pages import draft as way
from onewindow.web.portal.views.drafts import fresh


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """Show everything once more; on the declaration, send it."""
    trouble: tuple[str, str] | None = None
    if request.method == "POST":
        filed_case, trouble = _file(request, draft_id)
        if filed_case:
            return redirect("portal:filed", case_id=filed_case)
    page = fresh(request, draft_id)
    if page.filed_case:
        return redirect("portal:filed", case_id=page.filed_case)
    context = {
        "page": page,
        "steps": way.steps(page),
        "here": "check",
        "answers": checked.answers(page),
        "typed": checked.typed(page),
        "missing": checked.missing(page),
        "consents": checked.consents(page),
        "key": _key(request),
        "summary": [trouble] if trouble else [],
    }
    return render(request, "portal/check.html", context, status=422 if trouble else 200)


def _file(request: PortalRequest, draft_id: UUID) -> tuple[UUID | None, tuple[str, str] | None]:
    """Send; a second click with the same key gives the same receipt."""
    page: DraftPage = cases.draft_page(draft_id=draft_id, actor=request.actor)
    promised = not page.commitments or request.POST.get("promised") == "yes"
    if page.filed_case is None and not promised:
        return None, ("promised", gettext("Tick that you make these promises, then send again. Everything is saved."))
    declared = request.POST.get("declared") == "yes"
    try:
        filed_case = services.file_case(
            draft_id=draft_id, idempotency_key=_key(request), declared=declared, actor=request.actor, now=clock.now()
        )
    except DomainError as error:
        page = cases.draft_page(draft_id=draft_id, actor=request.actor)
        if page.filed_case:
            return page.filed_case, None
        return None, ("declared" if error.code == "not-declared" else "", sentence(error))
    return filed_case.case_id, None


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
    page = cases.case_page(case_id=case_id, actor=request.actor, now=clock.now())
    return render(request, "portal/filed.html", {"page": page, "next": case_pages.next_steps(page), "view": case_pages.view(page)})
