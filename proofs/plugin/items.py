"""Specifications as pytest items, one for each property that is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import pytest

from ...formulations.errors import MechproofError
from ...formulations.language import Declaration, Model
from ...solvers.sections import judges_of
from ...solvers.specification import read_specification
from ..checks.check import check
from ..checks.judge import asked_properties
from ..checks.results import LIMIT, SPECIFICATION, Check, CheckItem, CheckVerdict
from ..properties.judge import named_properties
from ..properties.verify import required_of
from .failures import JudgedItem, refuse_wrong
from .options import allows_code

PROVE = "prove"


class SpecificationFile(pytest.File):
    """A specification: judged once, as it asks, when the first of its properties is wanted."""

    def collect(self) -> Iterator[PropertyItem]:
        """Yield an item for each property that is asked for; of a specification that cannot be read, one that fails."""
        try:
            asked = read_specification(self.path, allows_code(self.config))
            refuse_unknown_properties(asked.model, asked.verify)
            names = [*asked_properties(asked), *([PROVE] if asked.prove is not None else []), *judges_of(asked)]
        except (MechproofError, OSError):
            names = [SPECIFICATION]
        for name in names:
            yield PropertyItem.from_parent(self, name=name)

    @cached_property
    def checked(self) -> Check:
        """The judgement."""
        return check(self.path, allow_code=allows_code(self.config))

    def about(self, name: str) -> list[CheckItem]:
        """Return the items of a property or section; what kept the file from being judged is about all of them.

        What a section asks is called after it, and known by name only when it is judged.
        """
        prefix = "own/" if name == PROVE else f"{name}/"
        found = [item for item in self.checked.items if item.property == name or item.property.startswith(prefix)]
        return found or [item for item in self.checked.items if _hinders(item)]


class PropertyItem(JudgedItem):
    """One property of a specification."""

    def runtest(self) -> None:
        """Fail where the property is not as required; what is only for information is skipped, not passed."""
        assert isinstance(self.parent, SpecificationFile)
        refuse_wrong(self.parent.about(self.name))

    def reportinfo(self) -> tuple[os.PathLike[str], int | None, str]:
        """Return where the item is."""
        return self.path, 0, self.name


def refuse_unknown_properties(model: Declaration, wanted: Mapping[str, Any]) -> None:
    """Refuse properties that the mechanism does not have, before there are items of them."""
    if isinstance(model, Model) and named_properties(model):
        required_of(model, wanted.get("require"), wanted.get("expect_violated"))


def _hinders(item: CheckItem) -> bool:
    return item.verdict == CheckVerdict.ERROR or item.property == LIMIT
