"""What SCIM takes, in OpenAPI's words, for a machine that tries it: bodies that could be right, and bodies that are anything."""

from typing import Any

from onewindow.plumbing.actors import ROLES

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SCIM = "application/scim+json"
ANYTHING: dict[str, Any] = {}
TEXT, ANY_LIST = {"type": "string"}, {"type": "array", "items": ANYTHING}
ROLE = {"type": "object", "properties": {"value": {"enum": [*sorted(ROLES), "x", 1, None]}}}
USER = {
    "type": "object",
    "properties": {
        "userName": {"anyOf": [TEXT, ANYTHING]},
        "displayName": {"anyOf": [TEXT, ANYTHING]},
        "name": {"anyOf": [{"type": "object", "properties": {"formatted": ANYTHING, "familyName": ANYTHING}}, ANYTHING]},
        "emails": {"anyOf": [{"type": "array", "items": {"type": "object", "properties": {"value": ANYTHING}}}, ANYTHING]},
        "roles": {"anyOf": [{"type": "array", "items": ROLE}, ANYTHING]},
        "title": {"anyOf": [TEXT, ANYTHING]},
        "active": {"anyOf": [{"type": "boolean"}, ANYTHING]},
    },
}
OPERATION = {
    "type": "object",
    "properties": {
        "op": {"enum": ["add", "replace", "remove", "Replace", 1, None]},
        "path": {"enum": ["active", "roles", "title", "members", 'roles[value eq "officer"]', 'members[value eq "x"]', "", 1, None, "x"]},
        "value": {"anyOf": [{"type": "boolean"}, {"type": "array", "items": ROLE}, USER, ANYTHING]},
    },
}
CHANGES = {
    "type": "object",
    "properties": {
        "schemas": {"anyOf": [{"const": [PATCH]}, ANYTHING]},
        "Operations": {"anyOf": [{"type": "array", "items": OPERATION}, {"type": "array", "items": ANYTHING}, ANYTHING]},
        "members": {"anyOf": [{"type": "array", "items": ROLE}, ANYTHING]},
    },
    "required": ["schemas", "Operations"],
}


def _operation(*, sends: Any = None, query: tuple[str, ...] = (), name: str = "", values: Any = None) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [{"name": one, "in": "query", "schema": TEXT} for one in query]
    if name:
        parameters.append({"name": name, "in": "path", "required": True, "schema": values})
    answers = {str(code): {"description": "x"} for code in (200, 201, 204, 304, 400, 401, 403, 404, 409, 412, 413, 415)}
    body = {"requestBody": {"content": {SCIM: {"schema": {"anyOf": [sends, ANYTHING]}}}}} if sends else {}
    return {"parameters": parameters, "responses": answers, **body}


def document(users: list[str]) -> dict[str, Any]:
    """Return the document; `users` are ids that exist."""
    pages = ("filter", "startIndex", "count")
    user = {"name": "user_id", "values": {"anyOf": [{"enum": users}, {**TEXT, "minLength": 1}]}}
    group = {"name": "role", "values": {"enum": [*sorted(ROLES), "x"]}}
    other = {"name": "name", "values": {"enum": ["User", "Group", "x"]}}
    paths: dict[str, Any] = {
        "/scim/v2/Users": {"get": _operation(query=pages), "post": _operation(sends=USER)},
        "/scim/v2/Users/{user_id}": {
            "get": _operation(**user),
            "put": _operation(sends=USER, **user),
            "patch": _operation(sends=CHANGES, **user),
            "delete": _operation(**user),
        },
        "/scim/v2/Groups": {"get": _operation(query=pages), "post": _operation(sends=CHANGES)},
        "/scim/v2/Groups/{role}": {
            "get": _operation(**group),
            "put": _operation(sends=CHANGES, **group),
            "patch": _operation(sends=CHANGES, **group),
            "delete": _operation(**group),
        },
        "/scim/v2/ServiceProviderConfig": {"get": _operation()},
        "/scim/v2/ResourceTypes": {"get": _operation()},
        "/scim/v2/ResourceTypes/{name}": {"get": _operation(**other)},
        "/scim/v2/Schemas": {"get": _operation()},
        "/scim/v2/Schemas/{name}": {"get": _operation(**other)},
    }
    return {"openapi": "3.1.0", "info": {"title": "SCIM", "version": "2"}, "paths": paths}
