"""Promise 17: a withdrawn consent and a revoked grant stop the next call, also while many ask."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.promises.exchange_race import ASKERS, held, race_apart, races
from tests.promises.installation import Installation

Figure = Callable[[int, str], None]


def check(found: dict[str, Any], rounds: int, figure: Figure) -> None:
    for kind, refused in (("withdrawn", "ConsentMissing"), ("revoked", "NotGranted")):
        told = found[kind]
        assert told["later"] == 0, f"{told['later']} questions were written down after what allowed them was {kind}"
        assert told["after"] == 0, "who asked after the stop was answered"
        assert told[refused] == ASKERS * rounds, told
        assert told["questions"] >= ASKERS * rounds, "nobody asked before: this was no race"
    held(found["crowds"])  # promise 18, in the same process: starting one costs more than the crowd
    asked = found["withdrawn"]["questions"] + found["revoked"]["questions"]
    figure(17, f"{2 * rounds} stops among {ASKERS} who asked without pause, {asked} questions before: 0 after")


@pytest.mark.own_database
def test_nothing_is_asked_after_a_withdrawal_or_a_revocation_and_no_crowd_takes_more_than_the_quota(
    installation: Installation, full_size: bool, figure: Figure
) -> None:
    rounds = 500 if full_size else 4
    check(race_apart(installation, rounds, crowds=1), rounds, figure)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_holds_where_many_write_at_once(full_size: bool, figure: Figure) -> None:
    if not os.environ.get("ONEWINDOW_TEST_DATABASE_URL"):
        pytest.skip("no PostgreSQL: run under `python -m tests.postgres --`")
    rounds = 500 if full_size else 4
    check(races(rounds, crowds=1), rounds, figure)
