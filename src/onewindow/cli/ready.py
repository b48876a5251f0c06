"""What `onewindow up` found in order last time: where nothing has changed since, it need not look again."""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_NAME = "ready.json"
_IGNORED = {"__pycache__", "node_modules"}


def stamp(home: Path) -> str | None:
    """Return a digest over the platform's own files and the database file; None where a database is missing or elsewhere and must be asked.

    A migration, a static file or a setting that changes, changes it; so does a database file that was replaced.
    """
    databases = [home / "onewindow.sqlite3", home / "onewindow-accesses.sqlite3"]
    if os.environ.get("ONEWINDOW_DATABASE_URL") or not all(database.exists() for database in databases):
        return None
    package = Path(__file__).resolve().parents[1]
    inodes = [database.stat().st_ino for database in databases]
    hasher = hashlib.sha256(f"{sys.version} {inodes} {_packages()}".encode())
    for root in (package, package.parents[1] / "static-built"):
        for file in _files(root):
            state = file.stat()
            hasher.update(f"{file}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return hasher.hexdigest()


def remembered(home: Path) -> Sequence[str] | None:
    """Return the log-ins printed last time where all is as it was then, else None."""
    try:
        kept: dict[str, Any] = json.loads((home / _NAME).read_text(encoding="utf-8"))
        same = kept["stamp"] == stamp(home) is not None
        return list(kept["log_ins"]) if same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(home: Path, log_ins: Sequence[str]) -> None:
    """Keep what was found, for the next start."""
    kept = {"stamp": stamp(home), "log_ins": list(log_ins)}
    (home / _NAME).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _files(root: Path) -> list[Path]:
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _IGNORED)
        found += [Path(folder) / name for name in sorted(names) if not name.endswith(".pyc")]
    return found


def _packages() -> str:
    """Return the names and versions of everything installed beside us: some of it brings migrations and static files too."""
    folders = [Path(entry) for entry in sys.path if entry.endswith("site-packages")]
    return " ".join(sorted(path.name for folder in folders for path in folder.glob("*.dist-info")))
