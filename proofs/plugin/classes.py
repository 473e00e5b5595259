"""Mechanism classes as pytest items: what they promise, and what any must keep, on instances that are drawn; proofs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest
from _pytest._code.code import ReprFileLocation

from ...formulations.errors import InputError, MechproofError
from ...formulations.language import Model
from ...formulations.specification.user_code import load_class
from ..checks.check import check
from ..checks.finding import find
from ..checks.results import Check
from ..testing.mechanism_kit import CHECKS, check_mechanism
from .failures import JudgedItem, NotAsRequiredError, Told, refuse_wrong

CERTIFICATE, PROMISES = "certificate", "promises"
PROOFS = "proofs"


class MechanismFile(pytest.File):
    """A Python file of somebody's own that declares mechanisms."""

    def collect(self) -> Iterator[MechanismClass]:
        """Yield the classes that declare a mechanism in this file, which is run."""
        try:
            classes = find([self.path])[0].classes
        except InputError:  # it imports mechproof and declares nothing
            return
        for name, line in classes.items():
            try:
                kind = load_class(f"{self.path.name}:{name}", self.path.parent, allow_code=True)
            except MechproofError as error:
                raise self.CollectError(str(error)) from None
            if issubclass(kind, Model):
                yield MechanismClass.from_parent(self, name=name, kind=kind, line=line)

    @cached_property
    def checked(self) -> Check:
        """What `mechproof check` says of the file: what is proved of its classes."""
        return check(self.path, allow_code=True)


class MechanismClass(pytest.Collector):
    """One class; its items draw instances of it."""

    def __init__(self, kind: type[Model], line: int, **given: Any) -> None:
        super().__init__(**given)
        self.kind, self.line = kind, line

    def collect(self) -> Iterator[ClassItem]:
        """Yield an item for each promise and each check of the conformance kit, and one for what can be proved."""
        for name in (*self.kind.promises, *(one for one in CHECKS if one != PROMISES)):
            yield DrawnItem.from_parent(self, name=name)
        yield ProvedItem.from_parent(self, name=PROOFS)


class ClassItem(JudgedItem):
    """One thing that is asked of a class."""

    parent: MechanismClass

    def reportinfo(self) -> tuple[os.PathLike[str], int | None, str]:
        """Return where the class is."""
        return self.path, self.parent.line - 1, f"{self.parent.name}.{self.name}"


class DrawnItem(ClassItem):
    """One promise or check of a class, on instances that are drawn."""

    def runtest(self) -> None:
        """Fail with the smallest market that was found, as a specification and an example."""
        asked: dict[str, Any] = {"checks": (self.name,)}
        if self.name not in CHECKS:
            asked = {"checks": (PROMISES,), "require": (self.name,)}
        kind = self.parent.kind
        try:
            tried = check_mechanism(kind, int(self.config.getini("mechproof_examples")), certified=0, **asked)
            if 0 < tried.undecided == tried.led and self.name == CERTIFICATE:
                pytest.skip("nothing is refuted, and that the leader decides on its best nothing is known to show")
            if tried.examples and not tried.certified:
                raise AssertionError(tried.too_little(kind, 1))
        except (AssertionError, MechproofError) as error:
            again = f"again: pytest {self.nodeid} --mechproof-allow-code"
            first = str(error).partition("\n")[0]
            place = ReprFileLocation(str(self.path), self.parent.line, first)
            raise NotAsRequiredError(Told(f"{error}\n\n{again}", place)) from None


class ProvedItem(ClassItem):
    """What is proved of a class for all data and any number of people."""

    def runtest(self) -> None:
        """Fail where a promise is refuted or cannot be proved; skip where nothing is promised or proved."""
        file = self.parent.parent
        assert isinstance(file, MechanismFile)
        refuse_wrong([item for item in file.checked.items if item.mechanism in ("", self.parent.name)])
