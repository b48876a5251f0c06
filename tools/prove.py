"""The promises at full size: run them, and write figure, date and commit into docs/promises.md.

python -m tools.prove        every promise that has a test; goes on where it was stopped
python -m tools.prove 4      one
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "promises.md"
DONE = ROOT / "var" / "proved.json"


def _commit() -> str:
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _today() -> str:
    return subprocess.run(["date", "+%Y-%m-%d"], capture_output=True, text=True, check=True).stdout.strip()


def _tests() -> dict[int, list[Path]]:
    """Return the files of each promise: one may need several, whose figures stand beside each other, and one file may be of two."""
    found: dict[int, list[Path]] = {}
    for path in sorted((ROOT / "tests" / "promises").glob("test_promise_*.py")):
        for number in takewhile(str.isdecimal, path.stem.split("_")[2:]):
            found.setdefault(int(number), []).append(path)
    return found


def _write(promise: int, reached: str, commit: str) -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    for position, line in enumerate(lines):
        if line.startswith(f"| {promise} |"):
            cells = re.split(r" \| ", line.strip("| "))
            lines[position] = "| " + " | ".join([*cells[:3], reached, _today(), commit]) + " |"
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _prove(promise: int, paths: list[Path], commit: str) -> bool:
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as figures:
        env = {**os.environ, "ONEWINDOW_PROVE": "full", "ONEWINDOW_FIGURES": figures.name}
        command = [sys.executable, "-m", "pytest", "-s", "-n0", *map(str, paths)]
        if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode:
            print(f"Promise {promise} does not hold: see above.")
            return False
        reached = "; ".join(row["reached"] for row in map(json.loads, figures) if row["promise"] == promise)
    if not reached:
        print(f"Promise {promise}: its test noted no figure, so nothing is written down.")
        return False
    _write(promise, reached, commit)
    return True


def main(wanted: list[str]) -> int:
    commit, tests = _commit(), _tests()
    done = json.loads(DONE.read_text()) if DONE.exists() else {}
    promises = [int(number) for number in wanted] or [number for number in tests if done.get(str(number)) != commit]
    missing = [number for number in promises if number not in tests]
    if missing:
        print(f"No test of promise {missing[0]} yet. There are: {', '.join(map(str, tests))}.", file=sys.stderr)
        return 2
    held = True
    for number in promises:
        print(f"── promise {number}", flush=True)
        if _prove(number, tests[number], commit):
            done[str(number)] = commit
            DONE.parent.mkdir(exist_ok=True)
            DONE.write_text(json.dumps(done))
        else:
            held = False
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
