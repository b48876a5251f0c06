"""Promise 42: deadlines survive restarts and clock jumps; an unknown year warns."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onewindow.domain import deadlines
from onewindow.domain.calendar import CalendarGap
from onewindow.plumbing import calendars
from onewindow.plumbing.actors import Actor
from tests.promises.installation import ROOT


def lived(home: Path, *, cases: int, lives: int, stride: int) -> dict[str, Any]:
    own = {"ONEWINDOW_HOME": str(home), "ONEWINDOW_DATABASE_URL": f"sqlite://{home}/onewindow.sqlite3"}
    environment = {
        **os.environ,
        **own,
        "DJANGO_SETTINGS_MODULE": "onewindow.config.settings",
        "ONEWINDOW_LOG_LEVEL": "CRITICAL",
        "TZ": "UTC",
    }
    command = [sys.executable, "-m", "tests.promises.escalation_lives", *map(str, (cases, lives, stride))]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1500)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.own_database
def test_every_passed_limit_is_told_once_and_no_date_moves_whatever_dies_and_whatever_the_clock_does(
    tmp_path: Path, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    cases, lives, stride = (30, 600, 1) if full_size else (4, 24, 5)
    found = lived(tmp_path, cases=cases, lives=lives, stride=stride)
    assert found["early"] == 0, "a limit was called passed on its last day"
    assert found["met"] > 10, "the kills never met the work: the harness tried nothing"
    assert found["late"] == 3 * cases - 1  # three steps of a case run at once; one is suspended
    assert (found["not_told"], found["twice"], found["told_of_others"]) == (0, 0, 0)
    assert found["told"] == found["noted"] == found["late"]
    assert found["drifted"] == 0, "a due date moved although nobody acted"
    assert found["resumed_due"] == "2026-03-19", "three working days of standing still are three working days more"
    assert found["back"] == "2026-06-11", "a clock that was put back across midnight took or gave a day"
    assert found["told_after_years"], "after a clock ran ahead, the platform waits for the year it showed"
    assert found["by_calendar"] == {
        "2026-03-13": "2026-03-16",
        "2026-04-03": "2026-04-07",  # Qingming: the Monday is off
        "2026-04-30": "2026-05-06",  # Labour Day: five days off
        "2026-05-08": "2026-05-09",  # a Saturday that is worked
        "2026-09-30": "2026-10-08",  # National Day: seven days off
        "2026-12-31": "2027-01-01 uncertain",  # nobody has published 2027 yet
    }
    figure(42, f"{found['met']} kills and {lives // 4} clock jumps: {found['late']} passed limits told once each, 0 due dates moved")


@pytest.mark.django_db
def test_an_unknown_year_warns_until_its_table_is_typed_in(now: datetime) -> None:
    calendars.seed_calendars()
    last_day = date(2026, 12, 31)
    with pytest.raises(CalendarGap, match="2027"):
        deadlines.due_date(last_day, 1, calendars.current())
    assert not deadlines.due_date_or_warning(last_day, 1, calendars.current()).certain
    new_year = [date(2027, 1, 1)]
    admin = Actor.system("tests")
    calendars.save_year(region="CN", year=2027, days_off=new_year, workdays=[], source="the published notice", actor=admin, now=now)
    due = deadlines.due_date_or_warning(last_day, 1, calendars.current())
    assert (due.date, due.certain) == (date(2027, 1, 4), True)
    assert deadlines.due_date(last_day - timedelta(days=1), 1, calendars.current()) == last_day
