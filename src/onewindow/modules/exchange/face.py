"""The face channel over HTTP, for the module of identity below.

Shape: POST {base}/checks {name, idNumber, returnUrl} → 201 {checkId, url};
GET {base}/checks/{checkId} → {state: waiting | passed | failed}. The key goes in X-Api-Key.
"""

from typing import Any
from urllib.parse import quote

import httpx
from django.conf import settings

from onewindow.modules.identity.services import Claimed, FaceBegun, Outcome, SourceSilent

SECONDS = 5.0


class HttpFace:
    """The provider that the settings name."""

    def begin(self, claimed: Claimed, *, back: str) -> FaceBegun:
        """Begin a check. Raises: SourceSilent."""
        told = self._ask("POST", "/checks", {"name": claimed.name, "idNumber": claimed.resident_id, "returnUrl": back})
        check, address = told.get("checkId"), told.get("url")
        if not isinstance(check, str) or not isinstance(address, str) or not address.startswith(("https://", "http://")):
            raise SourceSilent
        return FaceBegun(check[:200], address)

    def outcome(self, check: str) -> Outcome:
        """Return how a check stands. Raises: SourceSilent."""
        state = self._ask("GET", f"/checks/{quote(check, safe='')}").get("state")
        if state == "passed":
            return "passed"
        return "failed" if state == "failed" else "waiting"

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        if not settings.ONEWINDOW_FACE_URL:
            raise SourceSilent
        headers = {"X-Api-Key": settings.ONEWINDOW_FACE_KEY}
        try:
            answer = httpx.request(method, settings.ONEWINDOW_FACE_URL + path, json=body, headers=headers, timeout=SECONDS, trust_env=False)
            told = answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            raise SourceSilent from None
        if not isinstance(told, dict):
            raise SourceSilent
        return told
