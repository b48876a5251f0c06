"""What is answered here, for programs that ask. Source: RFC 7643 5 to 7."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from onewindow.api.scim.answers import MOST_RESULTS, ScimRefused, address, answered, listed, shown
from onewindow.api.scim.groups import GROUP
from onewindow.api.scim.users import USER
from onewindow.plumbing.actors import Actor

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"


def _attribute(name: str, kind: str = "string", mutability: str = "readWrite", **more: Any) -> dict[str, Any]:
    said = {"name": name, "type": kind, "multiValued": False, "description": name, "required": False, "caseExact": False}
    return {**said, "mutability": mutability, "returned": "default", "uniqueness": "none", **more}


_VALUES = [_attribute("value"), _attribute("type"), _attribute("primary", "boolean")]
_SCHEMAS: dict[str, dict[str, Any]] = {
    USER: {
        "name": "User",
        "description": "Somebody who works at the department",
        "attributes": [
            _attribute("userName", mutability="immutable", required=True, uniqueness="server"),
            _attribute("displayName", mutability="immutable"),
            _attribute("name", "complex", "immutable", subAttributes=[_attribute("formatted", mutability="immutable")]),
            _attribute("emails", "complex", "immutable", multiValued=True, subAttributes=_VALUES),
            _attribute("title"),
            _attribute("active", "boolean"),
            _attribute("roles", "complex", multiValued=True, subAttributes=[_attribute("value")]),
            _attribute("groups", "complex", "readOnly", multiValued=True, subAttributes=[_attribute("value", mutability="readOnly")]),
        ],
    },
    GROUP: {
        "name": "Group",
        "description": "A role at the department",
        "attributes": [
            _attribute("displayName", mutability="readOnly", required=True),
            _attribute("members", "complex", multiValued=True, subAttributes=[_attribute("value", mutability="immutable")]),
        ],
    },
}
_TYPES = {"User": ("Users", USER), "Group": ("Groups", GROUP)}


@answered("GET")
def config(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    """What this provider does."""
    scheme = {"type": "oauthbearertoken", "name": "Bearer", "description": "A key of the staff, made by an administrator."}
    said = {
        "schemas": [CONFIG],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST_RESULTS},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": True},
        "authenticationSchemes": [scheme],
        "meta": {"resourceType": "ServiceProviderConfig", "location": address("ServiceProviderConfig")},
    }
    return shown(request, said)


@answered("GET")
def resource_types(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    return listed(request, [_type(name) for name in _TYPES])


@answered("GET")
def resource_type(request: HttpRequest, name: str, *, actor: Actor) -> HttpResponse:
    if name not in _TYPES:
        raise ScimRefused(404, "There is no such type.")
    return shown(request, _type(name))


@answered("GET")
def schemas(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    return listed(request, [_schema(name) for name in _SCHEMAS])


@answered("GET")
def schema(request: HttpRequest, name: str, *, actor: Actor) -> HttpResponse:
    if name not in _SCHEMAS:
        raise ScimRefused(404, "There is no such schema.")
    return shown(request, _schema(name))


def _type(name: str) -> dict[str, Any]:
    path, kind = _TYPES[name]
    meta = {"resourceType": "ResourceType", "location": address(f"ResourceTypes/{name}")}
    return {"schemas": [TYPE], "id": name, "name": name, "endpoint": f"/{path}", "schema": kind, "meta": meta}


def _schema(name: str) -> dict[str, Any]:
    meta = {"resourceType": "Schema", "location": address(f"Schemas/{name}")}
    return {"schemas": [SCHEMA], "id": name, **_SCHEMAS[name], "meta": meta}
