"""The functions of the running package: which a fault can be put into, and which lines of them a call runs."""

from __future__ import annotations

import ast
import builtins
import gc
import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from .mutations import Mutant, mutants, mutated


@dataclass(frozen=True)
class Source:
    """A module's name, file and text."""

    module: str
    filename: str
    text: str

    @classmethod
    def of(cls, module: str) -> Source:
        """Return the source of an imported module."""
        filename = sys.modules[module].__file__
        assert filename is not None
        return cls(module, filename, Path(filename).read_text())


def modules_below(packages: tuple[str, ...]) -> list[str]:
    """Import the modules of some packages (or modules) and return their names in order."""
    found = []
    for package in packages:
        loaded = importlib.import_module(package)
        if not hasattr(loaded, "__path__"):
            found.append(package)
            continue
        for item in pkgutil.walk_packages(loaded.__path__, f"{package}."):
            importlib.import_module(item.name)
            if not item.ispkg:
                found.append(item.name)
    return sorted(set(found))


@dataclass(frozen=True)
class Code:
    """The sources of some modules and their live functions, found once; the rest is done in forked children."""

    sources: dict[str, Source]
    functions: dict[tuple[str, str, int], list[FunctionType]]

    @classmethod
    def of(cls, modules: list[str]) -> Code:
        """Look through everything that is alive for the functions of these modules."""
        sources = {name: Source.of(name) for name in modules}
        files = {source.filename for source in sources.values()}
        live: dict[tuple[str, str, int], list[FunctionType]] = defaultdict(list)
        for item in gc.get_objects():
            if isinstance(item, FunctionType) and item.__code__.co_filename in files:
                live[_key(item.__code__)].append(item)
        return cls(sources, dict(live))

    def mutants(self) -> list[Mutant]:
        """Return all faults that can be put in, module by module."""
        return [mutant for name in sorted(self.sources) for mutant in mutants(name, self.sources[name].text)]

    def apply(self, mutant: Mutant) -> int:
        """Put a fault into this process for good, and return how many live functions changed."""
        source = self.sources[mutant.module]
        changed = 0
        for code in _nested(mutated(mutant, source.text, source.filename)):
            for function in self.functions.get(_key(code), ()):
                if code != function.__code__:
                    function.__code__ = code
                    changed += 1
        return changed

    def lines_run(self, call: Callable[[], Any]) -> tuple[Any, dict[str, set[int]]]:
        """Return what a call returns, and the lines of each module on which a statement began that it ran."""
        with self.telling() as seen:
            result = call()
        return result, seen

    @contextmanager
    def telling(self) -> Iterator[dict[str, set[int]]]:
        """Give the lines of each module that are run until the end, when they are all there.

        For that time every function tells of its statements. That costs a tenth of what tracing does, which is called
        for whatever runs, fractions' and libraries' own functions too.
        """
        told: set[tuple[str, int]] = set()
        seen: dict[str, set[int]] = {name: set() for name in self.sources}
        before = [(function, function.__code__) for function, _ in self.tellers]
        for function, code in self.tellers:
            function.__code__ = code
        setattr(builtins, TELL, told.add)
        try:
            yield seen
        finally:
            for function, code in before:
                function.__code__ = code
        for module, line in told:
            seen[module].add(line)

    @cached_property
    def tellers(self) -> list[tuple[FunctionType, CodeType]]:
        """Every live function with code that tells of each statement before it is run."""
        found = []
        for source in self.sources.values():
            tree = _Telling(source.module).visit(ast.parse(source.text))
            for code in _nested(compile(ast.fix_missing_locations(tree), source.filename, "exec")):
                found += [(function, code) for function in self.functions.get(_key(code), ())]
        return found


TELL = "__a_statement_is_run__"


@dataclass(frozen=True)
class _Telling(ast.NodeTransformer):
    """Puts a call before every statement of every function."""

    module: str

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit what is below, then put the calls in."""
        super().generic_visit(node)
        if isinstance(node, ast.Module | ast.ClassDef):
            return node
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                setattr(node, name, [new for statement in statements for new in (self._call(statement), statement)])
        return node

    def _call(self, statement: ast.stmt) -> ast.stmt:
        call = ast.parse(f"{TELL}({(self.module, statement.lineno)})").body[0]
        for node in ast.walk(call):
            ast.copy_location(node, statement)
        return call


def reaches(lines: set[int], mutant: Mutant) -> bool:
    """Whether any of a mutant's lines is among those that ran."""
    first, last = mutant.lines
    return any(line in lines for line in range(first, last + 1))


def _key(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _nested(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested(constant)
