"""An office for the tests of posts: the market bureau with its people, and the fire brigade beside it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from onewindow.modules.identity import selectors, services
from onewindow.modules.identity.models import Leave, Organisation, Post, Region, User
from onewindow.plumbing import clock
from onewindow.plumbing.models import AuditEntry

TODAY = date(2026, 3, 13)
DAY = timedelta(days=1)
LATER = timedelta(hours=2)
STAFF: dict[str, tuple[list[str], str | None]] = {
    "chief": (["officer", "supervisor"], None),
    "ann": (["admin"], None),
    "clerk": (["officer"], "230102"),
    "bob": (["admin", "officer"], "2301"),
}
NAMES = {"ann": {"zh": "安娜"}, "clerk": {"zh": "何静"}, "bob": {}, "chief": {"zh": "赵主任"}}


class Office:
    """The market bureau with its posts, and the fire brigade beside it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        for name in ("market", "fire"):
            Organisation.objects.create(id=name)
        for code, parent in (("2399", None), ("2301", None), ("230102", "2301"), ("230102001", "230102")):
            Region.objects.create(code=code, parent_id=parent, name={"zh": "道里区"} if code == "230102" else {})
        names = (*STAFF, "new", "gone", "outsider")
        self.users = {
            name: User.objects.create(username=name, display_name=NAMES.get(name, {}), is_active=name != "gone") for name in names
        }
        for name, (roles, region) in STAFF.items():
            self.hire(name, "market", roles, region_id=region, title={"zh": f"{name}的岗位"})
        self.hire("outsider", "fire", ["admin"])

    def hire(self, name: str, organisation: str, roles: list[str], **more: Any) -> Post:
        return Post.objects.create(user=self.users[name], organisation_id=organisation, roles=roles, **more)

    def post(self, name: str) -> Post:
        return Post.objects.get(user=self.users[name])

    def id(self, name: str) -> UUID:
        return self.users[name].pk

    def by(self, name: str, later: timedelta = timedelta()) -> dict[str, Any]:
        return {"actor": selectors.actor_of(self.id(name)), "now": self.now + later}

    def settle(self, proposal: UUID | None, *, confirm: bool = True, **more: Any) -> None:
        assert proposal is not None
        services.settle_rights(proposal_id=proposal, confirm=confirm, **more, **self.by("bob", LATER))

    def away(self, post: str, substitute: str, first: date = TODAY, last: date = TODAY, **more: Any) -> Leave:
        ids = {"post": self.post(post), "substitute": self.post(substitute), "recorded_by": uuid4(), "recorded_at": self.now}
        return Leave.objects.create(**{**ids, "from_date": first, "until_date": last, "roles": ["officer"], **more})

    def told(self, name: str, later: timedelta = timedelta()) -> list[tuple[Any, ...]]:
        """Return what was written down since one asked last, all of it of one administrator, at one moment."""
        rows = list(AuditEntry.objects.filter(pk__gt=self.heard).order_by("pk"))
        self.heard = rows[-1].pk if rows else self.heard
        assert {(row.actor_id, row.organisation, row.at) for row in rows} <= {(self.id(name), "market", self.now + later)}
        return [(row.action, row.subject_kind, row.subject_id, row.details) for row in rows]

    heard = 0


@pytest.fixture
def office(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(clock, "now", lambda: now)
    return Office(now)


def refused(error: type[Exception], sentence: str, act: Callable[..., object], **named: Any) -> None:
    with pytest.raises(error) as found:
        act(**named)
    assert type(found.value) is error
    assert str(found.value) == sentence
