"""Draws the first pages of a PDF one below the other, as a program of its own: so much time and memory, and no more.

Reads the PDF from stdin and writes one JPEG to stdout. It imports nothing of ours, and what it reads lies in memory alone.
"""

import io
import os
import resource
import sys

import typst
from PIL import Image

MOST_PAGES = 12
WIDTH, HEIGHT = 1000, 1414
"""Every page is drawn into a sheet of this form, whatever it says of its size.  Unit: dots."""
GAP = 16
SECONDS, BYTES = 10, 2 << 30


def main() -> int:
    """Return 0 where at least one page could be drawn."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    memory = os.memfd_create("pdf")
    with os.fdopen(memory, "wb", closefd=False) as file:
        file.write(sys.stdin.buffer.read())
    compiler = typst.Compiler(root="/proc/self/fd", ignore_system_fonts=True)
    pages = []
    for number in range(1, MOST_PAGES + 1):
        try:
            pages.append(_page(compiler, memory, number))
        except typst.TypstError:  # there is no such page, or nobody can read it
            break
    if not pages:
        return 1
    strip = Image.new("RGB", (WIDTH, len(pages) * (HEIGHT + GAP) - GAP), "#d5dde8")
    for place, page in enumerate(pages):
        strip.paste(page, (0, place * (HEIGHT + GAP)))
    strip.save(sys.stdout.buffer, "JPEG", quality=82)
    return 0


def _page(compiler: typst.Compiler, memory: int, number: int) -> Image.Image:
    source = (
        f"#set page(width: {WIDTH}pt, height: {HEIGHT}pt, margin: 0pt, fill: white)\n"
        f'#image("/{memory}", format: "pdf", page: {number}, width: 100%, height: 100%, fit: "contain")'
    )
    drawn = compiler.compile(input=source.encode(), format="png", ppi=72.0)
    if not isinstance(drawn, bytes):
        message = "The compiler gave no picture."
        raise TypeError(message)
    with Image.open(io.BytesIO(drawn)) as page:
        return page.convert("RGB")


if __name__ == "__main__":
    sys.exit(main())
