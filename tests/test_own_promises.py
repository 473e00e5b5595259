"""What a class of one's own promises must be proved of it: what nothing settles is undecided, never "as promised"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.formulations.errors import DeclarationError
from mechproof.proofs.claims.present import conclusion
from mechproof.proofs.own.proving import prove_own


class Owners(mp.Game):
    """Owners who sell privacy for their share of a pool."""

    cost: mp.Vector = mp.vector("a privacy cost", above=0, per="owner")
    pool: mp.Number = mp.scalar("the pool", above=0)
    promises = ("individual-rationality", "no-profitable-deviation", "uniqueness")

    def utility(self) -> Any:
        return lambda a, own, others, cost, pool: pool * a.share(own, others) - cost * own

    def players(self) -> tuple[mp.Player]:
        decision = mp.Decision("epsilon", np.zeros(len(self.cost)), self.pool / self.cost)
        return (mp.Player("owner", decision, self.utility(), count=len(self.cost)),)


class Counting(Owners):
    """A formula that asks data how many there are, which is no sentence about every number of people."""

    def utility(self) -> Any:
        return lambda a, own, others, cost, pool: pool * a.share(own, others) - cost * own * len(cost)


class NotANumber(Owners):
    """A formula that is no number anywhere."""

    def utility(self) -> Any:
        return lambda a, own, others, cost, pool: pool * a.share(own, others) - cost * own * float("nan")


class Silent(Counting):
    """The same without any promise."""

    promises = ()


@dataclass(frozen=True)
class Case:
    kind: type[mp.Game]
    undecided: tuple[str, ...]
    words: str


CASES = (
    Case(Counting, ("own/existence", "own/uniqueness", "own/individual-rationality"), "UNDECIDED: own/existence"),
    Case(NotANumber, ("own/existence", "own/uniqueness", "own/individual-rationality"), "UNDECIDED: own/existence"),
    Case(Silent, (), "4 INCONCLUSIVE; what is not proved is not promised"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind.__name__)
def test_a_promise_that_cannot_be_read_is_undecided(case: Case) -> None:
    found = prove_own(case.kind)
    assert {claim.verdict.value for claim in found.claims} == {"INCONCLUSIVE"}
    assert (found.undecided, found.failed) == (case.undecided, ())
    assert case.words in conclusion(found.document())


def left(a: Any, pool: Any) -> Any:
    return pool


@pytest.mark.parametrize("name", ["uniqueness", "existence", "individual_rationality", "concave_owner"])
def test_a_constraint_does_not_pass_for_a_property(name: str) -> None:
    """A constraint that holds, called as a property: proved, it would pass for the property."""

    def constraints(_: Any) -> tuple[mp.Constraint]:
        return (mp.Constraint(name, left),)

    members: Mapping[str, Any] = {"constraints": constraints}
    with pytest.raises(DeclarationError, match="is the name of a property that is asked of every game"):
        prove_own(type("Named", (Owners,), dict(members)))
