"""Figures 4 to 16 of Zhou 2023, with the parameters of its section 7: what they are drawn from, and what was said.

Where the paper leaves a parameter open, the setting says what was taken.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from ...formulations.algebra import read
from ...formulations.stackelberg.contest import break_even, printed_budget, printed_pool
from ...formulations.stackelberg.declaration import StackelbergPricing, client_utility, server_utility
from ...solvers.figures.figure import Axis, Figure, Mark, Series
from ...solvers.readings.vectors import Vectors
from .equal_costs import Equals
from .paper import Paper, PaperFigure
from .zhou2023_comparisons import figure_13, figure_14, figure_15, figure_16

POINTS = 160
POOLS = (1, 5, 10, 20)
COST, POOL, BUDGET = Axis("privacy cost ρ", "log"), Axis("reward pool B"), Axis("privacy budget ε* of each", "log")
PEOPLE = Axis("number N of clients", "log")
ALPHA, BETA = Axis("α", "log"), Axis("β")
SERVED, KEPT = Axis("server's utility (money)"), Axis("client's utility (money)")
EQUALS = Equals(100, 0.01)
"""A hundred clients whose costs add up to 1."""


def figure_4() -> PaperFigure:
    """A client's utility against its own budget: the paragraph does not say which α its numbers belong to."""
    clients, series = Equals(100, 0.001), []
    marks: tuple[Mark, ...] = ()
    for alpha in (1.0, 10.0):
        pool = float(clients.pool(alpha, 10.0))
        best = float(clients.budget(pool))
        others = (clients.count - 1) * best
        roles = {"others": others, "cost": clients.cost, "reward_pool": pool}
        zero = float(read(break_even, Vectors(), roles))
        own = np.unique(np.append(np.linspace(0, 1.15 * zero, POINTS), [best, zero]))
        utility = clients.alone(own, others, pool)
        about = f"α = {alpha:g}: B* = {pool:.5f},\nε* = {best:.4g}, zero at {zero:.6g}"
        series.append(Series(about, own.tolist(), utility.tolist()))
        if alpha == 1:  # the other curve's points lie too close by
            peak = float(clients.alone(best, others, pool))
            marks = (Mark(f"ε* = {best:.4g}", best, peak), Mark(f"{zero:.6g}", zero, 0.0))
    return PaperFigure(
        4,
        "utility is concave in the own budget, highest at ε* = 98 for B* = 980/99, and zero at 19502/99",
        "N = 100, ρ = 0.001, α = 1 and 10, β = 10, all others at ε*; the printed numbers belong to α = 1, section "
        "7 has 10",
        (Figure("fig-4", "Figure 4: a client's utility", "", Axis("own budget ε"), KEPT, tuple(series), tuple(marks)),),
    )


def figure_5() -> PaperFigure:
    """The server's utility against its pool."""
    best = float(EQUALS.pool(10.0, 10.0))
    pool = np.unique(np.append(np.linspace(0, 30, POINTS), best))
    served = EQUALS.served(pool, 10.0, 10.0)
    mark = Mark(f"B* = {best:.5g}", best, float(EQUALS.served(best, 10.0, 10.0)))
    series = (Series("server", pool.tolist(), served.tolist()),)
    return PaperFigure(
        5,
        "utility is strictly concave in the pool, with its one peak at B*",
        "N = 100 (not said), ρ = 0.01, α = β = 10, clients at their equilibrium",
        (Figure("fig-5", "Figure 5: the server's utility", "", POOL, SERVED, series, (mark,)),),
    )


def figure_6() -> PaperFigure:
    """The budget of each against the cost."""
    cost = np.geomspace(0.001, 1, POINTS)
    return PaperFigure(
        6,
        "ε* falls in ρ, fast at first, and is the larger the larger B",
        "N = 100 equal clients, B = 1, 5, 10, 20, ρ from 0.001 to 1; both axes logarithmic",
        (
            Figure(
                "fig-6",
                "Figure 6: ε* against the privacy cost",
                "",
                COST,
                BUDGET,
                tuple(
                    Series(f"B = {pool}", cost.tolist(), Equals(100, cost).budget(float(pool)).tolist())
                    for pool in reversed(POOLS)
                ),
            ),
        ),
    )


def figure_7() -> PaperFigure:
    """The budget of each against how many compete: with one client there is no equilibrium."""
    count = np.unique(np.geomspace(2, 1000, POINTS).round())
    return PaperFigure(
        7,
        "ε* rises fast from 0 at N = 1, then falls slowly, and is the larger the larger B",
        "ρ = 0.01, B = 1, 5, 10, 20, N from 2 to 1,000; one client alone has no best budget, so nothing rises "
        "from N = 1",
        (
            Figure(
                "fig-7",
                "Figure 7: ε* against the number of clients",
                "",
                PEOPLE,
                BUDGET,
                tuple(
                    Series(f"B = {pool}", count.tolist(), Equals(count, 0.01).budget(float(pool)).tolist())
                    for pool in reversed(POOLS)
                ),
            ),
        ),
    )


def figure_8() -> PaperFigure:
    """What each has of the equilibrium against how many compete."""
    count = np.arange(2.0, 101.0)
    return PaperFigure(
        8,
        "U_C* falls in N, and is the larger the larger B",
        "ρ = 0.001, B = 1, 5, 10, 20, N from 2 to 100 (from 1 in the paper, where there is no equilibrium); both axes "
        "logarithmic",
        (
            Figure(
                "fig-8",
                "Figure 8: U_C* against the number of clients",
                "",
                PEOPLE,
                Axis(KEPT.label, "log"),
                tuple(
                    Series(f"B = {pool}", count.tolist(), Equals(count, 0.001).utility(float(pool)).tolist())
                    for pool in reversed(POOLS)
                ),
            ),
        ),
    )


def figure_9() -> PaperFigure:
    """The best pool against α."""
    alpha = np.unique(np.append(np.geomspace(0.2, 100, POINTS), 1.0))
    series = (Series("B*", alpha.tolist(), EQUALS.pool(alpha, 10.0).tolist()),)
    return PaperFigure(
        9,
        "B* rises in α and approaches β",
        "N = 100, Σρ = 1, β = 10, α from 0.2 to 100, logarithmic",
        (Figure("fig-9", "Figure 9: B* against α", "", ALPHA, POOL, series, _ends(alpha, series)),),
    )


def figure_10() -> PaperFigure:
    """The best pool against β."""
    beta = np.linspace(1, 100, POINTS)
    series = (Series("B*", beta.tolist(), EQUALS.pool(10.0, beta).tolist()),)
    return PaperFigure(
        10,
        "B* rises in β, one for one",
        "N = 100, Σρ = 1, α = 10, β from 1 to 100",
        (Figure("fig-10", "Figure 10: B* against β", "", BETA, POOL, series, _ends(beta, series)),),
    )


def figure_11() -> PaperFigure:
    """The server's utility at its best pool against α."""
    alpha = np.unique(np.append(np.geomspace(0.2, 100, POINTS), 1.0))
    served = EQUALS.served(EQUALS.pool(alpha, 10.0), alpha, 10.0)
    series = (Series("U_S*", alpha.tolist(), served.tolist()),)
    return PaperFigure(
        11,
        "U_S* keeps rising in α",
        "N = 100, Σρ = 1, β = 10, α from 0.2 to 100, logarithmic",
        (Figure("fig-11", "Figure 11: U_S* against α", "", ALPHA, SERVED, series, _ends(alpha, series)),),
    )


def figure_12() -> PaperFigure:
    """The server's utility at its best pool against β."""
    beta = np.linspace(1, 100, POINTS)
    served = EQUALS.served(EQUALS.pool(10.0, beta), 10.0, beta)
    series = (Series("U_S*", beta.tolist(), served.tolist()),)
    return PaperFigure(
        12,
        "U_S* keeps rising in β",
        "N = 100, Σρ = 1, α = 10, β from 1 to 100",
        (Figure("fig-12", "Figure 12: U_S* against β", "", BETA, SERVED, series, _ends(beta, series)),),
    )


def _ends(x: np.ndarray, series: tuple[Series, ...]) -> tuple[Mark, ...]:
    """Mark where a curve ends, and where it is at 1, which is inside if the axis is logarithmic."""
    places = [*np.flatnonzero(x == 1.0).tolist(), len(x) - 1]
    return tuple(Mark(f"{series[0].y[at]:.6g}", float(x[at]), float(series[0].y[at])) for at in places if at)


ZHOU_2023 = Paper(
    "zhou2023",
    "Zhou 2023, An adaptive incentive approach of privacy computing for federated compute-first networks",
    StackelbergPricing(cost=["0.01"] * 100, alpha=10, beta=10),
    {
        "client utility (6)": client_utility,
        "server utility (10)": server_utility,
        "budget of each, (29)": printed_budget,
        "best pool, (41), where it is positive": printed_pool,
        "zero of a client's utility, (51)": break_even,
    },
    MappingProxyType(
        {
            4: figure_4,
            5: figure_5,
            6: figure_6,
            7: figure_7,
            8: figure_8,
            9: figure_9,
            10: figure_10,
            11: figure_11,
            12: figure_12,
            13: figure_13,
            14: figure_14,
            15: figure_15,
            16: figure_16,
        }
    ),
    "stackelberg",
)
"""The paper of the contest."""
