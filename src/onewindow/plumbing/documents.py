"""PDF documents from Typst: one compiler for the process, our own fonts alone, and the same bytes for the same content."""

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

_lock = threading.Lock()  # one compiler is not for two threads at once


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


@cache
def _compiler() -> typst.Compiler:
    found = find_spec("pylopdf_fonts_zh_cn")
    if found is None or found.origin is None:
        message = "The fonts of documents are missing: install pylopdf-fonts-zh-cn."
        raise RuntimeError(message)
    return typst.Compiler(font_paths=[str(Path(found.origin).parent)], ignore_system_fonts=True)
