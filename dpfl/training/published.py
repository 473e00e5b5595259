r"""Experiments of papers, run again: the mechanism's budgets, and those of what it was compared with.

``zhou-17`` is figure 17 of Zhou 2023 (EMNIST): :math:`\alpha = \beta = 10`, a pool of 1, privacy costs of .001. How
many clients there are is not printed; here they are 100, as in its other figures. Budgets in equilibrium are then
:math:`B(N-1)/(N^2\rho) = 9.9`, those of the contract :math:`B/(N\rho) = 10`. The three-party game's quantities are
never mapped to these: here a seller's cost is the privacy cost, the buyer's value of quantity is :math:`\alpha`, that
of privacy is 1, and a budget is 100 at most (with a value of 10 every budget would be). The paper's noise is the
classical formula in every round, never composed: the arm ``classical-uncomposed`` has it, and the ledger says beside
what it really gives.

Figures 13 to 16 compare utilities, pools and budgets, which are computed and not trained: ``mechproof prove
stackelberg`` settles them, fig-13-… to fig-16-….
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ...formulations.contract.declaration import PrivacyContract
from ...formulations.errors import InputError
from ...formulations.stackelberg.declaration import StackelbergPricing
from ...formulations.three_party.declaration import ThreePartyMarket
from ...solvers.solve import solve
from ..accounting.budgets import Budgets, budgets_of
from .arms import Arm
from .weights import Weighting

EXPERIMENTS = ("zhou-17",)
COMPUTED = tuple(f"zhou-{figure}" for figure in range(13, 17))
"""Figures in which nothing is trained."""
CLIENTS, COST, POOL, SCALE = 100, "0.001", 1, 10


def check_experiment(name: str) -> None:
    """Refuse an experiment that cannot be trained, and say where it is settled.

    Examples
    --------
    >>> check_experiment("zhou-17")
    """
    if name in COMPUTED:
        rule = "compares what is computed, and nothing is trained in it"
        raise InputError("experiment", name, rule, f"mechproof prove stackelberg settles fig-{name[-2:]}-…")
    if name not in EXPERIMENTS:
        raise InputError("experiment", name, "is unknown", f"choose one of: {', '.join(EXPERIMENTS)}")


@lru_cache(maxsize=1)
def experiment_budgets(name: str) -> Budgets:
    """Return the mechanism's budgets in an experiment: for a pool that is given they are in proportion to it.

    Examples
    --------
    >>> experiment_budgets("zhou-17").texts[:2]
    ('99/10', '99/10')
    """
    check_experiment(name)
    game = StackelbergPricing(cost=[COST] * CLIENTS, alpha=SCALE, beta=SCALE)
    exact = solve(game, arithmetic="exact").exact
    assert exact is not None
    return budgets_of([POOL * epsilon / exact["reward_pool"] for epsilon in exact["epsilon"]])


@lru_cache(maxsize=1)
def _others() -> tuple[float, float]:
    """Return everybody's budget in the contract and in the three-party game."""
    contract = solve(PrivacyContract(cost=[COST], count=[CLIENTS], reward_pool=POOL))
    market = solve(ThreePartyMarket(cost=[COST] * CLIENTS, alpha=SCALE, privacy_weight=1, epsilon_max=100))
    return float(contract.values["epsilon"][0]), float(market.values["epsilon"][0])


def experiment_arms(name: str | None, clients: int, weighting: Weighting) -> tuple[Arm, ...]:
    """Return the arms that an experiment adds to those of every training.

    Examples
    --------
    >>> [arm.name for arm in experiment_arms("zhou-17", 100, "uniform")]
    ['ic-mle', 'three-party', 'classical-uncomposed']
    """
    if name is None:
        return ()
    check_experiment(name)
    if clients != CLIENTS:
        rule = f"has {CLIENTS} clients in {name}, and there are {clients}"
        raise InputError("experiment", name, rule, "give no budgets of your own")
    everybody, (contract, market) = np.ones(clients), _others()
    own = experiment_budgets(name).epsilon
    return (
        Arm("ic-mle", f"the contract's budgets, {contract:.3g} each", "baseline", everybody * contract, weighting),
        Arm("three-party", f"the three-party game's, {market:.3g} each", "baseline", everybody * market, weighting),
        Arm(
            "classical-uncomposed",
            "the mechanism's budgets with the paper's noise, which really gives far more: see the ledger",
            "baseline",
            own,
            weighting,
            composed=False,
        ),
    )
