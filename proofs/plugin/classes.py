"""Mechanism classes as pytest items: what they promise, and what any must keep, on instances that are drawn."""

from __future__ import annotations

import ast
import inspect
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest._code.code import ReprFileLocation

from ...formulations.errors import InputError
from ...formulations.language import Model
from ...formulations.specification.user_code import NO_SUCH_CLASS, load_class
from ..testing.mechanism_kit import CHECKS, check_mechanism
from .failures import NotAsRequiredError, Told


class MechanismFile(pytest.File):
    """A Python file of somebody's own that declares mechanisms."""

    def collect(self) -> Iterator[MechanismClass]:
        """Yield the classes that declare a mechanism in this file."""
        try:
            classes = declared_in(self)
        except InputError as error:
            raise self.CollectError(str(error)) from None
        for kind in classes:
            yield MechanismClass.from_parent(self, name=kind.__name__, kind=kind)


class MechanismClass(pytest.Collector):
    """One class; its items draw instances of it."""

    def __init__(self, kind: type[Model], **given: Any) -> None:
        super().__init__(**given)
        self.kind = kind

    def collect(self) -> Iterator[ClassItem]:
        """Yield an item for each promise and each check of the conformance kit."""
        for name in (*self.kind.promises, *(check for check in CHECKS if check != "promises")):
            yield ClassItem.from_parent(self, name=name)


class ClassItem(pytest.Item):
    """One promise or check of a class."""

    def runtest(self) -> None:
        """Fail with the smallest market that was found, as a specification and an example."""
        assert isinstance(self.parent, MechanismClass)
        kind, examples = self.parent.kind, int(self.config.getini("mechproof_examples"))
        asked: dict[str, Any] = {"checks": (self.name,)}
        if self.name not in CHECKS:
            asked = {"checks": ("promises",), "require": (self.name,)}
        try:
            check_mechanism(kind, examples, **asked)
        except (AssertionError, InputError) as error:
            line = inspect.getsourcelines(kind)[1]
            again = f"again: pytest {self.nodeid} --mechproof-allow-code"
            first = str(error).partition("\n")[0]
            told = Told(f"{error}\n\n{again}", ReprFileLocation(str(self.path), line, first))
            raise NotAsRequiredError(told) from None

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Show what was found, without a traceback."""
        if isinstance(excinfo.value, NotAsRequiredError):
            return excinfo.value.told
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[os.PathLike[str], int | None, str]:
        """Return where the item is."""
        assert isinstance(self.parent, MechanismClass)
        return self.path, inspect.getsourcelines(self.parent.kind)[1] - 1, f"{self.parent.name}.{self.name}"


def declared_in(file: MechanismFile) -> list[type[Model]]:
    """Return the models that a file declares, in its order; the file is run."""
    tree = ast.parse(file.path.read_text(encoding="utf-8"))
    for name in (node.name for node in tree.body if isinstance(node, ast.ClassDef)):
        try:
            kind = load_class(f"{file.path.name}:{name}", file.path.parent, allow_code=True)
        except InputError as error:
            if error.rule == NO_SUCH_CLASS:  # it is a class, and declares nothing
                continue
            raise
        module = vars(sys.modules[kind.__module__])
        kinds = [value for value in module.values() if isinstance(value, type) and value.__module__ == kind.__module__]
        return [kind for kind in kinds if issubclass(kind, Model)]
    return []
