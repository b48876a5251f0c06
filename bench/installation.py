"""An installation for one measurement, made and removed by it: settings are read once, so it is measured in a process of its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests import postgres


def measure_on_both(file: str, *arguments: str, url: str | None = None, only: str | None = None) -> int:
    """Measure on SQLite as an installation has it and then on a PostgreSQL started for it, or on the one given alone; return the status.

    `only`: sqlite or postgresql, to leave the other out.
    """
    if url:
        return measure_apart(file, *arguments, url=url)
    status = measure_apart(file, *arguments) if only != "postgresql" else 0
    if only == "sqlite":
        return status
    if postgres.server_folder() is None:
        print(postgres.MISSING)
        return status
    with postgres.cluster() as started:
        return measure_apart(file, *arguments, url=started) or status


def measure_apart(file: str, *arguments: str, url: str | None = None) -> int:
    """Run a bench again with `--inside` and these arguments on a fresh home, SQLite unless a PostgreSQL is given; return its status."""
    print("PostgreSQL" if url else "SQLite", flush=True)
    with tempfile.TemporaryDirectory(prefix="onewindow-bench-") as home:
        environment = {
            **os.environ,
            "ONEWINDOW_HOME": home,
            "ONEWINDOW_DATABASE_URL": url or f"sqlite://{home}/onewindow.sqlite3",
            "DJANGO_SETTINGS_MODULE": "onewindow.config.settings",
            "ONEWINDOW_LOG_LEVEL": "ERROR",
        }
        return subprocess.run([sys.executable, file, "--inside", *arguments], env=environment, check=False).returncode
