"""A department with a system, and a browser that logs in to it."""

import base64
import hashlib
import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from django.test import Client

from onewindow.modules.identity.models import Organisation, Person, Post, User
from onewindow.modules.signon import services
from onewindow.plumbing.actors import Actor

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SYSTEM = Actor.system("tests")
CALLBACK, AFTER = "https://parking.example/callback", "https://parking.example/bye"
VERIFIER = "a-verifier-that-is-long-enough-to-be-taken-0123456789"
PASSWORD = "spring-river-2026"


def challenge(verifier: str = VERIFIER) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def form(**more: Any) -> services.SystemForm:
    said = {
        "name": {"zh": "停车许可", "en": "Parking permits"},
        "organisation": "traffic",
        "redirect_uris": [CALLBACK],
        "logout_uris": [AFTER],
        "claims": {name: {"purpose": {"zh": "开具许可"}, "basis": "Road Traffic Safety Law"} for name in ("name", "email")},
    }
    return services.SystemForm(**{**said, **more})


@dataclass
class Department:
    """A registered system."""

    id: str
    secret: str
    redirect_uri: str = CALLBACK

    def asks(self, **more: str | None) -> str:
        asked = {
            "client_id": self.id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid profile email",
            "state": "s-1",
            "nonce": "n-1",
            "code_challenge": challenge(),
            "code_challenge_method": "S256",
            **more,
        }
        return "/oidc/authorize?" + urlencode({name: value for name, value in asked.items() if value is not None})

    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()

    def posts(self, path: str = "/oidc/token", *, basic: str | None = None, **sent: str) -> Any:
        headers = {"Authorization": self.basic() if basic is None else basic}
        return Client().post(path, urlencode(sent), content_type="application/x-www-form-urlencoded", headers=headers)

    def redeems(self, code: str, **more: str) -> Any:
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri, "code_verifier": VERIFIER, **more}
        return self.posts(**sent)

    def renews(self, refresh_token: str, **more: str) -> Any:
        return self.posts(grant_type="refresh_token", refresh_token=refresh_token, **more)


def department(now: datetime, **more: Any) -> Department:
    Organisation.objects.get_or_create(id="traffic", defaults={"name": {"zh": "交警支队", "en": "Traffic Police"}})
    asked = form(**more)
    made = services.register_system(form=asked, actor=SYSTEM, now=now)
    secret = "" if asked.public else services.renew_secret(system_id=made, actor=SYSTEM, now=now)
    return Department(made, secret, asked.redirect_uris[0])


def person(username: str = "wang", **more: Any) -> User:
    user = User.objects.create_user(username, PASSWORD, display_name={"zh": "王芳"}, email=f"{username}@example.com", **more)
    Person.objects.create(user=user, facts={"full-name": "王芳", "resident-id": "230102199003075128"}, proof_level=2)
    return user


def officer(username: str = "zhao", organisation: str = "traffic", roles: tuple[str, ...] = ("officer",)) -> User:
    Organisation.objects.get_or_create(id=organisation, defaults={"name": {"zh": organisation}})
    user = User.objects.create_user(username, PASSWORD, display_name={"zh": "赵强"}, email=f"{username}@example.com")
    Post.objects.create(user=user, organisation_id=organisation, title={"zh": "科员"}, roles=list(roles))
    return user


@dataclass
class Browser:
    """Somebody's browser."""

    user: User | None = None
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        if self.user is not None:
            self.client.force_login(self.user, backend=BACKEND)

    def goes(self, address: str) -> Any:
        """Follow our own pages, and stop at one to read or at a system's address."""
        answer = self.client.get(address)
        while answer.status_code == 302 and answer["Location"].startswith("/"):
            answer = self.client.get(answer["Location"])
        return answer

    def agrees(self, page: Any, answer: str = "yes") -> Any:
        asked = html.unescape(re.search(r'name="asked" value="([^"]*)"', page.content.decode())[1])  # type: ignore[index]
        return self.client.post("/oidc/consent", {"asked": asked, "answer": answer})

    def comes_back_with(self, address: str) -> dict[str, str]:
        """Return what the system is told in the address that the browser is sent to."""
        answer = self.goes(address)
        if answer.status_code == 200 and b'name="asked"' in answer.content:
            answer = self.agrees(answer)
        return told(answer)


def told(answer: Any) -> dict[str, str]:
    where = answer.get("Location")
    if where is None:
        where = html.unescape(re.search(r'content="0;url=([^"]*)"', answer.content.decode())[1])  # type: ignore[index]
    return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}


def logged_in(browser: Browser, system: Department, **more: str | None) -> dict[str, Any]:
    """Return the tokens of a whole log-in."""
    code = browser.comes_back_with(system.asks(**more))["code"]
    answer = system.redeems(code)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def about(access_token: str) -> Any:
    return Client().get("/oidc/userinfo", headers={"Authorization": f"Bearer {access_token}"})


def ids(user: User) -> UUID:
    return user.pk
