"""Groups: the roles of the department. Whoever joins waits for a second administrator; whoever leaves is out at once."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from onewindow.api.scim.answers import ScimRefused, address, answered, body, listed, operations_of, require_version, shown
from onewindow.api.scim.users import set_roles
from onewindow.modules.identity import selectors
from onewindow.modules.identity.selectors import PostRow
from onewindow.plumbing.actors import ROLES, Actor

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
_name_eq = re.compile(r'\s*displayName\s+eq\s+"([^"\\]*)"\s*', re.IGNORECASE)
_member_eq = re.compile(r'members\[\s*value\s+eq\s+"([^"]+)"\s*\]', re.IGNORECASE)


def resource(role: str, rows: tuple[PostRow, ...]) -> dict[str, Any]:
    held = [row for row in rows if row.active and role in row.roles]
    members = [{"value": str(row.user), "$ref": address(f"Users/{row.user}"), "display": row.username} for row in held]
    meta = {"resourceType": "Group", "location": address(f"Groups/{role}")}
    return {"schemas": [GROUP], "id": role, "displayName": role, "members": members, "meta": meta}


@answered("GET", "POST")
def groups(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    """List the roles."""
    rows = selectors.staff(actor=actor)
    if request.method == "POST":
        raise ScimRefused(403, "The roles are the platform's own; none is added.")
    wanted, names = request.GET.get("filter", ""), sorted(ROLES)
    if wanted:
        found = _name_eq.fullmatch(wanted)
        if found is None:
            raise ScimRefused(400, 'The filter that is answered is displayName eq "…".', "invalidFilter")
        names = [name for name in names if name == found[1].lower()]
    return listed(request, [resource(name, rows) for name in names])


@answered("GET", "PATCH", "PUT", "DELETE")
def group(request: HttpRequest, role: str, *, actor: Actor) -> HttpResponse:
    """Read one role, or change who has it."""
    rows = selectors.staff(actor=actor)
    if role not in ROLES:
        raise ScimRefused(404, "There is no such role.")
    now = resource(role, rows)
    if request.method == "GET":
        return shown(request, now)
    if request.method == "DELETE":
        raise ScimRefused(403, "The roles are the platform's own; none is removed.")
    require_version(request, now)
    sent, held = body(request), {member["value"] for member in now["members"]}
    wanted = _members(sent.get("members") or []) if request.method == "PUT" else _after(sent, held)
    posts = {str(row.user): row for row in rows}
    if strangers := sorted(wanted - set(posts)):
        raise ScimRefused(400, f"Nobody of your organisation has the id {strangers[0][:40]}.", "invalidValue")
    for user in sorted(held - wanted) + sorted(wanted - held):
        row = posts[user]
        set_roles(row, set(row.roles) - {role} if user in held else {*row.roles, role}, actor)
    return shown(request, resource(role, selectors.staff(actor=actor)))


def _after(sent: dict[str, Any], held: set[str]) -> set[str]:
    for operation in operations_of(sent):
        act, path, value = str(operation.get("op", "")).lower(), str(operation.get("path") or ""), operation.get("value")
        if not path and isinstance(value, Mapping) and set(value) <= {"members", "displayName", "id"}:
            path, value = "members", value.get("members") or []
        chosen = _member_eq.fullmatch(path)
        if chosen and act == "remove":
            held = held - {chosen[1]}
        elif path.lower() == "members" and act in {"add", "replace", "remove"}:
            given = _members(value or [])
            held = {"add": held | given, "replace": given, "remove": held - given if given else set()}[act]
        else:
            raise ScimRefused(400, "Only members are changed here.", "invalidPath")
    return held


def _members(value: Any) -> set[str]:
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, Mapping) and isinstance(row.get("value"), str) for row in rows):
        raise ScimRefused(400, "A member is an object with its value.", "invalidValue")
    return {row["value"] for row in rows}
