"""Running the command as a person would: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

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
