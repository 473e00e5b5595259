"""A procurement that is asked who counts as one: who is looked at, what all keep now, and how a verdict is told."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq

from ....formulations.procurement.declaration import PrivacyProcurement
from ....solvers.certificates.procurement.exact_worth import fraction, rational
from ....solvers.formatting import shown
from ..results import Item, Verdict
from ..within import at_least
from .accounts import Account, accounts_of

LOOKED_AT = 8
"""Of how many clients accounts and cartels are looked at: those with the cheapest reports."""


@dataclass(frozen=True, eq=False)
class Asked:
    """A procurement, who is looked at, and what all of them keep as things are."""

    model: PrivacyProcurement

    @cached_property
    def cost(self) -> list[fmpq]:
        """The reports."""
        return list(map(rational, self.model.cost.tolist()))

    @cached_property
    def cap(self) -> list[fmpq]:
        """The caps."""
        return list(map(rational, self.model.epsilon_cap.tolist()))

    @cached_property
    def free(self) -> list[int]:
        """Who may sell anything, the cheapest first."""
        return sorted((i for i, cap in enumerate(self.cap) if cap > 0), key=lambda i: self.cost[i])

    @cached_property
    def now(self) -> dict[int, Account]:
        """What each of those keeps."""
        return dict(zip(self.free, accounts_of(self.model, self.free), strict=True))

    @cached_property
    def types(self) -> list[fmpq]:
        """The prior's types."""
        return list(map(rational, self.model.prior.ascending.tolist()))

    @property
    def all_looked_at(self) -> bool:
        """Whether nobody is left out who may sell anything."""
        return len(self.free) <= LOOKED_AT

    def person(self, index: int) -> str:
        """Return what a sentence calls a client."""
        return self.model.owner_of(index)

    def name(self, index: int) -> str:
        """Return a client's name, or its index."""
        people = self.model.people()
        return people[index] if people else str(index)


def told(value: Any) -> str:
    """Return how a number of FLINT's is written in a sentence."""
    exact = fraction(value)
    return shown(exact if isinstance(exact, Fraction | int) else float(exact))


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, list) else fraction(value)


def item(name: str, verdict: Verdict, text: str, witness: Any = None, amount: Any = None) -> Item:
    """Return a verdict for information; `amount` is what is gained at least, where anything is."""
    witness, amount = {key: _plain(value) for key, value in (witness or {}).items()}, fraction(amount)
    room = 0 if isinstance(amount, Fraction) or amount is None else 1e-12 * abs(float(amount))
    within = None if amount is None else at_least(amount if not room else float(amount), room)
    return Item(name, verdict, text, "exact", witness or None, informational=True, within=within)
