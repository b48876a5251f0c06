"""Files that another authority puts down, here or on a server: one per key, or one table for all, JSON or CSV, no older than agreed."""

import csv
import io
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.connectors.environment import checked
from onewindow.modules.exchange.connectors.places import Folder, Place, Seen
from onewindow.modules.exchange.connectors.reading import PLACE, Reader, key_of, mapping, require_known, seconds, text
from onewindow.modules.exchange.connectors.sftp import Sftp
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable

LARGEST_BYTES = 20_000_000
TABLES_KEPT = 8
_SAFE = re.compile(r"[\w.\-]{1,120}")
_KNOWN = frozenset({"folder_env", "sftp", "timeout_seconds", "file", "where", "fresh_hours", "encoding", "gives", "no_record_when"})


@dataclass(frozen=True)
class FileDrop:
    """`file`: its name, which may hold {element}; `where`: column → {element}, for a table.

    The answer is {row: …, rows: […]}, or of a JSON file without `where` its content.
    """

    resource: str
    place: Place
    file: str
    where: Mapping[str, Any]
    fresh_hours: float
    encoding: str
    reader: Reader

    @classmethod
    def from_settings(cls, resource: str, settings: Mapping[str, Any]) -> "FileDrop":
        """Return the connection. Raises: SettingsProblem."""
        require_known(settings, _KNOWN)
        file, where, hours = text(settings, "file"), mapping(settings, "where"), settings.get("fresh_hours", 24)
        if not file.endswith((".json", ".csv")) or "/" in file or "\\" in file or file.startswith("."):
            raise SettingsProblem("file must be the plain name of a .json or .csv file")
        if not where and not PLACE.search(file):
            raise SettingsProblem("file must name a key as {element}, or where must say which column holds it")
        if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= 24 * 366:
            raise SettingsProblem("fresh_hours must be a number above 0")
        encoding = str(settings.get("encoding", "utf-8-sig"))
        if encoding not in {"utf-8-sig", "utf-8", "gb18030", "cp1251"}:
            raise SettingsProblem("encoding is utf-8-sig, utf-8, gb18030 or cp1251")
        return cls(resource, _place(resource, settings), file, where, float(hours), encoding, Reader.from_settings(resource, settings))

    def fetch(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        """Read the file of a key, or the rows of a table."""
        index = self._table(PLACE.sub(lambda place: self._part(place[1], keys), self.file))
        wanted = tuple(str(key_of(self.resource, str(mark).strip("{}"), keys)) for mark in self.where.values())
        if isinstance(index, dict) and self.where:
            rows = index.get(wanted)
            if not rows:
                raise NoRecord(resource=self.resource)
            return self.reader.values({"row": rows[0], "rows": rows}, keys)
        return self.reader.values(index, keys)

    def _part(self, element: str, keys: Mapping[str, Any]) -> str:
        """Return a key as part of a file's name; one that is no such part has no file."""
        value = str(key_of(self.resource, element, keys))
        if not _SAFE.fullmatch(value) or value.startswith("."):
            raise NoRecord(resource=self.resource)
        return value

    def _table(self, name: str) -> Any:
        """Return what a file holds, read anew only where it is another one than is kept."""
        key = (self.place.address(), name, tuple(self.where), self.encoding)
        stamp, told = _kept.find(key) or (None, None)
        looked: tuple[int, int] | None = None

        def wanted(seen: Seen) -> bool:
            nonlocal looked
            if time.time() - seen.changed_at > self.fresh_hours * 3600:
                raise SourceUnavailable(resource=self.resource, reason="stale")
            if not seen.plain or seen.size > LARGEST_BYTES:
                raise SourceUnavailable(resource=self.resource, reason="garbage")
            looked = seen.stamp
            return looked != stamp

        try:
            content = self.place.read(name, wanted)
            if content is not None and looked is not None:
                told = self._read(name, content)
                if self.where:  # only tables are asked again and again; a file of one key is somebody's record and is not kept
                    _kept.keep(key, looked, told)
        except FileNotFoundError:
            if self.where:
                raise SourceUnavailable(resource=self.resource, reason="down") from None
            raise NoRecord(resource=self.resource) from None
        except (ValueError, TypeError, RecursionError, csv.Error, LookupError):
            raise SourceUnavailable(resource=self.resource, reason="garbage") from None
        return told

    def _read(self, name: str, content: bytes) -> Any:
        written = content.decode(self.encoding)
        if name.endswith(".csv"):
            rows = [dict(row) for row in csv.DictReader(io.StringIO(written, newline=""), strict=True)]
            if any(None in row or None in row.values() for row in rows):  # a line that was cut, or is not of this table
                raise ValueError
            told: Any = {"row": rows[0] if rows else None, "rows": rows}
        else:
            told = json.loads(written)
            rows = told if isinstance(told, list) else []
        if not self.where:
            return told
        found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in rows:
            found.setdefault(tuple(str(row[column]) for column in self.where), []).append(row)
        return found


def _place(resource: str, settings: Mapping[str, Any]) -> Place:
    """Return the folder, or the server. Raises: SettingsProblem."""
    if ("folder_env" in settings) == ("sftp" in settings):
        raise SettingsProblem("name either folder_env, or sftp with its url, host_keys and password_env or key_env")
    if "sftp" in settings:
        return Sftp.from_settings(resource, mapping(settings, "sftp"), seconds(settings, 2.0))
    return Folder(resource, checked(settings["folder_env"], "folder_env"))


class _Tables:
    """The tables read last, as their files stood then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[Any, ...], tuple[tuple[int, int], Any]] = OrderedDict()

    def find(self, key: tuple[Any, ...]) -> tuple[tuple[int, int], Any] | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def keep(self, key: tuple[Any, ...], stamp: tuple[int, int], value: Any) -> None:
        with self._lock:
            self._held[key] = (stamp, value)
            while len(self._held) > TABLES_KEPT:
                self._held.popitem(last=False)


_kept = _Tables()
