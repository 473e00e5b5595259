"""The default for the three-party market: best replies iterated, in doubles or enclosed in balls; and its witnesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ....formulations.errors import InputError, UnsupportedModel
from ....formulations.language import Declaration
from ....formulations.three_party.declaration import ThreePartyMarket
from ...backend import BackEnd
from ...installed import version
from ...readings.vectors import Vectors
from ...solution import Answer, Request, Solution
from ...solve import solve
from .replies import MOST_ROUNDS, decisions_at, foreseen, simultaneous
from .witnesses import MarketNewton, MarketSearch

ENDS = ("least", "greatest")


def backends() -> tuple[BackEnd, ...]:
    """Return the iteration of best replies, and its two witnesses."""
    return (Interference(), MarketNewton(), MarketSearch())


@dataclass(frozen=True)
class Interference:
    """Solves the three-party market in both orders, and for fixed budgets.

    Option `equilibrium`: the "least" (default) or "greatest" in 1/price, where the subgame-perfect order has several.
    """

    mechanism: ClassVar[type] = ThreePartyMarket
    name: str = "interference"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for the three-party market."""
        if isinstance(model, ThreePartyMarket):
            return None
        return f"iterates the best replies of a ThreePartyMarket only, not of {type(model).__name__}"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return quantities, prices and budgets.

        Raises
        ------
        UnsupportedModel
            When the subgame-perfect order is asked for in exact arithmetic.
        InputError
            When an option is unknown.
        """
        assert isinstance(model, ThreePartyMarket)
        end = _end(request)
        if request.arithmetic == "exact":
            if model.subgame_perfect:
                raise UnsupportedModel(
                    "interference finds the subgame-perfect order in floats only; the printed order and fixed budgets "
                    "it encloses in balls"
                )
            from .exact import exact_decisions

            return Answer(exact_decisions(model), "enclosed", {"python-flint": version("python-flint")})
        inverse, epsilon, settled = foreseen(model, end) if model.subgame_perfect else simultaneous(model)
        claimed = "settled" if settled else f"not settled after {MOST_ROUNDS} rounds"
        return Answer(decisions_at(model, Vectors(), inverse, epsilon), claimed, {"numpy": version("numpy")})


def price_equilibria(market: ThreePartyMarket, tolerance: float = 1e-7) -> tuple[Solution, ...]:
    """Return the least and the greatest equilibrium of the subgame-perfect order, or one if they are the same.

    If they are the same there is no other. The order is that of 1/price: the least has the highest prices, which all
    sellers prefer.

    Examples
    --------
    >>> market = ThreePartyMarket(cost=[1], alpha=4, privacy_weight=1, epsilon_max=5, order="subgame-perfect")
    >>> len(price_equilibria(market))
    1
    """
    found = [solve(market, tolerance=tolerance, options={"equilibrium": end}) for end in ENDS]
    least, greatest = (np.asarray(item.values["price"]) for item in found)
    sold = [np.asarray(item.values["quantity"]) for item in found]
    same = np.allclose(least, greatest, rtol=tolerance, atol=0) and np.allclose(sold[0], sold[1], tolerance, tolerance)
    return tuple(found[:1] if same else found)


def _end(request: Request) -> str:
    request.refuse_options("interference", "equilibrium")
    end = str(request.options.get("equilibrium", "least"))
    if end not in ENDS:
        raise InputError("options.equilibrium", end, "is not known", f"the choices are {', '.join(ENDS)}")
    return end
