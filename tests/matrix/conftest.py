"""The world of the matrix."""

import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from onewindow.plumbing import files
from tests.cases.conftest import Registers, registers
from tests.matrix.people import BY_ROLE
from tests.matrix.world import World, build
from tests.promises.conftest import figure, full_size

__all__ = ["figure", "full_size", "registers", "world"]


@pytest.fixture
def world(db: None, registers: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(files, "picture_of", lambda _content: b"")  # who may see the pages of a PDF counts here, not how they look
    logging.disable(logging.WARNING)  # thousands of denials are what is wanted here
    yield build(now, BY_ROLE["reformer", "city"])
    logging.disable(logging.NOTSET)
