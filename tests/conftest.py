"""What every test may use. The database is SQLite in memory, or the PostgreSQL that ONEWINDOW_TEST_DATABASE_URL names."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from onewindow.plumbing.actors import Actor

settings.register_profile("routine", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("full", parent=settings.get_profile("routine"), max_examples=1000)
settings.register_profile(  # tools.mutants: what fails is known to fail, and is not to be made small or kept
    "mutants",
    parent=settings.get_profile("routine"),
    max_examples=15,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("ONEWINDOW_HYPOTHESIS", "routine"))

REFERENCE_DATA = Path(os.environ.get("ONEWINDOW_REFERENCE_DATA") or Path(__file__).resolve().parents[1] / "../shared/data").resolve()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give every test with a database the store of accesses too: what it denies or reads goes there, and is put back with the rest.

    On PostgreSQL only those with a database run: the others found out the same beside SQLite.
    """
    without = []
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker or not {"db", "transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ())):
            known = marker.kwargs if marker else {}
            item.add_marker(pytest.mark.django_db(**{**known, "databases": ["default", "accesses"]}), append=False)
        elif not item.get_closest_marker("postgres"):
            without.append(item)
    if os.environ.get("ONEWINDOW_TEST_DATABASE_URL"):
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in set(without)]


@pytest.fixture
def now() -> datetime:
    """A Friday morning in the city: 2026-03-13, 09:30 in Shanghai."""
    return datetime(2026, 3, 13, 1, 30, tzinfo=UTC)


@pytest.fixture
def system() -> Actor:
    return Actor.system("tests")


@pytest.fixture
def reference_data() -> Path:
    """Data that nobody on this project wrote; tests that need it are skipped, by name, where it is absent."""
    if not REFERENCE_DATA.is_dir():
        pytest.skip("reference data is absent: set ONEWINDOW_REFERENCE_DATA")
    return REFERENCE_DATA


@pytest.fixture(scope="session")
def first_data_keys(django_db_setup: None, django_db_blocker: Any) -> list[Any]:
    """The data keys as the migrations made them."""
    from onewindow.plumbing.sealing import keys

    with django_db_blocker.unblock():
        keys.ring()
        return keys.rows()


@pytest.fixture(autouse=True)
def denials_begin_anew() -> None:
    """Tests stand still in one minute: what one of them was denied must not count in the next."""
    accesses = sys.modules.get("onewindow.plumbing.accesses")
    if accesses is not None:
        accesses.forget_flood()


@pytest.fixture(autouse=True)
def data_keys_stay(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that commits leaves empty tables behind: give the next one the data keys again, and no test another's newer key."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (marker is not None and marker.kwargs.get("transaction"))
    if commits or marker is not None:
        from onewindow.plumbing.sealing.rows import DataKey

        rows = request.getfixturevalue("first_data_keys")
        request.getfixturevalue("transactional_db" if commits else "db")
        DataKey.objects.bulk_create(rows, ignore_conflicts=True)
    yield
    if marker is not None or commits:
        from onewindow.plumbing.sealing import keys

        if (held := keys.held()) is not None and held.newest.number > 1:
            keys.forget()
