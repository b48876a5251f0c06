"""The real sources program, started once for these tests, and the demo city's catalogue and connectors."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from onewindow.modules.catalogue import services as catalogue
from onewindow.modules.exchange import services
from onewindow.modules.exchange.connectors.policies import forget_answers
from onewindow.plumbing.actors import Actor

CITY = Path(__file__).resolve().parents[2] / "scenarios" / "restaurant"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SYSTEM = Actor.system("test")
KEY = "test-key"


class Sources:
    """The running program, and the switch of its faults."""

    def __init__(self, url: str, process: "subprocess.Popen[str]") -> None:
        self.url, self.process = url, process

    def fault(self, register: str, mode: str, **options: Any) -> None:
        body = {"register": register, "mode": mode, **options}
        httpx.post(f"{self.url}/_faults", json=body, timeout=5, trust_env=False).raise_for_status()


@pytest.fixture(scope="session")
def running_sources() -> Iterator[Sources]:
    command = [sys.executable, "-m", "onewindow_sources", "--port", "0", "--data", str(CITY / "registers"), "--key", KEY]
    environment = {**os.environ, "PYTHONPATH": str(CITY.parents[1] / "src"), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "the sources program did not say where it listens"
        yield Sources(found[0], process)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def sources(running_sources: Sources, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sources]:
    monkeypatch.setenv("ONEWINDOW_SOURCES_URL", running_sources.url)
    monkeypatch.setenv("ONEWINDOW_SOURCES_KEY", KEY)
    forget_answers()
    yield running_sources
    running_sources.fault("*", "none")


@pytest.fixture
def city(db: None) -> None:
    files = [(path.name, path.read_bytes()) for path in sorted((CITY / "catalogue").glob("*.yaml"))]
    catalogue.load_catalogue(files=files, actor=SYSTEM, now=NOW)
    connectors = yaml.safe_load((CITY / "connectors.yaml").read_text(encoding="utf-8"))["connectors"]
    services.load_connectors(connectors=connectors, actor=SYSTEM, now=NOW)
    grants = yaml.safe_load((CITY / "grants.yaml").read_text(encoding="utf-8"))["grants"]
    services.load_grants(grants=grants, actor=SYSTEM, now=NOW)
