"""Records that were gathered centrally, asked like any other source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError

from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable
from onewindow.modules.exchange.records import stores
from onewindow.modules.exchange.records.errors import NoStore


@dataclass(frozen=True, slots=True)
class Records:
    """A resource in the record store. `columns`: {element: column}, where they are not called the same."""

    resource: str
    columns: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_settings(cls, resource: str, settings: Mapping[str, Any]) -> "Records":
        """Shape: {columns?: {element: column}}.  Raises: SettingsProblem."""
        columns = settings.get("columns") or {}
        if not isinstance(columns, Mapping) or not all(isinstance(name, str) for pair in columns.items() for name in pair):
            raise SettingsProblem("“columns” must say for each element which column holds it")
        if unknown := sorted(set(settings) - {"columns"}):
            raise SettingsProblem(f"there is no setting {', '.join(unknown)}; there is “columns”")
        return cls(resource, columns)

    def fetch(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the record under a key. Raises: SourceUnavailable, NoRecord."""
        asked = {self.columns.get(element, element): value for element, value in keys.items()}
        try:
            found = stores.find(stores.store_of(self.resource), asked)
        except NoStore:
            raise SourceUnavailable(resource=self.resource, reason="no-connector") from None
        except (KeyError, ValueError):
            raise SourceUnavailable(resource=self.resource, reason="refused") from None
        except DatabaseError:
            stores.forget_stores()
            raise SourceUnavailable(resource=self.resource, reason="down") from None
        if found is None:
            raise NoRecord(resource=self.resource)
        element_of = {column: element for element, column in self.columns.items()}
        return {element_of.get(column, column): value for column, value in found.items() if value is not None}
