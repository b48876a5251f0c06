"""Mutants of a file: its functions with one small thing changed each, and how one of them takes the place of the living function.

What is changed is mutmut's choice (its operators, unaltered). A mutant is put in by giving the function another code object: whoever holds
the function, under whatever decorator or in whatever register, then calls the mutant, and the framework need not be loaded again.
"""

import gc
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

NEVER = {"len", "isinstance"}
"""Calls whose arguments are not mutated, as mutmut does not."""


class NotApplied(Exception):
    """The function is not there to be changed, or cannot take the mutant's code."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. `function` is the qualified name of the outermost function it lies in."""

    path: Path
    function: str
    first: int
    last: int
    old: str
    new: str
    number: int
    """Which of the file's mutants, in the order in which they are found."""

    def __str__(self) -> str:
        return f"{self.path.name}:{self.first} {self.function}: {self.old} → {self.new}"


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: Path, module: cst.Module) -> None:
        super().__init__()
        self.path, self.module = path, module
        self.scopes: list[tuple[str, bool]] = []
        self.found: list[tuple[Mutant, cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Param) or _never(node):
            return False  # they are evaluated when the function is made, or say nothing
        if self._function():
            self._mutate(node)
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.scopes.append((node.name.value, isinstance(node, cst.FunctionDef)))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self.scopes.pop()

    def _function(self) -> str:
        """Return the qualified name of the outermost function around, or nothing outside of functions."""
        for place, (_, is_function) in enumerate(self.scopes):
            if is_function:
                return ".".join(name for name, _ in self.scopes[: place + 1])
        return ""

    def _mutate(self, node: cst.CSTNode) -> None:
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                for mutated in operator(node):
                    where = self.get_metadata(PositionProvider, node, None)
                    lines = (where.start.line, where.end.line) if where else (0, 0)
                    old, new = (_short(self.module.code_for_node(part)) for part in (node, mutated))
                    self.found.append((Mutant(self.path, self._function(), *lines, old, new, len(self.found)), node, mutated))


def _never(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in NEVER


def _short(text: str) -> str:
    return " ".join(text.split())


class Mutants:
    """All mutants of one file, whose module is loaded."""

    def __init__(self, path: Path) -> None:
        wrapper = MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8")))
        finder = _Finder(path, wrapper.module)
        wrapper.visit(finder)
        self._module, self._found = wrapper.module, finder.found
        self._living: dict[str, list[types.FunctionType]] = {}
        for item in gc.get_objects():
            if type(item) is types.FunctionType and item.__code__.co_filename == str(path):
                self._living.setdefault(item.__code__.co_qualname, []).append(item)

    def __iter__(self) -> Iterator[Mutant]:
        return (mutant for mutant, _, _ in self._found)

    def source(self, mutant: Mutant) -> str:
        """Return the file's text with the change in it."""
        _, old, new = self._found[mutant.number]
        return cst.ensure_type(self._module.deep_replace(old, new), cst.Module).code

    def apply(self, mutant: Mutant) -> None:
        """Let the living function be the mutant, in this process, for good. Raises: NotApplied."""
        try:
            code = _of_function(compile(self.source(mutant), str(mutant.path), "exec", dont_inherit=True), mutant.function)
        except (SyntaxError, KeyError) as error:
            raise NotApplied(str(mutant)) from error
        living = self._living.get(mutant.function, [])
        try:
            for function in living:
                function.__code__ = code
        except ValueError as error:  # it closes over other names now
            raise NotApplied(str(mutant)) from error
        if not living:
            raise NotApplied(str(mutant))


def _of_function(module: types.CodeType, name: str) -> types.CodeType:
    waiting = [module]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == name:
            return code
        waiting += [item for item in code.co_consts if isinstance(item, types.CodeType)]
    raise KeyError(name)
