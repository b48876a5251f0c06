"""My children: the register of guardians is asked, and for whom one may act stands here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.errors import DomainError
from onewindow.domain.identification import MATCHED
from onewindow.modules.identity import selectors, services
from onewindow.plumbing import clock
from onewindow.web.errors import sentence
from onewindow.web.middleware import PortalRequest


@never_cache
@login_required
@require_safe
def overview(request: PortalRequest) -> HttpResponse:
    """Show one's children as the register told them, and the way to ask it."""
    return _page(request)


@never_cache
@login_required
@require_POST
def ask(request: PortalRequest) -> HttpResponse:
    """Have the register asked; there is nothing to type."""
    try:
        count = services.ask_children(actor=request.actor, now=clock.now())
    except DomainError as error:
        messages.error(request, sentence(error))
        return _page(request, status=error.status)
    if count:
        said = ngettext(
            "The register names you as guardian of %(n)s child.", "The register names you as guardian of %(n)s children.", count
        )
        messages.success(request, said % {"n": count})
    else:
        messages.info(request, gettext("The register names you as nobody's guardian. If that is not right, its office mends it."))
    return redirect("account:children")


def _page(request: PortalRequest, *, status: int = 200) -> HttpResponse:
    now = clock.now()
    known = selectors.level_of(request.actor.id, now) >= MATCHED
    context = {
        "children": selectors.children(actor=request.actor, now=now),
        "known": known,
        "minor": selectors.is_minor(actor=request.actor, now=now),
        "hours": int(services.identification_rules(now).guardian_for.total_seconds() // 3600),
    }
    return render(request, "account/children.html", context, status=status)
