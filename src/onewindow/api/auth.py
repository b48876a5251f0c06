"""Who calls: a program with a token that a user made for it; or the user's own browser, for the documentation page."""

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer, SessionAuth

from onewindow.api.problems import RequestRefused
from onewindow.domain.errors import Forbidden
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing.actors import Actor

ON_BEHALF_OF = "On-Behalf-Of"
"""Names for whom a program's request is, by a key of GET /acting."""


class Token(HttpBearer):
    """A token acts as the user who made it, read afresh at each request."""

    openapi_description = "A token made by `onewindow token create USERNAME`."

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = identity.actor_by_token(token)
        return on_behalf(request, actor) if actor.is_known else None


def on_behalf(request: HttpRequest, actor: Actor) -> Actor:
    """Return who acts for whom the header names, asked afresh at each request. Raises: Forbidden where that is not so now."""
    key = request.headers.get(ON_BEHALF_OF)
    if not key or actor.id is None:
        return actor
    found = identity.acting_as(actor.id, key)
    if found is None:
        raise Forbidden(permission="identity.mandates")
    return found


class Session(SessionAuth):
    """The user's own browser, with the CSRF token of its pages."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        actor = getattr(request, "actor", None)
        if not isinstance(actor, Actor) or not actor.is_known:
            return None  # nobody is signed in here: that is the answer, not the missing CSRF token
        try:
            self._get_key(request)
        except HttpError:
            raise RequestRefused("csrf") from None
        return actor


class OptionalToken(Token):
    """Public resources know the caller where a token is sent, and serve anybody."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        return super().__call__(request) or Actor.anonymous()


SIGNED_IN = [Token(), Session()]


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor whom the token stands for."""
    actor = getattr(request, "auth", None)
    return actor if isinstance(actor, Actor) else Actor.anonymous()
