"""The promises, at routine size by default and at full size under `make prove`."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.promises.installation import Installation

FULL = os.environ.get("ONEWINDOW_PROVE") == "full"


@pytest.fixture(scope="session")
def full_size() -> bool:
    """Whether this run is at full size."""
    return FULL


@pytest.fixture(scope="session")
def figure() -> Callable[[int, str], None]:
    """Note what a promise's run reached: `figure(4, "0 repeats of 800,000")`. Written down by `make prove` only."""

    def note(promise: int, reached: str) -> None:
        print(f"promise {promise}: {reached}")
        if os.environ.get("ONEWINDOW_FIGURES"):
            with Path(os.environ["ONEWINDOW_FIGURES"]).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"promise": promise, "reached": reached}) + "\n")

    return note


@pytest.fixture(scope="session")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The small town, migrated and loaded once for all; nobody starts it."""
    made = Installation(tmp_path_factory.mktemp("town") / "home")
    made.make()
    return made


@pytest.fixture
def installation(small_town: Installation, tmp_path: Path) -> Iterator[Installation]:
    """The small town as an installation of one's own, not started; whatever still runs at the end is killed."""
    own = Installation(tmp_path / "home", tokens=dict(small_town.tokens))
    shutil.copytree(small_town.home, own.home)
    yield own
    own.kill()
