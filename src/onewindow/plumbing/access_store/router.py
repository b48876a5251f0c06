"""Which database a row belongs to: denials and reads go through their own connection, everything else through the main one."""

from typing import Any

from django.db import connections, models

ACCESSES = "accesses"
LABEL = "access_store"


class AccessRouter:
    """Keep the two apart."""

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str | None:
        return ACCESSES if model._meta.app_label == LABEL else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """On a server both connections lead to one database, and its tables are made once."""
        if db == ACCESSES:
            return app_label == LABEL
        return app_label != LABEL or connections[db].vendor != "sqlite"
