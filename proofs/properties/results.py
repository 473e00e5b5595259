"""What verification returns: one item for each property, and whether all is as required."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from ...formulations.registry import name_of
from ...formulations.shown import Named, Shown
from ...solvers.formatting import shown
from ...solvers.serialization import declared, plain, provenance
from ...solvers.solution import Solution
from ...solvers.specification import Specification
from .within import Within


class Verdict(StrEnum):
    """What was found of a property; that no violation was found is never reported as `holds`."""

    HOLDS = "holds"
    VIOLATED = "violated"
    NOT_APPLICABLE = "not applicable"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, repr=False)
class Item(Shown, by="proofs.properties.present:show_item"):
    """One property of a mechanism at a solution.

    Parameters
    ----------
    property
        Its name.
    verdict
        "holds", "violated", "not applicable" or "inconclusive".
    text
        What was found, in plain words: who, by how much, and why.
    arithmetic
        "exact" where nothing was rounded, else "float".
    witness
        The names and numbers that show a violation, or that measure how well the property holds.
    informational
        Whether the mechanism promises nothing of the kind.
    within
        Of a violation in money: what tells whether it is at most an amount; None of what is not about money.

    Examples
    --------
    >>> item = Item("budget-balance", Verdict.VIOLATED, "1/100 over the pool", "exact", {"excess": "1/100"})
    >>> item.verdict == "violated", item.document()["witness"]
    (True, {'excess': '1/100'})
    """

    property: str
    verdict: Verdict
    text: str
    arithmetic: str
    witness: Mapping[str, Any] | None = None
    informational: bool = False
    within: Within | None = field(default=None, repr=False, compare=False)

    def forgiven(self, amount: Fraction) -> Item:
        """Return the item as it is if so much money may be missing: a violation shown to be no larger holds.

        Examples
        --------
        >>> from fractions import Fraction
        >>> from mechproof.proofs.properties.within import amounts_to
        >>> over = Fraction(1, 100)
        >>> item = Item("budget-balance", Verdict.VIOLATED, "1/100 over", "exact", {}, within=amounts_to(over))
        >>> print(item.forgiven(over).verdict, "|", item.forgiven(over).text, "|", item.forgiven(over / 2).verdict)
        holds | within 1/100 (≈ 0.0100000): 1/100 over | violated
        """
        if self.verdict != Verdict.VIOLATED or self.within is None:
            return self
        shown_within = self.within(amount)
        if shown_within is False:
            return self
        witness = {**(self.witness or {}), "within": amount}
        if shown_within:
            return replace(self, verdict=Verdict.HOLDS, text=f"within {shown(amount)}: {self.text}", witness=witness)
        text = f"that this is within {shown(amount)} is not shown: {self.text}"
        return replace(self, verdict=Verdict.INCONCLUSIVE, text=text, witness=witness)

    def document(self) -> dict[str, Any]:
        """Return the item as JSON data; exact numbers are text."""
        return {
            "property": self.property,
            "verdict": self.verdict.value,
            "text": self.text,
            "arithmetic": self.arithmetic,
            "witness": None if self.witness is None else plain(self.witness),
            "informational": self.informational,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Verification(Shown, by="proofs.properties.present:show_verification"):
    """What was found of each property, and what was required.

    `require` are the properties that must hold, `expect_violated` those that must not; `within` is the money that was
    forgiven, None if none was.
    """

    solution: Solution
    items: tuple[Item, ...]
    require: tuple[str, ...]
    expect_violated: tuple[str, ...]
    seconds: float
    within: Fraction | None = None

    def __getitem__(self, name: str) -> Item:
        """Return the item of a property."""
        return Named({item.property: item for item in self.items})[name]

    def __iter__(self) -> Iterator[Item]:
        """Go through the items, in the order in which they are shown."""
        return iter(self.items)

    def __contains__(self, asked: object) -> bool:
        """Whether there is an item, or an item of a property of that name."""
        return any(asked in (item, item.property) for item in self.items)

    def facts(self) -> Mapping[str, Any]:
        """Return the mechanism, whether all is as required, and which property came out how."""
        counts: dict[str, Any] = Counter(item.verdict.name.lower() for item in self.items)
        violated = tuple(item.property for item in self.items if item.verdict == Verdict.VIOLATED)
        found = {**counts, "violated": violated} if violated else counts
        return {"model": type(self.solution.model), "ok": self.ok, **found}

    @property
    def failed(self) -> tuple[str, ...]:
        """The required properties that are violated, and those expected to be violated that hold."""
        wrong = [name for name in self.require if self[name].verdict == Verdict.VIOLATED]
        return (*wrong, *(name for name in self.expect_violated if self[name].verdict == Verdict.HOLDS))

    @property
    def undecided(self) -> tuple[str, ...]:
        """The properties something is required of, and nothing was settled."""
        open_ones = (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE)
        return tuple(name for name in (*self.require, *self.expect_violated) if self[name].verdict in open_ones)

    @property
    def ok(self) -> bool:
        """Whether all that is required was shown to be as required."""
        return not self.failed and not self.undecided

    def document(self, specification: Specification | None = None) -> dict[str, Any]:
        """Return the verification as ``mechproof/verify/1``."""
        model = self.solution.model
        return {
            "schema": "mechproof/verify/1",
            "mechanism": {
                "type": specification.type if specification else name_of(type(model)),
                "data": declared(model),
            },
            "backend": self.solution.backend,
            "tolerance": self.solution.request.tolerance,
            "ok": self.ok,
            "require": list(self.require),
            "expect_violated": list(self.expect_violated),
            "failed": list(self.failed),
            "undecided": list(self.undecided),
            "within": plain(self.within),
            "items": [item.document() for item in self.items],
            "seconds": self.seconds,
            "provenance": provenance(specification.digests if specification else {}),
        }
