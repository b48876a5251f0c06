"""Every interface of the demo city, of all three levels, asked once over the wire."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.scenarios.test_retirement_data import catalogue
from tests.sources.conftest import api_key

from onewindow.cli.demo import register_folders
from onewindow.cli.files import with_wsdl
from onewindow.domain.values import normalise
from onewindow.modules.exchange.connectors import connect
from onewindow.modules.exchange.errors import NoRecord
from onewindow_sources import soap
from onewindow_sources.main import build
from onewindow_sources.registers import Register
from onewindow_sources.server import SourcesServer

scenarios = Path(__file__).parents[2] / "scenarios"


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch) -> Iterator[SourcesServer]:
    server = build(data=register_folders(scenarios / "restaurant"), port=0, api_key=api_key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("ONEWINDOW_SOURCES_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("ONEWINDOW_SOURCES_KEY", api_key)
    yield server
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


def rows(file_name: str, part: str) -> list[dict[str, Any]]:
    """Return what the files of this name in all scenarios hold."""
    files = sorted(scenarios.glob(f"*/{file_name}.yaml"))
    return [row for file in files for row in with_wsdl(yaml.safe_load(file.read_text(encoding="utf-8"))[part], file.parent)]


def asked(row: Mapping[str, Any], server: SourcesServer) -> Register:
    """Return the register that a connector asks."""
    path = row["url"].removeprefix("${ONEWINDOW_SOURCES_URL}")
    if row["kind"] == "soap":
        return server.registers[path.removeprefix(soap.page)]
    return next(register for register in server.registers.values() if register.path_values(path) is not None)


def test_62_interfaces_of_state_province_and_city_are_described_and_granted_and_each_one_answers(city: SourcesServer) -> None:
    connectors, described = rows("connectors", "connectors"), {row["id"]: row for row in rows("data-resources", "resources")}
    granted = {row["resource"] for row in rows("grants", "grants") if row["organisation"] == "service-centre"}
    assert all(register.held is None for register in city.registers.values()), "a register makes its records when it is asked"
    for row in connectors:
        name, told = row["resource"], described[row["resource"]]
        assert name in granted
        assert {"zh", "en", "ru"} == set(told["title"]) == set(told["description"])
        assert told["legal_basis"]
        assert {field["name"] for field in told["fields"]} >= set(row["gives"]) - set(told["keys"])
        settings = {word: value for word, value in row.items() if word not in {"resource", "kind", "level"}}
        connector, register, (key,) = connect(resource=name, kind=row["kind"], settings=settings), asked(row, city), told["keys"]
        answer = connector.fetch({key: register.records[0][register.keys[0].field]})
        assert set(answer) == set(row["gives"])
        for element, value in answer.items():
            known = catalogue().elements.get(element)
            assert known is None or normalise(value, known) == value
        with pytest.raises(NoRecord):
            connector.fetch({key: "nobody's"})
    assert len({row["resource"] for row in connectors}) == 62
    assert Counter(row["level"] for row in connectors) == {"state": 25, "province": 16, "city": 21}
    assert sum(row["kind"] == "soap" for row in connectors) == 10
