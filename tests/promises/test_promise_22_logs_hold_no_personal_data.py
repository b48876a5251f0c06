"""Promise 22: no personal data and no secrets in logs: canaries go the whole way, failures included, and no log line knows them."""

import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from django.test import Client

from onewindow.config import logs
from onewindow.domain import events
from onewindow.modules.cases import models, selectors, services
from onewindow.modules.identity.models import User
from onewindow.plumbing import outbox
from onewindow.plumbing.models import OutboxRow
from onewindow.plumbing.outbox import registry, worker
from onewindow_sources.main import build
from tests.api import conftest as with_api
from tests.api.conftest import Api, add, task
from tests.promises.at_rest import folder, found
from tests.promises.installation import Installation

api, tokens, prepared, filed = with_api.api, with_api.tokens, with_api.prepared, with_api.filed
registers, town = with_api.registers, with_api.town
REGISTERS = Path(__file__).resolve().parents[2] / "scenarios" / "restaurant" / "registers"

CANARIES = {
    "resident id": "11010519491231002X",
    "phone": "13912345678",
    "name": "慕容金丝雀",
    "password": "Canary-Passw0rd!",
    "token": "ow_canarytokencanarytoken",
    "code": "907316",
    "key": "canary-idempotency-key",
    "e-mail": "canary@example.org",
    "sentence": "canary sentence of a decision",
    "file": "canary-lease",
}


@dataclass
class Heard:
    """What was written while somebody listened."""

    stream: io.StringIO

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def leaks(self, text: str = "") -> list[str]:
        """Return the canaries that stand in what was written, in any of the ways they may be written."""
        told = text or self.text
        return [
            f"{name}: {line[:300]}"
            for name, canary in CANARIES.items()
            for line in told.splitlines()
            if any(form in line for form in (canary, quote(canary), json.dumps(canary)[1:-1], repr(canary)[1:-1]))
        ]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """Log as an installation does, into a text that can be searched."""
    stream = io.StringIO()
    before = logging.getLogger().handlers[:]
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        logs.configure(level="INFO")
    yield Heard(stream)
    logs.configure(level="INFO")
    logging.getLogger().handlers[:] = before


def boom(*_given: Any, **_more: Any) -> None:
    told = " ".join(CANARIES.values())
    raise RuntimeError(told)


@pytest.mark.django_db
def test_what_citizens_and_officers_enter_stands_in_no_log_line(
    heard: Heard, api: Api, prepared: with_api.Prepare, now: datetime, figure: Callable[[int, str], None]
) -> None:
    _walk_the_main_path(api, prepared)
    _knock_at_wrong_doors(api)
    with pytest.MonkeyPatch.context() as patch:
        _break_the_site(api, patch)
        _break_the_worker(now, patch)
    assert heard.leaks() == []
    assert {"request refused", "request failed", "unexpected", "failed", "denied"} <= {
        json.loads(line)["event"] for line in heard.text.splitlines()
    }
    figure(22, f"{len(CANARIES)} canaries, {len(heard.text.splitlines())} log lines of the main path and its failures: 0 found")


def _walk_the_main_path(api: Api, prepared: with_api.Prepare) -> None:
    draft = prepared("wang")
    at = f"/api/v1/drafts/{draft}"
    version = api("wang", "GET", at).body["version"]
    for value in CANARIES.values():
        answer = api("wang", "PUT", f"{at}/elements", {"version": version, "values": {"trade-name": value, "seats": value}})
        version = answer.body.get("version", version)
    add(api, "wang", draft, name=f"{CANARIES['file']}.exe")
    add(api, "wang", draft, name=f"{CANARIES['file']}.pdf", key=CANARIES["key"])
    version = api("wang", "GET", at).body["version"]
    api("wang", "PUT", f"{at}/elements", {"version": version, "values": {"trade-name": CANARIES["name"], "seats": 48}})
    receipt = api("wang", "POST", f"{at}/file", {"declared": True}, key=CANARIES["key"])
    assert receipt.status == 201, receipt.body
    api("wang", "POST", f"{at}/file", {"declared": False}, key=CANARIES["key"])
    case = receipt.body["case_id"]
    for phone in (CANARIES["phone"], "13800000001"):
        api("", "POST", "/api/v1/status", {"reference": receipt.body["reference"], "phone": phone})
    accept = task(api, "market", case, "food.accept")["id"]
    items = [{"kind": "element", "id": "seats", "sentence": CANARIES["sentence"]}]
    api("market", "POST", f"/api/v1/tasks/{accept}/notice", {"items": items})
    api(
        "fire",
        "POST",
        f"/api/v1/tasks/{accept}/decide",
        {"outcome": "refuse", "sentence": CANARIES["sentence"], "reason": CANARIES["name"]},
    )
    assert CANARIES["name"] in [row.value for row in models.CaseValue.objects.all()], "the canary must really have gone in"


def _knock_at_wrong_doors(api: Api) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    user = User.objects.get(username="market")
    user.set_password(CANARIES["password"])
    user.save()
    for client in (api.client, strict):
        for login in ("market", CANARIES["phone"], CANARIES["e-mail"], CANARIES["name"]):
            for password in (CANARIES["password"] + "x", CANARIES["password"]):
                client.post("/accounts/login/", {"login": login, "password": password})
        for canary in CANARIES.values():
            client.get(f"/status/{quote(canary)}/")
            client.get("/search/", {"q": canary})
            client.get(f"/api/v1/cases/{quote(canary)}")
            client.post("/status/", {"reference": canary, "phone": canary})
    for canary in CANARIES.values():
        api.client.get("/api/v1/cases", headers={"Authorization": f"Bearer {quote(canary)}"})
        api("wang", "POST", "/api/v1/drafts", raw=b'{"event": "' + canary.encode() + b'", ')
        api("wang", "POST", "/api/v1/drafts", {"event": canary})


def _break_the_site(api: Api, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(services, "start_draft", boom)
    patch.setattr(selectors, "status", boom)
    bearer = {"Authorization": f"Bearer {api.tokens['wang']}"}
    body = {"event": "open-a-restaurant"}
    assert api.client.post("/api/v1/drafts", body, content_type="application/json", headers=bearer).status_code == 500
    sent = {"reference": CANARIES["key"], "phone": CANARIES["phone"]}
    assert api.client.post("/status/", sent).status_code == 500


def _break_the_worker(now: datetime, patch: pytest.MonkeyPatch) -> None:
    OutboxRow.objects.all().delete()
    patch.setitem(registry.handlers, "tests.boom", boom)
    name, payload = events.dump(events.CaseWithdrawn(at=now, case_id=models.Case.objects.latest("filed_at").pk))
    OutboxRow.objects.create(event=name, payload=payload, handler="tests.boom", recorded_at=now, run_at=now)
    for number in range(worker.ATTEMPTS + 2):
        worker.run_once(now + timedelta(hours=number))
    assert [row.failure for row in outbox.dead()] == ["RuntimeError"]


def test_the_registers_that_are_asked_about_people_log_nobody(heard: Heard) -> None:
    server = build(data=REGISTERS, port=0, api_key="key")
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        for canary in CANARIES.values():
            for path in (f"/population/{quote(canary)}", f"/x?id={quote(canary)}", f"/_faults/{quote(canary)}"):
                for method in ("GET", "POST"):
                    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
                    body = json.dumps({"sfzh": canary, "xm": canary}) if method == "POST" else None
                    connection.request(method, path, body=body, headers={"X-Api-Key": "key"})
                    connection.getresponse().read()
                    connection.close()
    finally:
        server.shutdown()
        serving.join(5)
        server.server_close()
    assert len(heard.text.splitlines()) >= 2 * len(CANARIES)
    assert heard.leaks() == []


class Talking(Installation):
    """An installation that logs as much as one does by default."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "ONEWINDOW_LOG_LEVEL": "INFO"}


@pytest.mark.own_database
def test_the_logs_of_a_running_site_and_its_worker_know_nobody(installation: Installation) -> None:
    site = Talking(installation.home, tokens=installation.tokens)
    site.start()
    try:
        site.wait()
        headers = {"Authorization": f"Bearer {site.tokens['ping']}"}
        with httpx.Client(base_url=site.address, headers=headers, timeout=60) as client:
            for canary in CANARIES.values():
                begun = client.post("/api/v1/drafts", json={"event": "open-a-stall"}, headers={"Idempotency-Key": quote(canary)}).json()
                values = {"stall-place": canary, "stall-size": canary}
                client.put(f"/api/v1/drafts/{begun['id']}/elements", json={"version": begun["version"], "values": values})
                client.get(f"/api/v1/cases/{quote(canary)}")
                client.get(f"/nothing/{quote(canary)}", params={"q": canary})
                client.post("/accounts/login/", data={"login": canary, "password": canary})
                client.get("/api/v1/cases", headers={"Authorization": f"Bearer {quote(canary)}"})
    finally:
        site.kill()
    written = "".join((site.home / f"{name}.log").read_text(encoding="utf-8") for name in ("site", "worker"))
    assert "request refused" in written
    assert Heard(io.StringIO()).leaks(written) == []
    at_rest = [row for row in folder(site.home) if not row[0].endswith(".log")]
    assert any(name.endswith("-wal") for name, _ in at_rest), "killed without a word, the journal is still there"
    assert found(at_rest, {"what": "open-a-stall"}), "what is not sealed is found"
    assert found(at_rest, CANARIES) == []
