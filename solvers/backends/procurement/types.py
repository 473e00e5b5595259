"""Who sells how much, and what everybody is paid, where costs are of finitely many types.

Clients of one ironed level are bought from in the order in which they were declared, whatever their cost. What client i
would sell as another type follows from what is sold before it there: everything that is cheaper, and of its new level
what was declared before it. Its rent is the sum of the steps (c_{j+1} − c_j) ε_i(c_{j+1}) to all dearer types.
"""

from __future__ import annotations

import numpy as np

from ....formulations.data import as_floats
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import step_rent, threshold_payment
from ...readings.vectors import Vectors
from .worth import Worth


def outcome(model: PrivacyProcurement) -> dict[str, np.ndarray]:
    """Return what everybody sells and is paid, in double precision.

    Examples
    --------
    >>> from mechproof.formulations.procurement.priors import TypesPrior
    >>> prior = TypesPrior(cost=[1, 2], probability=["1/2", "1/2"])
    >>> model = PrivacyProcurement([1, 2], [1, 1], alpha=2, beta=4, rule="myerson", prior=prior)
    >>> found = outcome(model)
    >>> found["epsilon"].tolist(), found["payment"].round(6).tolist()
    ([1.0, 0.0], [1.333333, 0.0])
    """
    prior, cap, cost = model.prior, as_floats(model.epsilon_cap), as_floats(model.cost)
    types, levels = as_floats(prior.ascending), as_floats(prior.levels)
    type_of = prior.place(model.cost)
    distinct, level_of = np.unique(levels, return_inverse=True)
    mine = level_of[type_of]
    wanted = Worth(model).demand(distinct)
    supplied = np.bincount(mine, weights=cap, minlength=len(distinct))
    cheaper = np.concatenate([[0.0], np.cumsum(supplied)[:-1]])
    as_level = []
    for level, most in enumerate(wanted):
        here = np.where(mine == level, cap, 0.0)
        before = cheaper[level] - np.where(mine < level, cap, 0.0) + np.cumsum(here) - here
        as_level.append(np.clip(most - before, 0.0, cap))
    sells = np.array(as_level)  # by level and client
    epsilon = sells[mine, np.arange(len(cap))]
    rent = np.zeros(len(cap))
    for k in range(len(types) - 1):
        step = step_rent(Vectors(), types[k], types[k + 1], sells[level_of[k + 1]])
        rent += np.where(type_of <= k, step, 0.0)
    return {"epsilon": epsilon, "payment": threshold_payment(Vectors(), epsilon, cost, rent)}
