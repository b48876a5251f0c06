"""Promise 17: a withdrawn consent and a revoked grant stop the next call, also under way. Promise 18: quotas hold in a crowd."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.promises.exchange_race import ASKERS, OFFICERS, OWN_QUOTA, QUOTA, races
from tests.promises.installation import ROOT, Installation

Figure = Callable[[int, str], None]


def check(found: dict[str, Any], rounds: int, figure: Figure) -> None:
    for kind, refused in (("withdrawn", "ConsentMissing"), ("revoked", "NotGranted")):
        told = found[kind]
        assert told["later"] == 0, f"{told['later']} questions were written down after what allowed them was {kind}"
        assert told["after"] == 0, "who asked after the stop was answered"
        assert told[refused] == ASKERS * rounds, told
        assert told["questions"] >= ASKERS * rounds, "nobody asked before: this was no race"
    assert found["by many"] == {"answered": QUOTA, "quota-spent": OFFICERS - QUOTA}
    assert found["by one"] == {"answered": OWN_QUOTA, "quota-spent": 40 - OWN_QUOTA}, "another address is not another officer"
    assert (found["asked for many"], found["asked for one"]) == (QUOTA, OWN_QUOTA), "the register was asked more often than counted"
    assert found["counted"] == sorted([QUOTA, OWN_QUOTA])
    asked = found["withdrawn"]["questions"] + found["revoked"]["questions"]
    figure(17, f"{2 * rounds} stops among {ASKERS} who asked without pause, {asked} questions before: 0 after")
    figure(18, f"{OFFICERS} officers at once took {QUOTA} of {QUOTA}; one officer from 40 addresses {OWN_QUOTA} of {OWN_QUOTA}")


@pytest.mark.own_database
def test_nothing_is_asked_after_a_withdrawal_or_a_revocation_and_no_crowd_takes_more_than_the_quota(
    installation: Installation, full_size: bool, figure: Figure
) -> None:
    rounds = 500 if full_size else 4
    command = [sys.executable, "-m", "tests.promises.exchange_race", str(rounds)]
    done = subprocess.run(command, env=installation.environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=3600)
    assert done.returncode == 0, done.stderr[-2000:]
    check(json.loads(done.stdout.splitlines()[-1]), rounds, figure)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_holds_where_many_write_at_once(full_size: bool, figure: Figure) -> None:
    if not os.environ.get("ONEWINDOW_TEST_DATABASE_URL"):
        pytest.skip("no PostgreSQL: run under `python -m tests.postgres --`")
    rounds = 500 if full_size else 4
    check(races(rounds), rounds, figure)
