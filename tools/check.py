"""Every check of the project, in the order in which they fail fastest. `make test` calls this.

python -m tools.check            all
python -m tools.check ruff mypy  some
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.postgres import MISSING, server_folder

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHROMIUM = "/usr/bin/chromium"
WORKERS = ["-n", os.environ.get("ONEWINDOW_TEST_WORKERS", "2"), "--dist", "worksteal"]
ON_A_DATABASE = ["tests/plumbing", "tests/identity", "tests/catalogue", "tests/exchange", "tests/cases", "tests/api", "tests/promises"]

CHECKS: dict[str, list[str]] = {
    "ruff": [str(BIN / "ruff"), "check", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "imports": [str(BIN / "lint-imports"), "--no-cache"],
    "messages": [sys.executable, "-m", "tools.messages", "check"],
    "migrations": [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "mypy": [str(BIN / "mypy")],
    "sqlite": [str(BIN / "pytest"), *WORKERS, "-m", "not browser and not slow", "tests"],
    "doctests": [str(BIN / "pytest"), "--doctest-modules", "src/onewindow/domain"],
    "postgres": [
        sys.executable, "-m", "tests.postgres", "--",
        str(BIN / "pytest"), *WORKERS, "-m", "not browser and not slow", *ON_A_DATABASE,
    ],
    "browser": [str(BIN / "pytest"), "-n", "2", "--dist", "loadgroup", "-m", "browser", "tests/browser"],
}  # fmt: skip


def _left_out(name: str) -> str | None:
    if name == "postgres" and server_folder() is None:
        return MISSING
    if name == "browser" and not Path(CHROMIUM).exists() and shutil.which("chromium") is None:
        return "Chromium is not installed: the browser tests are left out. To have them: apt-get install chromium fonts-noto-cjk"
    return None


def main(names: list[str]) -> int:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "onewindow.config.settings_test"}
    failed, started = [], time.monotonic()
    for name in names or CHECKS:
        reason = _left_out(name)
        if reason:
            print(f"── {name}: {reason}", flush=True)
            continue
        print(f"── {name}", flush=True)
        begun = time.monotonic()
        if subprocess.run(CHECKS[name], cwd=ROOT, env=env, check=False).returncode:
            failed.append(name)
        print(f"   {name}: {'does not hold' if name in failed else 'holds'}, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{len(names or CHECKS)} checks in {time.monotonic() - started:.0f} s" + (f"; not held: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
