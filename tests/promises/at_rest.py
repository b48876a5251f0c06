"""Searching every byte at rest for texts that must not stand there, in whatever way they may be written."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.db import connection


def forms(canary: str) -> Iterator[bytes]:
    """Give every way in which a text may stand on a disk."""
    plain = canary.encode()
    yield from {plain, json.dumps(canary)[1:-1].encode(), plain.hex().encode(), canary.encode("utf-16-le")}
    for shift in range(3):  # base64 depends on where the text begins; its ends depend on the neighbours
        yield base64.b64encode(b"\0" * shift + plain + b"\0" * (-(len(plain) + shift) % 3))[(4 if shift else 0) : -4]


def found(rest: Iterable[tuple[str, bytes]], canaries: Mapping[str, str]) -> list[str]:
    """Return what of the canaries stands where."""
    searched = {name: list(forms(canary)) for name, canary in canaries.items()}
    return [f"{name} in {where}" for where, held in rest for name, ways in searched.items() if any(way in held for way in ways)]


def database() -> Iterator[tuple[str, bytes]]:
    """Give every byte of the database: the pages of SQLite, or each table of PostgreSQL as a dump writes it."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        yield "the database", connection.connection.serialize()
        return
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{name}" t')  # noqa: S608
            yield name, "\n".join(row[0] for row in cursor.fetchall()).replace("\\\\", "\\").encode()  # rows double them


def folder(root: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file below a folder, with its name."""
    for path in root.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(root)), str(path).encode() + path.read_bytes()
