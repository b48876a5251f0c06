"""The installation on this machine: where its data lives, and Django made ready for it."""

import fcntl
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from onewindow.cli import played_root
from onewindow.cli.failures import Failure

DEFAULT_PORT = 8000
DEFAULT_SOURCES_PORT = 8100
RUNNING, LOCK = "running.json", "up.lock"
DEFAULT_DEMO_PASSWORD = "one-window-demo"  # noqa: S105  (of invented people, on this machine only)


def home(given: str | None = None) -> Path:
    """Return the folder of the installation's data: what was given, ONEWINDOW_HOME, or `var` here."""
    return Path(given or os.environ.get("ONEWINDOW_HOME") or "var").resolve()


def prepare(given_home: str | None = None) -> Path:
    """Set the variables the installation keeps for itself, for this process and those it starts; what is set already stays."""
    folder = home(given_home)
    os.environ["ONEWINDOW_HOME"] = str(folder)
    if where := running(folder):
        os.environ.setdefault("ONEWINDOW_ORIGIN", where["site"])
        os.environ.setdefault("ONEWINDOW_SOURCES_URL", where["sources"])
        if (folder / played_root.ROOTS).exists():
            os.environ.setdefault("ONEWINDOW_TSA_URL", f"{where['sources']}/tsa")
            os.environ.setdefault("ONEWINDOW_TSA_ROOT", str(folder / played_root.ROOTS))
    os.environ.setdefault("ONEWINDOW_SOURCES_KEY", _kept_once(folder / "sources-key"))
    return folder


def running(folder: Path) -> dict[str, str] | None:
    """Return the addresses (site, sources) of the installation that `onewindow up` keeps running in a folder, None where it does not."""
    try:
        kept = json.loads((folder / RUNNING).read_text(encoding="utf-8"))
        with (folder / LOCK).open() as lock:
            if _is_free(lock):
                return None  # it ended without a word, and what it wrote is left over
        return {"site": str(kept["site"]), "sources": str(kept["sources"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_free(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def demo_password() -> str:
    """Return the password that the demo people get when they are loaded."""
    return os.environ.get("ONEWINDOW_DEMO_PASSWORD") or DEFAULT_DEMO_PASSWORD


def database_exists() -> bool:
    """Tell whether there is a database to read; one that is configured by address is taken at its word."""
    return bool(os.environ.get("ONEWINDOW_DATABASE_URL")) or (home() / "onewindow.sqlite3").exists()


def require_database() -> None:
    """Stop where there is no installation. Raises: Failure."""
    if not database_exists():
        raise Failure(
            f"There is no installation in {home()}. Give files with --catalogue FILE, or make one with “onewindow up”; "
            "ONEWINDOW_HOME names another folder."
        )


def open_installation() -> None:
    """Make Django ready for the installation's database.

    Raises: Failure where there is none.
    """
    require_database()
    from onewindow.config import setup

    setup()


def scenario_folder(name: str = "restaurant") -> Path:
    """Return the folder of a scenario: below ONEWINDOW_SCENARIOS, here, or in the repository.

    Raises: Failure.
    """
    roots = [os.environ.get("ONEWINDOW_SCENARIOS"), "scenarios", Path(__file__).resolve().parents[3] / "scenarios"]
    for root in roots:
        if root and (Path(root) / name / "catalogue").is_dir():
            return Path(root).resolve() / name
    raise Failure(f"The scenario “{name}” was not found. Run the command in the repository, or set ONEWINDOW_SCENARIOS.")


def python_module(*arguments: str) -> list[str]:
    """Return the command line that runs `onewindow …` with this very interpreter."""
    return [sys.executable, "-m", "onewindow.cli", *arguments]


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a child process."""
    return {**os.environ, **changes}


def _kept_once(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii").strip()
