"""Menus a privacy contract is compared with: what known costs would allow, and what (56) as printed leads to."""

from __future__ import annotations

from collections.abc import Mapping

from ...formulations.algebra import read
from ...formulations.contract.declaration import FullInformationContract, PrivacyContract
from ...formulations.contract.formulas import printed_epsilon, printed_payment
from ...formulations.errors import InputError
from ...solvers.candidate import candidate
from ...solvers.readings.rationals import Rationals
from ...solvers.solution import Solution
from ...solvers.solve import solve


def contract_baselines(contract: PrivacyContract) -> Mapping[str, Solution]:
    """Return the best menu and two others, each as a solution to the contract, to be certified, verified or tabled.

    - "best": the contract's own solution.
    - "full information": the best menu if costs were known; its variance is out of reach, and it is not incentive
      compatible.
    - "printed (56)": the best menu where (56) of Zhou 2023 is taken as printed: equal pay, ε_k = B/(M c_k); over
      fractions. It is not incentive compatible either: every type but the dearest gains (B/M)(1 − c_k/c_K) by the
      dearest one's item.

    Raises
    ------
    InputError
        When the contract is under another estimator than the unweighted mean.

    Examples
    --------
    >>> contract = PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    >>> for name, solution in contract_baselines(contract).items():
    ...     print(name, round(float(solution.values["variance"]), 3), solution.certificate.feasible)
    best 414.544 True
    full information 168.466 False
    printed (56) 230.775 False
    """
    if contract.estimator != "unweighted":
        raise InputError(
            "estimator", contract.estimator, "has no baselines", "the printed formulas are of the unweighted mean"
        )
    known = solve(FullInformationContract(contract.cost, contract.count, contract.reward_pool)).values
    exact = Rationals()
    data = contract.read_in(exact)
    roles = {**data, "owner_count": exact.sum(data["count"])}
    menus = {
        "full information": {name: known[name] for name in ("epsilon", "payment")},
        "printed (56)": {
            "epsilon": read(printed_epsilon, exact, roles),
            "payment": read(printed_payment, exact, roles),
        },
    }
    return {"best": solve(contract), **{name: candidate(contract, **menu) for name, menu in menus.items()}}
