"""The promises, at routine size by default and at full size under `make prove`."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

FULL = os.environ.get("ONEWINDOW_PROVE") == "full"


@pytest.fixture(scope="session")
def full_size() -> bool:
    """Whether this run is at full size."""
    return FULL


@pytest.fixture
def figure() -> Callable[[int, str], None]:
    """Note what a promise's run reached: `figure(4, "0 repeats of 800,000")`. Written down by `make prove` only."""

    def note(promise: int, reached: str) -> None:
        print(f"promise {promise}: {reached}")
        if os.environ.get("ONEWINDOW_FIGURES"):
            with Path(os.environ["ONEWINDOW_FIGURES"]).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"promise": promise, "reached": reached}) + "\n")

    return note
