"""How accounts work here: log-in by user name, e-mail or phone; the codes and the second factor."""

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onewindow.domain import codes
from onewindow.modules.identity.accounts import limits
from onewindow.modules.identity.models import NationalIdentity, User
from onewindow.modules.identity.posts import actor_for
from onewindow.plumbing import clock, courier, network, sealing, text

NOBODY = "nobody"
"""The message that is written where no account was found, and never carried."""


def account_key(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the one key under which wrong passwords of an account are counted, whichever of its names was typed.

    What belongs to no account is kept as a hash: people type their password into the wrong field.
    """
    given = [request.POST.get("login"), *((credentials or {}).get(name) for name in ("username", "email", "phone"))]
    login = next((item.strip() for item in given if item), "")
    user = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login) & ~Q(email="")).first() or _by_phone(login)
    return str(user.id) if user else f"unknown:{hashlib.sha256(login.lower().encode()).hexdigest()[:32]}"


def _by_phone(phone: str) -> User | None:
    try:
        return User.objects.filter(phone=codes.phone(phone)).first()
    except codes.CodeRefused:
        return None


class PhoneField(forms.CharField):
    """A phone number as people here write it."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        try:
            return codes.phone(typed) if typed else typed
        except codes.CodeRefused:
            message = _("Write 11 digits of a mobile number, or area code and number of a landline.")
            raise ValidationError(message, code="invalid_phone") from None


class AccountAdapter(DefaultAccountAdapter):
    """The platform's answers to what django-allauth asks about accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (allauth calls it so)
        return False  # web.account opens accounts itself, once a phone or e-mail is proven

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        # The backend tries a user name as an e-mail too. Given both it would check the password of a known e-mail twice, and the
        # time that takes would tell who has an account.
        if credentials.get("username") and credentials.get("email"):
            credentials.pop("email")
        return super().authenticate(request, **credentials)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead whose role waits for a second step to where it is set up; everybody else home."""
        waits = actor_for(request.user.pk).withheld if request.user.is_authenticated else frozenset()
        return reverse("account:second-step") if waits else super().get_login_redirect_url(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Add the national log-in to the ways in which somebody says once more who they are; the first of them is offered first."""
        known: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if settings.ONEWINDOW_NATIONAL and user.is_authenticated and NationalIdentity.objects.filter(user_id=user.pk).exists():
            label = text.localised(settings.ONEWINDOW_NATIONAL["label"], get_language() or "")
            known.append({"id": "national", "description": label, "url": reverse("account:national-again")})
        return known

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        kwargs.setdefault("label", _("Phone"))
        return PhoneField(max_length=30, **kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        return _by_phone(phone)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        # Nobody logs in by a phone that nobody proved.
        if verified and user.phone != phone:
            user.phone = phone
            user.save(update_fields=["phone"])

    def get_client_ip(self, request: HttpRequest) -> str:
        return network.client_address(request)

    def set_phone_verified(self, user: Any, phone: str) -> None:
        self.set_phone(user, phone, verified=True)

    def _generate_phone_verification_code_compat(self, *, user: Any, phone: str) -> str:
        """Ask no signature first, as allauth does for adapters of older versions: it takes time that only an account costs."""
        return str(self.generate_phone_verification_code(user=user, phone=phone))

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:  # noqa: ARG002  (allauth calls it so)
        self._send("log-in-code", "sms", phone, {"code": code, "minutes": _minutes()}, user.language)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:  # noqa: ARG002  (allauth calls it so)
        self._send(NOBODY, "sms", phone, {"code": self.generate_login_code(), "minutes": _minutes()}, "")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand allauth's mail to our courier; what it would tell a stranger's address takes the same work and is not carried."""
        if template_prefix == "account/email/login_code":
            self._send("log-in-code", "email", email, {"code": context["code"], "minutes": _minutes()}, get_language() or "")
        elif template_prefix == "account/email/unknown_account":
            self._send(NOBODY, "email", email, {"code": self.generate_login_code(), "minutes": _minutes()}, "")
        else:
            body = self.render_mail(template_prefix, email, context).body
            self._send("notice", "email", email, {"body": str(body)}, get_language() or "")

    def _send(self, template: str, channel: Literal["sms", "email"], to: str, values: dict[str, str], language: str) -> None:
        letter = courier.Letter(template=template, channel=channel, to=to, values=values, language=language or get_language() or "")
        courier.send(letter=letter, now=clock.now())


class MfaAdapter(DefaultMFAAdapter):
    """What allauth keeps of a second factor is sealed, and an authenticator app shows the city's name."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text, purpose="second-factor")

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text, purpose="second-factor")

    def get_totp_issuer(self) -> str:
        return text.localised(settings.ONEWINDOW_CITY_PRODUCT or {"zh": "OneWindow"}, get_language() or "")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": self.get_totp_issuer()}


def _minutes() -> str:
    return str(int(limits(clock.now()).code_life.total_seconds() // 60))
