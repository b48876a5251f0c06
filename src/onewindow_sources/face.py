"""A face channel: another program asks for a check, the person goes to its page, looks into the camera, and comes back.

Nobody's face is compared here: the page has two links, one for each outcome.
"""

import html
import secrets
import threading
from dataclasses import dataclass

name = "face"
"""Of its faults, beside the registers'."""
api, page = "/face/v1/checks", "/face/check/"
_outcomes = {"pass": "passed", "fail": "failed"}
most_checks = 1000


@dataclass
class Check:
    """One check; `state`: waiting, passed, failed. The name and the number are the provider's to compare; here nobody keeps them."""

    back: str
    state: str = "waiting"


class FaceChannel:
    """The checks that were asked for, the latest thousand. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._checks: dict[str, Check] = {}

    def begin(self, asked: dict[str, object]) -> str | None:
        """Return the id of a new check, or None where the question is not whole."""
        back = asked.get("returnUrl")
        whole = all(isinstance(asked.get(key), str) and asked[key] for key in ("name", "idNumber"))
        if not whole or not isinstance(back, str) or not back.startswith(("http://", "https://")):
            return None
        key = secrets.token_urlsafe(18)
        with self._lock:
            while len(self._checks) >= most_checks:
                self._checks.pop(next(iter(self._checks)))
            self._checks[key] = Check(back)
        return key

    def state(self, key: str) -> str | None:
        """Return how a check stands, or None where there is none."""
        with self._lock:
            found = self._checks.get(key)
            return found.state if found else None

    def settle(self, key: str, outcome: str) -> str | None:
        """Settle a check once, and return where the person goes back to."""
        with self._lock:
            found = self._checks.get(key)
            if found is None or outcome not in _outcomes:
                return None
            if found.state == "waiting":
                found.state = _outcomes[outcome]
            return found.back

    def draw(self, key: str) -> bytes | None:
        """Return the page of a check."""
        if self.state(key) is None:
            return None
        place = html.escape(f"{page}{key}", quote=True)
        text = (
            "<!doctype html><html lang=zh><meta charset=utf-8><title>人脸核验（模拟）</title>"
            "<h1>人脸核验（模拟）</h1><p>This program plays a face channel. Choose how the check ends.</p>"
            f"<p><a id=pass href='{place}/pass'>通过 · pass</a></p><p><a id=fail href='{place}/fail'>不通过 · fail</a></p></html>"
        )
        return text.encode()
