"""Files in requests."""

from ninja import UploadedFile

from onewindow.plumbing.files import LIMIT_BYTES
from onewindow.plumbing.files.judge import FileTooLarge, plain_name


def content_of(file: UploadedFile) -> bytes:
    """Return what a file holds; one that is too large is not even read. Raises: FileTooLarge."""
    size = file.size or 0
    if size > LIMIT_BYTES:
        raise FileTooLarge(name=plain_name(file.name or ""), megabytes=f"{size / 1024 / 1024:.1f}")
    return bytes(file.read())
