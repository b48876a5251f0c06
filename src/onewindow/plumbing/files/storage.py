"""Files on disk under the hash of what they hold: written beside, made durable, then moved into place."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class ContentStorage(FileSystemStorage):
    """Keeps each content once; saving it again only makes it young, so that the sweep leaves it alone."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        return name

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.held(exclusive=False):
            if target.exists():
                os.utime(target)
            else:
                _write_durably(target, content)
        return name

    @contextmanager
    def held(self, *, exclusive: bool) -> Iterator[None]:
        """Keep the sweep and the writers apart, over all processes of this machine."""
        root = Path(self.location)
        root.mkdir(parents=True, exist_ok=True)
        with (root / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
            yield


def _write_durably(target: Path, content: File) -> None:  # type: ignore[type-arg]
    own = target.with_name(f".{secrets.token_hex(8)}")
    try:
        with own.open("xb") as file:
            for chunk in content.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        own.replace(target)
    finally:
        own.unlink(missing_ok=True)
    for folder in (target.parent, target.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
