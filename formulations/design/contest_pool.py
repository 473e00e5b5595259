"""The contests for a reward pool, a family in the pool: what each is worth at its only equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate
from typing import Any, ClassVar

from ..algebra import Algebra, Formula
from ..data import Number, Vector, as_fractions
from ..declaration import choice, labels, part, scalar, vector
from ..errors import InputError
from ..language import Decision
from ..revenue_curve import Revenue, settled_revenue
from ..stackelberg.contest import equilibrium_share
from ..stackelberg.declaration import StackelbergPricing, server_utility
from .family import Family, Requirement


def contest_total(a: Algebra, reward_pool: Any, total_per_pool: Any) -> Any:
    """Σ ε = z B, what a pool buys at the equilibrium."""
    return reward_pool * total_per_pool


def contest_gain(a: Algebra, reward_pool: Any, total_per_pool: Any, counted: Any, revenue: Revenue) -> Any:
    """The server's utility at the equilibrium of a pool."""
    return server_utility(a, contest_total(a, reward_pool, total_per_pool), counted, reward_pool, revenue)


def contest_rents(a: Algebra, reward_pool: Any, total_per_pool: Any, cost: Any) -> Any:
    """Σ B s_i², all that the clients keep at the equilibrium."""
    return reward_pool * a.sum(a.square(equilibrium_share(a, cost, total_per_pool)))


class ContestPool(Family):
    """Contests of the same clients for pools of every size, without caps; see `StackelbergPricing`.

    Examples
    --------
    >>> family = ContestPool(cost=["0.001"] * 100, alpha=10, beta=10)
    >>> family.box(), family.total_per_pool
    ({'reward_pool': (Fraction(0, 1), Fraction(10, 1))}, Fraction(990, 1))
    """

    cost: Vector = vector("a privacy cost", above=0, per="client", unit="money/ε", symbol=r"\rho")
    alpha: Number = scalar("the revenue's sensitivity", above=0, default=None, symbol=r"\alpha")
    beta: Number = scalar("the revenue's scale", above=0, default=None, unit="money", symbol=r"\beta")
    revenue: Any = part(Revenue, default=None)
    mean_over: str = choice("all", "participants", default="all")
    client: Any = labels("client", default=None)

    example: ClassVar[Mapping[str, Any]] = {"cost": ["0.001"] * 100, "alpha": 10, "beta": 10}

    def check(self) -> None:
        """Refuse a client alone, two revenues or none."""
        if len(self.cost) < 2:
            raise InputError("cost", f"{len(self.cost)} clients", "a contest needs at least two")
        self._set("revenue", settled_revenue("revenue", self.revenue, self.alpha, self.beta))

    @property
    def total_per_pool(self) -> Fraction:
        """Σε/B: the only number z at which the equilibrium's shares max(0, 1 − ρ_i z) add up to one, exactly."""
        ascending = sorted(as_fractions(self.cost).tolist())
        sums = list(accumulate(ascending))
        found: Fraction = max(Fraction(k) / sums[k] for k in range(1, len(sums)))
        shares = sum(equilibrium_share(_Words, cost, found) for cost in ascending)  # type: ignore[arg-type]
        assert shares == 1
        return found

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the data, z, and over how many the mean runs."""
        z = self.total_per_pool
        sellers = sum(cost * z < 1 for cost in as_fractions(self.cost).tolist())
        counted = len(self.cost) if self.mean_over == "all" else sellers
        derived = {"total_per_pool": algebra.number(z), "counted": algebra.number(Fraction(counted))}
        return {**super().read_in(algebra), **derived}

    def parameters(self) -> tuple[Decision, ...]:
        """Return the pool, up to one that no larger one can beat."""
        return (Decision("reward_pool", 0, self.revenue.largest_pool, symbol="B", unit="money"),)

    def objectives(self) -> Mapping[str, Formula]:
        """Return what the server gains, what the clients keep, and how much privacy is sold."""
        return {"server-utility": contest_gain, "client-utility": contest_rents, "total-epsilon": contest_total}

    def requirements(self) -> tuple[Requirement, ...]:
        """Return what the register proves of every pool, all costs and every number of clients, and what it refutes."""
        return (
            Requirement(
                "individual-rationality",
                "At the equilibrium of any pool no client is worse off than by staying out.",
                claims=("stackelberg/individual-rationality",),
            ),
            Requirement(
                "no-profitable-deviation",
                "Where the shares add up to one nobody gains by selling anything else, whatever the pool.",
                claims=("stackelberg/equilibrium-by-shares",),
            ),
            Requirement(
                "uniqueness",
                "Every pool has one equilibrium.",
                claims=("stackelberg/equilibrium-exists", "stackelberg/equilibrium-unique"),
            ),
            Requirement(
                "budget-balance",
                "Payments add up to the pool, whatever it is.",
                claims=("stackelberg/eq-9-pool-is-spent",),
            ),
            Requirement(
                "incentive-compatibility",
                "Nobody gains by reporting another cost, where budgets and payments are assigned by reports.",
                claims=("stackelberg/truthful-at-fixed-pool",),
                promised=False,
            ),
        )

    def mechanism(self, **parameters: Any) -> StackelbergPricing:
        """Return the game of these clients, whose leader chooses the pool."""
        return StackelbergPricing(cost=self.cost, revenue=self.revenue, mean_over=self.mean_over, client=self.client)


class _Words:
    """The words that a share is written in, of fractions."""

    maximum = staticmethod(max)
