"""What the store of accesses holds about a person: who looked. It goes along when people take their data, and nobody removes it."""

from collections.abc import Iterator
from dataclasses import asdict
from uuid import UUID

from onewindow.plumbing import accesses, personal
from onewindow.plumbing.access_store.models import AccessPerson, DenialCount
from onewindow.plumbing.exposure import Exposure, Table
from onewindow.plumbing.models import AuditEntry, StoredFile

ALL = 1_000_000


def _export(user_id: UUID) -> Iterator[personal.Part]:
    """Organisations are named, the officers are not: that is how the page of the person tells it as well."""
    rows = [asdict(row) for row in accesses.of_person(user_id, limit=ALL)]
    if rows:
        yield personal.Part("who-looked", [{key: value for key, value in row.items() if key not in {"id", "actor_id"}} for row in rows])


_TABLES = (
    Table(AccessPerson, "person", {"entry_id": "use"}, since="entry__at"),
    Table(DenialCount, "actor_id", {"what": "use"}, since="first_at"),
    Table(AuditEntry, "actor_id", {"action": "use"}, since="at"),
    Table(StoredFile, "owner_id", {"name": "documents", "sha256": "documents"}, since="stored_at"),
)
personal.register(personal.Holder(name="accesses", export=_export, exposure=Exposure(tables=_TABLES)))
