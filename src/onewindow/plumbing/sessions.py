"""Sessions in the database, sealed: a phone that is being proven, or a code that was sent, stands in them for some minutes."""

from typing import Any

from django.contrib.sessions.backends import db

from onewindow.plumbing import sealing


class SessionStore(db.SessionStore):
    """Django's own sessions, of which the database holds only what this installation can read."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return sealing.seal(self.serializer().dumps(session_dict).decode("latin-1"), purpose="sessions")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            return dict(self.serializer().loads(sealing.unseal(str(session_data), purpose="sessions").encode("latin-1")))
        except (sealing.SealBroken, ValueError):
            return {}  # whoever comes with a session that does not open logs in again
