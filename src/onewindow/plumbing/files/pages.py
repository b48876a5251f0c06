"""Pictures of a PDF's pages, drawn by a program of its own: whatever a file does to its reader, it does it there."""

import subprocess
import sys
import threading
from pathlib import Path

from onewindow.domain.errors import DomainError

PROGRAM = Path(__file__).with_name("draw_pages.py")
SECONDS = 20
_turn = threading.BoundedSemaphore(2)  # a page waits for its turn: the machine has more to do than to draw


class PagesNotDrawn(DomainError):
    """Nobody can read it, or it takes too long."""

    code = "pages-not-drawn"
    template = "The pages of this PDF cannot be shown here. Open the file itself instead."
    status = 422


def picture_of(content: bytes) -> bytes:
    """Return the first pages of a PDF, one below the other, as one JPEG. Raises: PagesNotDrawn."""
    with _turn:
        try:
            done = subprocess.run(  # noqa: S603  (our own program; the file comes by stdin)
                [sys.executable, "-I", str(PROGRAM)], input=content, capture_output=True, timeout=SECONDS, check=True
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise PagesNotDrawn from error
    return done.stdout
