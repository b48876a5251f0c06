"""Every check of the project, in the order in which they fail fastest. `make test` calls this.

python -m tools.check            all
python -m tools.check ruff mypy  some
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from tests import chromium, postgres

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTEST = str(BIN / "pytest")
WORKERS = ["-n", os.environ.get("ONEWINDOW_TEST_WORKERS", "2"), "--dist", "worksteal"]
ON_A_DATABASE = ["tests/plumbing", "tests/identity", "tests/catalogue", "tests/exchange", "tests/cases", "tests/api", "tests/promises"]

CHECKS: dict[str, list[str]] = {
    "ruff": [str(BIN / "ruff"), "check", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "imports": [str(BIN / "lint-imports"), "--no-cache"],
    "messages": [sys.executable, "-m", "tools.messages", "check"],
    "migrations": [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "mypy": [str(BIN / "mypy")],
    "sqlite": [PYTEST, *WORKERS, "-m", "not browser and not slow", "tests"],
    "doctests": [PYTEST, "--doctest-modules", "src/onewindow/domain"],
    "postgres": [
        sys.executable, "-m", "tests.postgres", "--",
        PYTEST, *WORKERS, "-m", "not browser and not slow and not own_database", *ON_A_DATABASE,
    ],
    "browser": [PYTEST, "-n", "2", "--dist", "loadgroup", "-m", "browser", "tests/browser", "tests/promises"],
}  # fmt: skip


def _left_out(name: str) -> str | None:
    if name == "postgres" and postgres.server_folder() is None:
        return postgres.MISSING
    if name == "browser" and chromium.program() is None:
        return chromium.MISSING
    return None


BESIDE = ("browser", "postgres")
"""Half of their time these wait for pages and for the server: where all checks run, they run one after the other beside the rest."""


def main(names: list[str]) -> int:
    failed, started, tests = [], time.monotonic(), Counter[str]()
    with ThreadPoolExecutor(1) as pool, ExitStack() as files:
        wanted = [name for name in names or CHECKS if not _left_out(name)]
        words = {} if names else {name: files.enter_context(tempfile.TemporaryFile("w+")) for name in wanted if name in BESIDE}
        beside: dict[str, Future[Result]] = {name: pool.submit(_run, CHECKS[name], words[name]) for name in BESIDE if name in words}
        for name in names or sorted(CHECKS, key=BESIDE.__contains__):
            if reason := _left_out(name):
                print(f"── {name}: {reason}", flush=True)
                continue
            print(f"── {name}", flush=True)
            holds, counted, seconds = beside[name].result() if name in beside else _run(CHECKS[name])
            if name in words:
                words[name].seek(0)
                print(words[name].read(), end="")
            tests += counted
            if not holds:
                failed.append(name)
            print(f"   {name}: {'holds' if holds else 'does not hold'}, {seconds:.0f} s", flush=True)
    seconds = time.monotonic() - started
    print(f"{len(names or CHECKS)} checks in {seconds:.0f} s" + (f"; not held: {', '.join(failed)}" if failed else ""))
    if tests:
        said = ", ".join(f"{count} {what}" for what, count in tests.items())
        print(f"============ {said} in {seconds:.2f}s ============")
    return 1 if failed else 0


Result = tuple[bool, Counter[str], float]


def _run(command: list[str], words: IO[str] | None = None) -> Result:
    """Run one check and return (whether it holds, how its tests ended, in pytest's words, seconds). `words` takes what it says."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        told = [f"--junitxml={report}"] if PYTEST in command else []
        place = command.index(PYTEST) + 1 if told else len(command)
        status = subprocess.run(
            [*command[:place], *told, *command[place:]], cwd=ROOT, env=_environment(), stdout=words, check=False
        ).returncode
        return status == 0, _counted(report) if report.exists() else Counter(), time.monotonic() - begun


def _environment() -> dict[str, str]:
    """Return what every check sees."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "onewindow.config.settings_test"}
    # Whoever wants no bytecode beside the sources gets it in .venv: to compile everything anew would cost each process 1.5 s.
    if env.pop("PYTHONDONTWRITEBYTECODE", ""):
        env.setdefault("PYTHONPYCACHEPREFIX", str(BIN.parent / "bytecode"))
    return env


def _counted(report: Path) -> Counter[str]:
    suites = list(ElementTree.parse(report).iter("testsuite"))  # noqa: S314  (pytest wrote it a moment ago)
    total = {what: sum(int(suite.get(what, "0")) for suite in suites) for what in ("tests", "failures", "errors", "skipped")}
    passed = total["tests"] - total["failures"] - total["errors"] - total["skipped"]
    found = {"failed": total["failures"], "passed": passed, "skipped": total["skipped"], "errors": total["errors"]}
    return Counter({what: count for what, count in found.items() if count})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
