"""The plumbing's own periodic jobs."""

from datetime import datetime

from onewindow.plumbing import files, idempotency, outbox


@outbox.every(3600, "plumbing.purge-idempotency-keys")
def purge_idempotency_keys(*, now: datetime) -> None:
    """Forget keys that are older than promised."""
    idempotency.purge(now=now)


@outbox.every(6 * 3600, "plumbing.sweep-files")
def sweep_files(*, now: datetime) -> None:
    """Remove contents that no row names: their transaction never committed."""
    files.sweep(now=now)
