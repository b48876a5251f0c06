"""The platform's own connectors, as the restaurant describes them, against the running registers."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.sources.conftest import Call, api_key

from onewindow.domain.bundle import compile_bundle
from onewindow.domain.catalogue.model import Catalogue
from onewindow.domain.catalogue.read import read_catalogue
from onewindow.domain.values import ValueRefused, normalise
from onewindow.modules.exchange.connectors import connect
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable
from onewindow_sources.server import SourcesServer

folder = Path(__file__).parents[2] / "scenarios/restaurant"
wang_li: Mapping[str, Any] = {
    "resident-id": "23000019880412026X",
    "property-number": "239900001005GB00088F00010001",
    "health-check-number": "YJTJ-2026-1147",
}


@cache
def catalogue() -> Catalogue:
    return read_catalogue([(file.name, file.read_bytes()) for file in sorted((folder / "catalogue").glob("*.yaml"))]).catalogue


@cache
def connectors() -> dict[str, dict[str, Any]]:
    rows = yaml.safe_load((folder / "connectors.yaml").read_text(encoding="utf-8"))["connectors"]
    return {row["resource"]: row for row in rows}


IDENTITY = {"enterprise-register", "guardian-register"}
"""Asked by the identification alone, never for a matter."""


@pytest.fixture
def registers(server: SourcesServer, monkeypatch: pytest.MonkeyPatch) -> SourcesServer:
    monkeypatch.setenv("ONEWINDOW_SOURCES_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("ONEWINDOW_SOURCES_KEY", api_key)
    return server


def fetch(resource: str, keys: Mapping[str, Any], **changes: object) -> Mapping[str, Any]:
    row = {**connectors()[resource], **changes}
    settings = {name: value for name, value in row.items() if name not in {"resource", "kind", "level"}}
    return connect(resource=resource, kind=row["kind"], settings=settings).fetch(keys)


def test_every_register_that_the_bundle_uses_has_a_connector_and_no_closed_one_has() -> None:
    report = compile_bundle(catalogue(), "open-a-restaurant", with_alone=False)
    used = {row.by for row in report.evidence if row.way == "resource"} | {
        row.source["id"] for row in report.filled if row.source["kind"] == "resource"
    }
    assert used <= set(connectors())
    assert set(connectors()) - IDENTITY == {resource.id for resource in catalogue().resources.values() if resource.sharing != "none"}


@pytest.mark.parametrize("resource", sorted(connectors().keys() - IDENTITY))
def test_every_value_a_register_gives_has_the_type_of_its_element(registers: SourcesServer, resource: str) -> None:
    description = catalogue().resources[resource]
    values = fetch(resource, {key: wang_li[key] for key in description.keyed_by})
    told = {"phone"} if resource == "population-register" else set()  # for the identification alone: no service asks for it there
    assert set(values) == set(description.gives) | told == set(connectors()[resource]["gives"])
    for element, value in values.items():
        assert normalise(value, catalogue().elements[element]) == value


def test_wang_li_finds_her_shop_and_her_staff(registers: SourcesServer) -> None:
    found: dict[str, Any] = {}
    for resource in connectors().keys() - IDENTITY:
        found |= fetch(resource, wang_li)
    assert found == {
        "full-name": "王丽",
        "phone": "19900000126",
        "home-address": "云江市江沿街126号3单元402",
        "address": "云江市胜利路88号1层",
        "floor-area": 126.5,
        "property-use": "commercial",
        "owner-name": "云江市松泉商贸有限公司",
        "storey": 1,
        "dedicated-flue": True,
        "fire-acceptance-number": "云建消验字〔2016〕第0088号",
        "sewer-connection": "WS-SL-0412",
        "staff-count": 4,
        "certificates-valid-until": "2027-09-30",
    }


def test_every_record_of_every_register_can_be_read(registers: SourcesServer) -> None:
    """Not only the story's: a generated record that cannot be read would surprise whoever tries another number."""
    for resource, register in (("property-register", "property"), ("building-archive", "building"), ("drainage-archive", "drainage")):
        for record in registers.registers[register].records[:60]:
            for element, value in fetch(resource, {"property-number": record["number"]}).items():
                assert normalise(value, catalogue().elements[element]) == value


def test_a_flat_without_a_flue_is_told_apart_from_a_register_that_does_not_say(registers: SourcesServer) -> None:
    flat = fetch("building-archive", {"property-number": "239900001005GB00091F00020007"})
    assert flat["dedicated-flue"] is False


def test_a_number_that_nobody_has_is_no_record_and_no_fault(registers: SourcesServer) -> None:
    for resource, description in catalogue().resources.items():
        if resource in connectors():
            with pytest.raises(NoRecord):
                fetch(resource, dict.fromkeys(description.keyed_by, "nobody's"))


@pytest.mark.parametrize("mode", ["down", "error", "garbage", "reset", "slow"])
def test_every_fault_reaches_the_platform_as_a_source_that_is_not_available(registers: SourcesServer, call: Call, mode: str) -> None:
    call("POST", "/_faults", {"register": "property", "mode": mode, "delay_seconds": 5})
    with pytest.raises(SourceUnavailable):
        fetch("property-register", wang_li, timeout_seconds=0.3)
    call("POST", "/_faults", {"register": "property", "mode": "none"})
    assert fetch("property-register", wang_li)["floor-area"] == 126.5


def test_a_wrong_key_is_a_source_that_is_not_available(registers: SourcesServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEWINDOW_SOURCES_KEY", "stolen")
    with pytest.raises(SourceUnavailable):
        fetch("drainage-archive", wang_li)


def test_what_wang_li_types_fits_the_dictionary() -> None:
    story = yaml.safe_load((folder / "story.yaml").read_text(encoding="utf-8"))
    (form,) = [act for act in story["acts"] if act["act"] == "fill"]
    outputs = [values for act in story["acts"] for values in act.get("outputs", {}).values()]
    for values in [form["values"], *outputs]:
        for element, value in values.items():
            assert normalise(value, catalogue().elements[element]) == value
    with pytest.raises(ValueRefused):
        normalise("many", catalogue().elements["seats"])
