"""What is kept in the process must not answer for another test's city."""

from collections.abc import Iterator

import pytest

from onewindow.modules.catalogue import selectors


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    selectors.forget_all()
    yield
    selectors.forget_all()
