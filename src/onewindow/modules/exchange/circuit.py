"""Circuit and rate of each source, in one row for all processes: a source that keeps failing is left in peace for a while.

The row is read with the grants, in the same wait. It is written only by what fails, by the first call after that, and by
questions to a source with a limit, in the transaction that writes the question down.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from onewindow.modules.exchange.connectors.policies import Policy, forget_answers
from onewindow.modules.exchange.connectors.reading import LONGEST_TIMEOUT
from onewindow.modules.exchange.models import SourceState
from onewindow.plumbing import bulk

_TABLE = SourceState._meta.db_table
_FAILED = f"""
    INSERT INTO "{_TABLE}" (resource, failures, rests_until, paid_until) VALUES (%s, 1, %s, 0)
    ON CONFLICT (resource) DO UPDATE SET
        failures = "{_TABLE}".failures + 1,
        rests_until = CASE WHEN "{_TABLE}".failures + 1 >= %s THEN %s ELSE "{_TABLE}".rests_until END"""  # noqa: S608  (our own table)
_PAID = f"""
    INSERT INTO "{_TABLE}" (resource, failures, paid_until) VALUES (%s, 0, %s)
    ON CONFLICT (resource) DO UPDATE SET
        paid_until = CASE WHEN "{_TABLE}".paid_until BETWEEN %s AND %s THEN "{_TABLE}".paid_until ELSE %s END + %s
    WHERE "{_TABLE}".paid_until <= %s OR "{_TABLE}".paid_until > %s"""  # noqa: S608  (our own table)


def state_of(resource: str) -> bulk.Wanted:
    """Return how to read the state of a source."""
    return bulk.Wanted(SourceState, "resource = %s", [resource])


def held_back(resource: str, policy: Policy, state: SourceState | None, now: datetime) -> str:
    """Return why a source is not asked now (resting, rate), or nothing; in the caller's transaction, which then counts it.

    After its rest one call may try, in whichever process: for the others it rests once more.
    """
    until = state.rests_until if state else None
    if until is not None and 0 < until - now.timestamp() <= policy.rest_seconds + LONGEST_TIMEOUT:  # longer: a clock went wrong
        return "resting"
    if policy.per_second and not _paid(resource, policy, now.timestamp()):
        return "rate"
    if until is not None:
        again = {"rests_until": now.timestamp() + policy.rest_seconds}
        return "" if bulk.update(SourceState, again, "resource = %s AND rests_until = %s", [resource, until]) else "resting"
    return ""


def succeeded(resource: str, state: SourceState | None) -> None:
    """Close the circuit, where `state` said before the question that something had failed."""
    if state is not None and (state.failures or state.rests_until is not None):
        bulk.update(SourceState, {"failures": 0, "rests_until": None}, "resource = %s", [resource])


def failed(resource: str, policy: Policy, now: datetime) -> None:
    """Count a failure; after as many in a row as the policy says the source rests."""
    until = now.timestamp() + policy.rest_seconds
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [resource, until if policy.failures <= 1 else None, policy.failures, until])


def forget(resources: Collection[str]) -> None:
    """Close the circuits of changed connectors, and drop every kept answer of this process."""
    SourceState.objects.filter(resource__in=resources).delete()
    forget_answers()


def forget_all() -> None:
    """Close every circuit and drop every kept answer; for tests."""
    SourceState.objects.all().delete()
    forget_answers()


def _paid(resource: str, policy: Policy, now: float) -> bool:
    """Count one question against the rate, in one statement so that nobody slips in between; tell whether it may be asked.

    `burst` at once, and so many a second after. Source: the generic cell rate algorithm, ITU-T I.371 annex A.
    """
    share = 1 / policy.per_second
    latest = now + (policy.burst - 1) * share
    wrong = latest + share + LONGEST_TIMEOUT  # no question moves it as far: a clock went wrong
    with connection.cursor() as cursor:
        cursor.execute(_PAID, [resource, now + share, now, wrong, now, share, latest, wrong])
        return bool(cursor.rowcount == 1)
