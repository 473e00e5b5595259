"""A convex program of one's own: data bought as cheaply as possible, solved by any solver that takes it.

Seller i delivers x_i records at c_i x_i + k_i x_i², and they are worth q_i each; together they have to be worth what is
needed. Run it with ``python examples/own_program.py``, or name it in a specification:
``type = "own_program.py:CheapestData"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import mechproof as mp


def spent(a: mp.Algebra, records: Any, price: Any, rise: Any) -> Any:
    """Σ c_i x_i + k_i x_i²."""
    return a.sum(price * records + rise * a.square(records))


def worth_beyond(a: mp.Algebra, records: Any, quality: Any, needed: Any) -> Any:
    """Σ q_i x_i less what is needed."""
    return a.sum(quality * records) - needed


class CheapestData(mp.Program):
    """Buy records that are worth enough, as cheaply as possible."""

    price: mp.Vector = mp.vector("a price per record", above=0, per="seller", symbol="c")
    rise: mp.Vector = mp.vector("how fast a price rises", above=0, per="seller", symbol="k")
    quality: mp.Vector = mp.vector("what a record is worth", above=0, per="seller", symbol="q")
    needed: mp.Number = mp.scalar("what is needed", above=0)

    def variables(self) -> tuple[mp.Decision]:
        """Return the records bought of each seller: nobody has more than 100."""
        count = len(self.price)
        return (mp.Decision("records", np.zeros(count), np.full(count, 100.0), symbol="x"),)

    def objective(self) -> Any:
        """Return what is to be as small as possible."""
        return spent

    def constraints(self) -> tuple[mp.Constraint]:
        """Return what must hold."""
        return (mp.Constraint("worth_enough", worth_beyond),)

    def outcomes(self) -> Mapping[str, Any]:
        """Return what it costs."""
        return {"spent": spent}


def main() -> None:
    """Solve one purchase with every back end that takes it."""
    print(mp.compare(CheapestData(price=[1, 2, 3], rise=["0.1", "0.2", "0.3"], quality=[1, 2, 4], needed=30)))


if __name__ == "__main__":
    main()
