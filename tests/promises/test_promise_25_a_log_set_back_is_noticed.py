"""Promise 25: a log that was set back is noticed: whoever restores an old backup contradicts what a witness kept."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.promises.filers import Filer
from tests.promises.installation import ROOT, Installation


def look(site: Installation, keep: Path, key: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "onewindow.cli", "audit", "witness", site.address, "--key", key, "--keep", str(keep)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def said(site: Installation, *arguments: str) -> str:
    command = [sys.executable, "-m", "onewindow.cli", "audit", *arguments]
    return subprocess.run(command, env=site.environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout


def file_some(site: Installation, folder: Path, count: int) -> None:
    Filer(site.address, site.tokens["ping"], folder / "journal-0.jsonl", threading.Event(), count).run()
    said(site, "verify")


@pytest.mark.own_database
def test_a_restored_backup_and_a_rewritten_log_are_refused_by_the_witness(
    installation: Installation, tmp_path: Path, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    site, keep, some = installation, tmp_path / "kept-elsewhere", 200 if full_size else 3
    site.start("site")
    site.wait()
    try:
        key = said(site, "key").strip()
        file_some(site, tmp_path, some)
        assert look(site, keep, key).returncode == 0
        site.kill()
        backup = tmp_path / "backup.sqlite3"
        said(site, "verify")
        shutil.copyfile(site.home / "onewindow.sqlite3", backup)
        site.start("site")
        site.wait()
        file_some(site, tmp_path, some)
        grown = look(site, keep, key)
        assert grown.returncode == 0, grown.stderr
        site.kill()

        for leftover in site.home.glob("onewindow.sqlite3*"):
            leftover.unlink()
        shutil.copyfile(backup, site.home / "onewindow.sqlite3")
        site.start("site")
        site.wait()
        set_back = look(site, keep, key)
        assert set_back.returncode == 1
        assert "the log was set back" in set_back.stderr
        file_some(site, tmp_path, 3 * some)
        rewritten = look(site, keep, key)
        assert rewritten.returncode == 1, rewritten.stdout
        assert "the log was rewritten" in rewritten.stderr
    finally:
        site.kill()
    figure(25, f"a backup restored over {some} filings: refused while shorter, and refused again when it had grown past what was seen")
