"""Taking over an older platform's accounts: `onewindow accounts import` on a fresh installation, first and second run, time and memory.

python bench/import_accounts.py [ROWS]     SQLite as an installation has it; the yardstick is reading the same file alone
"""

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.identity.moving import WRONG, accounts, wrong_rows  # noqa: E402


def run(home: Path, *arguments: str) -> tuple[float, int, str]:
    """Return seconds, peak memory in MB, and what was printed."""
    began = time.perf_counter()
    environment = {**os.environ, "ONEWINDOW_HOME": str(home)}
    command = [sys.executable, "-m", "onewindow.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return time.perf_counter() - began, peak, next(iter(done.stdout.splitlines()), "")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        home, file = Path(folder) / "home", Path(folder) / "old.csv"
        wrong = list(wrong_rows())
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(wrong[0]))
            writer.writeheader()
            writer.writerows(accounts(count))
            writer.writerows(wrong)
        began = time.perf_counter()
        with file.open(encoding="utf-8", newline="") as read:
            read_alone = sum(1 for _ in csv.DictReader(read)) and time.perf_counter() - began
        run(home, "migrate")
        print(f"{count + len(WRONG):,} rows, {len(WRONG)} of them wrong; reading the file alone: {read_alone:.1f} s")
        for which in ("first", "second"):
            seconds, megabytes, said = run(home, "accounts", "import", str(file), "--rejects", str(Path(folder) / "rejects.csv"))
            print(f"{which} run: {seconds:.1f} s, {count / seconds:,.0f} rows a second, peak {megabytes} MB. {said}")


if __name__ == "__main__":
    main()
