"""Words that mean the same to people who search, kept by those who keep the catalogue."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue import services
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.composer.views import for_reformers
from onewindow.web.middleware import PortalRequest

BETWEEN = re.compile(r"[,，、;；\n]")
TRIED = 5


@require_safe
@for_reformers
def listed(request: PortalRequest) -> HttpResponse:
    """List the groups, those with a certain word where one is looked for, and what a search with it finds today."""
    return _page(request)


@require_POST
@for_reformers
def save(request: PortalRequest, group_id: UUID | None = None) -> HttpResponse:
    """Keep a new group, or change one. What was typed stays where something is missing."""
    typed = request.POST.get("words", "")
    try:
        services.save_synonyms(words=BETWEEN.split(typed), group_id=group_id, actor=request.actor, now=clock.now())
    except services.SynonymsRefused as error:
        messages.error(request, errors.sentence(error))
        answer = _page(request, {str(group_id or ""): typed})
        answer.status_code = error.status
        return answer
    messages.success(request, gettext("Kept. Searches find by these words from now on."))
    return redirect("composer:words")


@require_POST
@for_reformers
def remove(request: PortalRequest, group_id: UUID) -> HttpResponse:
    """Take a group away."""
    services.remove_synonyms(group_id=group_id, actor=request.actor, now=clock.now())
    messages.success(request, gettext("Taken away. Searches no longer take these words for the same."))
    return redirect("composer:words")


def _page(request: PortalRequest, typed: dict[str, str] | None = None) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:200]
    wrong = typed or {}
    rows = [
        {"id": row.id, "first": row.words[0], "words": wrong.get(str(row.id), ", ".join(row.words))}
        for row in catalogue.synonyms()
        if str(row.id) in wrong or not text or any(text.casefold() in word.casefold() for word in row.words)
    ]
    found = catalogue.search(text, get_language() or "zh", TRIED) if text else ()
    return render(request, "composer/words.html", {"rows": rows, "text": text, "found": found, "new": wrong.get("", "")})
