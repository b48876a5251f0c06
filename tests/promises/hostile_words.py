"""Texts that try to become script wherever a page shows them; what ran says so in `window.ran`."""

import copy
from collections.abc import Iterator
from typing import Any

WORDS = (
    "<script>window.ran=1</script>",
    "</title></textarea></style><script>window.ran=1</script>",
    '"><script>window.ran=1</script>',
    "'><img src=x onerror=window.ran=1>",
    '<img src="x" onerror="window.ran=1">',
    '" autofocus onfocus="window.ran=1" x="',
    "' autofocus onfocus='window.ran=1' x='",
    "<svg onload=window.ran=1>",
    "<svg><script>window.ran=1</script></svg>",
    "</text></svg><script>window.ran=1</script>",
    '<svg><animate onbegin="window.ran=1" attributeName=x dur=1s>',
    "<math><mtext><table><mglyph><style><img src=x onerror=window.ran=1>",
    "javascript:window.ran=1",
    "<a href='javascript:window.ran=1' autofocus>x</a>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<object data='javascript:window.ran=1'></object>",
    "<details open ontoggle=window.ran=1>x</details>",
    "<form action=javascript:window.ran=1><button autofocus>x</button></form>",
    "<base href='//example.org/'>",
    "<meta http-equiv=refresh content='0;url=javascript:window.ran=1'>",
    "<link rel=stylesheet href='data:text/css,*{color:red}'>",
    "<style>*{color:red}</style>",
    '" style="color:red" x="',
    "${window.ran=1}{{constructor.constructor('window.ran=1')()}}{% now 'Y' %}",
    "`-window.ran=1-`';window.ran=1//\\';window.ran=1//",
    "</script><script>window.ran=1</script>",
    "--><script>window.ran=1</script><!--",
    "]]><script>window.ran=1</script>",
    '<div hx-on:load="window.ran=1" hx-get="/" hx-trigger="load">x</div>',
    "<input onfocus=window.ran=1 autofocus>",
    "<video><source onerror=window.ran=1></video>",
    "\u003cscript\u003ewindow.ran=1\u003c/script\u003e &lt;script&gt;window.ran=1&lt;/script&gt;",
)


def words(first: int = 0) -> Iterator[str]:
    """Give them round and round, beginning at one of them, each time with a number so that no two are equal."""
    number = first
    while True:
        yield f"{WORDS[number % len(WORDS)]} {number}"
        number += 1


def hostile_town(documents: dict[str, Any], own: Iterator[str]) -> dict[str, Any]:
    """Return the catalogue with every name and title in it replaced, in every language."""
    found = copy.deepcopy(documents)
    for kind in ("organisations", "elements", "resources", "evidence_types", "services", "events"):
        for row in found[kind]:
            row["name"] = {language: next(own) for language in ("zh", "en", "ru")}
            for question in row.get("questions", ()):
                question["name"] = {language: next(own) for language in ("zh", "en", "ru")}
            for basis in row.get("legal_basis", ()):
                basis["title"] = next(own)
            if kind == "services":
                for step in row["steps"]:
                    step["name"] = {language: next(own) for language in ("zh", "en", "ru")}
    return found
