"""What must be true of the repository as a whole."""

import importlib
import pkgutil
import re
import string
import subprocess
from pathlib import Path

import pytest

import onewindow
from onewindow.domain.errors import DomainError

ROOT = Path(__file__).resolve().parents[2]
REGISTRY_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs.org", "deb." + "debian.org")


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def _errors(of: type[DomainError] = DomainError) -> list[type[DomainError]]:
    found = [of]
    for subclass in of.__subclasses__():
        found += _errors(subclass)
    return found


@pytest.fixture(scope="module")
def every_error() -> list[type[DomainError]]:
    for module in pkgutil.walk_packages(onewindow.__path__, "onewindow."):
        if not re.search(r"\.(migrations|config|wsgi|asgi)(\.|$)", module.name):
            importlib.import_module(module.name)
    return [error for error in dict.fromkeys(_errors()) if error.__module__.startswith("onewindow.")]


def test_no_file_names_a_package_registrys_host() -> None:
    naming = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in _tracked()
        if path.suffix not in {".png", ".pdf", ".jpg"}
        for host in REGISTRY_HOSTS
        if host in path.read_text(encoding="utf-8", errors="ignore")
    ]
    assert naming == []


def test_every_error_has_a_code_of_its_own(every_error: list[type[DomainError]]) -> None:
    codes: dict[str, set[str]] = {}
    for error in every_error:
        if "code" in vars(error):
            codes.setdefault(error.code, set()).add(error.__qualname__)
    assert len(codes) > 10
    assert {code: names for code, names in codes.items() if len(names) > 1} == {}


def test_every_error_says_something_in_a_sentence(every_error: list[type[DomainError]]) -> None:
    for error in every_error:
        assert error.template.rstrip("”\"'").endswith((".", "?", "}")), f"{error.__qualname__}: {error.template}"
        for _, name, _, _ in string.Formatter().parse(error.template):
            assert name is None or name.isidentifier(), f"{error.__qualname__} has a nameless value"


def test_every_requirement_is_pinned_with_its_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.findall(r"^\S+==\S+ \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE)
        assert len(blocks) == len(re.findall(r"^[a-zA-Z0-9]", text, re.MULTILINE)), name
