"""Promise 25: a log that was set back is noticed: whoever restores an old backup contradicts what a witness kept."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onewindow.cli.audit import audit
from tests.promises.filers import Filer
from tests.promises.installation import ROOT, Installation


def look(site: Installation, keep: Path, key: str) -> Result:
    """Look as somebody else does: over the network, knowing nothing of the installation but its address and its published key."""
    return CliRunner().invoke(audit, ["witness", site.address, "--key", key, "--keep", str(keep)])


def copy(database: Path, to: Path) -> None:
    """Back a database up while the site runs on, or put a backup in its place."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def said(site: Installation, *arguments: str) -> str:
    command = [sys.executable, "-m", "onewindow.cli", "audit", *arguments]
    return subprocess.run(command, env=site.environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout


def file_some(site: Installation, folder: Path, count: int) -> str:
    """File, seal the log into files for others, and return its key as the authority publishes it."""
    Filer(site.address, site.tokens["ping"], folder / "journal-0.jsonl", threading.Event(), count).run()
    return said(site, "export", str(folder / "exported")).rpartition("--key '")[2].rstrip("\n'")


@pytest.mark.own_database
def test_a_restored_backup_and_a_rewritten_log_are_refused_by_the_witness(
    installation: Installation, tmp_path: Path, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    site, keep, some = installation, tmp_path / "kept-elsewhere", 200 if full_size else 3
    site.start("site")
    site.wait()
    try:
        key = file_some(site, tmp_path, some)
        assert look(site, keep, key).exit_code == 0
        backup, database = tmp_path / "backup.sqlite3", site.home / "onewindow.sqlite3"
        copy(database, backup)
        file_some(site, tmp_path, some)
        grown = look(site, keep, key)
        assert grown.exit_code == 0, grown.stderr
        site.kill()

        for leftover in site.home.glob("onewindow.sqlite3*"):
            leftover.unlink()
        copy(backup, database)
        site.start("site")
        site.wait()
        set_back = look(site, keep, key)
        assert set_back.exit_code == 1
        assert "the log was set back" in set_back.stderr
        file_some(site, tmp_path, 3 * some)
        rewritten = look(site, keep, key)
        assert rewritten.exit_code == 1, rewritten.output
        assert "the log was rewritten" in rewritten.stderr
    finally:
        site.kill()
    figure(25, f"a backup restored over {some} filings: refused while shorter, and refused again when it had grown past what was seen")
