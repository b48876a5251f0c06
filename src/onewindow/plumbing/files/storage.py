"""Files on disk, sealed, under a keyed hash of what they hold: written beside, made durable, then moved into place."""

import fcntl
import hashlib
import io
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from onewindow.plumbing.files import sealed
from onewindow.plumbing.sealing import keys


class ContentStorage(FileSystemStorage):
    """Keeps each content once; saving it again only makes it young, so that the sweep leaves it alone."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002  (Django calls it so)
        return name

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]  # generic in the stubs alone
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.held(exclusive=False):
            if target.exists():
                os.utime(target)
            else:
                _write_durably(target, sealed.sealed(content.chunks(), target.name))
        return name

    def _open(self, name: str, mode: str = "rb") -> File:  # type: ignore[type-arg]  # generic in the stubs alone
        del mode  # what is kept is never written over
        path = Path(self.path(name))
        file = path.open("rb")
        head = file.read(len(sealed.MARK))
        file.seek(0)
        if head == sealed.MARK:
            return File(io.BufferedReader(sealed.SealedReader(file, path.name)), name=name)
        with file:
            content = file.read()
        # From before files were sealed: kept under its own hash, so that nothing else can take its place.
        if hashlib.sha256(content).hexdigest() != path.name:
            message = f"The file {path.name} is not what was kept under this name."
            raise keys.SealBroken(message)
        return ContentFile(content, name=name)

    def write_anew(self, name: str) -> None:
        """Seal a kept file under the newest data key, where it lies."""
        with self.held(exclusive=False), self._open(name) as content:
            _write_durably(Path(self.path(name)), sealed.sealed(content.chunks(), Path(name).name))

    @contextmanager
    def held(self, *, exclusive: bool) -> Iterator[None]:
        """Keep the sweep and the writers apart, over all processes of this machine."""
        root = Path(self.location)
        root.mkdir(parents=True, exist_ok=True)
        with (root / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
            yield


def _write_durably(target: Path, chunks: Iterable[bytes]) -> None:
    own = target.with_name(f".{secrets.token_hex(8)}")
    try:
        with own.open("xb") as file:
            for chunk in chunks:
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
