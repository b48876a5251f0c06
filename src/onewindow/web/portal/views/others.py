"""The applicant's side of several people in one matter: invite, give more time, withdraw, and see who has confirmed."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.cases import services
from onewindow.plumbing import clock
from onewindow.web import others as words
from onewindow.web import words as shared
from onewindow.web.errors import field_sentences, sentence
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import draft as way
from onewindow.web.portal.views.drafts import fresh


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def others(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """Show who else confirms the matter and how far that is; invite, give more time, withdraw."""
    page = fresh(request, draft_id)
    if page.filed_case or not page.others:
        return redirect("portal:draft", draft_id=draft_id)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        wrong = _act(request, draft_id)
        if not wrong:
            return redirect("portal:others", draft_id=draft_id)
    role = str(request.POST.get("role", ""))
    labels = {"name": gettext("Their name"), "contact": gettext("Their telephone or e-mail")}
    context = {
        "page": page,
        "steps": way.steps(page),
        "here": "others",
        "rows": words.rows(page),
        "typed": {"role": role, **{key: request.POST.get(key, "") for key in labels}},
        "wrong": wrong,
        "summary": [(f"{key}-{role}" if key else "", shared.labelled(labels[key], text) if key else text) for key, text in wrong.items()],
        "next": way.next_url(page, after=reverse("portal:others", args=[draft_id])),
    }
    return render(request, "portal/others.html", context, status=422 if wrong else 200)


def _act(request: PortalRequest, draft_id: UUID) -> dict[str, str]:
    """Do what was asked; return {field: what is wrong}, under "" what is about the whole."""
    page, actor, now = link_page(), request.actor, clock.now()
    try:
        if "invite" in request.POST:
            role, name, contact = (str(request.POST.get(key, "")) for key in ("role", "name", "contact"))
            services.invite(draft_id=draft_id, role=role, name=name, contact=contact, page=page, actor=actor, now=now)
            messages.success(request, gettext("The invitation is on its way. You see here when it is taken and confirmed."))
        elif "renew" in request.POST:
            services.renew_invitation(part_id=_part(request, "renew"), page=page, actor=actor, now=now)
            messages.success(request, gettext("There is more time now, and we wrote again."))
        elif "withdraw" in request.POST:
            services.withdraw_invitation(part_id=_part(request, "withdraw"), actor=actor, now=now)
            messages.success(request, gettext("The invitation is withdrawn."))
    except DomainError as error:
        return field_sentences(error) or {"": sentence(error)}
    return {}


def link_page() -> str:
    """Return the address to which the secret of a link is added."""
    return settings.ONEWINDOW_ORIGIN + reverse("portal:invitation", args=["-"]).removesuffix("-/")


def _part(request: PortalRequest, name: str) -> UUID:
    try:
        return UUID(str(request.POST.get(name, "")))
    except ValueError:
        raise NotFound(kind="invitation", id="—") from None
