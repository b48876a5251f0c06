"""Sign-up by proving a phone or an e-mail: the code, its tries and its end, kept in the visitor's session until the account is made."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.translation import get_language

from onewindow.modules.identity import selectors as identity_reads
from onewindow.modules.identity import services as identity
from onewindow.plumbing import courier

_KEY = "account_proving"


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone or an e-mail, written the one way."""

    kind: Literal["sms", "email"]
    text: str


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody who asked for an account; `proven` once the code was right."""

    contact: Contact
    proven: bool


def begin(request: HttpRequest, contact: Contact, *, now: datetime, template: str = "sign-up-code") -> None:
    """Send a code in a letter of this template; to a phone or e-mail that has an account, a letter that says so.

    The visitor sees the same either way.
    """
    code = f"{secrets.randbelow(10**6):06d}"
    known = identity_reads.has_account(
        phone=contact.text if contact.kind == "sms" else "", email=contact.text if contact.kind == "email" else ""
    )
    minutes = str(int(identity.limits(now).code_life.total_seconds() // 60))
    letter = courier.Letter(
        template="sign-up-known" if known else template,
        channel=contact.kind,
        to=contact.text,
        values={"code": code, "minutes": minutes},
        language=get_language() or "",
    )
    courier.send(letter=letter, now=now)
    kept = {"kind": contact.kind, "contact": contact.text, "at": now.timestamp(), "wrong": 0, "proven": False}
    # The code of a letter that was not sent opens nothing.
    request.session[_KEY] = {**kept, "code": "" if known else _digest(code)}


def of(request: HttpRequest, *, now: datetime) -> Proven | None:
    """Return what this visitor is proving, or nothing where it is not begun or too long ago."""
    kept = request.session.get(_KEY)
    if not kept or now.timestamp() - kept["at"] > identity.limits(now).code_life.total_seconds():
        return None
    return Proven(Contact(kept["kind"], kept["contact"]), kept["proven"])


def check(request: HttpRequest, code: str, *, now: datetime) -> bool:
    """Tell whether the code is right; too many wrong ones end the attempt."""
    kept = request.session.get(_KEY)
    if of(request, now=now) is None or not kept:
        return False
    typed = "".join(digit for digit in code if digit.isdigit())
    right = hmac.compare_digest(_digest(typed), kept["code"])
    if right:
        request.session[_KEY] = {**kept, "proven": True, "at": now.timestamp(), "code": ""}
    elif kept["wrong"] + 1 >= identity.limits(now).code_tries:
        end(request)
    else:
        request.session[_KEY] = {**kept, "wrong": kept["wrong"] + 1}
    return right


def end(request: HttpRequest) -> None:
    """Forget what was being proven."""
    request.session.pop(_KEY, None)


def contact_of(request: HttpRequest) -> str:
    """Return which phone or e-mail is being proven, for counting."""
    return str((request.session.get(_KEY) or {}).get("contact", ""))


def read_somebody() -> None:
    """Read some account where nobody's was found, and do nothing with it: the time an answer takes tells nothing then.

    Any one by chance: how much of a row has to be opened differs from account to account.
    """
    get_user_model().objects.filter(pk__gte=uuid4()).first()


def _digest(code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"sign-up:{code}".encode(), sha256).hexdigest()
