"""A price posted to each of a few groups of sellers: a family in the prices.

Everybody of a group is offered the same price for all that it may sell, and takes it or leaves it. What is bought is
worth V(Σ ε) = f(Σ ε/N), concave, so that the groups compete although nobody does within one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import comb
from typing import Any, ClassVar

from ..algebra import Algebra, Formula, asking
from ..data import Number, Vector, as_fractions
from ..declaration import labels, part, scalar, vector
from ..errors import InputError
from ..language import Constraint, Decision
from ..procurement.formulas import worth
from ..procurement.priors import UniformPrior
from ..revenue_curve import Revenue, settled_revenue
from .family import MOST_PARAMETERS, Family, Requirement
from .reserve import ANYTHING, seller_utility

MOST_OUTCOMES = 2_000
"""Of so many numbers of those who accept, each is worth something else."""


class PostedPrices(Family):
    """A price p_g per unit of ε for each group; who accepts it sells all of its cap and is paid p_g e_g.

    The n_g sellers of a group have costs drawn alike between low_g and high_g, so that each accepts with probability
    F_g(p_g), independently of all others. The server expects E V(Σ ε) − Σ_g n_g F_g(p_g) p_g e_g, exactly: the
    expectation is over how many of each group accept.

    Parameters
    ----------
    low, high
        Between which costs a group's members are, each cost being as likely.
    sellers
        How many a group has.
    epsilon_cap
        How much privacy one of a group sells.
    alpha, beta
        Parameters of the logarithmic revenue of the mean budget; give these or `value`.
    reward_pool
        What payments may never exceed, whoever accepts; by default anything.
    group
        The groups' names.

    Examples
    --------
    >>> family = PostedPrices(low=[0, 1], high=[2, 3], sellers=[2, 1], epsilon_cap=[1, 1], alpha=3, beta=6)
    >>> list(family.box())
    ['price_1', 'price_2']
    """

    low: Vector = vector("the least cost", at_least=0, per="group", unit="money/ε", symbol="a")
    high: Vector = vector("the largest cost", above=0, per="group", unit="money/ε", symbol="b")
    sellers: Vector = vector("a number of sellers", above=0, whole=True, per="group", symbol="n")
    epsilon_cap: Vector = vector("a privacy cap", above=0, per="group", unit="ε", symbol="e")
    alpha: Number = scalar("the revenue's sensitivity", above=0, default=None, symbol=r"\alpha")
    beta: Number = scalar("the revenue's scale", above=0, default=None, unit="money", symbol=r"\beta")
    value: Any = part(Revenue, default=None)
    reward_pool: Number = scalar("the reward pool", above=0, default=None, unit="money", symbol="B")
    group: Any = labels("group", default=None)

    example: ClassVar[Mapping[str, Any]] = {
        "group": ["phones", "clinics", "banks"],
        "low": [0, 1, 2],
        "high": [2, 3, 6],
        "sellers": [2, 2, 1],
        "epsilon_cap": [1, 1, 2],
        "alpha": 4,
        "beta": 8,
    }

    def check(self) -> None:
        """Refuse too many groups or outcomes, empty supports, two revenues or none."""
        if not 1 <= len(self.low) <= MOST_PARAMETERS:
            raise InputError("low", f"{len(self.low)} groups", f"there must be from 1 to {MOST_PARAMETERS}")
        outcomes = 1
        for count in self.sellers:
            outcomes *= int(count) + 1
        if outcomes > MOST_OUTCOMES:
            rule = f"more than {MOST_OUTCOMES:,} outcomes are added up for every choice of prices"
            raise InputError("sellers", f"{outcomes:,} outcomes", rule, "put sellers together, or leave some out")
        for low, high in zip(self.low, self.high, strict=True):
            UniformPrior(low=low, high=high)  # which refuses an empty support
        self._set("value", settled_revenue("value", self.value, self.alpha, self.beta))

    @property
    def names(self) -> tuple[str, ...]:
        """What the prices are called, from 1 on."""
        return tuple(f"price_{k + 1}" for k in range(len(self.low))) if len(self.low) > 1 else ("price",)

    @property
    def priors(self) -> tuple[UniformPrior, ...]:
        """How each group's costs are distributed."""
        return tuple(UniformPrior(low=low, high=high) for low, high in zip(self.low, self.high, strict=True))

    def parameters(self) -> tuple[Decision, ...]:
        """Return a price for each group, between its costs."""
        bounds = zip(self.names, self.low, self.high, strict=True)
        return tuple(Decision(name, low, high, symbol="p", unit="money/ε") for name, low, high in bounds)

    def objectives(self) -> Mapping[str, Formula]:
        """Return what the server expects to keep, how much it expects to buy, and the least payment."""
        return {
            "server-utility": asking((*self.names, "expected_worth"), self._gain),
            "total-epsilon": asking(self.names, self._total),
            "least-payment": asking(self.names, lambda a, **prices: -self._payment(a, prices)),
        }

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that the pool suffices for everybody, if there is one."""
        if self.reward_pool is None:
            return ()
        return (Constraint("pool_suffices", asking((*self.names, "reward_pool"), self._left_by_all)),)

    @property
    def _due(self) -> list[Fraction]:
        """What a group is paid in all, per unit of its price, if everybody of it accepts."""
        counts, caps = as_fractions(self.sellers).tolist(), as_fractions(self.epsilon_cap).tolist()
        return [count * cap for count, cap in zip(counts, caps, strict=True)]

    def _left_by_all(self, a: Algebra, reward_pool: Any, **prices: Any) -> Any:
        """B − Σ n_g e_g p_g."""
        due = [a.number(most) * prices[name] for most, name in zip(self._due, self.names, strict=True)]
        return reward_pool - sum(due[1:], due[0])

    def _left_by_some(self, a: Algebra, reward_pool: Any, **given: Any) -> Any:
        """B − Σ a_g n_g e_g p_g, where a part a_g of each group accepts."""
        accepted = {name: given[name] * given[f"accepted_{name}"] for name in self.names}
        return self._left_by_all(a, reward_pool, **accepted)

    def _accepting(self, a: Algebra, prices: Mapping[str, Any]) -> list[Any]:
        """F_g(p_g): the part of each group that accepts, on average."""
        return [prior.inside(a, prices[name]) for prior, name in zip(self.priors, self.names, strict=True)]

    def _bought(self, a: Algebra, prices: Mapping[str, Any]) -> list[Any]:
        sizes = zip(as_fractions(self.sellers).tolist(), as_fractions(self.epsilon_cap).tolist(), strict=True)
        parts = zip(sizes, self._accepting(a, prices), strict=True)
        return [a.number(count * cap) * accepting for (count, cap), accepting in parts]

    def _total(self, a: Algebra, **prices: Any) -> Any:
        found = self._bought(a, prices)
        return sum(found[1:], found[0])

    def _payment(self, a: Algebra, prices: Mapping[str, Any]) -> Any:
        paid = [amount * prices[name] for amount, name in zip(self._bought(a, prices), self.names, strict=True)]
        return sum(paid[1:], paid[0])

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the data, and what all that may be bought is worth as a polynomial of how likely each accepts."""
        data = super().read_in(algebra)
        counts, caps = [int(n) for n in self.sellers], as_fractions(self.epsilon_cap).tolist()
        everybody = algebra.number(Fraction(sum(counts)))
        amounts = [
            sum((k * cap for k, cap in zip(accepted, caps, strict=True)), Fraction(0))
            for accepted in product(*(range(n + 1) for n in counts))
        ]
        worths = [worth(algebra, algebra.number(amount), everybody, data["value"]) for amount in amounts]
        return {**data, "expected_worth": _coefficients(worths, counts)}

    def _gain(self, a: Algebra, expected_worth: Any, **prices: Any) -> Any:
        return _at(expected_worth, self._accepting(a, prices)) - self._payment(a, prices)

    def requirements(self) -> tuple[Requirement, ...]:
        """Return rationality and truth, at every price; and that the pool suffices, if there is one."""
        cost, report = list(ANYTHING)[:2]
        given: dict[str, Formula] = {"p ≥ 0": lambda a, threshold: threshold, cost: ANYTHING[cost]}
        return (
            Requirement(
                "individual-rationality",
                "At any price a seller who reports its cost keeps at least nothing.",
                lambda a, cost, threshold: seller_utility(a, cost, cost, threshold),
                given,
            ),
            Requirement(
                "incentive-compatibility",
                "At any price a seller keeps no more by any other report than by its cost.",
                lambda a, cost, report, threshold: (
                    seller_utility(a, cost, cost, threshold) - seller_utility(a, cost, report, threshold)
                ),
                {**given, report: ANYTHING[report]},
            ),
            *self._budget_balance(),
        )

    def _budget_balance(self) -> tuple[Requirement, ...]:
        if self.reward_pool is None:
            return ()
        parts = [f"accepted_{name}" for name in self.names]
        given: dict[str, Formula] = {}
        for role in parts:
            given[f"{role} ≥ 0"] = asking((role,), lambda a, **it: next(iter(it.values())))
            given[f"{role} ≤ 1"] = asking((role,), lambda a, **it: 1 - next(iter(it.values())))
        roles = (*self.names, *parts, "reward_pool")
        text = "At any prices for which the pool suffices if everybody accepts, it suffices whoever accepts."
        return (Requirement("budget-balance", text, asking(roles, self._left_by_some), given),)


def _coefficients(values: Sequence[Any], counts: Sequence[int]) -> Any:
    """Return a mean over binomial numbers as a polynomial of their probabilities, one list of powers inside another.

    Of one number Σ_k C(n, k) Δᵏv₀ pᵏ, with Δ the difference to what one more is worth: the coefficients alternate and
    fall where what is bought is worth ever less, so that bounds of boxes are close.
    """
    if not counts:
        return values[0]
    count, *others = counts
    step = len(values) // (count + 1)
    rows = [_coefficients(values[k * step : (k + 1) * step], others) for k in range(count + 1)]
    found = []
    for k in range(count + 1):
        found.append(_times(comb(count, k), rows[0]))
        rows = [_less(one, other) for one, other in zip(rows[1:], rows, strict=False)]
    return found


def _times(number: int, of: Any) -> Any:
    return [_times(number, one) for one in of] if isinstance(of, list) else number * of


def _less(one: Any, other: Any) -> Any:
    if isinstance(one, list):
        return [_less(x, y) for x, y in zip(one, other, strict=True)]
    return one - other


def _at(polynomial: Any, places: Sequence[Any]) -> Any:
    """Return a polynomial's value, by Horner's scheme."""
    if not places:
        return polynomial
    found = _at(polynomial[-1], places[1:])
    for coefficient in reversed(polynomial[:-1]):
        found = _at(coefficient, places[1:]) + places[0] * found
    return found
