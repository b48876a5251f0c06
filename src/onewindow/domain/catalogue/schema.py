"""The published JSON Schema (2020-12) of the catalogue format, the guide's own schema in it."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


def catalogue_schema() -> dict[str, Any]:
    """Return the JSON Schema of a catalogue file; what refers from one object to another is checked on reading only."""
    return json.loads(_text())  # type: ignore[no-any-return]  # our own schema is a mapping


@cache
def _text() -> str:
    return files("onewindow.domain.catalogue").joinpath("schema.json").read_text(encoding="utf-8")
