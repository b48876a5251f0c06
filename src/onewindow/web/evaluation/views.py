"""Judging an act, answering who was not satisfied, and the public scores."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.evaluation import selectors, services
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.evaluation import words
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.views import for_staff, page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: PortalRequest, case_id: UUID, node: str, subject: str) -> HttpResponse:
    """Judge one act: the level comes with the tap on the page of the case, the rest may stay empty."""
    now = clock.now()
    lines = selectors.of_case(case_id=case_id, actor=request.actor, now=now)
    line = next((row for row in lines if (row.node, row.subject) == (node, subject)), None)
    if line is None:
        raise NotFound(kind="evaluation", id=subject)
    back = reverse("portal:case", args=[case_id]) + "#evaluate"
    if line.level:
        messages.info(request, gettext("You have evaluated this already."))
        return redirect(back)
    sent = request.POST if request.method == "POST" else request.GET
    asked = words.indicators(line.channel)
    level, given = _level(sent.get("level")), {row.code: _level(sent.get(row.code)) for row in asked if sent.get(row.code)}
    wrong = ""
    if request.method == "POST":
        wrong = _evaluate(request, case_id, line, level, given)
        if not wrong:
            messages.success(request, gettext("Thank you. Nobody who worked on your case is told that it was you."))
            return redirect(back)
    context = {
        "line": line,
        "case_id": case_id,
        "levels": words.levels(),
        "level": level,
        "indicators": words.indicators(line.channel, given),
        "typed": sent.get("words", ""),
        "summary": [("level-5", wrong)] if wrong else [],
    }
    return render(request, "evaluation/evaluate.html", context, status=422 if wrong else 200)


def _evaluate(request: PortalRequest, case_id: UUID, line: selectors.ActLine, level: int, given: Mapping[str, int]) -> str:
    """Send it; tell what is wrong."""
    try:
        services.evaluate(
            case_id=case_id,
            node=line.node,
            subject=line.subject,
            level=level,
            indicators=given,
            words=request.POST.get("words", ""),
            actor=request.actor,
            now=clock.now(),
        )
    except (Forbidden, NotFound, services.AlreadyEvaluated):
        raise
    except DomainError as error:
        return errors.sentence(error)
    return ""


def _level(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) == 1 else 0


@require_safe
def scores(request: PortalRequest) -> HttpResponse:
    """Show to everybody what people say of services and counters."""
    found = [words.score(line) for line in selectors.scores()]
    parts = [(node, [row for row in found if row["row"].node == node]) for node in selectors.NODES]
    least = selectors.shown_from(now=clock.now())
    return render(request, "evaluation/scores.html", {"parts": parts, "any": bool(found), "least": least})


@require_safe
@for_staff
def call_backs(request: PortalRequest) -> HttpResponse:
    """List the bad evaluations that wait for an answer, or what was answered lately."""
    return _listed(request, answered=request.GET.get("view") == "answered")


@require_POST
@for_staff
def answer(request: PortalRequest, evaluation_id: UUID) -> HttpResponse:
    """Write what was done. What was typed stays where something is missing."""
    typed = request.POST.get("answer", "")
    try:
        services.answer_call_back(evaluation_id=evaluation_id, answer=typed, actor=request.actor, now=clock.now())
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
        shown = _listed(request, typed={str(evaluation_id): typed})
        shown.status_code = error.status
        return shown
    messages.success(request, gettext("Answered. The person reads it at their case."))
    return redirect("evaluation:call-backs")


def _listed(request: PortalRequest, *, answered: bool = False, typed: dict[str, str] | None = None) -> HttpResponse:
    rows = selectors.call_backs(answered=answered, actor=request.actor, now=clock.now())
    lines = [
        {
            "row": row,
            "level": words.level(row.level),
            "indicators": [one for one in words.indicators(row.channel, row.indicators) if one.level],
            "typed": (typed or {}).get(str(row.id), ""),
        }
        for row in rows
    ]
    return page(request, "evaluation/call_backs.html", lines=lines, answered=answered)
