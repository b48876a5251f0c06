"""What several tests of the commands share."""

from pathlib import Path

import pytest

from tests.cli.support import onewindow


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with an empty database, for commands in processes of their own."""
    folder = tmp_path_factory.mktemp("installation")
    ran = onewindow(folder, "migrate")
    assert ran.returncode == 0, ran.stderr
    return folder
