"""Errors as problem details, with stable codes (RFC 9457)."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from onewindow.domain.catalogue import CatalogueRefused
from onewindow.domain.errors import DomainError, Forbidden, NotFound

CONTENT_TYPE = "application/problem+json"
_log = structlog.get_logger("onewindow.api")

OWN_THINGS = {"cases.edit-draft": "draft", "cases.withdraw": "case", "cases.answer-notice": "notice", "cases.own-part": "invitation"}
"""What only its owner may touch: for everybody else it is not there, so that ids tell nothing."""

REQUEST_PROBLEMS = {
    "not-signed-in": (401, "This needs a token: send “Authorization: Bearer <token>”. “onewindow token create” makes one."),
    "csrf": (403, "A browser's session needs the CSRF token of its page in the header X-CSRFToken. A program sends a token instead."),
    "nothing-here": (404, "There is nothing at this address. The documented ones are listed at /api/v1/docs."),
    "method-not-allowed": (405, "This address does not take that method. The header Allow says which it takes."),
    "length-required": (411, "The request does not say how long it is. Send Content-Length instead of chunks."),
    "cut-off": (400, "Less arrived than Content-Length announced: the connection was cut. Nothing was saved. Send the same again."),
    "too-large": (413, "The request is too large: a body of JSON may have {most} MB, a file 10 MB. Send less at once."),
    "wrong-media-type": (415, "The body must be {wanted}. Send it so, and say so in Content-Type."),
    "not-json": (400, "The body cannot be read as JSON: {problem}. Nothing was saved. Mend it, then send it again."),
    "not-form-data": (400, "The form cannot be read: it is broken off, or not in the form that its Content-Type says. Send it again."),
    "bad-text": (422, "The text at {place} holds characters that nobody can type or print. Remove them, then send it again."),
    "wrong-shape": (422, "The request does not have the documented shape, at: {places}. Nothing was saved. Compare it with /api/v1/docs."),
    "unexpected": (500, "Something broke on our side; nothing was half-saved. Send the same again, with the same Idempotency-Key."),
}
"""What can be wrong with a request before any rule is asked: {code: (status, sentence)}."""


class RequestRefused(Exception):
    """The request itself cannot be taken; `code` is one of REQUEST_PROBLEMS."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)


class Problem(Schema):
    """What went wrong. `code` is stable; `detail` says what is wrong, where, and how to mend it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, Any]] = []


REFUSALS = {(400, 401, 403, 404, 409, 411, 413, 415, 422): Problem}
"""What every resource may answer instead; joined to each one's own responses."""


def problem(status: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None) -> HttpResponse:
    """Answer with a problem."""
    body = {
        "type": f"/api/v1/problems#{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors or [],
    }
    # What a client sent may come back in a sentence, whatever characters it holds.
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(content, status=status, content_type=CONTENT_TYPE)


def request_problem(code: str, values: Mapping[str, object] | None = None, errors: list[dict[str, Any]] | None = None) -> HttpResponse:
    """Answer with one of REQUEST_PROBLEMS."""
    status, sentence = REQUEST_PROBLEMS[code]
    return problem(status, code, sentence.format(**values) if values else sentence, errors)


def listed() -> list[dict[str, Any]]:
    """Return every code that an answer may carry."""
    rows = {code: {"code": code, "status": status, "detail": sentence} for code, (status, sentence) in REQUEST_PROBLEMS.items()}
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("onewindow."):
            rows[kind.code] = {"code": kind.code, "status": kind.status, "detail": kind.template}
        waiting.extend(kind.__subclasses__())
    return [rows[code] for code in sorted(rows)]


def _fields(error: DomainError) -> list[dict[str, Any]]:
    fields = error.values.get("fields")
    if not isinstance(fields, Mapping):
        return []
    return [{"field": str(name), "detail": str(sentence)} for name, sentence in fields.items()]


def _as_seen(error: DomainError, request: HttpRequest) -> DomainError:
    """Somebody else's draft, case or notice looks as if it were not there."""
    kind = OWN_THINGS.get(str(error.values.get("permission"))) if isinstance(error, Forbidden) else None
    match = request.resolver_match
    if kind is None or match is None:
        return error
    return NotFound(kind=kind, id=next(iter(match.kwargs.values()), ""))


def install(api: NinjaAPI) -> None:
    """Teach an API to answer every error as a problem."""
    _install_rules(api)
    _install_requests(api)

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, error: Exception) -> HttpResponse:
        # The route, not the address: what somebody typed may stand in it.
        _log.error("unexpected", route=getattr(request.resolver_match, "route", None), error=type(error).__name__, exc_info=error)
        return request_problem("unexpected")


def _install_rules(api: NinjaAPI) -> None:
    @api.exception_handler(DomainError)
    def rule_not_kept(request: HttpRequest, error: DomainError) -> HttpResponse:
        seen = _as_seen(error, request)
        return problem(seen.status, seen.code, str(seen), _fields(seen))

    @api.exception_handler(CatalogueRefused)
    def catalogue_refused(request: HttpRequest, error: CatalogueRefused) -> HttpResponse:
        rows = [
            {"file": row.file, "line": row.line, "code": row.code, "detail": row.message, "remedy": row.remedy} for row in error.problems
        ]
        return problem(422, error.code, f"{len(rows)} problems in the catalogue; nothing was loaded. Each says how to mend it.", rows)


def _install_requests(api: NinjaAPI) -> None:
    @api.exception_handler(RequestRefused)
    def not_taken(request: HttpRequest, error: RequestRefused) -> HttpResponse:
        return request_problem(error.code, error.values)

    @api.exception_handler(ValidationError)
    def wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
        rows = [{"field": ".".join(str(part) for part in row["loc"][1:])[:200], "detail": row["msg"]} for row in error.errors[:100]]
        named = ", ".join(str(row["field"]) for row in rows[:5]) or "the body"
        return request_problem("wrong-shape", {"places": named}, rows)

    @api.exception_handler(AuthenticationError)
    def not_known(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        answer = request_problem("not-signed-in")
        answer["WWW-Authenticate"] = 'Bearer realm="onewindow"'
        return answer

    @api.exception_handler(Http404)
    def no_such_thing(request: HttpRequest, error: Http404) -> HttpResponse:
        return request_problem("nothing-here")

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        cause = error.__cause__
        if isinstance(cause, Exception):  # why the body could not be read
            return api.on_exception(request, cause)
        return problem(error.status_code, "bad-request", f"{error}. Nothing was saved.")

    for unreadable, code, values in (
        (RequestDataTooBig, "too-large", {"most": 12}),
        (MultiPartParserError, "not-form-data", {}),
        (SuspiciousOperation, "not-form-data", {}),
        (UnreadablePostError, "not-form-data", {}),
        (RawPostDataException, "wrong-media-type", {"wanted": "application/json"}),
    ):
        api.add_exception_handler(unreadable, _answering(code, values))


def _answering(code: str, values: Mapping[str, object]) -> Any:
    def answer(request: HttpRequest, error: Exception) -> HttpResponse:
        return request_problem(code, values)

    return answer
