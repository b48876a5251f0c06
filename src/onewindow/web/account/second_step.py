"""Where somebody is led whose role counts only with a second step at log-in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onewindow.modules.identity import selectors as identity
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.roles import role


def to_second_step(request: PortalRequest) -> HttpResponse:
    """Send somebody there, and back to what they wanted afterwards."""
    return redirect(f"{reverse('account:second-step')}?{urlencode({'next': request.get_full_path()})}")


@never_cache
@login_required
@require_safe
def second_step(request: PortalRequest) -> HttpResponse:
    """Say which roles wait, and lead on: to set a second step up, or to confirm with it. Where nothing waits, go on."""
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        wanted = "/"
    withheld = request.actor.withheld
    if not withheld:
        return redirect(wanted)
    context = {
        "roles": [role(code) for code in sorted(withheld)],
        "confirm": _confirming(identity.second_factors(request.user.pk) if request.user.pk else frozenset()),
        "back": urlencode({"next": wanted}),
    }
    return render(request, "account/second_step.html", context)


def _confirming(factors: frozenset[str]) -> str:
    """Return the page that asks for the factor that there is, or nothing."""
    return reverse("mfa_reauthenticate" if "totp" in factors else "mfa_reauthenticate_webauthn") if factors else ""
