"""The privacy contract: a menu of budgets and payments for owners whose privacy costs are hidden (IC-MLE).

Types c_1 < … < c_K with m_k owners each are offered (ε_k, p_k); owners pick the item they like best. Sources: Zhou
2023, eqs 53–56; Mussa & Rosen 1978 and Myerson 1981 for virtual costs and ironing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Number, Vector
from ..declaration import choice, labels, scalar, vector
from ..errors import InputError
from ..language import Constraint, Decision, Form, Program
from .formulas import grouped_variance, ic_slack, lost_precision, owner_utility, pool_left, variance
from .reformulations import Ladder, ladder_forms, ladder_of

ALL_PAIRS = 60
"""Up to how many types incentive compatibility is declared pair by pair; beyond, between neighbours in cost."""


class PrivacyContract(Program):
    """The menu that buys the least variance for a reward pool from owners who may pretend to be of another type.

        min Σ m_k coth²(ε_k/2)   s.t.   Σ m_k p_k ≤ B,   p_k − c_k ε_k ≥ 0,   p_k − c_k ε_k ≥ p_l − c_k ε_l for all k, l

    Types of equal cost are offered the same item. With many types incentive compatibility is declared between
    neighbours in cost, which implies it for all pairs; a certificate checks all pairs in any case.

    Parameters
    ----------
    cost
        c_k > 0, money per unit of ε, one for each type, in any order.
    count
        m_k > 0, how many owners are of the type; or what share of them, with a pool and a variance per owner.
    reward_pool
        B > 0, the most that may be paid in all (to one owner on average, where counts are shares).
    estimator
        "unweighted": the variance of the plain mean. "group-weighted": M²/Σ m_k tanh²(ε_k/2), of the mean that weighs
        each group by its precision, under which it may be best to buy nothing from some types.
    owner_type
        The types' names, used in every message.

    Raises
    ------
    InputError
        When a number breaks its rule; the message names the field, the index and the type.

    Examples
    --------
    >>> contract = PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    >>> [item.name for item in contract.constraints()]
    ['individual_rationality', 'budget_balance', 'incentive_compatibility']
    """

    cost: Vector = vector("a privacy cost", above=0, per="type", unit="money/ε", symbol="c")
    count: Vector = vector("a number of owners", above=0, per="type", symbol="m")
    reward_pool: Number = scalar("the reward pool", above=0, unit="money", symbol="B")
    estimator: str = choice("unweighted", "group-weighted", default="unweighted")
    owner_type: Any = labels("type", default=None)

    default_backend = "ironing"
    promises: ClassVar[tuple[str, ...]] = (
        "individual-rationality",
        "incentive-compatibility",
        "budget-balance",
        "contract-optimality",
    )
    properties = (*promises, "second-account", "merged-bidders", "idle-account")
    example: ClassVar[Mapping[str, Any]] = {
        "owner_type": ["relaxed", "careful", "reluctant"],
        "cost": [0.5, 1, 2],
        "count": [10, 10, 10],
        "reward_pool": 30,
    }

    def check(self) -> None:
        """Refuse a contract without types."""
        if len(self.cost) == 0:
            raise InputError("cost", "no types", "a contract needs at least one type of owner")

    @property
    def about(self) -> str:
        """What one item of the menu belongs to."""
        return "type"

    @property
    def hides_costs(self) -> bool:
        """Whether owners may take another type's item."""
        return True

    @cached_property
    def ladder(self) -> Ladder:
        """The distinct costs in ascending order, with the owners of each, and each type's place among them."""
        return ladder_of(self.cost, self.count)

    def variables(self) -> tuple[Decision, ...]:
        """Return the budgets and the payments; that the pool suffices for each type alone bounds both."""
        none = np.zeros(len(self.cost))
        epsilon, payment = self._most
        return (
            Decision("epsilon", none, epsilon, symbol=r"\varepsilon", unit="ε"),
            Decision("payment", none, payment, symbol="p", unit="money"),
        )

    def objective(self) -> Formula:
        """Return the variance, or for groups minus the precision, which is least at the same menu."""
        return variance if self.estimator == "unweighted" else lost_precision

    def outcomes(self) -> Mapping[str, Formula]:
        """Return what each owner keeps, and the variance."""
        spread = variance if self.estimator == "unweighted" else grouped_variance
        return {"owner_utility": owner_utility, "variance": spread}

    def constraints(self) -> tuple[Constraint, ...]:
        """Return rationality, the pool, incentive compatibility and equal treatment of equal costs."""
        found = [Constraint("individual_rationality", owner_utility), Constraint("budget_balance", pool_left)]
        if self.hides_costs and len(self.ladder.cost) > 1:
            found.append(Constraint("incentive_compatibility", self.incentive_slack, by_role=ic_slack))
        if len(self.ladder.cost) < len(self.cost):
            found.append(Constraint("equal_budgets", self.difference_of_twins, equality=True))
            found.append(Constraint("equal_pay", self.difference_of_pay, equality=True))
        return tuple(found)

    def incentive_slack(self, a: Algebra, payment: Any, epsilon: Any, cost: Any) -> Any:
        """Return `ic_slack` of the declared pairs of types."""
        own, other = self._pairs
        return ic_slack(a, payment[own], epsilon[own], payment[other], epsilon[other], cost[own])

    def difference_of_twins(self, a: Algebra, epsilon: Any) -> Any:
        """Return the difference in ε between types of equal cost."""
        own, other = self.ladder.twins
        return epsilon[own] - epsilon[other]

    def difference_of_pay(self, a: Algebra, payment: Any) -> Any:
        """Return the difference in pay between types of equal cost."""
        own, other = self.ladder.twins
        return payment[own] - payment[other]

    @cached_property
    def _most(self) -> tuple[np.ndarray, np.ndarray]:
        """The budget and the payment of each type if the pool were its own; of exact data they take long to divide."""
        payment = self.reward_pool / self.count
        return payment / self.cost, payment

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Who may envy whom: everybody everybody of another cost, or only the neighbours in cost."""
        first, place = self.ladder.first, self.ladder.place
        if len(place) <= ALL_PAIRS:
            own, other = np.nonzero(place[:, None] != place[None, :])
            return own, other
        return np.concatenate([first[:-1], first[1:]]), np.concatenate([first[1:], first[:-1]])

    def budgets(self, values: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
        """Return the item of its type for each owner: ``relaxed/1`` is the first of the type ``relaxed``.

        Raises
        ------
        InputError
            When counts are shares, which are nobody's budgets.
        """
        names = self.people() or tuple(map(str, range(len(self.count))))
        for index, number in enumerate(self.count):
            if number != int(number):
                rule = "must be a whole number of owners, so that each has a budget"
                raise InputError(
                    f"count[{index}] ({self.owner_of(index)})", number, rule, "multiply shares, and the pool"
                )
        each = zip(names, self.count, values["epsilon"], strict=True)
        return tuple((f"{name}/{owner}", item) for name, count, item in each for owner in range(1, int(count) + 1))

    def headcount(self) -> Any:
        """Return the owners of each type."""
        return self.count

    def forms(self) -> tuple[Form, ...]:
        """Return convex programs over the distinct costs; the group-weighted variance has none."""
        if self.estimator != "unweighted":
            return ()
        return ladder_forms(self.ladder, self.reward_pool, self.hides_costs, ALL_PAIRS)


class FullInformationContract(PrivacyContract):
    """The same if costs were known, so that nobody could take another type's item: the benchmark a contract is held to.

    Then p_k = c_k ε_k. It is not incentive compatible, and does not promise to be.

    Examples
    --------
    >>> contract = FullInformationContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    >>> [item.name for item in contract.constraints()]
    ['individual_rationality', 'budget_balance']
    """

    promises = ("individual-rationality", "budget-balance", "contract-optimality")

    def check(self) -> None:
        """Refuse the group-weighted variance too: with known costs it is another problem."""
        super().check()
        if self.estimator != "unweighted":
            raise InputError(
                "estimator", self.estimator, "is for hidden costs", "give PrivacyContract, or the unweighted estimator"
            )

    @property
    def hides_costs(self) -> bool:
        """Costs are known."""
        return False
