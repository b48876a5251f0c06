"""Every guard of the code, found by reading it; and a way to take one out."""

import ast
import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onewindow
from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor

SOURCE = Path(onewindow.__file__).parent


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """One place that asks `permissions.require` or `permissions.allowed`."""

    file: str
    function: str
    asks: str
    code: str

    def __str__(self) -> str:
        return f"{self.file}:{self.function} {self.asks} {self.code}"


def sites(*folders: str) -> list[Site]:
    """Return every guard in these folders of the package."""
    found = set()
    for folder in folders:
        for path in sorted((SOURCE / folder).rglob("*.py")):
            found |= set(_sites_of(path))
    return sorted(found)


def _sites_of(path: Path) -> Iterator[Site]:
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in _within(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "permissions":
                code = call.args[1] if len(call.args) > 1 else None
                if call.func.attr in {"require", "allowed"} and isinstance(code, ast.Constant):
                    yield Site(path.relative_to(SOURCE).as_posix(), function.name, call.func.attr, str(code.value))


def _within(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Give what stands in a function, but not in one inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef):
            waiting.extend(ast.iter_child_nodes(node))


class Gate:
    """Stands in the place of `permissions.require` and `allowed`: remembers which guards were asked, and leaves one out."""

    def __init__(self) -> None:
        self.asked: set[Site] = set()
        self.out: Site | None = None

    @contextlib.contextmanager
    def watching(self, monkeypatch: Any) -> Iterator["Gate"]:
        real = {"require": permissions.require, "allowed": permissions.allowed}
        with monkeypatch.context() as patch:
            for name in real:
                patch.setattr(permissions, name, self._asks(name, real["allowed"], real["require"]))
            yield self

    def _asks(self, name: str, allowed: Callable[..., bool], require: Callable[..., None]) -> Callable[..., Any]:
        def ask(actor: Actor, code: str, subject: Any = None) -> Any:
            site = _caller(name, code)
            self.asked.add(site)
            if site == self.out:
                return True
            return (allowed if name == "allowed" else require)(actor, code, subject)

        return ask


def _caller(asks: str, code: str) -> Site:
    frame = sys._getframe(2)
    while frame.f_code.co_name.startswith("<"):  # a comprehension stands in its function
        assert frame.f_back is not None
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    inside = path.relative_to(SOURCE).as_posix() if path.is_relative_to(SOURCE) else path.name
    return Site(inside, frame.f_code.co_name, asks, code)
