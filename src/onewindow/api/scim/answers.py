"""How answers and refusals look: one form for all, and nobody is answered without a key of the staff."""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.identity import services as identity
from onewindow.modules.signon import selectors as signon
from onewindow.plumbing.actors import Actor

JSON = "application/scim+json"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
MOST_BYTES, MOST_RESULTS = 256 * 1024, 200
View = Callable[..., HttpResponse]


class ScimRefused(Exception):
    """What RFC 7644 3.12 has a word for."""

    def __init__(self, status: int, detail: str, kind: str = "") -> None:
        self.status, self.detail, self.kind = status, detail, kind


def answered(*methods: str) -> Callable[[View], View]:
    """Let in whoever has a key, give the view its actor, and say every refusal in SCIM's form."""

    def around(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                actor = _actor(request)
                if request.method not in methods:
                    raise ScimRefused(405, f"Here only {', '.join(methods)} is answered.")
                with transaction.atomic():  # all of a request, or nothing
                    response = view(request, *args, actor=actor, **kwargs)
            except ScimRefused as refused:
                response = refusal(refused.status, refused.detail, refused.kind)
            except DomainError as error:
                response = _of_the_rules(error)
            response["Cache-Control"] = "no-store"
            return response

        return csrf_exempt(answer)

    return around


def _actor(request: HttpRequest) -> Actor:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    actor = signon.actor_by_staff_key(key.strip()) if kind.lower() == "bearer" and key else Actor.anonymous()
    if not actor.is_known:
        raise ScimRefused(401, "Send a key of the staff as Authorization: Bearer. An administrator makes it under Systems.")
    return actor


def _of_the_rules(error: DomainError) -> HttpResponse:
    if isinstance(error, identity.NameTaken | identity.AppointedAlready):
        return refusal(409, str(error), "uniqueness")
    if isinstance(error, Forbidden | identity.NotOneself):
        return refusal(403, str(error))
    if isinstance(error, NotFound):
        return refusal(404, str(error))
    return refusal(409 if error.status == 409 else 400, str(error), "" if error.status == 409 else "invalidValue")


def refusal(status: int, detail: str, kind: str = "") -> HttpResponse:
    said = {"schemas": [ERROR], "status": str(status), "detail": detail, **({"scimType": kind} if kind else {})}
    response = HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type=JSON)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="OneWindow"'
    return response


def shown(request: HttpRequest, resource: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return one resource with its version; nothing but 304 where the caller has it. Raises: ScimRefused."""
    version = version_of(resource)
    if request.method == "GET" and version in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": version})
    resource = {**resource, "meta": {**resource.get("meta", {}), "version": version}}
    response = HttpResponse(json.dumps(resource, ensure_ascii=False), status=status, content_type=JSON)
    response["ETag"] = version
    if status == 201:
        response["Location"] = resource["meta"]["location"]
    return response


def version_of(resource: dict[str, Any]) -> str:
    text = json.dumps(resource, sort_keys=True, ensure_ascii=False)
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'


def require_version(request: HttpRequest, resource: dict[str, Any]) -> None:
    """Stop whoever changes what they have not seen. Raises: ScimRefused."""
    wanted = request.headers.get("If-Match", "")
    if wanted and wanted != "*" and version_of(resource) not in wanted:
        raise ScimRefused(412, "It was changed meanwhile. Read it again.")


def listed(request: HttpRequest, resources: Sequence[dict[str, Any]]) -> HttpResponse:
    """Return one page. Source: RFC 7644 3.4.2.4."""
    start, count = max(1, _number(request, "startIndex", 1)), min(MOST_RESULTS, max(0, _number(request, "count", MOST_RESULTS)))
    page = [{**row, "meta": {**row["meta"], "version": version_of(row)}} for row in resources[start - 1 : start - 1 + count]]
    said = {"schemas": [LIST], "totalResults": len(resources), "startIndex": start, "itemsPerPage": len(page), "Resources": page}
    return HttpResponse(json.dumps(said, ensure_ascii=False), content_type=JSON)


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    given = request.GET.get(name, "")
    if not given:
        return otherwise
    try:
        return int(given[:12])
    except ValueError:
        raise ScimRefused(400, f"{name} is a number.", "invalidValue") from None


def body(request: HttpRequest) -> dict[str, Any]:
    """Return the object that was sent. Raises: ScimRefused."""
    if request.content_type not in {JSON, "application/json"}:
        raise ScimRefused(415, f"Send {JSON}.")
    if len(request.body) > MOST_BYTES:
        raise ScimRefused(413, "That is too much at once.")
    try:
        sent = json.loads(request.body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise ScimRefused(400, "Send one JSON object.", "invalidSyntax")
    if not _writable(sent):
        raise ScimRefused(400, "A text holds half a character or a NUL, which no database keeps.", "invalidValue")
    return sent


def _writable(sent: dict[str, Any]) -> bool:
    text = json.dumps(sent, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in text


def operations_of(sent: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the operations of a PatchOp. Raises: ScimRefused. Source: RFC 7644 3.5.2."""
    schemas, operations = sent.get("schemas"), sent.get("Operations")
    if not isinstance(schemas, list) or PATCH not in schemas or not isinstance(operations, list) or not operations:
        raise ScimRefused(400, "Send a PatchOp with its Operations.", "invalidSyntax")
    if not all(isinstance(operation, dict) for operation in operations):
        raise ScimRefused(400, "An operation is an object.", "invalidSyntax")
    return operations


def address(path: str) -> str:
    return f"{settings.ONEWINDOW_ORIGIN}/scim/v2/{path}"
