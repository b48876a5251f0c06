"""At the one window: somebody is there with their identity card, and the officer confirms who it is with a second look."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onewindow.domain.errors import DomainError, Forbidden
from onewindow.modules.identity import selectors, services
from onewindow.plumbing import clock, permissions
from onewindow.web import errors
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.views import for_staff

FIELDS = ("code", "name", "resident_id", "again")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def confirm(request: PortalRequest) -> HttpResponse:
    """First what stands on the card, then the number once more; then the account is level 3."""
    permissions.require(request.actor, "identity.confirm-in-person")
    typed = {name: str(request.POST.get(name, ""))[:80] for name in FIELDS}
    second, trouble, taken = "again" in request.POST, "", "moves" in request.POST
    if second:
        try:
            services.confirm_in_person(**typed, moves="moves" in request.POST, actor=request.actor, now=clock.now())
        except Forbidden:
            raise
        except DomainError as error:
            trouble = errors.sentence(error)
            taken = taken or error.code == services.IdentityTaken.code
            second = taken or error.code == "identity-second-look"
        else:
            messages.success(request, gettext("Confirmed: %(name)s was seen in person.") % {"name": typed["name"]})
            return redirect("staff:window")
    elif request.method == "POST":
        second = all(typed[name].strip() for name in FIELDS[:3])
        trouble = "" if second else gettext("Write the code, the name and the number.")
    office = selectors.organisations().get(request.actor.organisation or "")
    context = {
        "office": office.name if office else {},
        "typed": typed,
        "second": second,
        "summary": [("code" if not second else "again", trouble)] if trouble else [],
        "taken": taken,
    }
    return render(request, "staff/window.html", context, status=422 if trouble else 200)
