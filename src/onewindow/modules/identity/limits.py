"""Limits of the accounts as dated data: which are in force on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What holds from a day on.

    Unit: `log_ins` attempts per network address and minute; `code_tries` tries of one-time codes per account and `code_lock`.
    Source: the limits of login.gov; GB/T 22239-2019 8.1.4.1 (automatic exit on time-out, limited failed log-ins).
    """

    since: date
    log_ins: int
    code_tries: int
    code_lock: timedelta
    code_life: timedelta
    idle: timedelta
    warning: timedelta
    cap: timedelta


def read(row: Mapping[str, Any]) -> AccountLimits:
    """Return one dated row of the settings. Raises: KeyError, ValueError for a row that is not whole."""
    return AccountLimits(
        since=date.fromisoformat(row["from"]),
        log_ins=int(row["log_ins_a_minute"]),
        code_tries=int(row["code_tries"]),
        code_lock=timedelta(minutes=row["code_lock_minutes"]),
        code_life=timedelta(minutes=row["code_minutes"]),
        idle=timedelta(minutes=row["idle_minutes"]),
        warning=timedelta(minutes=row["warning_minutes"]),
        cap=timedelta(hours=row["session_hours"]),
    )


def on(rows: Sequence[Mapping[str, Any]], day: date) -> AccountLimits:
    """Return the limits in force on a day: of the rows that have begun, the youngest; before all of them, the oldest.

    >>> row = dict(log_ins_a_minute=20, code_tries=10, code_lock_minutes=10, code_minutes=10,
    ...            idle_minutes=15, warning_minutes=2, session_hours=12)
    >>> rows = [{"from": "2026-01-01", **row}, {"from": "2027-01-01", **row, "code_tries": 5}]
    >>> on(rows, date(2026, 12, 31)).code_tries, on(rows, date(2027, 1, 1)).code_tries
    (10, 5)
    """
    dated = sorted((read(row) for row in rows), key=lambda limits: limits.since)
    begun = [limits for limits in dated if limits.since <= day]
    return begun[-1] if begun else dated[0]
