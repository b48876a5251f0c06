"""What systems call: where everything is, the keys, tokens, and what is known about a person."""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.modules.signon import selectors, services
from onewindow.modules.signon.selectors import Refused
from onewindow.modules.signon.services import Credentials, Tokens
from onewindow.plumbing import clock

MOST_BYTES = 16 * 1024


def _for_all(response: HttpResponse) -> HttpResponse:
    """Let pages of other addresses read it: nothing of anybody's stands in it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def configuration(_request: HttpRequest) -> HttpResponse:
    """Where everything is. Source: OpenID Connect Discovery 1.0, RFC 8414, RFC 9207."""
    origin = settings.ONEWINDOW_ORIGIN
    found = {
        "issuer": origin,
        "authorization_endpoint": origin + reverse("signon:authorize"),
        "token_endpoint": origin + reverse("signon:token"),
        "userinfo_endpoint": origin + reverse("signon:userinfo"),
        "revocation_endpoint": origin + reverse("signon:revoke"),
        "end_session_endpoint": origin + reverse("signon:logout"),
        "jwks_uri": origin + reverse("signon:keys"),
        "scopes_supported": list(selectors.SCOPES),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "amr", "sid", *selectors.CLAIMS],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [selectors.ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "ui_locales_supported": [code for code, _ in settings.LANGUAGES],
    }
    return _for_all(JsonResponse(found, headers={"Cache-Control": "public, max-age=300"}))


@require_safe
def keys(_request: HttpRequest) -> HttpResponse:
    """The public keys, two of them while one takes over from the other."""
    found = {"keys": selectors.published(clock.now())}
    return _for_all(JsonResponse(found, headers={"Cache-Control": f"public, max-age={selectors.READ_AGAIN_SECONDS}"}))


def _in_words_of_the_protocol(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer a refusal as RFC 6749 5.2 and RFC 6750 3 say; nothing of it is kept by anybody on the way."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            response = view(request)
        except Refused as error:
            response = JsonResponse({"error": error.error, "error_description": error.description}, status=error.answer)
            if error.error == "invalid_client":
                response["WWW-Authenticate"] = 'Basic realm="OneWindow"'
            elif error.error == "invalid_token":
                given = "Authorization" in request.headers  # RFC 6750 3.1: who sent nothing is told of no error
                response["WWW-Authenticate"] = 'Bearer error="invalid_token"' if given else 'Bearer realm="OneWindow"'
        response["Cache-Control"] = "no-store"
        return response

    return csrf_exempt(answer)


@_in_words_of_the_protocol
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A code or a refresh token for tokens."""
    sent = _form(request)
    client, issuer, now = _client(request, sent), settings.ONEWINDOW_ORIGIN, clock.now()
    kind = sent.get("grant_type", "")
    needed = {"": "grant_type", "authorization_code": "code", "refresh_token": "refresh_token"}.get(kind)
    if needed and not sent.get(needed):
        raise Refused("invalid_request", f"{needed} is missing")
    if kind == "authorization_code":
        named = {"code": sent.get("code", ""), "redirect_uri": sent.get("redirect_uri", ""), "verifier": sent.get("code_verifier", "")}
        return _told(services.redeem_code(client=client, **named, issuer=issuer, now=now))
    if kind == "refresh_token":
        named = {"refresh_token": sent.get("refresh_token", ""), "scope": sent.get("scope", "")}
        return _told(services.renew_tokens(client=client, **named, issuer=issuer, now=now))
    raise Refused("unsupported_grant_type", "grant_type is authorization_code or refresh_token")


def _told(tokens: Tokens) -> HttpResponse:
    return JsonResponse(
        {
            "access_token": tokens.access_token,
            "token_type": "Bearer",
            "expires_in": tokens.expires_in,
            "refresh_token": tokens.refresh_token,
            "id_token": tokens.id_token,
            "scope": tokens.scope,
        },
        headers={"Pragma": "no-cache"},
    )


@_in_words_of_the_protocol
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """What the system is registered to know about the person, as it is now. The token comes in the header and nowhere else."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given:
        raise Refused("invalid_token", "send the access token as Authorization: Bearer")
    return JsonResponse(services.tell_about(access_token=given.strip(), now=clock.now()))


@_in_words_of_the_protocol
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """End a token. Source: RFC 7009."""
    sent = _form(request)
    services.revoke_tokens(client=_client(request, sent), token=sent.get("token", ""), now=clock.now())
    return HttpResponse(status=200)


def _form(request: HttpRequest) -> dict[str, str]:
    if request.content_type != "application/x-www-form-urlencoded" or len(request.body) > MOST_BYTES:
        raise Refused("invalid_request", "send a form (application/x-www-form-urlencoded) of at most 16 KiB")
    sent = QueryDict(request.body)
    if twice := [name for name, given in sent.lists() if len(given) > 1]:
        raise Refused("invalid_request", f"{twice[0][:40]!a} stands twice; send it once")
    return sent.dict()


def _client(request: HttpRequest, sent: dict[str, str]) -> Credentials:
    """Return what the system says of itself, in one way and not in two. Source: RFC 6749 2.3.1."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        return Credentials(sent.get("client_id", ""), sent.get("client_secret", ""))
    try:
        name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("invalid_client", "the Authorization header cannot be read") from None
    if kind.lower() != "basic" or "client_secret" in sent or sent.get("client_id", unquote_plus(name)) != unquote_plus(name):
        raise Refused("invalid_client", "say who you are in one way: Basic, or in the form")
    return Credentials(unquote_plus(name), unquote_plus(secret))
