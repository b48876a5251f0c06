"""`onewindow exchange describe|load` as an operator types it."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from onewindow.cli import exchange_records
from onewindow.cli.exchange import exchange
from onewindow.modules.exchange.records.errors import RowsRefused
from tests.exchange.records.conftest import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


def test_an_operator_describes_a_store_and_loads_files_into_it(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_records, "_open", lambda: None)
    told = tmp_path / "stores.yaml"
    told.write_text(yaml.safe_dump({"stores": {"lamps": {"columns": [{"name": "id", "key": True}, {"name": "height", "type": "number"}]}}}))

    def say(*words: object) -> str:
        done = CliRunner().invoke(exchange, [str(word) for word in words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    assert say("describe", told) == "lamps: described.\n"
    assert say("describe", told) == "lamps: as it was.\n"
    file, rejects = shelf.csv("id,height", ("1", "4.5"), ("2", "tall"), ("3", "5")), tmp_path / "rejects.csv"
    with pytest.raises(RowsRefused, match="the first is row 3, height: This is not a number"):
        say("load", "lamps", file)
    assert say("load", "lamps", file, "--rejects", rejects).splitlines() == [
        "Batch 1: 2 rows; 2 added, 0 changed, 0 as they were, 0 removed.",
        f"1 rows were refused. {rejects} tells which and why.",
    ]
    assert rejects.read_text().splitlines() == ["row,column,code,reason", "3,height,not-number,This is not a number."]
    assert rejects.stat().st_mode & 0o077 == 0
    told_before = rejects.read_text()
    assert say("load", "lamps", file, "--rejects", rejects).startswith("Nothing changed: this file was loaded on ")
    assert rejects.read_text() == told_before
    gone = shelf.csv("id", ("3",), ("9",), name="gone.csv")
    assert say("load", "lamps", gone, "--delete") == "Batch 2: 2 rows; 0 added, 0 changed, 0 as they were, 1 removed.\n"
    told.write_text("stores: [1]")
    with pytest.raises(exchange_records.Failure, match="describes no stores"):
        say("describe", told)
