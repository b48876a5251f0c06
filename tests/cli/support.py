"""Running the command as a person would, in a process of its own; or here, where the process is not what is tested."""

import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest import mock

from onewindow.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
CITY = ROOT / "scenarios" / "restaurant"
CATALOGUE = str(CITY / "catalogue")


def environment(home: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a person who has set nothing but a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONEWINDOW_", "DJANGO_", "LC_", "LANG"))}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "ONEWINDOW_HOME": str(home), "LANG": "C.UTF-8", **changes}


def onewindow(home: Path, *arguments: str, cwd: Path | None = None, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "onewindow.cli", *arguments],
        env=environment(home, **changes),
        cwd=cwd or home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def here(home: Path, *arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end in this process: a second saved each time, and its database is the test's own.

    What a process settles once (its settings, what it has imported, its end) is not seen this way.
    """
    out, told = TextIOWrapper(BytesIO(), encoding="utf-8"), TextIOWrapper(BytesIO(), encoding="utf-8")
    with mock.patch.dict(os.environ, environment(home, **changes), clear=True), chdir(home), redirect_stdout(out), redirect_stderr(told):
        try:
            main(list(arguments))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    written = []
    for stream in (out, told):
        stream.seek(0)
        written.append(stream.read())
    return subprocess.CompletedProcess(arguments, code, *written)


def on_test_database(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one command here, as on an installation that has its database."""
    return here(home, *arguments, ONEWINDOW_DATABASE_URL="the test's own")
