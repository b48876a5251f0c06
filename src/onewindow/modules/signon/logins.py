"""A log-in to a system: agreed to by the person, begun by a code that counts once, kept going by tokens, and ended for good."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from onewindow.domain.errors import NotFound
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity import services as identity_services
from onewindow.modules.signon import keys
from onewindow.modules.signon.asking import Asked, Parameters, asked_for
from onewindow.modules.signon.claims import chosen, told
from onewindow.modules.signon.errors import AskedWrongly, NotForYou, Refused
from onewindow.modules.signon.models import Grant, Login, System, Token
from onewindow.modules.signon.systems import hashed
from onewindow.plumbing import accesses, audit, permissions
from onewindow.plumbing.actors import Actor

CODE_LIFE, ACCESS_LIFE, PROOF_LIFE = timedelta(seconds=60), timedelta(minutes=10), timedelta(minutes=10)
"""Of the code, of an access token, and of the ID token. A log-in as a whole lasts no longer than a session here."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a system says which it is."""

    client_id: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a system gets. Unit: `expires_in` in seconds."""

    access_token: str
    refresh_token: str
    id_token: str
    scope: str
    expires_in: int = int(ACCESS_LIFE.total_seconds())


def consented(asked: Asked, grant: Grant | None) -> bool:
    """Tell whether the person agreed to all of this before."""
    return grant is not None and grant.revoked_at is None and set(asked.scopes) <= set(grant.scopes)


def for_them(asked: Asked, actor: Actor) -> bool:
    """Tell whether a system is meant for this person: a department's own is for those with a post there."""
    return not asked.staff or (actor.is_officer and actor.organisation == asked.organisation)


@transaction.atomic
def begin_login(
    *, parameters: Parameters, session: str, proved_at: datetime, methods: Sequence[str], agreed: bool, actor: Actor, now: datetime
) -> str:
    """Return a code for the system that sent the person here.

    `session`: the browser's session under a name of its own; `agreed`: the person has just said yes.
    Raises: Forbidden, SystemUnknown, AskedWrongly, NotForYou.
    """
    permissions.require(actor, "signon.log-in")
    asked = asked_for(parameters)
    if not for_them(asked, actor):
        raise NotForYou(system=asked.name)
    grant = Grant.objects.select_for_update().filter(system_id=asked.system, user=actor.known_id).first()
    if grant is None or not consented(asked, grant):
        if not agreed:
            raise AskedWrongly("consent_required", "the person has not agreed", redirect_uri=asked.redirect_uri, state=asked.state)
        grant = _agree(asked, grant, actor, now)
    code = f"owc_{secrets.token_urlsafe(32)}"
    login = Login.objects.create(
        grant=grant,
        session=session,
        scopes=list(asked.scopes),
        redirect_uri=asked.redirect_uri,
        nonce=asked.nonce,
        challenge=asked.challenge,
        proved_at=proved_at,
        methods=list(methods),
        began_at=now,
        ends_at=now + identity_services.limits(now).cap,
        code_hash=hashed(code),
        code_until=now + CODE_LIFE,
    )
    details = {"system": asked.system, "claims": [row.name for row in asked.claims]}
    audit.record(actor=actor, action="signon.log-in", subject_kind="login", subject_id=login.pk, at=now, details=details)
    return code


def _agree(asked: Asked, grant: Grant | None, actor: Actor, now: datetime) -> Grant:
    grant = grant or Grant(system_id=asked.system, user=actor.known_id, sub=secrets.token_hex(16))
    before = grant.scopes if grant.revoked_at is None else []
    grant.scopes = sorted({*before, *asked.scopes})
    grant.given_at, grant.revoked_at = now, None
    grant.save()
    details = {"system": asked.system, "scopes": grant.scopes}
    audit.record(actor=actor, action="signon.agree", subject_kind="grant", subject_id=grant.pk, at=now, details=details)
    return grant


def redeem_code(*, client: Credentials, code: str, redirect_uri: str, verifier: str, issuer: str, now: datetime) -> Tokens:
    """Return the first tokens of a log-in. A code that comes a second time ends it. Raises: Refused.

    Source: RFC 6749 4.1.3 and 10.5, RFC 7636 4.6.
    """
    with transaction.atomic():
        found = _redeem(client, code, redirect_uri, verifier, issuer, now)
    if isinstance(found, Refused):  # raised only now: what it ended stays ended
        raise found
    return found


def _redeem(  # noqa: PLR0917  (what the request brings, by place)
    client: Credentials, code: str, redirect_uri: str, verifier: str, issuer: str, now: datetime
) -> Tokens | Refused:
    system = _known(client)
    if isinstance(system, Refused):
        return system
    login = _locked(code_hash=hashed(code), grant__system=system)
    if login is None:
        return Refused("invalid_grant", "the code is not known; begin again")
    # Whatever comes next, this code is spent: nobody tries twice.
    if not Login.objects.filter(pk=login.pk, code_used_at=None).update(code_used_at=now):
        _end([login], "code-twice", now)
        return Refused("invalid_grant", "the code was used before, so the log-in has ended")
    if login.code_until <= now or redirect_uri != login.redirect_uri or not _matches(verifier, login.challenge):
        _end([login], "code-refused", now)
        return Refused("invalid_grant", "the code is too old, or redirect_uri or code_verifier are not those it was asked with")
    if (why := _dead(login, now)) is not None:
        return why
    return _issue(login, system, login.scopes, issuer, now)


def _matches(verifier: str, challenge: str) -> bool:
    if not (43 <= len(verifier) <= 128 and verifier.isascii()):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)


def renew_tokens(*, client: Credentials, refresh_token: str, scope: str = "", issuer: str, now: datetime) -> Tokens:
    """Return new tokens for a refresh token, which counts once: the second time somebody has stolen it, and the log-in ends.

    Raises: Refused.  Source: RFC 9700 4.14.
    """
    with transaction.atomic():
        found = _renew(client, refresh_token, scope, issuer, now)
    if isinstance(found, Refused):
        raise found
    return found


def _renew(client: Credentials, refresh_token: str, scope: str, issuer: str, now: datetime) -> Tokens | Refused:
    system = _known(client)
    if isinstance(system, Refused):
        return system
    # The log-in is locked before its token is read: of two that come at once, one sees what the other did.
    of = Token.objects.filter(hash=hashed(refresh_token), kind="refresh", login__grant__system=system)
    login = _locked(pk__in=of.values("login"))
    token = of.first() if login else None
    if login is None or token is None:
        return Refused("invalid_grant", "the refresh token is not known")
    twice = Refused("invalid_grant", "the refresh token was used before, so the log-in has ended")
    if token.used_at is not None:
        _end([login], "refresh-twice", now)
        return twice
    if (why := _dead(login, now)) is not None or token.until <= now:
        return why or Refused("invalid_grant", "the refresh token is too old")
    scopes = scope.split() or list(token.scopes)
    if not set(scopes) <= set(token.scopes):
        return Refused("invalid_scope", "a refresh asks for no more than was granted")
    if not Token.objects.filter(pk=token.pk, used_at=None).update(used_at=now):
        _end([login], "refresh-twice", now)
        return twice
    return _issue(login, system, scopes, issuer, now)


def _locked(**which: Any) -> Login | None:
    pk = Login.objects.filter(**which).values_list("pk", flat=True).first()
    return Login.objects.select_for_update().get(pk=pk) if pk else None


def _known(client: Credentials) -> System | Refused:
    """Return which system asks. Source: RFC 6749 2.3."""
    system = System.objects.filter(pk=client.client_id[:40], is_active=True).first()
    kept = system.secret_hash if system else ""
    right = hmac.compare_digest(kept or hashed(secrets.token_hex(8)), hashed(client.secret))
    if system is None or (system.public and client.secret) or not (system.public or (kept and right)):
        return Refused("invalid_client", "the client_id or its secret is not known")
    return system


def _dead(login: Login, now: datetime) -> Refused | None:
    if login.ended_at is not None or login.ends_at <= now:
        return Refused("invalid_grant", "the log-in has ended")
    grant = login.grant
    if grant.revoked_at is not None or not _still(grant, login.grant.system):
        return Refused("invalid_grant", "the person's account or agreement has ended")
    return None


def _still(grant: Grant, system: System) -> bool:
    """Tell whether the person still is somebody here, and of the system's organisation where it is for its staff."""
    actor = identity.actor_of(grant.user)
    return actor.is_known and (system.audience != "staff" or (actor.is_officer and actor.organisation == system.organisation))


def _issue(login: Login, system: System, scopes: Sequence[str], issuer: str, now: datetime) -> Tokens:
    access, refresh = f"owa_{secrets.token_urlsafe(32)}", f"owr_{secrets.token_urlsafe(32)}"
    Token.objects.bulk_create(
        [
            Token(hash=hashed(access), login=login, kind="access", scopes=list(scopes), until=min(now + ACCESS_LIFE, login.ends_at)),
            Token(hash=hashed(refresh), login=login, kind="refresh", scopes=list(scopes), until=login.ends_at),
        ]
    )
    Login.objects.filter(pk=login.pk).update(used_at=now)
    audit.record(
        actor=_as(system), action="signon.tokens", subject_kind="login", subject_id=login.pk, at=now, details={"system": system.pk}
    )
    return Tokens(access, refresh, keys.sign(_proof(login, system, access, issuer, now), now), " ".join(scopes))


def _proof(login: Login, system: System, access: str, issuer: str, now: datetime) -> dict[str, Any]:
    """What the ID token says: who and when. What is known about the person is asked at the userinfo address, as it is then."""
    half = hashlib.sha256(access.encode()).digest()[:16]
    said: dict[str, Any] = {
        "iss": issuer,
        "sub": login.grant.sub,
        "aud": system.pk,
        "iat": int(now.timestamp()),
        "exp": int((now + PROOF_LIFE).timestamp()),
        "auth_time": int(login.proved_at.timestamp()),
        "amr": login.methods,
        "sid": login.session,
        "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
    }
    return {**said, "nonce": login.nonce} if login.nonce else said


def tell_about(*, access_token: str, now: datetime) -> dict[str, Any]:
    """Return what a system is told about the person now: the claims it is registered for, of the scopes agreed to. Raises: Refused."""
    token = Token.objects.select_related("login__grant__system").filter(hash=hashed(access_token), kind="access", until__gt=now).first()
    system = token.login.grant.system if token else None
    if token is None or system is None or not system.is_active or _dead(token.login, now):
        raise Refused("invalid_token", "the access token is not known, or has ended")
    names = chosen(token.scopes, system.claims)
    found = told(token.login.grant.user, names)
    if found is None:
        raise Refused("invalid_token", "the account is closed")
    if names:
        user = token.login.grant.user
        accesses.read(
            actor=_as(system),
            what="signon.tell",
            subject_kind="user",
            subject_id=user,
            persons=[user],
            purpose="log-in",
            at=now,
            details={"system": system.pk, "claims": sorted(found)},
        )
    return {"sub": token.login.grant.sub, **found}


@transaction.atomic
def revoke_tokens(*, client: Credentials, token: str, now: datetime) -> None:
    """End a token as its system asks: with a refresh token the log-in ends. What is not known is ended already. Raises: Refused.

    Source: RFC 7009.
    """
    system = _known(client)
    if isinstance(system, Refused):
        raise system
    row = Token.objects.select_related("login").filter(hash=hashed(token), login__grant__system=system).first()
    if row is None:
        return
    if row.kind == "refresh":
        _end([row.login], "revoked", now)
    else:
        row.delete()
    audit.record(
        actor=_as(system), action="signon.revoke", subject_kind="login", subject_id=row.login_id, at=now, details={"system": system.pk}
    )


@transaction.atomic
def end_session(*, session: str, actor: Actor, now: datetime) -> int:
    """Somebody logs out here: what they are logged in to from this browser ends too. Returns how many ended. Raises: Forbidden."""
    permissions.require(actor, "signon.log-in")
    return _leave(Login.objects.filter(session=session, grant__user=actor.known_id), "logged-out", actor, now) if session else 0


@transaction.atomic
def leave_system(*, system_id: str, actor: Actor, now: datetime) -> None:
    """End every log-in of one's own to a system, and the agreement that it may know one. Raises: Forbidden, NotFound."""
    permissions.require(actor, "signon.log-in")
    grant = Grant.objects.filter(system_id=system_id[:40], user=actor.known_id, revoked_at=None).first()
    if grant is None:
        raise NotFound(kind="system", id=system_id[:40])
    grant.revoked_at = now
    grant.save(update_fields=["revoked_at"])
    _leave(Login.objects.filter(grant=grant), "left", actor, now)
    details = {"system": grant.system_id}
    audit.record(actor=actor, action="signon.leave-system", subject_kind="grant", subject_id=grant.pk, at=now, details=details)


def _leave(logins: Any, why: str, actor: Actor, now: datetime) -> int:
    rows = list(logins.filter(ended_at=None))
    _end(rows, why, now)
    for row in rows:
        audit.record(actor=actor, action="signon.log-out", subject_kind="login", subject_id=row.pk, at=now)
    return len(rows)


def _end(logins: Collection[Login], why: str, now: datetime) -> None:
    ids: list[UUID] = [login.pk for login in logins]
    Login.objects.filter(pk__in=ids, ended_at=None).update(ended_at=now, ended_why=why)
    if why.endswith("-twice"):  # somebody has what is not theirs
        for pk in ids:
            audit.record(actor=Actor.system("signon"), action=f"signon.{why}", subject_kind="login", subject_id=pk, at=now)


def _as(system: System) -> Actor:
    return Actor(kind="system", name=f"signon:{system.pk}", organisation=system.organisation)


def forget_logins(*, now: datetime) -> int:
    """Remove the log-ins that ended long ago; the log of acts keeps that they were."""
    return Login.objects.filter(ends_at__lt=now - timedelta(days=7)).delete()[0]
