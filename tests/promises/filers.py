"""Clients that file one case after another, as honest clients do: a key of their own, the same again until it is answered, a journal."""

import json
import os
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import httpx

GIVES_UP_AFTER = 60
"""How long a site may answer with errors of its own. Unit: seconds."""


@dataclass
class Filer:
    """One client. Its journal says, durably, what it set out to file and what the site acknowledged."""

    address: str
    token: str
    journal: Path
    stop: threading.Event
    most: int
    filed: int = 0
    retries: int = 0
    troubles: list[str] = field(default_factory=list)

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        with (
            httpx.Client(base_url=self.address, headers=headers, timeout=20) as client,
            self.journal.open("a", encoding="utf-8") as journal,
        ):
            while not self.stop.is_set() and self.filed < self.most:
                number = str(uuid.uuid4())
                begun = self._until_answered(client, "POST", "/api/v1/drafts", {"event": "open-a-stall"}, key=f"begin-{number}")
                draft = begun["id"]
                values = {"stall-place": f"Row {self.filed}", "stall-size": self.filed % 40 + 1}
                self._until_answered(client, "PUT", f"/api/v1/drafts/{draft}/elements", {"version": begun["version"], "values": values})
                self._note(journal, {"draft": draft, "key": number})
                answer = self._until_answered(client, "POST", f"/api/v1/drafts/{draft}/file", {"declared": True}, key=number)
                self._note(journal, {"draft": draft, "key": number, "reference": answer["reference"], "case": answer["case_id"]})
                self.filed += 1

    def _until_answered(self, client: httpx.Client, method: str, path: str, body: dict[str, object], key: str = "") -> dict[str, str]:
        """Send the same until something answers; a stale version after a lost answer means that it was saved."""
        patience = time.monotonic() + GIVES_UP_AFTER
        while True:
            try:
                response = client.request(method, path, json=body, headers={"Idempotency-Key": key} if key else {})
            except httpx.HTTPError:
                self.retries += 1
                time.sleep(0.05)
                continue
            if response.status_code < 300:
                return dict(response.json())
            if response.status_code == 409 and response.json().get("code") == "stale-draft":
                return {}
            self.troubles.append(f"{method} {path}: {response.status_code} {response.text[:200]}")
            if response.status_code < 500 or time.monotonic() > patience:
                raise AssertionError(self.troubles[-1])
            time.sleep(0.05)

    def _note(self, journal: object, line: dict[str, str]) -> None:
        journal.write(json.dumps(line) + "\n")  # type: ignore[attr-defined]
        journal.flush()  # type: ignore[attr-defined]
        os.fsync(journal.fileno())  # type: ignore[attr-defined]


def read_journals(folder: Path) -> tuple[dict[str, str], set[str]]:
    """Return {draft: acknowledged reference} and every draft that was sent."""
    acknowledged, sent = {}, set()
    for path in sorted(folder.glob("journal-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            sent.add(row["draft"])
            if "reference" in row:
                acknowledged[row["draft"]] = row["reference"]
    return acknowledged, sent
