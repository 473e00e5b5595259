"""Buying once from the cheapest of several sellers, up to a reserve price: a family in the reserve.

The cheapest is paid the least that anybody else asks for, or the reserve where that is less (Vickrey 1961; the best
reserve is where the virtual cost is what the purchase is worth, Myerson 1981).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from ..algebra import Algebra, Formula
from ..data import Number
from ..declaration import part, scalar
from ..errors import InputError
from ..language import Constraint, Decision
from ..procurement.priors import Prior
from .family import Family, Requirement

LEAST = Fraction(1, 1000)
"""The least reserve, in parts of the worth, where costs may be as small as you like."""
MOST_SELLERS = 300
"""More would take longer than any time limit: what is expected sums over all of them, on every box."""


def sells(a: Algebra, report: Any, threshold: Any) -> Any:
    """1 where a seller's report is no more than the most at which it would still sell."""
    return a.at_least(threshold, report)


def seller_utility(a: Algebra, cost: Any, report: Any, threshold: Any) -> Any:
    """(t − c) [r ≤ t]: who sells is paid the threshold t, whatever it reported."""
    return (threshold - cost) * sells(a, report, threshold)


def truthful_utility(a: Algebra, cost: Any, others: Any, reserve: Any) -> Any:
    """What a seller keeps who reports its cost; its threshold is the least report of the others, or the reserve."""
    return seller_utility(a, cost, cost, a.minimum(others, reserve))


def lost_by_lying(a: Algebra, cost: Any, report: Any, others: Any, reserve: Any) -> Any:
    """What a seller keeps by the truth, less what it keeps by another report."""
    threshold = a.minimum(others, reserve)
    return seller_utility(a, cost, cost, threshold) - seller_utility(a, cost, report, threshold)


def server_keeps(a: Algebra, report: Any, others: Any, reserve: Any, value: Any) -> Any:
    """(v − t) [r ≤ t]: what the purchase is worth less what is paid."""
    threshold = a.minimum(others, reserve)
    return (value - threshold) * sells(a, report, threshold)


ANYTHING: Mapping[str, Formula] = {
    "c ≥ 0": lambda a, cost: cost,
    "r ≥ 0": lambda a, report: report,
    "the others' least report is at least 0": lambda a, others: others,
}


class ReserveProcurement(Family):
    """Buy once, from the cheapest of sellers whose costs are independent draws from a prior, at up to a reserve.

    Parameters
    ----------
    value
        What the purchase is worth to the server.
    prior
        Of what distribution the sellers' costs are independent draws.
    sellers
        How many there are.
    lowest, highest
        Between which the reserve may be; by default from the prior's least cost (or a thousandth of the worth, where
        there is none) to what the purchase is worth, or the dearest cost if that is less.
    least_sold
        The least probability with which something must be bought; by default none.

    Examples
    --------
    >>> from mechproof.formulations.procurement.priors import UniformPrior
    >>> family = ReserveProcurement(value=1, prior=UniformPrior(high=1), sellers=2)
    >>> family.box()
    {'reserve': (Fraction(0, 1), Fraction(1, 1))}
    """

    value: Number = scalar("what the purchase is worth", above=0, unit="money", symbol="v")
    prior: Any = part(Prior)
    sellers: Number = scalar("the number of sellers", above=0, whole=True, default=1, symbol="n")
    lowest: Number = scalar("the least reserve", at_least=0, default=None, unit="money")
    highest: Number = scalar("the largest reserve", above=0, default=None, unit="money")
    least_sold: Number = scalar("the least probability of a purchase", at_least=0, default=None)

    example: ClassVar[Mapping[str, Any]] = {"value": 1, "sellers": 3, "prior": {"type": "uniform", "low": 0, "high": 1}}

    def check(self) -> None:
        """Refuse what is no prior, and set the reserve's bounds where none are given."""
        if not isinstance(self.prior, Prior):
            raise InputError("prior", self.prior, "must be a prior", "such as UniformPrior(high=1)")
        if self.sellers > MOST_SELLERS:
            remedy = "a sum over all of them is enclosed on every box"
            raise InputError("sellers", self.sellers, f"must be at most {MOST_SELLERS}", remedy)
        low, high = self.prior.bounds
        if self.lowest is None:
            self._set("lowest", low if low > 0 or high is not None else self.value * LEAST)
        if self.highest is None:
            self._set("highest", self.value if high is None else min(self.value, high))
        if not self.lowest < self.highest:
            rule = f"must be above the least reserve, {self.lowest}"
            raise InputError("highest", self.highest, rule, "nothing is worth buying at less than the least cost")

    def parameters(self) -> tuple[Decision, ...]:
        """Return the reserve."""
        return (Decision("reserve", self.lowest, self.highest, symbol="r", unit="money"),)

    def objectives(self) -> Mapping[str, Formula]:
        """Return what the server and the sellers expect to keep, both together, and the least payment."""
        return {
            "server-utility": self.expected_gain,
            "welfare": self.expected_welfare,
            "seller-utility": self.expected_rent,
            "least-payment": lambda a, reserve: -self.expected_payment(a, reserve),
        }

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that something is bought often enough, if that is asked for."""
        if self.least_sold is None:
            return ()
        return (Constraint("least_sold", lambda a, reserve, least_sold: self.bought(a, reserve) - least_sold),)

    def bought(self, a: Algebra, reserve: Any) -> Any:
        """1 − (1 − F(r))ⁿ, the probability that the cheapest asks for no more than the reserve."""
        dearer = 1 - self.prior.distribution(a, reserve)
        return 1 - whole_power(dearer, int(self.sellers))

    def saved(self, a: Algebra, reserve: Any, rank: int) -> Any:
        """E max(0, r − c₍ₖ₎): how far the k-th cheapest is below the reserve, on average."""
        return self.prior.saving(a, reserve, int(self.sellers), rank) if rank <= self.sellers else a.number(0)

    def expected_gain(self, a: Algebra, reserve: Any, value: Any) -> Any:
        """(v − r) P(c₍₁₎ ≤ r) + E max(0, r − c₍₂₎): who sells is paid min(r, c₍₂₎)."""
        return (value - reserve) * self.bought(a, reserve) + self.saved(a, reserve, 2)

    def expected_payment(self, a: Algebra, reserve: Any) -> Any:
        """What is paid on average: r P(c₍₁₎ ≤ r) − E max(0, r − c₍₂₎)."""
        return reserve * self.bought(a, reserve) - self.saved(a, reserve, 2)

    def expected_rent(self, a: Algebra, reserve: Any) -> Any:
        """E max(0, r − c₍₁₎) − E max(0, r − c₍₂₎)."""
        return self.saved(a, reserve, 1) - self.saved(a, reserve, 2)

    def expected_welfare(self, a: Algebra, reserve: Any, value: Any) -> Any:
        """What the server and the sellers keep together."""
        return self.expected_gain(a, reserve, value) + self.expected_rent(a, reserve)

    def requirements(self) -> tuple[Requirement, ...]:
        """Return rationality, truth, and no deficit, of every reserve and whatever the others report."""
        named = {role: ANYTHING[text] for role, text in zip(("cost", "report", "others"), ANYTHING, strict=True)}
        cost, report, others = (text for text in ANYTHING)
        return (
            Requirement(
                "individual-rationality",
                "A seller who reports its cost keeps at least nothing, whatever the others report.",
                truthful_utility,
                {cost: named["cost"], others: named["others"]},
            ),
            Requirement(
                "incentive-compatibility",
                "A seller keeps no more by any other report than by its cost, whatever the others report.",
                lost_by_lying,
                ANYTHING,
            ),
            Requirement(
                "budget-balance",
                "The server never pays more than what the purchase is worth.",
                server_keeps,
                {report: named["report"], others: named["others"]},
            ),
        )


def whole_power(x: Any, exponent: int) -> Any:
    """Return xⁿ as products, which every reading has.

    Examples
    --------
    >>> whole_power(3, 4)
    81
    """
    found: Any = 1
    for _ in range(exponent):
        found = found * x
    return found
