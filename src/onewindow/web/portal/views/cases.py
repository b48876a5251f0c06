"""One's own cases: the list, the page of one, putting things right, withdrawing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.evaluation import selectors as evaluation
from onewindow.modules.exchange import selectors as exchange
from onewindow.plumbing import clock
from onewindow.web import others, words
from onewindow.web.errors import field_sentences, sentence
from onewindow.web.evaluation import words as levels
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import case as case_pages
from onewindow.web.portal.pages import correction, mine, paces
from onewindow.web.site import downloads, fields


@login_required
@require_safe
def my_cases(request: PortalRequest) -> HttpResponse:
    own, begun = cases.my_cases(actor=request.actor), cases.my_drafts(actor=request.actor)
    rows = mine.rows(own, begun, cases.my_parts(actor=request.actor, now=clock.now()))
    return render(request, "portal/my_cases.html", {"rows": rows})


@login_required
@require_safe
def case(request: PortalRequest, case_id: UUID) -> HttpResponse:
    now = clock.now()
    page = cases.case_page(case_id=case_id, actor=request.actor, now=now)
    said = exchange.corrections_of(matter=page.id, actor=request.actor, now=now)
    judged = levels.acts(evaluation.of_case(case_id=case_id, actor=request.actor, now=now)) if page.own else []
    pace = paces.of_case(catalogue.catalogue_at(page.release), page, now=now)
    confirmed = others.confirmations(cases.confirmed_by(case_id=case_id, actor=request.actor, now=now))
    context = {"page": page, "view": case_pages.view(page), "corrections": said, "paces": pace, "confirmed": confirmed}
    return render(request, "portal/case.html", {**context, "evaluations": judged, "levels": levels.levels()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: PortalRequest, case_id: UUID, notice_id: UUID) -> HttpResponse:
    """Put right everything a notice asks for, on one page."""
    page = cases.case_page(case_id=case_id, actor=request.actor, now=clock.now())
    row = next((item for item in page.notices if item.id == notice_id), None)
    if row is None:
        raise NotFound(kind="notice", id=notice_id)
    if not row.open:
        messages.info(request, gettext("This was already put right."))
        return redirect("portal:case", case_id=case_id)
    errors: dict[str, str] = {}
    note = ""
    if request.method == "POST":
        errors, note = _answer(request, row)
        if not errors and not note:
            messages.success(request, gettext("Thank you. It is put right, and the work goes on."))
            return redirect("portal:case", case_id=case_id)
    lines = correction.lines(page, row, errors=errors, sent=request.POST if request.method == "POST" else None)
    summary = [(line.target, words.labelled(line.label, line.error)) for line in lines if line.error] or ([("", note)] if note else [])
    context = {"page": page, "notice": row, "lines": lines, "summary": summary}
    return render(request, "portal/notice.html", context, status=422 if summary else 200)


def _answer(request: PortalRequest, row: Any) -> tuple[dict[str, str], str]:
    """Send the answer; tell what is wrong with single entries, or with the whole."""
    values = fields.read(correction.described(row), request.POST)
    files = correction.new_files(row, request.FILES)
    empty = correction.empty(row, values, files)
    if empty:
        return empty, ""
    try:
        services.answer_notice(notice_id=row.id, values=values, uploads=files, actor=request.actor, now=clock.now())
    except DomainError as error:
        found = field_sentences(error)
        return found, "" if found else sentence(error)
    return {}, ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PortalRequest, case_id: UUID) -> HttpResponse:
    """Withdraw what is not yet decided, after asking."""
    page = cases.case_page(case_id=case_id, actor=request.actor, now=clock.now())
    if request.method == "POST":
        services.withdraw(case_id=case_id, actor=request.actor, now=clock.now())
        messages.success(request, gettext("It is withdrawn. What was already decided stays."))
        return redirect("portal:case", case_id=case_id)
    return render(request, "portal/withdraw.html", {"page": page})


@login_required
@require_safe
def paper(request: PortalRequest, case_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Send a document of the case as a download: it was made elsewhere and is never shown inside our pages."""
    document = cases.attachment(attachment_id=file_id, case_id=case_id, actor=request.actor, now=clock.now())
    return downloads.send(document)
