"""The default for privacy contracts: iron the virtual costs, then find one multiplier.

On the distinct costs in ascending order the best menu minimises Σ m_k g(ε_k) under Σ m_k ψ̄_k ε_k = B, where ψ̄ are the
virtual costs made monotone by isotonic regression with weights m. With d = coth(ε/2) − 1 optimality reads
d³ + 3d² + 2d = λψ̄_k; all is carried in ln d and ln λ, since λ underflows for ε beyond 700.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ....formulations.algebra import read
from ....formulations.contract.declaration import PrivacyContract
from ....formulations.contract.formulas import cheapest_payment, known_payment
from ....formulations.data import as_floats
from ....formulations.errors import UnsupportedModel
from ....formulations.language import Declaration
from ...installed import version
from ...readings.vectors import Vectors
from ...solution import Answer, Request
from .virtual import ironed, virtual_costs


def backends() -> tuple[Ironing, ...]:
    """Return the back end."""
    return (Ironing(),)


@dataclass(frozen=True)
class Ironing:
    """Solves privacy contracts without any solver, for 1 to tens of thousands of types."""

    mechanism: ClassVar[type] = PrivacyContract
    name: str = "ironing"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a privacy contract."""
        if isinstance(model, PrivacyContract):
            from .group_weighted import MOST_TYPES

            if model.estimator == "group-weighted" and len(model.ladder.cost) > MOST_TYPES:
                return (
                    f"takes at most {MOST_TYPES} distinct costs under the group-weighted variance, not "
                    f"{len(model.ladder.cost)}; the unweighted one is solved for tens of thousands"
                )
            return None
        return f"solves PrivacyContract only, not {type(model).__name__}; mechproof.backends tells what takes it"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the best menu; over balls, if exact arithmetic is asked for, since ε is transcendental.

        Raises
        ------
        UnsupportedModel
            When the group-weighted contract is to be solved exactly.
        """
        assert isinstance(model, PrivacyContract)
        request.refuse_options(self.name)
        versions = {"numpy": version("numpy"), "scipy": version("scipy")}
        if model.estimator == "group-weighted":
            from .group_weighted import best_menu

            if request.arithmetic == "exact":
                raise UnsupportedModel(
                    "ironing solves the group-weighted contract in floats only; its menu can be certified with "
                    "arithmetic='exact'"
                )
            return Answer(menu(model, best_menu(model)), "optimal", versions)
        if request.arithmetic == "exact":
            from ...certificates.contract.enclosure import enclosed_menu

            return Answer(enclosed_menu(model), "optimal", versions)
        return Answer(menu(model, float_budgets(model)), "optimal", versions)


def float_budgets(contract: PrivacyContract) -> np.ndarray:
    """Return the best ε of the distinct costs in ascending order, in double precision.

    Examples
    --------
    >>> contract = PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    >>> float_budgets(contract).round(5)
    array([0.84702, 0.58759, 0.42378])
    """
    ladder = contract.ladder
    if contract.hides_costs:
        virtual, start = ironed(virtual_costs(ladder), as_floats(ladder.count))
    else:
        virtual, start = as_floats(ladder.cost), np.arange(len(ladder.cost) + 1)
    weight = np.add.reduceat(as_floats(ladder.count), start[:-1])
    return np.repeat(budgets(virtual, weight, float(contract.reward_pool)), np.diff(start))


def menu(contract: PrivacyContract, epsilon: np.ndarray) -> dict[str, Any]:
    """Return the items of all types in the caller's order, from ε of the distinct costs."""
    algebra, ladder = Vectors(), contract.ladder
    cheapest = cheapest_payment if contract.hides_costs else known_payment
    payment = read(cheapest, algebra, {"epsilon": epsilon, "cost": as_floats(ladder.cost)})
    return {"epsilon": epsilon[ladder.place], "payment": payment[ladder.place]}


def budgets(virtual: np.ndarray, weight: np.ndarray, pool: float) -> np.ndarray:
    """Return ε of each level: the root of ln Σ w ψ̄ ε(λψ̄) − ln B in ln λ, by Newton's method within a bracket.

    Were all ε equal they would be B/Σwψ̄; the dearest level has less and the cheapest more, which brackets λ.
    """
    log_virtual, spending = np.log(virtual), weight * virtual
    equal = np.log(2) - np.log(np.expm1(np.minimum(pool / spending.sum(), 700.0)))
    if pool / spending.sum() > 700.0:
        equal = np.log(2) - pool / spending.sum()
    middle = log_cubic(equal)
    low, high = middle - log_virtual[-1], middle - log_virtual[0]
    low, high = min(low, middle - log_virtual.max()), max(high, middle - log_virtual.min())
    log_multiplier = (low + high) / 2
    target = log_multiplier + log_virtual
    log_d = np.minimum(target - np.log(2), target / 3)
    epsilon, spent = np.empty_like(virtual), pool
    for _ in range(200):
        log_d = inverse_log_cubic(log_multiplier + log_virtual, log_d)
        epsilon = np.logaddexp(0.0, np.log(2) - log_d)
        spent = float(np.sum(spending * epsilon))
        if spent > pool:
            low = log_multiplier
        else:
            high = log_multiplier
        d = np.exp(np.minimum(log_d, 700.0))
        slope = -2 / (d + 2) / (1 + d / (1 + d) + d / (2 + d))
        step = -(np.log(spent) - np.log(pool)) * spent / float(np.sum(spending * slope))
        following = log_multiplier + step
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - log_multiplier) <= 1e-14 * max(abs(log_multiplier), 1.0):
            break
        log_multiplier = following
    return np.asarray(epsilon * (pool / spent))


def log_cubic(log_d: Any) -> Any:
    """ln(d³ + 3d² + 2d), given ln d."""
    return log_d + np.logaddexp(0.0, log_d) + np.logaddexp(np.log(2), log_d)


def inverse_log_cubic(target: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return ln d with ln(d³ + 3d² + 2d) = target: Newton's method on a convex function whose slope is from 1 to 3."""
    log_d = start
    for _ in range(60):
        d = np.exp(np.minimum(log_d, 700.0))
        step = (log_cubic(log_d) - target) / (1 + d / (1 + d) + d / (2 + d))
        log_d = log_d - step
        if np.all(np.abs(step) <= 1e-8):  # it converges quadratically: what is left is beyond the last digit
            break
    return log_d
