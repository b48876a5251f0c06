"""PDF documents from Typst: one compiler for the process, our own fonts alone, and the same bytes for the same content."""

import json
import threading
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import qrcode
import typst

from onewindow.domain.catalogue.model import Text
from onewindow.plumbing import text

_lock = threading.Lock()  # one compiler is not for two threads at once

LOOK = """
#let it = json(bytes(sys.inputs.content))
#set document(title: it.title, author: it.by)
#set page(paper: "a4", margin: (x: 24mm, top: 24mm, bottom: 22mm), footer: text(size: 8.5pt, fill: rgb("#4a5a73"))[
  #it.by #h(1fr) #it.code #context if counter(page).final().first() > 1 [#h(8pt) #counter(page).display("1 / 1", both: true)]])
#set text(font: "Noto Sans SC", size: 11pt, fill: rgb("#16233b"), lang: it.lang)
#set par(leading: 0.75em)
#let soft(words) = text(size: 9pt, fill: rgb("#4a5a73"))[#words]
#let facts(rows, size, gap: 8pt) = table(
  columns: (36%, 1fr), stroke: (x, y) => (bottom: 0.5pt + rgb("#d5dde8")),
  inset: (x, y) => (left: 0pt, right: if x == 0 { 10pt } else { 0pt }, y: gap),
  ..rows.map(row => (text(fill: rgb("#4a5a73"))[#row.at(0)], text(size: size)[#row.at(1)])).flatten()
)
#text(size: 10pt, fill: rgb("#4a5a73"))[#it.kind]
#v(-4pt)
#text(size: 22pt, fill: rgb("#073e78"))[#it.title]
#line(length: 100%, stroke: 1.2pt + rgb("#0b5cad"))
"""
"""How every document of ours begins. It reads `kind`, `title`, `by` (who we are), `code` (in the footer) and `lang` of the content."""

_WORDS: Mapping[str, Text] = {
    "yes": {"zh": "是", "en": "yes", "ru": "да"},
    "no": {"zh": "否", "en": "no", "ru": "нет"},
    "yuan": {"zh": "{amount} 元", "en": "¥{amount}", "ru": "{amount} юаней"},
}


def pdf(*, template: str, content: Mapping[str, Any], at: datetime) -> bytes:
    """Return a document. `template` is Typst of ours; it reads `content` as `json(bytes(sys.inputs.content))`, never as markup.

    `at` is the moment that the document itself bears: the same template, content and moment give the same bytes.
    """
    inputs = {"content": json.dumps(content, ensure_ascii=False, sort_keys=True)}
    with _lock:
        made = _compiler().compile(input=template.encode(), format="pdf", sys_inputs=inputs, timestamp=int(at.timestamp()))
    if not isinstance(made, bytes):
        message = "The compiler gave no document."
        raise TypeError(message)
    return made


def pages(*, template: str, content: Mapping[str, Any], at: datetime) -> list[bytes]:
    """Return the pages of the same document as SVG: for a browser that prints it and keeps no file."""
    inputs = {"content": json.dumps(content, ensure_ascii=False, sort_keys=True)}
    with _lock:
        made = _compiler().compile(input=template.encode(), format="svg", sys_inputs=inputs, timestamp=int(at.timestamp()))
    return [made] if isinstance(made, bytes) else [page for page in made or [] if isinstance(page, bytes)]


@cache
def _compiler() -> typst.Compiler:
    found = find_spec("pylopdf_fonts_zh_cn")
    if found is None or found.origin is None:
        message = "The fonts of documents are missing: install pylopdf-fonts-zh-cn."
        raise RuntimeError(message)
    return typst.Compiler(font_paths=[str(Path(found.origin).parent)], ignore_system_fonts=True)


def typst_language(language: str) -> str:
    """Return the language as Typst wants it, of those we speak."""
    return {"zh": "zh", "ru": "ru"}.get(language[:2], "en")


def said(value: Any, kind: str, choices: Iterable[Mapping[str, object]], language: str) -> str:
    """Return a stored value as it stands on paper: choices by their names, amounts in yuan, days as everybody reads them."""
    if isinstance(value, bool):
        return text.localised(_WORDS["yes" if value else "no"], language)
    if kind == "money" and isinstance(value, int):
        return yuan(value, language)
    if kind == "date":
        return date.fromisoformat(str(value)).isoformat()
    if kind == "group" and isinstance(value, list):
        told = {str(member["id"]): member for member in choices}
        return "; ".join(", ".join(_of_member(row, member, language) for name, member in told.items() if name in row) for row in value)
    if isinstance(value, list):
        return "; ".join(", ".join(str(part) for part in row.values()) if isinstance(row, Mapping) else str(row) for row in value)
    chosen = next((row["name"] for row in choices if str(row.get("id")) == str(value)), None)
    return text.localised(chosen, language) if isinstance(chosen, Mapping) else str(value)


def _of_member(row: Mapping[str, Any], member: Mapping[str, Any], language: str) -> str:
    return said(row[str(member["id"])], str(member["type"]), member["values"], language)


def yuan(fen: int, language: str) -> str:
    """Return an amount.  Unit: fen.

    >>> yuan(123456, "en"), yuan(5, "zh-hans")
    ('¥1,234.56', '0.05 元')
    """
    return text.localised(_WORDS["yuan"], language).format(amount=f"{fen / 100:,.2f}")


def qr(address: str) -> str:
    """Return an address as a picture that telephones read, as SVG: Typst draws it with `image(bytes(…), format: "svg")`."""
    code = qrcode.QRCode(border=0)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{path}" fill="#16233b"/></svg>'
