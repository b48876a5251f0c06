"""What every kind of connector does alike: templates filled from keys, and an answer read by JMESPath."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable

PLACE = re.compile(r"\{([^{}]+)\}")
LONGEST_TIMEOUT = 60


def require_known(settings: Mapping[str, Any], known: frozenset[str]) -> None:
    """Raises: SettingsProblem for a key nobody reads."""
    if unknown := sorted(settings.keys() - known):
        raise SettingsProblem(f"unknown keys {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def seconds(settings: Mapping[str, Any], default: float) -> float:
    """Return the time-out. Raises: SettingsProblem."""
    value = settings.get("timeout_seconds", default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST_TIMEOUT:
        raise SettingsProblem(f"timeout_seconds must be a number above 0, at most {LONGEST_TIMEOUT}")
    return float(value)


def text(settings: Mapping[str, Any], name: str) -> str:
    """Return a text that must be there. Raises: SettingsProblem."""
    value = settings.get(name)
    if not isinstance(value, str) or not value:
        raise SettingsProblem(f"{name} must be a text")
    return value


def mapping(settings: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a mapping, or an empty one. Raises: SettingsProblem."""
    value = settings.get(name, {})
    if not isinstance(value, dict):
        raise SettingsProblem(f"{name} must be a mapping")
    return value


def expression(name: str, path: Any) -> Any:
    """Return a compiled expression. Raises: SettingsProblem."""
    try:
        return jmespath.compile(path)
    except (JMESPathError, TypeError) as error:
        raise SettingsProblem(f"{name}: “{path}” is not JMESPath ({' '.join(str(error).split())[:120]})") from None


@dataclass(frozen=True)
class Reader:
    """Where each element stands in an answer, and what says that there is no record."""

    resource: str
    gives: Mapping[str, Any]
    no_record_when: Any

    @classmethod
    def from_settings(cls, resource: str, settings: Mapping[str, Any]) -> "Reader":
        """Compile the expressions. Raises: SettingsProblem."""
        gives = settings.get("gives")
        if not isinstance(gives, dict) or not gives:
            raise SettingsProblem("gives must name at least one element and where it stands in the answer")
        condition = settings.get("no_record_when")
        compiled = {element: expression(element, path) for element, path in gives.items()}
        return cls(resource, compiled, None if condition is None else expression("no_record_when", condition))

    def values(self, answer: Any, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the elements that the answer has. Raises: NoRecord, SourceUnavailable."""
        try:
            if self.no_record_when is not None and self.no_record_when.search(answer):
                raise NoRecord(resource=self.resource)
            values = {element: path.search(answer) for element, path in self.gives.items()}
        except (ValueError, RecursionError, JMESPathError):
            raise SourceUnavailable(resource=self.resource, reason="garbage") from None
        if any(element in keys and value is not None and str(value) != str(keys[element]) for element, value in values.items()):
            raise SourceUnavailable(resource=self.resource, reason="garbage")  # another record than the one asked for
        return {element: value for element, value in values.items() if value is not None}


def key_of(resource: str, element: str, keys: Mapping[str, Any]) -> Any:
    """Return what was asked under. Raises: SourceUnavailable where a template names another key."""
    if element not in keys:
        raise SourceUnavailable(resource=resource, reason="no-connector")
    return keys[element]


def fill(resource: str, template: Any, keys: Mapping[str, Any]) -> Any:
    """Return the template with its {element} places filled; a text that is one place keeps the type of the value."""
    if isinstance(template, dict):
        return {name: fill(resource, value, keys) for name, value in template.items()}
    if isinstance(template, list):
        return [fill(resource, value, keys) for value in template]
    if not isinstance(template, str):
        return template
    if whole := PLACE.fullmatch(template):
        return key_of(resource, whole[1], keys)
    return PLACE.sub(lambda place: str(key_of(resource, place[1], keys)), template)


def plain(value: Any) -> Any:
    """Return values of a database or of SOAP as JSON would hold them.

    >>> plain({"day": date(2026, 3, 1), "area": Decimal("36.50"), "rows": (1, None)})
    {'day': '2026-03-01', 'area': 36.5, 'rows': [1, None]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [plain(child) for child in value]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
