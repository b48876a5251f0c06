"""Users: who works at the department. More rights wait for a second administrator; fewer count at once."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from onewindow.api.scim.answers import ScimRefused, address, answered, body, listed, operations_of, require_version, shown
from onewindow.modules.identity import selectors, services
from onewindow.modules.identity.selectors import PostRow
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
_username_eq = re.compile(r'\s*userName\s+eq\s+"((?:[^"\\]|\\.)*)"\s*', re.IGNORECASE)
_role_eq = re.compile(r'roles\[\s*value\s+eq\s+"([^"]+)"\s*\]', re.IGNORECASE)
FIXED = ("username", "name", "displayname", "emails")
"""Set when somebody is hired. Later only the person changes them: whoever could write their e-mail could log in as them."""


def resource(row: PostRow, email: str) -> dict[str, Any]:
    """Return a post in SCIM's words. `active` is false until the second administrator has confirmed it."""
    name = row.name.get("zh") or next(iter(row.name.values()), row.username)
    found: dict[str, Any] = {
        "schemas": [USER],
        "id": str(row.user),
        "userName": row.username,
        "displayName": name,
        "name": {"formatted": name},
        "title": row.title.get("zh", ""),
        "active": row.active,
        "roles": [{"value": role} for role in row.roles],
        "groups": [{"value": role, "$ref": address(f"Groups/{role}"), "type": "direct"} for role in row.roles],
        "meta": {"resourceType": "User", "location": address(f"Users/{row.user}")},
    }
    return {**found, "emails": [{"value": email, "type": "work", "primary": True}]} if email else found


@answered("GET", "POST")
def users(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    """List, find or hire."""
    if request.method == "POST":
        return _hire(request, actor)
    rows = sorted(selectors.staff(actor=actor), key=lambda row: row.id)
    wanted = request.GET.get("filter", "")
    if wanted:
        found = _username_eq.fullmatch(wanted)
        if found is None:
            raise ScimRefused(400, 'The filter that is answered is userName eq "…".', "invalidFilter")
        name = re.sub(r"\\(.)", r"\1", found[1]).lower()
        rows = [row for row in rows if row.username.lower() == name]
    emails = selectors.emails_of(row.user for row in rows)
    return listed(request, [resource(row, emails.get(row.user, "")) for row in rows])


@answered("GET", "PUT", "PATCH", "DELETE")
def user(request: HttpRequest, user_id: str, *, actor: Actor) -> HttpResponse:
    """Read, replace, change or end one post."""
    row, now = _post(user_id, actor), _shown(user_id, actor)
    if request.method == "GET":
        return shown(request, now)
    require_version(request, now)
    if request.method == "DELETE":
        services.close_post(post_id=row.id, actor=actor, now=clock.now())
        return HttpResponse(status=204)
    sent = body(request)
    changes = _of_a_whole(sent) if request.method == "PUT" else _of_operations(sent, row)
    _change(row, changes, now, actor)
    return shown(request, _shown(user_id, actor))


def _post(user_id: str, actor: Actor) -> PostRow:
    row = next((row for row in selectors.staff(actor=actor) if str(row.user) == user_id), None)
    if row is None:
        raise ScimRefused(404, "Nobody of your organisation has this id.")
    return row


def _shown(user_id: str, actor: Actor) -> dict[str, Any]:
    row = _post(user_id, actor)
    return resource(row, selectors.emails_of([row.user]).get(row.user, ""))


def _hire(request: HttpRequest, actor: Actor) -> HttpResponse:
    sent = body(request)
    told = {str(name).lower(): value for name, value in sent.items()}
    given = told.get("name")
    names: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    name = told.get("displayname") or names.get("formatted") or _joined(names)
    post_id = services.hire(
        username=_text(told.get("username"), "userName"),
        name=_text(name or "", "displayName"),
        email=_mail(told.get("emails")),
        title=_text(told.get("title") or "", "title"),
        roles=_roles(told.get("roles") or []),
        actor=actor,
        now=clock.now(),
    )
    row = next(row for row in selectors.staff(actor=actor) if row.id == post_id)
    return shown(request, _shown(str(row.user), actor), status=201)


def _joined(names: Any) -> str:
    parts = [str(names.get(part) or "") for part in ("familyName", "givenName")]
    return ("" if all(part and not part.isascii() for part in parts) else " ").join(part for part in parts if part)


def _change(row: PostRow, changes: Mapping[str, Any], now: Mapping[str, Any], actor: Actor) -> None:
    """Carry out what is asked; what takes away comes first."""
    moment: dict[str, Any] = {"post_id": row.id, "actor": actor, "now": clock.now()}
    for name, value in changes.items():
        if name in FIXED and not _same(name, value, now):
            raise ScimRefused(400, f"{name} is changed by the person alone.", "mutability")
    if "title" in changes:
        services.rename_post(title=_text(changes["title"] or "", "title"), **moment)
    if changes.get("active") is False and row.active:
        services.close_post(**moment)
        return
    if "roles" in changes:
        set_roles(row, set(changes["roles"]), actor)
    if changes.get("active") is True and not row.active:
        services.reopen_post(**moment)


def set_roles(row: PostRow, wanted: set[str], actor: Actor) -> None:
    """Set the roles of a post; what waits for a second administrator already is not proposed again."""
    asked = wanted - (set(row.waiting) - set(row.roles))
    if asked != set(row.roles):
        services.give_roles(post_id=row.id, roles=asked, actor=actor, now=clock.now())


def _same(name: str, value: Any, now: Mapping[str, Any]) -> bool:
    if name == "emails":
        return _mail(value) == _mail(now.get("emails"))
    if name == "name":
        return not isinstance(value, Mapping) or value.get("formatted", now["displayName"]) == now["displayName"]
    known = {"username": now["userName"], "displayname": now["displayName"]}[name]
    return bool(str(value).lower() == known.lower())


def _of_a_whole(sent: Mapping[str, Any]) -> dict[str, Any]:
    told = {str(name).lower(): value for name, value in sent.items()}
    return {name: _value(name, value) for name, value in told.items() if name in {*FIXED, "title", "active", "roles"}}


def _of_operations(sent: dict[str, Any], row: PostRow) -> dict[str, Any]:
    """Return what the operations come to. Source: RFC 7644 3.5.2."""
    changes: dict[str, Any] = {}
    for operation in operations_of(sent):
        act, path, value = str(operation.get("op", "")).lower(), str(operation.get("path") or ""), operation.get("value")
        if act not in {"add", "replace", "remove"}:
            raise ScimRefused(400, "op is add, replace or remove.", "invalidSyntax")
        if not path and not isinstance(value, Mapping):
            raise ScimRefused(400, "Without a path the value is an object.", "noTarget")
        given = value if not path and isinstance(value, Mapping) else {path: value}
        for name, one in given.items():
            _apply(changes, row, act, str(name).removeprefix(f"{USER}:"), one)
    return changes


def _apply(changes: dict[str, Any], row: PostRow, act: str, path: str, value: Any) -> None:
    name, held = path.lower(), set(changes.get("roles", row.roles))
    chosen = _role_eq.fullmatch(path)
    if chosen and act == "remove":
        changes["roles"] = sorted(held - {chosen[1]})
    elif name == "roles":
        given = set(_roles(value)) if value is not None else set()
        changes["roles"] = sorted({"add": held | given, "replace": given, "remove": held - given if given else set()}[act])
    elif name in {"active", "title", *FIXED}:
        if act == "remove" and name != "title":
            raise ScimRefused(400, f"{path} cannot be removed.", "mutability")
        changes[name] = "" if act == "remove" else _value(name, value)
    else:
        raise ScimRefused(400, f"{path[:60]} is not kept here.", "invalidPath")


def _value(name: str, value: Any) -> Any:
    if name == "active":
        if isinstance(value, str) and value.lower() in {"true", "false"}:  # as one well-known directory sends it
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise ScimRefused(400, "active is true or false.", "invalidValue")
        return value
    return sorted(_roles(value)) if name == "roles" else value


def _roles(value: Any) -> set[str]:
    rows = value if isinstance(value, list) else [value]
    found = [row.get("value") if isinstance(row, Mapping) else row for row in rows]
    if not all(isinstance(role, str) for role in found):
        raise ScimRefused(400, "A role is an object with its value.", "invalidValue")
    return {str(role) for role in found}


def _mail(value: Any) -> str:
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    first = next((row for row in rows if row.get("primary")), rows[0] if rows else {})
    return str(first.get("value") or "").strip().lower()


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ScimRefused(400, f"{name} is a text.", "invalidValue")
    return value
