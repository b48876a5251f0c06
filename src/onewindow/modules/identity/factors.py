"""Roles that count only with a second factor: which ones the settings say (ONEWINDOW_SECOND_FACTOR)."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings

from onewindow.plumbing.actors import Actor

_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes alone are none: they come with one of these."""


def second_factors(user_id: UUID) -> frozenset[str]:
    """Return which second factors an account has (totp, webauthn); once it has one, every log-in asks for it."""
    return frozenset(Authenticator.objects.filter(user_id=user_id, type__in=_FACTORS).values_list("type", flat=True))


def without_second_factor(actor: Actor) -> Actor:
    """Return the actor as they are as long as they have proven none: the roles that need one are withheld."""
    return actor.without(settings.ONEWINDOW_SECOND_FACTOR) if settings.ONEWINDOW_SECOND_FACTOR else actor


def checked(actor: Actor) -> Actor:
    """Return the actor with what their account's factors allow. One query, and only where a role needs a factor."""
    found = without_second_factor(actor)
    return actor if not found.withheld or actor.id is None or second_factors(actor.id) else found
