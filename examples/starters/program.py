"""A mechanism of your own: prices for noised versions of a data set, near what a survey says and safe from bundles.

A program has variables with bounds, one objective to be minimised and constraints that must be at least zero. Formulas
are plain functions of `a`, the algebra they are read in, and of data and variables by their names. Change one, and ask
again:

    mechproof verify program.toml --allow-code
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import mechproof as mp


def loss(a: mp.Algebra, price: Any, surveyed: Any) -> Any:
    """Σ (v_j − P_j)², to be minimised."""
    return a.sum(a.square(price - surveyed))


def rising(a: mp.Algebra, price: Any) -> Any:
    """v_{j+1} − v_j: a better version costs no less."""
    return price[1:] - price[:-1]


def no_bundle(a: mp.Algebra, price: Any, epsilon: Any) -> Any:
    """v_j ε_{j+1} − v_{j+1} ε_j: no version costs more per unit of ε than a worse one, so that bundles never pay."""
    return price[:-1] * epsilon[1:] - price[1:] * epsilon[:-1]


class SafePrices(mp.Program):
    """Prices nearest to a survey's that rise with ε, and of which no bundle of cheap versions undercuts a dear one."""

    # the data: what each number is, and the rule it must keep
    epsilon: mp.Vector = mp.vector("a version's privacy budget", above=0, per="version", unit="ε")
    surveyed: mp.Vector = mp.vector("a surveyed price", above=0, per="version", unit="money", symbol="P")
    version: Any = mp.labels("version", default=None)

    # what is judged of prices, below
    properties = ("no-arbitrage",)

    def check(self) -> None:
        """Refuse versions that are not in the order of their budgets, on which the constraints rest."""
        if np.any(np.diff(np.asarray(self.epsilon, dtype=float)) <= 0):
            raise mp.InputError("epsilon", list(self.epsilon), "must rise from version to version", "sort the versions")

    @property
    def about(self) -> str:
        """A price belongs to a version."""
        return "version"

    def variables(self) -> tuple[mp.Decision, ...]:
        """Return the prices; none is above the sum of all surveyed ones."""
        most = np.full(len(self.surveyed), float(sum(self.surveyed)))
        return (mp.Decision("price", np.zeros(len(self.surveyed)), most, symbol="v", unit="money"),)

    def objective(self) -> Any:
        """Return what is minimised."""
        return loss

    def outcomes(self) -> Mapping[str, Any]:
        """Return what is reported beside the prices."""
        return {"loss": loss}

    def constraints(self) -> tuple[mp.Constraint, ...]:
        """Return what must hold of prices."""
        return (mp.Constraint("rising", rising), mp.Constraint("no_bundle", no_bundle))


@mp.properties_of(SafePrices)
def judge(model: SafePrices, solution: mp.Solution) -> tuple[mp.Item, ...]:
    """Judge a menu, solved for or somebody's own: no bundle may do what a version does for less."""
    prices = solution.values["price"]
    found = mp.cheapest_bundle(model.epsilon, prices, "composition", version=model.people())
    gained = bool(found) and found.saving > 1e-9 * max(prices)  # solvers' doubles are off by less
    verdict = mp.Verdict.VIOLATED if gained else mp.Verdict.HOLDS
    text = found.text if gained else "no bundle of cheap versions does what a dear one does for less"
    return (mp.Item("no-arbitrage", verdict, text, "float"),)
