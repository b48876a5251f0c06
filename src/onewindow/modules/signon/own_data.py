"""What is held about a person here: which systems know them. With the account it goes."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from onewindow.modules.signon.models import Grant, Login
from onewindow.plumbing import personal
from onewindow.plumbing.exposure import Exposure, Look, Table


def _export(user_id: UUID) -> Iterator[personal.Part]:
    grants = Grant.objects.filter(user=user_id).values("system", "sub", "scopes", "given_at", "revoked_at")
    logins = Login.objects.filter(grant__user=user_id).values("grant__system", "scopes", "began_at", "used_at", "ended_at", "ended_why")
    yield personal.Part("systems", {"agreements": list(grants), "log_ins": list(logins)})


def _let_go(user_id: UUID, _now: datetime) -> int:
    return Grant.objects.filter(user=user_id).delete()[0]


_CLAIMS = {"phone_number": "contact", "email": "contact", "locale": "use"}
_STAFF = {"preferred_username": "post", "organisation": "post", "organisation_name": "post", "roles": "post"}


def _told(look: Look) -> set[str]:
    return {_CLAIMS.get(name) or _STAFF.get(name, "identity") for name in look.detail("claims")} | {"use"}


_TABLES = (
    Table(Grant, "user", {"sub": "use"}, since="given_at"),
    Table(Login, "grant__user", {"session": "use"}, since="began_at"),
)
personal.register(
    personal.Holder(name="systems", export=_export, let_go=_let_go, exposure=Exposure(looks={"signon.tell": _told}, tables=_TABLES))
)
