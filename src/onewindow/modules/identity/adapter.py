"""How accounts work here: log-in by user name, e-mail or phone; sign-up is open and makes a person without proof."""

import hashlib
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onewindow.domain import codes
from onewindow.modules.identity.models import User


def account_key(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the one key under which wrong passwords of an account are counted, whichever of its names was typed.

    What belongs to no account is kept as a hash: people type their password into the wrong field.
    """
    given = [request.POST.get("login"), *((credentials or {}).get(name) for name in ("username", "email", "phone"))]
    login = next((text.strip() for text in given if text), "")
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
        text = super().clean(value)
        try:
            return codes.phone(text) if text else text
        except codes.CodeRefused:
            message = _("Write 11 digits of a mobile number, or area code and number of a landline.")
            raise ValidationError(message, code="invalid_phone") from None


class AccountAdapter(DefaultAccountAdapter):
    """The platform's answers to what django-allauth asks about accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return True

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.display_name = {"zh": form.cleaned_data.get("username", "")}
        user.language = getattr(request, "LANGUAGE_CODE", "")
        saved: Any = super().save_user(request, user, form, commit=False)
        saved.email = saved.email or ""
        if commit:
            saved.save()
        return saved

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        kwargs.setdefault("label", _("Phone"))
        return PhoneField(max_length=30, **kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        return _by_phone(phone)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        # Nobody logs in by a phone that nobody proved; without a channel for messages none can be proved.
        if verified:
            user.phone = phone
            user.save(update_fields=["phone"])

    def set_phone_verified(self, user: Any, phone: str) -> None:
        self.set_phone(user, phone, verified=True)

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        message = "This installation has no channel for text messages yet."
        raise NotImplementedError(message)
