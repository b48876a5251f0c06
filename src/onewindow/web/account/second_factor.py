"""Who works at a desk proves it by two things, where the installation asks for it (ONEWINDOW_SECOND_FACTOR)."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from onewindow.plumbing.actors import Actor

_DOORS = {"totp": "mfa_reauthenticate", "webauthn": "mfa_reauthenticate_webauthn"}


def of_session(request: HttpRequest, actor: Actor) -> Actor:
    """Return who this session stands for: an officer whose second factor is missing has left the desk and is a person like others."""
    wanted = settings.ONEWINDOW_SECOND_FACTOR
    if not actor.is_officer or not ("*" in wanted or actor.has_role(*wanted)):
        return actor
    records = request.session.get("account_authentication_methods") or []
    if any(record.get("method") == "mfa" for record in records):
        return actor
    request.second_factor_missing = True  # type: ignore[attr-defined]
    return Actor(kind="person", id=actor.id)


def door(request: HttpRequest) -> HttpResponseRedirect | None:
    """Return where an officer shows the second factor, or sets one up; nothing for everybody else."""
    if not getattr(request, "second_factor_missing", False):
        return None
    kinds = set(Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True))
    known = next((name for kind, name in _DOORS.items() if kind in kinds), None)
    if known is None:
        messages.warning(request, gettext("Work at the desk needs a second factor. Set one up here, then open the desk again."))
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    return redirect_to_login(request.get_full_path(), login_url=reverse(known))
