"""Promise 3: a case and its attachments commit together; whatever breaks or dies in between leaves nothing half-saved."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.promises.installation import ROOT


def tried(home: Path, **ways: int) -> dict[str, Any]:
    """File again and again with faults, in processes of their own, and return what was found."""
    url = f"sqlite://{home}/onewindow.sqlite3"
    own = {"ONEWINDOW_HOME": str(home), "ONEWINDOW_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "onewindow.config.settings"}
    command = [sys.executable, "-m", "tests.promises.filing_faults", *(f"{way}={most}" for way, most in ways.items())]
    environment = {**os.environ, **own, "ONEWINDOW_LOG_LEVEL": "CRITICAL"}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1500)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.own_database
def test_a_filing_that_breaks_or_dies_at_any_step_or_moment_is_there_whole_or_not_at_all(
    tmp_path: Path, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    some, moments = (0, 2000) if full_size else (12, 12)
    found = tried(tmp_path, **{"kill": 0, "break": some, "moments": moments})
    assert found["faults"] == []
    assert found["kill"] == {"tried": found["steps"], "died": found["steps"]}
    assert found["break"]["died"] == found["break"]["tried"] == (some or found["steps"])
    assert found["moments"]["died"] > 0
    assert found["cases"] == found["tried"], "a filing that was sent again did not become exactly one case"
    assert found["unnamed"] > 0, "no fault ever fell between a file and its row: the harness tried nothing"
    assert found["young"] == 0, "the sweep took a file whose filing may still be under way"
    assert found["removed"] == found["unnamed"]
    assert (found["unnamed_left"], found["named_lost"]) == (0, 0)
    figure(
        3,
        f"kill by signal 9 at each of {found['steps']} steps and at {found['moments']['died']} random moments, {found['break']['died']} "
        f"faults injected: 0 half-saved; {found['removed']} unnamed files swept, 0 named ones lost",
    )
