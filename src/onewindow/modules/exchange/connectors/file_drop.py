"""A folder into which another authority puts files: one per key, or one table for all, as JSON or CSV, no older than agreed."""

import csv
import io
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.connectors.environment import checked, variable
from onewindow.modules.exchange.connectors.reading import PLACE, Reader, key_of, mapping, require_known, text
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable

LARGEST_BYTES = 20_000_000
TABLES_KEPT = 8
_SAFE = re.compile(r"[\w.\-]{1,120}")
_KNOWN = frozenset({"folder_env", "file", "where", "fresh_hours", "encoding", "gives", "no_record_when"})

Index = Mapping[tuple[str, ...], list[dict[str, Any]]]


@dataclass(frozen=True)
class FileDrop:
    """`file`: its name, which may hold {element}; `where`: column → {element}, for a table.

    The answer is {row: …, rows: […]}, or of a JSON file without `where` its content.
    """

    resource: str
    folder_env: str
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
        folder = checked(settings.get("folder_env"), "folder_env")
        return cls(resource, folder, file, where, float(hours), encoding, Reader.from_settings(resource, settings))

    def fetch(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        """Read the file of a key, or the rows of a table."""
        folder = variable(self.folder_env)
        if not folder or not Path(folder).is_dir():
            raise SourceUnavailable(resource=self.resource, reason="down")
        path = Path(folder) / PLACE.sub(lambda place: self._part(place[1], keys), self.file)
        index = self._table(path)
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

    def _table(self, path: Path) -> Any:
        try:
            about = path.lstat()
        except FileNotFoundError:
            if self.where:
                raise SourceUnavailable(resource=self.resource, reason="down") from None
            raise NoRecord(resource=self.resource) from None
        except OSError:
            raise SourceUnavailable(resource=self.resource, reason="down") from None
        if time.time() - about.st_mtime > self.fresh_hours * 3600:
            raise SourceUnavailable(resource=self.resource, reason="stale")
        if path.is_symlink() or not path.is_file() or about.st_size > LARGEST_BYTES:
            raise SourceUnavailable(resource=self.resource, reason="garbage")
        stamp = (about.st_mtime_ns, about.st_size)
        try:
            return _kept.get((str(path), tuple(self.where), self.encoding), stamp, lambda: self._read(path))
        except OSError:
            raise SourceUnavailable(resource=self.resource, reason="down") from None
        except (ValueError, RecursionError, csv.Error, LookupError):
            raise SourceUnavailable(resource=self.resource, reason="garbage") from None

    def _read(self, path: Path) -> Any:
        written = path.read_bytes().decode(self.encoding)
        if path.suffix == ".csv":
            rows = [dict(row) for row in csv.DictReader(io.StringIO(written, newline=""), strict=True)]
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


class _Tables:
    """The tables read last, as their files stood then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[Any, ...], tuple[tuple[int, int], Any]] = OrderedDict()

    def get(self, key: tuple[Any, ...], stamp: tuple[int, int], read: Any) -> Any:
        with self._lock:
            held = self._held.get(key)
            if held is not None and held[0] == stamp:
                self._held.move_to_end(key)
                return held[1]
        value = read()
        if key[1]:  # only tables are asked again and again; a file of one key is somebody's record and is not kept
            with self._lock:
                self._held[key] = (stamp, value)
                while len(self._held) > TABLES_KEPT:
                    self._held.popitem(last=False)
        return value


_kept = _Tables()
