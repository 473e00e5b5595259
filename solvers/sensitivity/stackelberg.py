"""Stackelberg pricing: how its answers move with the data, and how far that holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...formulations.stackelberg.declaration import StackelbergPricing
from ..backends.stackelberg.exact import BITS
from ..readings.balls import precision
from ..readings.vectors import Vectors
from ..solution import Solution
from .branch import End
from .contest import algebra_of, exact_standing, float_standing, to_algebra
from .contest_ends import Sellers
from .contest_piece import ContestPiece, Move
from .contest_solves import Solves
from .data import number_of, unit


def contest_branch(game: StackelbergPricing, solution: Solution) -> ContestBranch:
    """Return the piece of the optimum on which a contest's answer lies."""
    if not game.linear_costs:
        raise UnsupportedModel("what if is known of linear costs; of a cost_function solve the changed game")
    if solution.exact is None:
        pool, epsilon = float(solution.values["reward_pool"]), np.asarray(solution.values["epsilon"])
        return ContestBranch(ContestPiece(game, Vectors(), pool, epsilon, float_standing(game, epsilon, pool)))
    pool, epsilon = solution.exact["reward_pool"], solution.exact["epsilon"]
    algebra = algebra_of([pool, *epsilon])
    with precision(BITS):
        pool, epsilon = to_algebra(algebra, pool), to_algebra(algebra, epsilon)
        return ContestBranch(ContestPiece(game, algebra, pool, epsilon, exact_standing(game, algebra, epsilon, pool)))


@dataclass(frozen=True, eq=False)
class ContestBranch:
    """A contest's optimum around an answer, and where the piece ends."""

    piece: ContestPiece

    @property
    def tied(self) -> bool:
        """Whether derivatives may differ by direction."""
        return self.piece.tied

    def along(self, direction: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return how fast every value moves in a direction."""
        return self.piece.along(direction)

    def end(self, name: str, index: int | None, side: int) -> End:
        """Return how far the derivatives in one datum hold."""
        piece = self.piece
        with precision(BITS):
            beyond = Move(piece, unit(piece.game, name, index, side, piece.algebra.number)).beyond()
        if name == "cost" and piece.game.epsilon_cap is None and not piece.standing.zero:
            assert index is not None
            return Sellers(piece, beyond.inside).end(index, side)
        return Solves(piece, name, index, beyond).end(side)

    def alike(self, name: str) -> np.ndarray:
        """Costs and caps matter to the pool by who one is: inside, capped, out, or on an edge with oneself alone."""
        here = self.piece.standing
        if name not in ("cost", "epsilon_cap"):
            return np.arange(len(number_of(self.piece.game, name)))
        label = np.where(here.inside, 0, np.where(here.capped, 1, 2))
        edge = np.flatnonzero(here.capping | here.entering)
        label[edge] = 3 + np.arange(len(edge))
        return label
