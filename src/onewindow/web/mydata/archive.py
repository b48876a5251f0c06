"""Everything that is held about somebody as one archive: a JSON file for programs, a page for people, and the documents."""

import json
import zipfile
from collections.abc import Iterable
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from onewindow.domain.errors import NotFound
from onewindow.plumbing import files
from onewindow.plumbing.personal import Part

IN_MEMORY = 4 * 1024 * 1024


def pack(parts: Iterable[Part], *, at: datetime) -> IO[bytes]:
    """Return the archive, at its beginning. A document whose content is gone is named in `my-data.json` and left out."""
    parts = list(parts)
    archive: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the response closes it)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        whole = {"made_at": at, "parts": {part.name: part.data for part in parts}}
        packed.writestr("my-data.json", json.dumps(whole, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder))
        packed.writestr("my-data.html", render_to_string("mydata/archive.html", {"at": at, "parts": [_readable(part) for part in parts]}))
        for part in parts:
            for name, file_id in part.files.items():
                _add(packed, name, file_id)
    archive.seek(0)
    return archive


def _add(packed: zipfile.ZipFile, name: str, file_id: Any) -> None:
    try:
        content = files.open(file_id)
    except NotFound:
        return
    with content, packed.open(f"documents/{name}", "w") as target:
        while piece := content.read(1024 * 1024):
            target.write(piece)


def _readable(part: Part) -> dict[str, Any]:
    rows = part.data.items() if isinstance(part.data, dict) else [("", part.data)]
    return {"name": part.name, "rows": [(key, _text(value)) for key, value in rows], "files": list(part.files)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
