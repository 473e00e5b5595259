"""A mechanism of one's own: a lottery contest with quadratic effort costs, solved, compared and certified.

Contestants buy effort x_i; the prize V goes to each with probability x_i / Σ x, and effort costs k_i x_i². Run it with
``python examples/own_mechanism.py``, or name it in a specification: ``type = "own_mechanism.py:QuadraticLottery"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import mechproof as mp


def prize_expected(a: mp.Algebra, own: Any, others: Any, prize: Any) -> Any:
    """V x_i / Σ x."""
    return prize * a.share(own, others)


def contestant_utility(a: mp.Algebra, own: Any, others: Any, prize: Any, cost: Any) -> Any:
    """V x_i / Σ x − k_i x_i²."""
    return prize_expected(a, own, others, prize) - cost * a.square(own)


class QuadraticLottery(mp.Game):
    """A lottery for a prize; each contestant's effort costs k_i x_i²."""

    cost: mp.Vector = mp.vector("an effort cost", above=0, per="contestant", unit="money/effort²", symbol="k")
    prize: mp.Number = mp.scalar("the prize", above=0, unit="money", symbol="V")

    def players(self) -> tuple[mp.Player]:
        """Return the contestants; nobody spends more on effort than the prize is worth."""
        most = np.sqrt(float(self.prize) / np.asarray(self.cost, dtype=float))
        effort = mp.Decision("effort", np.zeros(len(self.cost)), most, symbol="x", unit="effort")
        return (mp.Player("contestant", effort, contestant_utility, count=len(self.cost)),)

    def outcomes(self) -> Mapping[str, Any]:
        """Return what everybody can expect."""
        return {"prize_expected": prize_expected, "utility": contestant_utility}


def main() -> None:
    """Solve one contest with every back end that can."""
    game = QuadraticLottery(cost=["1", "2", "4"], prize=10)
    solution = mp.solve(game)
    print("effort", solution.values["effort"].round(6), "certified:", solution.certificate.valid)
    for row in mp.compare(game, time_limit=30).rows:
        shown = f"distance {row.certificate.distance:.1e}" if row.certificate else row.detail
        print(f"{row.backend:22} {row.status:9} {row.claimed:22} {shown}")


if __name__ == "__main__":
    main()
