"""At the one window: an officer fills in beside somebody, with their consent and for a short time; nothing else of theirs is opened."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.cases import selectors as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.identity import services
from onewindow.plumbing import clock, permissions
from onewindow.web import errors
from onewindow.web.middleware import ACTING, GetResponse, PortalRequest
from onewindow.web.process import say
from onewindow.web.staff.views import for_staff, page

WITHIN = frozenset(
    {
        *("portal:start", "portal:draft", "portal:question", "portal:form", "portal:sync", "site:device", "portal:known", "portal:discard"),
        *("portal:documents", "portal:remove-upload", "portal:others", "portal:check", "portal:who", "portal:filed", "portal:receipt"),
        *("site:preferences", "site:city-css", "staff:help", "staff:help-end", "account_logout", "account:stay"),
    }
)
"""The pages of one draft and its receipt: whoever helps goes nowhere else in the person's name."""


LISTS = "/api/v1/code-lists/"
"""Divisions and industries, which a form asks for as one types: nothing of anybody."""


class BesideOnly:
    """Lead whoever helps at a counter back to it from every page that is not part of it; the services refuse besides."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _named: Any) -> HttpResponse | None:
        match = request.resolver_match
        helps = getattr(request, "actor", None) is not None and request.actor.assistance  # type: ignore[attr-defined]  # set by web.middleware
        if not helps or match is None or match.view_name in WITHIN or request.path.startswith(LISTS):
            return None
        return redirect("staff:help")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def beside(request: PortalRequest) -> HttpResponse:
    """Begin: which matter, and the person's code; or show whom one helps, and the way back."""
    if request.actor.assistance:
        return page(request, "staff/helping.html", drafts=cases.my_drafts(actor=request.actor))
    permissions.require(request.actor, "identity.help")
    typed = {name: str(request.POST.get(name, ""))[:120] for name in ("matter", "contact", "shown", "offer", "code")}
    trouble: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            key = _go_on(request, typed)
        except (Forbidden, NotFound):
            raise
        except DomainError as error:
            trouble = [("code" if typed["offer"] else "shown" if typed["shown"] else "contact", errors.sentence(error))]
        else:
            if key:
                request.session[ACTING] = key
                messages.success(request, gettext("You fill in beside the person now. Let them see the screen."))
                return redirect("portal:start", event_id=typed["matter"])
            if not typed["offer"]:
                trouble = [("contact", gettext("Write the person's phone or e-mail, or the code from their own screen."))]
    answer = page(request, "staff/help.html", typed=typed, matters=_matters(), summary=trouble)
    answer.status_code = 422 if trouble else 200
    return answer


def _go_on(request: PortalRequest, typed: dict[str, str]) -> str:
    """Do the next step of the beginning; return the key of the session once the help has begun."""
    event = next((row for row in _matters() if row["id"] == typed["matter"]), None)
    if event is None:
        return ""
    common: dict[str, Any] = {"actor": request.actor, "now": clock.now()}
    if typed["shown"].strip():
        return services.begin_help_shown(code=typed["shown"], matter=typed["matter"], **common)
    if typed["offer"]:
        return services.begin_help(offer=_uuid(typed["offer"]), code=typed["code"], **common)
    if typed["contact"].strip():
        typed["offer"] = str(services.offer_help(contact=typed["contact"], matter=typed["matter"], about=event["name"], **common))
    return ""


@require_POST
@for_staff
def end(request: PortalRequest) -> HttpResponse:
    """End the help: the officer is at their own desk again."""
    services.end_help(actor=request.actor, now=clock.now())
    request.session.pop(ACTING, None)
    messages.success(request, gettext("The help has ended. Nothing of the person is open on this screen any more."))
    return redirect("staff:help")


def _matters() -> list[dict[str, Any]]:
    """Return what a person files for themselves; an enterprise's matters are filed by whom it sends."""
    release = catalogue.current_release()
    found = catalogue.catalogue_at(release).events.values() if release is not None else ()
    rows = [{"id": event.id, "name": event.name, "said": say(event.name)} for event in found if event.applicant != "legal"]
    return sorted(rows, key=lambda row: str(row["said"]))


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound(kind="assistance", id=typed[:40]) from None
