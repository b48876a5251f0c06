"""Files that people and offices give: judged by their content, kept once, named by rows."""

from onewindow.plumbing.files.judge import LIMIT_BYTES, MEDIA_TYPES, FileRefused
from onewindow.plumbing.files.store import Examined, StoredFile, details, examine, forget, keep, open, store, sweep  # noqa: A004  (files.open reads well)

__all__ = [
    "LIMIT_BYTES",
    "MEDIA_TYPES",
    "Examined",
    "FileRefused",
    "StoredFile",
    "details",
    "examine",
    "forget",
    "keep",
    "open",
    "store",
    "sweep",
]
