"""What every rational and incentive compatible menu pays at least, as its declared constraints imply it.

On the distinct costs in ascending order, with M_k = m_1 + … + m_k, payments cancel in the sum of the pool's slack, M_k
times what type k loses by item k + 1, and M_K times what the dearest type keeps, none of which may be negative:

    B − Σ m_k p_k + Σ_{k<K} M_k (u_k(k) − u_k(k+1)) + M_K u_K(K) = B − Σ m_k ψ_k ε_k,   u_k(l) = p_l − c_k ε_l,

and u_k(k) − u_k(k+1) + u_{k+1}(k+1) − u_{k+1}(k) = (c_{k+1} − c_k)(ε_k − ε_{k+1}): so ε falls and Σ m_k ψ_k ε_k ≤ B.
With known costs m_k u_k(k) take the place of the incentives, and Σ m_k c_k ε_k ≤ B. Nobody's word is taken for either
identity: both sides are read from the declaration, over fractions, at one menu of unrelated whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ....formulations.algebra import read
from ....formulations.contract.declaration import PrivacyContract
from ....formulations.data import as_fractions
from ....formulations.errors import UnsupportedModel
from ....formulations.virtual_cost import virtual_cost
from ...readings.rationals import Rationals

UNRELATED = 2**62
"""An affine form that is not zero vanishes at a menu of whole numbers below this with a chance of 2⁻⁶²."""


@dataclass(frozen=True, eq=False)
class Charges:
    """The distinct costs in ascending order, their owners and the pool, and m_k ψ_k (or m_k c_k), in fractions.

    `falls` says whether ε must fall, as it does where costs are hidden.
    """

    cost: np.ndarray
    count: np.ndarray
    pool: Fraction
    charge: np.ndarray
    falls: bool


def charges(contract: PrivacyContract) -> Charges:
    """Return what a menu pays at least.

    Raises
    ------
    UnsupportedModel
        When the declared constraints do not imply it.

    Examples
    --------
    >>> found = charges(PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30))
    >>> [str(m * psi) for m, psi in zip([1, 1, 1], found.charge)], found.falls
    (['5', '15', '40'], True)
    """
    cost, count = (as_fractions(entries) for entries in (contract.ladder.cost, contract.ladder.count))
    per_unit = read(virtual_cost, Rationals(), {"cost": cost, "count": count}) if contract.hides_costs else cost
    found = Charges(cost, count, Fraction(contract.reward_pool), count * per_unit, contract.hides_costs)
    if not _implied(contract, found):
        raise UnsupportedModel(
            f"the constraints of {type(contract).__name__} do not imply what its menus pay at least; declare "
            "rationality, the pool and incentives as PrivacyContract does, or certify it as a program of its own"
        )
    return found


def _implied(contract: PrivacyContract, found: Charges) -> bool:
    cost, count, size = found.cost, found.count, len(found.cost)
    declared = {item.name: item for item in contract.constraints()}
    unrelated = np.random.default_rng(0).integers(1, UNRELATED, (2, size)).tolist()
    epsilon, payment = (as_fractions(np.array(entries, dtype=object)) for entries in unrelated)
    menu = {"cost": cost, "count": count, "reward_pool": found.pool, "epsilon": epsilon, "payment": payment}
    keeps = read(declared["individual_rationality"].slack, Rationals(), menu)
    implied = read(declared["budget_balance"].slack, Rationals(), menu)
    if not found.falls:
        implied += (count * keeps).sum()
    else:
        implied += count.sum() * keeps[-1]
        if size > 1:
            loses = declared["incentive_compatibility"].by_role
            if loses is None:
                return False
            own = {"payment": payment, "epsilon": epsilon, "cost": cost}
            by_next, by_last = (
                loses(
                    Rationals(),
                    **{name: values[mine] for name, values in own.items()},
                    other_payment=payment[theirs],
                    other_epsilon=epsilon[theirs],
                )
                for mine, theirs in ((slice(-1), slice(1, None)), (slice(1, None), slice(-1)))
            )
            implied += (count.cumsum()[:-1] * by_next).sum()
            if np.any(by_next + by_last != (cost[1:] - cost[:-1]) * (epsilon[:-1] - epsilon[1:])):
                return False
    return bool(implied == found.pool - (found.charge * epsilon).sum())
