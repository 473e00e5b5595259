"""Truthfulness: what a client gains by a false report of its cost, if reports decide."""

from __future__ import annotations

from ...kernel.terms import roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum
from .vocabulary import budget, client_utility, optimal_pool, ratio_of_three, ratio_of_two

report, cost, other, alpha, beta, own, ratio, reward_pool = roles("report cost other alpha beta own ratio reward_pool")

assigned = client_utility.at(others=reward_pool * ratio - own).at(own=budget.at(cost=report))
"""What a client gets whose report decides what it sells and is paid, where the total is Bz."""
ratio_by_report = ratio_of_two.at(one=report, two=other)
reported = assigned.at(ratio=ratio_by_report)
"""The same with one other client."""
to_server = reported.at(reward_pool=optimal_pool.at(ratio=ratio_by_report, client_count=2))
"""The same where the server sets its pool by the reports too."""
of_three = assigned.at(ratio=ratio_of_three.at(one=report, two=1, three=1))
"""What a client gets at a fixed pool, with two others of cost 1."""

TWO_ALIKE = {"ρ₁ = 1": cost.equals(1), "ρ₂ = 1": other.equals(1), "α = 4": alpha.equals(4), "β = 2": beta.equals(2)}

TRUTHFUL = Claim(
    "stackelberg/truthful",
    "If the server assigns budgets and payments by reported costs, nobody gains by a false report.",
    "Zhou 2023, section 1, read as truthfulness: that incentives keep clients from overstating their privacy needs",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {"report > 0": report > 0, **TWO_ALIKE},
            to_server.at(report=cost) >= to_server,
            costs={"gained by the false report": to_server - to_server.at(report=cost)},
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

TRUTHFUL_AT_POOL = Claim(
    "stackelberg/truthful-at-fixed-pool",
    "If the pool is fixed beforehand and budgets and payments are assigned by reported costs, nobody gains by a false "
    "report.",
    "theorem sought in place of the claim about all reports",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {"report > 0": report > 0, "ρ₁ = 1": cost.equals(1), "B = 1": reward_pool.equals(1)},
            of_three.at(report=cost) >= of_three,
            costs={"gained by the false report": of_three - of_three.at(report=cost)},
            start={"report": "2/3", "cost": "1", "reward_pool": "1"},
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
)

REPORTS = (TRUTHFUL, TRUTHFUL_AT_POOL)
