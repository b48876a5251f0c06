"""Forms at the doors of the accounts: one field takes a phone or an e-mail, however it is written."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from onewindow.domain import codes
from onewindow.modules.identity import selectors as identity_reads
from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.web.account import proving
from onewindow.web.account.middleware import _MINUTE
from onewindow.web.account.proving import Contact

CODES_A_MINUTE = 3
"""How many codes one phone or e-mail is sent in a minute."""


class ContactField(forms.CharField):
    """A phone number or an e-mail; becomes a Contact."""

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value)).strip()
        if "@" in typed:
            try:
                validate_email(typed)
            except forms.ValidationError:
                raise forms.ValidationError(_("Write the e-mail in full, for example li@example.com.")) from None
            return Contact("email", typed.lower())
        try:
            return Contact("sms", codes.phone(typed))
        except codes.CodeRefused:
            raise forms.ValidationError(_("Write 11 digits of a mobile number, or an e-mail.")) from None


class ContactForm(forms.Form):
    """Whom to send a code."""

    contact = ContactField(max_length=254, label=_("Mobile phone or e-mail"))

    def clean_contact(self) -> Contact:
        contact: Contact = self.cleaned_data["contact"]
        now = clock.now()
        if not identity.may_try(what="send-code", who=contact.text, most=CODES_A_MINUTE, within=_MINUTE, now=now):
            raise forms.ValidationError(_("Three codes were sent within a minute. Wait a minute, then ask again."))
        return contact


class RequestCodeForm(ContactForm):
    """Log in by code: allauth reads the account from `_user`, nobody where there is none."""

    _user: Any = None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        contact = data.get("contact")
        if isinstance(contact, Contact):
            data["phone" if contact.kind == "sms" else "email"] = contact.text
            user_id = identity_reads.account_of(
                phone=contact.text if contact.kind == "sms" else "", email=contact.text if contact.kind == "email" else ""
            )
            if user_id:
                self._user = get_user_model().objects.filter(pk=user_id).first()
            else:
                proving.read_somebody()
        return data


class CodeForm(forms.Form):
    """The code that was sent."""

    code = forms.CharField(max_length=20, label=_("Code"))


class NewPasswordForm(forms.Form):
    """A new password, judged by the rules of the settings."""

    password = forms.CharField(max_length=254, strip=False, label=_("Password"))

    def __init__(self, *args: Any, owner: Any, **more: Any) -> None:
        self.owner = owner
        super().__init__(*args, **more)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "password" in data:
            try:
                validate_password(data["password"], self.owner)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class AccountForm(NewPasswordForm):
    """The last step of a sign-up."""

    name = forms.CharField(max_length=80, label=_("Name"))

    def clean_name(self) -> str:
        self.owner.username = name = str(self.cleaned_data["name"])  # no password like one's own name
        return name
