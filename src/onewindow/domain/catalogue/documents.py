"""Catalogue objects as plain JSON documents, by section and id: what is stored, digested and exported."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from onewindow.domain.catalogue.problems import CatalogueRefused, Problem

FORMAT = "onewindow-catalogue/1"

KINDS = ("organisations", "parties", "elements", "resources", "evidence_types", "services", "events")
"""The sections of a catalogue file, in the order of an exported one."""

_SINGULAR = {"organisation": "organisations", "party": "parties", "element": "elements", "resource": "resources",
             "evidence_type": "evidence_types", "service": "services", "event": "events"}  # fmt: skip

Document = Mapping[str, Any]
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

Documents = Mapping[tuple[str, str], Document]
"""(kind, id) → document."""


def kind_of(name: str) -> str:
    """Return the kind for `event` and `events` alike.

    >>> kind_of("party"), kind_of("services")
    ('parties', 'services')
    """
    kind = _SINGULAR.get(name, name)
    if kind not in KINDS:
        raise ValueError(f"“{name}” is no kind of catalogue object; the kinds are {', '.join(KINDS)}.")
    return kind


def canonical(value: object) -> str:
    """Return the one JSON text for a value: sorted keys, no spaces.

    >>> canonical({"b": 1, "a": "街"})
    '{"a":"街","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def require_storable(documents: Documents) -> None:
    """Stop at values that JSON or the database cannot hold: NUL characters and numbers that are none.

    Raises: CatalogueRefused, naming every object that holds one.
    """
    problems = tuple(
        Problem(f"{kind} {key}", 0, "catalogue-not-storable", found, "Take it away, or write it as text.")
        for (kind, key), document in documents.items()
        if (found := _unstorable(document))
    )
    if problems:
        raise CatalogueRefused(problems=problems)


def _unstorable(document: Document) -> str | None:
    try:
        text = json.dumps(document, allow_nan=False)
    except ValueError:
        return "a number is infinite or not a number"
    return "a text holds a NUL character" if "\\u0000" in text.replace("\\\\", "") else None


def digest(documents: Documents) -> str:
    """Return the SHA-256 of the whole catalogue: the same objects in any order of files give the same digest."""
    hasher = hashlib.sha256()
    for (kind, key), document in sorted(documents.items(), key=lambda item: item[0]):
        hasher.update(canonical([kind, key, document]).encode())
        hasher.update(b"\n")
    return hasher.hexdigest()


def by_kind(documents: Documents) -> dict[str, list[dict[str, Any]]]:
    """Return kind → documents by id, the kinds in the order of the format; empty kinds are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in KINDS:
        rows = [dict(document) for (its_kind, _), document in sorted(documents.items(), key=lambda item: item[0]) if its_kind == kind]
        if rows:
            found[kind] = rows
    return found


def as_json(documents: Documents) -> str:
    """Return one catalogue file in JSON."""
    return json.dumps({"format": FORMAT, **by_kind(documents)}, ensure_ascii=False, indent=2) + "\n"


def as_yaml(documents: Documents) -> str:
    """Return one catalogue file in YAML that means the same to readers of YAML 1.1 and 1.2."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes every text that either version could take for something else, and writes no anchors."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (PyYAML calls it so)
            return True

    def represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        plain = re.fullmatch(r"[^\W\d_][^:#\n'\"]*", text) and text.lower() not in _WORDS and not text.endswith(" ")
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')

    Dumper.add_representer(str, represent)
    return yaml.dump({"format": FORMAT, **by_kind(documents)}, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=140)
