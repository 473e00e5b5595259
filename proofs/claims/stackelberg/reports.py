"""Truthfulness: what a client gains by a false report of its cost, if reports decide."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import equilibrium_share
from ....formulations.stackelberg.declaration import client_utility
from ...kernel.sentence import above, at_least, equal
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum
from .terms import best_pool, ratio_of_three, ratio_of_two


def reported(a: Algebra, report: Any, cost: Any, other: Any, reward_pool: Any) -> Any:
    """What a client gets whose report decides what it sells and is paid, with one other client."""
    ratio = ratio_of_two(a, report, other)
    own = reward_pool * ratio * equilibrium_share(a, report, ratio)
    return client_utility(a, own, reward_pool * ratio - own, cost, reward_pool)


def reported_to_server(a: Algebra, report: Any, cost: Any, other: Any, alpha: Any, beta: Any) -> Any:
    """The same where the server sets its pool by the reports too."""
    pool = a.maximum(best_pool(a, ratio_of_two(a, report, other), a.number(2), alpha, beta), 0)
    return reported(a, report, cost, other, pool)


def gain(a: Algebra, report: Any, cost: Any, other: Any, alpha: Any, beta: Any) -> Any:
    """What a report gains over the truth."""
    lie = reported_to_server(a, report, cost, other, alpha, beta)
    return lie - reported_to_server(a, cost, cost, other, alpha, beta)


TRUTHFUL = Claim(
    "stackelberg/truthful",
    "If the server assigns budgets and payments by reported costs, nobody gains by a false report.",
    "Zhou 2023, section 1, read as truthfulness: that incentives keep clients from overstating their privacy needs",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                "report > 0": lambda a, report: above(report, 0),
                "ρ₁ = 1": lambda a, cost: equal(cost, 1),
                "ρ₂ = 1": lambda a, other: equal(other, 1),
                "α = 4": lambda a, alpha: equal(alpha, 4),
                "β = 2": lambda a, beta: equal(beta, 2),
            },
            lambda a, report, cost, other, alpha, beta: at_least(
                reported_to_server(a, cost, cost, other, alpha, beta),
                reported_to_server(a, report, cost, other, alpha, beta),
            ),
            costs={"gained by the false report": gain},
            start={"report": "1/2", "cost": "1", "other": "1", "alpha": "4", "beta": "2"},
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
    erratum=Erratum(
        "section 1, as truthfulness: nobody gains by a false report of its cost",
        "that nobody gains by another budget is what holds; a false report gains",
        "stackelberg/equilibrium-by-shares",
    ),
)


def reported_of_three(a: Algebra, report: Any, cost: Any, reward_pool: Any) -> Any:
    """What a client gets at a fixed pool, with two others of cost 1."""
    ratio = ratio_of_three(a, report, a.number(1), a.number(1))
    own = reward_pool * ratio * equilibrium_share(a, report, ratio)
    return client_utility(a, own, reward_pool * ratio - own, cost, reward_pool)


TRUTHFUL_AT_POOL = Claim(
    "stackelberg/truthful-at-fixed-pool",
    "If the pool is fixed beforehand and budgets and payments are assigned by reported costs, nobody gains by a false "
    "report.",
    "theorem sought in place of the claim about all reports",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                "report > 0": lambda a, report: above(report, 0),
                "ρ₁ = 1": lambda a, cost: equal(cost, 1),
                "B = 1": lambda a, reward_pool: equal(reward_pool, 1),
            },
            lambda a, report, cost, reward_pool: at_least(
                reported_of_three(a, cost, cost, reward_pool), reported_of_three(a, report, cost, reward_pool)
            ),
            costs={
                "gained by the false report": lambda a, report, cost, reward_pool: (
                    reported_of_three(a, report, cost, reward_pool) - reported_of_three(a, cost, cost, reward_pool)
                )
            },
            start={"report": "2/3", "cost": "1", "reward_pool": "1"},
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
)

REPORTS = (TRUTHFUL, TRUTHFUL_AT_POOL)
