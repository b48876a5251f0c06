"""The public face of a module is its services and selectors: nothing else of it is imported from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

import onewindow

FACES = {"services", "selectors"}
SOURCE = Path(onewindow.__file__).parent
ALLOWED_HTTP = {"modules/identity/adapter.py", "plumbing/network.py"}
"""allauth hands its adapter the request; the address that asks stands in the request, and four places must read it alike."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("onewindow", cache_dir=None)


def _part(name: str) -> tuple[str, str] | None:
    """Return (module, its part) for onewindow.modules.<module>.<part>…"""
    found = re.match(r"onewindow\.modules\.(\w+)(?:\.(\w+))?", name)
    return (found[1], found[2] or "") if found else None


def test_nobody_reaches_past_the_public_face_of_a_module(graph: grimp.ImportGraph) -> None:
    modules = {part[0] for name in graph.modules if (part := _part(name))}
    assert {"identity", "catalogue", "exchange", "cases"} <= modules
    trespasses = []
    for importer in graph.modules:
        own = _part(importer)
        for imported in graph.find_modules_directly_imported_by(importer):
            other = _part(imported)
            if other and (own is None or own[0] != other[0]) and other[1] not in FACES:
                trespasses.append(f"{importer} imports {imported}")
    assert trespasses == []


def test_http_objects_stay_on_the_upper_floors() -> None:
    lower = [path for floor in ("domain", "plumbing", "modules") for path in (SOURCE / floor).rglob("*.py")]
    assert len(lower) > 100
    naming = [
        str(path.relative_to(SOURCE))
        for path in lower
        if re.search(r"^\s*(from|import) (django\.http|django\.shortcuts|ninja)\b", path.read_text(), re.MULTILINE)
    ]
    assert [name for name in naming if name not in ALLOWED_HTTP] == []


def test_the_graph_holds_what_it_is_asked_about(graph: grimp.ImportGraph) -> None:
    """A guard against a guard that sees nothing: the cases' services do import their own models."""
    importers = graph.find_modules_that_directly_import("onewindow.modules.cases.models")
    assert any(name.startswith("onewindow.modules.cases.services") for name in importers)


def test_a_site_starts_without_the_heavy_libraries_that_few_acts_need() -> None:
    heavy = ["numpy", "pyarrow", "scipy", "zeep", "asyncssh", "rdflib", "pypinyin"]
    code = f"import sys, onewindow.config.wsgi; print(*[name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
