"""Time stamps of an outside authority over the exchanges, so that nobody can move them in time (RFC 3161)."""

from datetime import datetime


def require_fresh(*, resource: str, now: datetime) -> None:
    """Raises: ExchangeStopped where time stamps have been missing for too long."""
