"""From Start to the last question: every page saves, nothing typed is ever lost."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from onewindow.domain.errors import DomainError, NotFound
from onewindow.domain.values import is_empty
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services
from onewindow.modules.cases.selectors.rows import DraftField, DraftPage
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing import calendars, clock
from onewindow.web.errors import field_sentences, sentence
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import draft as way
from onewindow.web.portal.pages import event as events
from onewindow.web.portal.pages import mandate
from onewindow.web.site import device, fields


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: PortalRequest, event_id: str) -> HttpResponse:
    """Say what will be looked up and what is already running, then begin."""
    if request.method == "POST":
        agreed = [str(key) for key in request.POST.getlist("consent")]
        info = services.start_draft(event_id=event_id, consents=agreed, actor=request.actor, now=clock.now())
        return redirect("portal:draft", draft_id=info.id)
    release = catalogue.current_release()
    if release is None:
        raise NotFound(kind="event", id=event_id)
    if events.in_other_languages(release, event_id):
        return redirect("portal:event", event_id=event_id)
    today = clock.local_date(clock.now())
    licences = [row.evidence_type for row in cases.held(actor=request.actor)]
    page = events.event_page(release=release, event_id=event_id, today=today, calendar=calendars.current(), licences=licences)
    acting = request.actor.on_behalf_of
    context = {
        "page": page,
        "for_whom": mandate.for_whom(request.actor, catalogue.catalogue_at(release), clock.now()),
        "similar": cases.similar_open(event_id=event_id, actor=request.actor),
        "others": cases.who_confirms(release=release, event_id=event_id),
        "wants_enterprise": page.event.applicant == "legal" and (acting is None or acting.kind != "legal"),
    }
    return render(request, "portal/start.html", context)


@login_required
@require_http_methods(["GET", "HEAD"])
def resume(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """Go to the first thing that still has to be done."""
    page = fresh(request, draft_id)
    return redirect("portal:case", case_id=page.filed_case) if page.filed_case else redirect(way.next_url(page))


def fresh(request: PortalRequest, draft_id: UUID) -> DraftPage:
    """Return the page of a draft, after asking the registers that can be asked by now.

    Raises: NotFound, Forbidden, and what the compiler refuses.
    """
    page = cases.draft_page(draft_id=draft_id, actor=request.actor)
    if page.refresh_due and not page.filed_case:
        services.refresh_prefill(draft_id=draft_id, actor=request.actor, now=clock.now())
        page = cases.draft_page(draft_id=draft_id, actor=request.actor)
    return page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: PortalRequest, draft_id: UUID, question_id: str) -> HttpResponse:
    """Ask one guided question."""
    page = fresh(request, draft_id)
    if page.filed_case:
        return redirect("portal:case", case_id=page.filed_case)
    asked = way.questions(page)
    row = next((item for item in asked if item.id == question_id), None)
    if row is None:
        return redirect("portal:draft", draft_id=draft_id)
    error, typed = "", None
    if request.method == "POST":
        typed = str(request.POST.get(question_id, ""))
        error, response = _save_answer(request, page, question_id, typed)
        if response:
            return response
        page = fresh(request, draft_id)
    place = [item.id for item in asked].index(question_id)
    field = fields.draw(way.as_field(row), row.value, error=error, typed=typed)
    context = {
        "page": page,
        "steps": way.steps(page),
        "here": "questions",
        "field": field,
        "mark": row.mark,
        "number": place + 1,
        "count": len(asked),
        "back": way.question_url(draft_id, asked[place - 1].id) if place else None,
        "summary": way.summary([field]),
    }
    return device.kept(request, render(request, "portal/question.html", context, status=422 if error else 200))


def _save_answer(request: PortalRequest, page: DraftPage, question_id: str, typed: str) -> tuple[str, HttpResponseRedirect | None]:
    if not typed.strip():
        return gettext("Choose or write an answer, then go on."), None
    version = _version(request, page)
    try:
        services.save_answers(draft_id=page.id, answers={question_id: typed}, version=version, actor=request.actor, now=clock.now())
    except DomainError as error:
        return field_sentences(error).get(question_id) or sentence(error), None
    page = fresh(request, page.id)
    asked = [item.id for item in way.questions(page)]
    after = asked[asked.index(question_id) + 1 :] if question_id in asked else []
    waiting = [item for item in after if next(row for row in page.questions if row.id == item).open]
    return "", redirect(way.question_url(page.id, waiting[0])) if waiting else redirect(way.next_url(page))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: PortalRequest, draft_id: UUID, part: int) -> HttpResponse:
    """Ask a short group of fields."""
    page = fresh(request, draft_id)
    groups = way.parts(page)
    if page.filed_case:
        return redirect("portal:draft", draft_id=draft_id)
    if request.method == "POST":
        return _take(request, page, part)
    if not 1 <= part <= len(groups):
        return redirect("portal:draft", draft_id=draft_id)
    return _form_page(request, page, part, groups[part - 1])


def _take(request: PortalRequest, page: DraftPage, part: int) -> HttpResponse:
    """Save what was sent, and go on; or show the page again with everything that is to mend."""
    group = _sent(request, page, part)
    if not group:
        return redirect("portal:draft", draft_id=page.id)
    typed = fields.read(group, request.POST)
    errors, note = _save_values(request, page, typed)
    page = fresh(request, page.id)
    if "later" in request.POST and not note:
        messages.success(request, gettext("Saved. You find it here whenever you want to go on."))
        return redirect("portal:my-cases")
    if not note and "add" not in request.POST and "remove" not in request.POST:
        errors = {**_empty(group, typed, page), **errors}
        if not errors:
            return _onward(request, page, part)
    held = {*typed, *(item.element for item in group)}
    group = tuple(row for row in way.in_order(page) if row.element in held) or group
    return _form_page(request, page, part, group, typed=typed, errors=errors, note=note)


def _form_page(
    request: PortalRequest,
    page: DraftPage,
    part: int,
    group: tuple[DraftField, ...],
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    note: str = "",
) -> HttpResponse:
    """Draw a group of fields; what was typed stays in the boxes, whatever is wrong with it."""
    typed, errors = typed or {}, errors or {}
    rows = {request.POST["add"]: len(typed.get(request.POST["add"]) or []) + 1} if "add" in request.POST else {}
    shown = {key: request.POST.get(key, value) for key, value in typed.items()}
    drawn = way.drawn(group, errors=errors, typed=shown, rows=rows)
    notices = way.notices(page)
    changed = request.POST.get("add", request.POST.get("remove", "")).partition(".")[0]
    asked = str(request.GET.get("look", changed))
    look = notices.get(asked)
    context = {
        "page": page,
        "steps": way.steps(page),
        "here": f"form-{part}",
        "lines": [(field, row, notices.get(row.element)) for field, row in zip(drawn, group, strict=True)],
        "look": asked if any(row.element == asked for row in group) else "",
        "part": part,
        "parts": len(way.parts(page)),
        "summary": way.summary(drawn) or ([("", note)] if note else []) or way.told(drawn, look),
        "missing": page.missing,
    }
    return device.kept(request, render(request, "portal/form.html", context, status=422 if errors else 409 if note else 200))


def _sent(request: PortalRequest, page: DraftPage, part: int) -> tuple[DraftField, ...]:
    """Return the fields that the browser's page held: the form may have been grouped anew since, and nothing typed may be lost.

    The page names them, because a radio button that nobody chose is not sent; where it does not, what was sent has to do.
    """
    groups = way.parts(page)
    shown = {str(name) for name in request.POST.getlist("shown")}
    if shown:
        return tuple(row for group in groups for row in group if row.element in shown)
    own = {row.element for row in groups[part - 1]} if 1 <= part <= len(groups) else set()
    held = {row.element for row in page.fields if any(key.split(".", 1)[0] == row.element or key == row.element for key in request.POST)}
    wanted = held | own if held & own or not held else held
    return tuple(row for group in groups for row in group if row.element in wanted)


def _save_values(request: PortalRequest, page: DraftPage, typed: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Save; answer with the sentence of each entry that cannot be used, or one about the whole page."""
    version = _version(request, page)
    try:
        services.save_elements(draft_id=page.id, values=typed, version=version, actor=request.actor, now=clock.now())
    except DomainError as error:
        found = field_sentences(error)
        return found, "" if found else sentence(error)
    return {}, ""


def _empty(group: tuple[DraftField, ...], typed: dict[str, Any], page: DraftPage) -> dict[str, str]:
    """Return a sentence for each field that was left empty and is still needed."""
    missing = set(page.missing)
    return {row.element: gettext("Fill this in.") for row in group if row.element in missing and is_empty(typed.get(row.element))}


def _onward(request: PortalRequest, page: DraftPage, part: int) -> HttpResponse:
    """Go to the next page of the form, or to whatever still has to be done; first back to a number that a register does not know."""
    shown = set(request.POST.getlist("told"))
    news = [notice for notice in way.notices(page).values() if notice.told not in shown]
    if news:
        return redirect(way.look_url(page, news[0].element))
    if part < len(way.parts(page)):
        return redirect(way.form_url(page.id, part + 1))
    return redirect(way.next_url(page, after=way.form_url(page.id, part)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def known(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """Show what the registers and the log-in say, with source and time; take "not right" for an answer."""
    page = fresh(request, draft_id)
    if page.filed_case:
        return redirect("portal:case", case_id=page.filed_case)
    if request.method == "POST":
        return _known_act(request, page)
    context = {
        "page": page,
        "known": way.known(page),
        "silent": [(row, way.look_url(page, row.keys[0]) if row.keys else "") for row in page.unavailable],
        "steps": way.steps(page),
        "here": "known",
        "next": way.next_url(page),
    }
    return render(request, "portal/known.html", context)


def _known_act(request: PortalRequest, page: DraftPage) -> HttpResponse:
    if "consent" in request.POST:
        agreed = {str(request.POST["consent"]): request.POST.get("agreed") == "yes"}
        services.save_consents(draft_id=page.id, consents=agreed, actor=request.actor, now=clock.now())
        return redirect("portal:known", draft_id=page.id)
    if "again" in request.POST:
        services.refresh_prefill(draft_id=page.id, retry=True, actor=request.actor, now=clock.now())
        return redirect("portal:known", draft_id=page.id)
    element, undo = str(request.POST.get("element", "")), "undo" in request.POST
    note = str(request.POST.get("note", ""))
    services.dispute_prefill(draft_id=page.id, element=element, note=note, undo=undo, actor=request.actor, now=clock.now())
    page = fresh(request, page.id)
    if undo:
        messages.info(request, gettext("The value of the register counts again."))
        return redirect("portal:known", draft_id=page.id)
    messages.info(request, gettext("Thank you. Now write what is right; the officer will see both."))
    return redirect(way.look_url(page, element))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away, after asking."""
    page = cases.draft_page(draft_id=draft_id, actor=request.actor)
    if request.method == "POST":
        services.discard_draft(draft_id=draft_id, actor=request.actor, now=clock.now())
        messages.success(request, gettext("The draft is gone. Nothing was sent."))
        return redirect("portal:my-cases")
    return render(request, "portal/discard.html", {"page": page})


def _version(request: PortalRequest, page: DraftPage) -> int:
    sent = str(request.POST.get("version", ""))
    return int(sent) if sent.isdigit() else page.version
