"""Files named on the command line."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from onewindow.cli.failures import Failure

_SUFFIXES = {".yaml", ".yml", ".json"}


def catalogue_files(paths: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """Return (name, content) of each file; a directory stands for every YAML and JSON file below it.

    Raises: Failure.
    """
    found: dict[Path, tuple[str, bytes]] = {}
    for path in [Path(name) for name in paths]:
        inside = (
            sorted(child for child in path.rglob("*") if child.suffix.lower() in _SUFFIXES and child.is_file()) if path.is_dir() else [path]
        )
        if not inside:
            raise Failure(f"{path} holds no YAML or JSON file.")
        for file in inside:
            found.setdefault(file.resolve(), (str(file), content(file)))
    return list(found.values())


def with_wsdl(connectors: Iterable[Any], folder: Path) -> list[Any]:
    """Return connectors with the description that each names by `wsdl_file`, beside the file it stands in, put in its place.

    Raises: Failure.
    """
    found = []
    for row in connectors:
        if isinstance(row, Mapping) and "wsdl_file" in row:
            told = content(folder / str(row["wsdl_file"])).decode("utf-8", "replace")
            found.append({**{key: value for key, value in row.items() if key != "wsdl_file"}, "wsdl": told})
        else:
            found.append(row)
    return found


def _inside(folder: Path) -> list[Path]:
    return sorted(child for child in folder.rglob("*") if child.suffix.lower() in _SUFFIXES and child.is_file())


def content(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises: Failure.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None


def private(path: Path) -> Path:
    """Make a file readable for its owner alone before anything is in it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    path.chmod(0o600)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a text that only the owner of the file reads.

    Raises: Failure.
    """
    try:
        private(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{path} cannot be written: {(error.strerror or str(error)).lower()}. Choose another place.") from None
