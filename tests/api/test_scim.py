"""SCIM: a department's own system keeps its staff, finds only its own, ends a post at once, and raises nobody by itself."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Post, User
from onewindow.modules.identity.selectors import actor_of, rights_waiting
from onewindow.modules.signon import selectors, services
from onewindow.plumbing import clock
from tests.signon.department import Browser, department, officer

pytestmark = pytest.mark.django_db
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass
class Personnel:
    """A department's personnel system with its key."""

    key: str

    def __call__(self, method: str, path: str, sent: Any = None, **headers: str) -> Any:
        content = b"" if sent is None else json.dumps(sent).encode()
        more = {"Authorization": f"Bearer {self.key}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return Client().generic(method, f"/scim/v2/{path}", content, content_type="application/scim+json", headers=more)

    def changes(self, path: str, *operations: dict[str, Any]) -> Any:
        return self("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def admin(now: datetime) -> User:
    officer("second.admin", roles=("admin",))
    return officer("first.admin", roles=("admin",))


@pytest.fixture
def personnel(admin: User, now: datetime) -> Personnel:
    return Personnel(services.make_staff_key(name="HR", actor=actor_of(admin.pk), now=now))


def second(now: datetime, confirm: bool = True) -> int:
    """The second administrator looks at everything that waits."""
    actor = actor_of(User.objects.get(username="second.admin").pk)
    rows = rights_waiting(actor=actor)
    for row in rows:
        identity.settle_rights(proposal_id=row.id, confirm=confirm, actor=actor, now=now)
    return len(rows)


NEW = {
    "userName": "sun.hao",
    "name": {"familyName": "孙", "givenName": "浩"},
    "emails": [{"value": "sun@traffic.example", "primary": True}],
}


def test_somebody_new_works_here_once_a_second_administrator_agrees(personnel: Personnel, now: datetime) -> None:
    made = personnel("POST", "Users", {**NEW, "title": "科员", "roles": [{"value": "officer"}]})
    assert made.status_code == 201
    said = made.json()
    assert (said["userName"], said["displayName"], said["active"], said["roles"]) == ("sun.hao", "孙浩", False, [])
    assert made["Location"] == said["meta"]["location"]
    assert not actor_of(UUID(said["id"])).is_officer
    assert second(now) == 1
    said = personnel("GET", f"Users/{said['id']}").json()
    assert (said["active"], said["roles"]) == (True, [{"value": "officer"}])
    assert actor_of(UUID(said["id"])).organisation == "traffic"
    again = personnel("POST", "Users", NEW)
    assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")


def test_active_false_is_out_at_the_next_request(personnel: Personnel, now: datetime) -> None:
    zhao = officer()
    browser, system = Browser(zhao), department(now, audience="staff", claims={})
    assert browser.client.get("/desk/").status_code == 200
    from tests.signon.department import about, logged_in

    tokens = logged_in(browser, system, scope="openid")
    done = personnel.changes(f"Users/{zhao.pk}", {"op": "Replace", "path": "active", "value": "False"})
    assert (done.status_code, done.json()["active"]) == (200, False)
    assert browser.client.get("/desk/").status_code == 403
    assert about(tokens["access_token"]).status_code == 401
    back = personnel.changes(f"Users/{zhao.pk}", {"op": "replace", "value": {"active": True}})
    assert back.json()["active"] is False, "coming back is a rise: it waits"
    assert personnel.changes(f"Users/{zhao.pk}", {"op": "replace", "value": {"active": True}}).status_code == 200
    assert second(now) == 1
    assert personnel("GET", f"Users/{zhao.pk}").json()["active"] is True
    assert personnel("DELETE", f"Users/{zhao.pk}").status_code == 204
    assert not actor_of(zhao.pk).is_officer


def test_more_roles_wait_and_fewer_count_at_once(personnel: Personnel, now: datetime) -> None:
    zhao = officer(roles=("officer", "window"))
    path = f"Users/{zhao.pk}"
    asked = personnel.changes(path, {"op": "add", "path": "roles", "value": [{"value": "supervisor"}]})
    assert asked.json()["roles"] == [{"value": "officer"}, {"value": "window"}]
    assert personnel.changes(path, {"op": "add", "path": "roles", "value": [{"value": "supervisor"}]}).status_code == 200, "asked twice"
    gone = personnel.changes(path, {"op": "remove", "path": 'roles[value eq "window"]'})
    assert gone.json()["roles"] == [{"value": "officer"}]
    assert second(now) == 1
    assert personnel("GET", path).json()["roles"] == [{"value": "officer"}, {"value": "supervisor"}]
    whole = {"userName": "zhao", "active": True, "roles": [{"value": "officer"}], "emails": [{"value": "zhao@example.com"}]}
    assert personnel("PUT", path, whole).json()["roles"] == [{"value": "officer"}]
    wrong = personnel.changes(path, {"op": "add", "path": "roles", "value": [{"value": "emperor"}]})
    assert (wrong.status_code, wrong.json()["scimType"]) == (400, "invalidValue")


def test_groups_are_the_roles(personnel: Personnel, now: datetime) -> None:
    zhao, qian = officer(), officer("qian")
    listed = personnel("GET", 'Groups?filter=displayName eq "officer"').json()["Resources"]
    assert {member["display"] for member in listed[0]["members"]} == {"zhao", "qian"}
    personnel.changes("Groups/officer", {"op": "remove", "path": f'members[value eq "{qian.pk}"]'})
    personnel.changes("Groups/window", {"op": "add", "path": "members", "value": [{"value": str(zhao.pk)}]})
    assert Post.objects.get(user=qian).roles == []
    assert Post.objects.get(user=zhao).roles == ["officer"]
    second(now)
    assert Post.objects.get(user=zhao).roles == ["officer", "window"]
    assert personnel("POST", "Groups", {"displayName": "x"}).status_code == 403
    assert personnel("DELETE", "Groups/officer").status_code == 403


def test_a_key_raises_nobody_alone(personnel: Personnel, admin: User, now: datetime) -> None:
    zhao = officer()
    own = personnel.changes(f"Users/{admin.pk}", {"op": "add", "path": "roles", "value": [{"value": "supervisor"}]})
    assert own.status_code == 403
    personnel.changes(f"Users/{zhao.pk}", {"op": "add", "path": "roles", "value": [{"value": "admin"}]})
    assert not rights_waiting(actor=actor_of(admin.pk)), "whoever made the key confirms nothing of it"
    assert Post.objects.get(user=zhao).roles == ["officer"]
    mail = personnel.changes(f"Users/{zhao.pk}", {"op": "replace", "path": "emails", "value": [{"value": "admin@evil.example"}]})
    assert (mail.status_code, mail.json()["scimType"]) == (400, "mutability")
    assert User.objects.get(pk=zhao.pk).email == "zhao@example.com"


def test_a_key_sees_its_own_department_only_and_ends_with_its_makers_post(personnel: Personnel, admin: User, now: datetime) -> None:
    stranger, zhao = officer("stranger", "fire"), officer()
    assert personnel("GET", f"Users/{stranger.pk}").status_code == 404
    assert personnel("GET", 'Users?filter=userName eq "stranger"').json()["totalResults"] == 0
    assert personnel.changes(f"Users/{stranger.pk}", {"op": "replace", "path": "active", "value": False}).status_code == 404
    assert personnel.changes("Groups/officer", {"op": "add", "path": "members", "value": [{"value": str(stranger.pk)}]}).status_code == 400
    assert personnel("GET", "Users").json()["totalResults"] == 3
    for wrong in ("", "owk_wrong", "Bearer"):
        answer = Personnel(wrong)("GET", "Users")
        assert (answer.status_code, answer.json()["status"]) == (401, "401")
    Post.objects.filter(user=admin).update(roles=["officer"])
    assert personnel("GET", f"Users/{zhao.pk}").status_code == 401
    Post.objects.filter(user=admin).update(roles=["admin"])
    row = selectors.staff_keys(actor=actor_of(admin.pk))[0]
    services.end_staff_key(key_id=row.id, actor=actor_of(admin.pk), now=now)
    assert personnel("GET", "Users").status_code == 401


def test_pages_versions_and_what_is_answered(personnel: Personnel) -> None:
    zhao = officer()
    page = personnel("GET", "Users?startIndex=2&count=1").json()
    assert (page["totalResults"], page["itemsPerPage"], len(page["Resources"])) == (3, 1, 1)
    first = personnel("GET", f"Users/{zhao.pk}")
    assert personnel("GET", f"Users/{zhao.pk}", If_None_Match=first["ETag"]).status_code == 304
    assert personnel("PUT", f"Users/{zhao.pk}", {"title": "队长"}, If_Match='W/"old"').status_code == 412
    assert personnel("PUT", f"Users/{zhao.pk}", {"title": "队长"}, If_Match=first["ETag"]).json()["title"] == "队长"
    assert personnel("GET", f"Users/{zhao.pk}")["ETag"] != first["ETag"]
    assert personnel("GET", "ServiceProviderConfig").json()["patch"]["supported"] is True
    assert {row["id"] for row in personnel("GET", "ResourceTypes").json()["Resources"]} == {"User", "Group"}
    for row in personnel("GET", "Schemas").json()["Resources"]:
        assert personnel("GET", f"Schemas/{row['id']}").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", 'Users?filter=emails co "x"', None, 400),
        ("GET", "Users?count=many", None, 400),
        ("GET", "Users/x", None, 404),
        ("GET", "Groups/x", None, 404),
        ("GET", "Schemas/x", None, 404),
        ("POST", "Users", [], 400),
        ("POST", "Users", {"userName": 7}, 400),
        ("POST", "Users", {"userName": "a b"}, 400),
        ("POST", "Users", {"userName": "new.one", "emails": [{"value": "nobody"}]}, 400),
        ("POST", "Users", {"userName": "new.one", "roles": 7}, 400),
        ("DELETE", "Users", None, 405),
        ("PATCH", "Groups/officer", {"Operations": []}, 400),
        ("PATCH", "Groups/officer", {"schemas": [PATCH], "Operations": [{"op": "add", "path": "displayName", "value": "x"}]}, 400),
        ("PATCH", "Groups/officer", {"schemas": [PATCH], "Operations": [7]}, 400),
        ("PUT", "Groups/officer", {"members": [{"value": 7}]}, 400),
    ],
)
def test_what_is_wrong_is_said_in_scims_form(personnel: Personnel, method: str, path: str, sent: Any, status: int) -> None:
    answer = personnel(method, path, sent)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/scim+json")
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
