"""The functions of the running package: which a fault can be put into, and which lines of them a call runs."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType
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
        """Return what a call returns, and the lines of each module that it ran."""
        seen: dict[str, set[int]] = {source.filename: set() for source in self.sources.values()}

        def enter(frame: FrameType, event: str, argument: Any) -> Any:
            lines = seen.get(frame.f_code.co_filename)
            if lines is None:
                return None

            def step(frame: FrameType, event: str, argument: Any) -> Any:
                if event == "line":
                    lines.add(frame.f_lineno)
                return step

            return step

        sys.settrace(enter)
        try:
            result = call()
        finally:
            sys.settrace(None)
        return result, {name: seen[source.filename] for name, source in self.sources.items()}


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
