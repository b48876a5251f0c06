"""Files that people and offices give: judged by their content, kept once, named by rows."""

from onewindow.plumbing.files.judge import LIMIT_BYTES, MEDIA_TYPES, FileRefused
from onewindow.plumbing.files.pages import PagesNotDrawn, picture_of
from onewindow.plumbing.files.store import (
    Examined,
    StoredFile,
    details,
    examine,
    forget,
    keep,
    open,  # noqa: A004  (files.open reads well)
    seal_older,
    store,
    sweep,
    unsealed,
)

__all__ = [
    "LIMIT_BYTES",
    "MEDIA_TYPES",
    "Examined",
    "FileRefused",
    "PagesNotDrawn",
    "StoredFile",
    "details",
    "examine",
    "forget",
    "keep",
    "open",
    "picture_of",
    "seal_older",
    "store",
    "sweep",
    "unsealed",
]
