"""The root of the time-stamping authority that the sources play: new at each of their starts, and trusted by a demonstration alone."""

import urllib.request
from pathlib import Path

ROOTS = "tsa-roots.pem"


def trust(folder: Path, sources: str) -> None:
    """Add the root that the sources serve now to those of earlier starts, so that older stamps still hold."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{sources}/tsa/root.pem", timeout=5) as answer:
        root = answer.read(10_000).decode("ascii")
    kept = folder / ROOTS
    known = kept.read_text(encoding="ascii") if kept.exists() else ""
    if root not in known:
        own = kept.with_suffix(".part")
        own.write_text(known + root, encoding="ascii")
        own.replace(kept)
