"""What every kind of connector offers."""

from collections.abc import Mapping
from typing import Any, Protocol


class Connection(Protocol):
    """Asks one data resource."""

    def fetch(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the raw values by element; elements the source left out are missing.

        Raises: SourceUnavailable, NoRecord.
        """


class SettingsProblem(ValueError):
    """The settings of a connector do not describe a connection; the text says what is wrong."""
