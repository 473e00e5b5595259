"""Judging pools for uncertain costs: the guarantee and its stated value, the largest regret, the value of knowing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.revenue_curve import LogRevenue
from ....formulations.stackelberg.interval_pricing import IntervalPricing
from ....formulations.stackelberg.scenario_pricing import ScenarioPricing
from ....formulations.stackelberg.unknown_costs import total_per_pool
from ....solvers.certificates.certify import certify
from ....solvers.formatting import number
from ....solvers.readings.balls import Balls, ball, precision
from ....solvers.readings.game import GameReading
from ....solvers.solution import Solution
from ....solvers.solve import solve
from ..results import Item, Verdict

BITS = 128
STATED = 1e-9
VERDICTS = {True: Verdict.HOLDS, False: Verdict.VIOLATED, None: Verdict.INCONCLUSIVE}
MOST_CLIENTS = 30
"""Of so many clients the value of knowing each one's cost alone is computed."""


def judge_guarantee(model: IntervalPricing, solution: Solution) -> tuple[Item, ...]:
    """Judge every property of pricing with costs in intervals."""
    return best_guarantee(solution), guarantee_stated(model, solution), largest_regret(model, solution)


def judge_scenarios(model: ScenarioPricing, solution: Solution) -> tuple[Item, ...]:
    """Judge every property of pricing over scenarios."""
    found = certify(solution, "float", solution.request.tolerance)
    best = Item("best-pool", VERDICTS[found.optimal] if found.feasible else Verdict.INCONCLUSIVE, found.reason, "float")
    sold = Item(
        "equilibria",
        VERDICTS[found.feasible],
        "the totals are what the clients sell for the pool in each scenario" if found.feasible else found.reason,
        "float",
    )
    return best, sold, value_of_knowing(model, solution)


def best_guarantee(solution: Solution) -> Item:
    """Judge that no pool guarantees more, by the certificate.

    Examples
    --------
    >>> import mechproof as mp
    >>> model = mp.IntervalPricing({"low": [1, 1, "1.9"], "high": [1, 1, 3]}, 10, 10, mean_over="participants")
    >>> print(mp.verify(model)["best-guarantee"].verdict)
    holds
    """
    arithmetic = "exact" if _in_fractions(solution) else "float"
    found = certify(solution, arithmetic, solution.request.tolerance)
    verdict = VERDICTS[found.optimal] if found.feasible else Verdict.VIOLATED
    return Item("best-guarantee", verdict, found.reason, arithmetic, {"gap": found.gap, "distance": found.distance})


def guarantee_stated(model: IntervalPricing, solution: Solution) -> Item:
    """Judge that the server earns no less than is stated: at the costs that are worst, and at some close to them.

    What is stated must not be above what is earned at the costs that everybody reached comes in with next to nothing.
    """
    name, pool, stated = "guarantee-stated", solution.values["reward_pool"], float(solution.values["guarantee"])
    if pool <= 0:
        return Item(name, Verdict.HOLDS, "without a pool nothing is earned, and nothing lost", "float")
    cost = _next_to_worst(model)
    earned = _earned(model, cost, float(pool))
    scale = float(model.revenue.largest_pool)
    witness = {"cost": [float(value) for value in cost], "earned": earned, "stated": stated}
    if stated > earned + STATED * scale:
        text = f"{number(stated)} is stated as the guarantee, and at some costs {number(earned)} is earned"
        return Item(name, Verdict.VIOLATED, text, "float", witness)
    text = f"at least {number(stated)} is earned; at the costs of the witness {number(earned)} is"
    return Item(name, Verdict.HOLDS, text, "float", witness)


def _next_to_worst(model: IntervalPricing) -> list[Fraction]:
    """Return costs in the intervals at which those who are reached sell, some of them next to nothing."""
    high = [Fraction(value) for value in model.cost.high.tolist()]
    if model.mean_over == "all":
        return high
    edge = 1 / total_per_pool(model.cost.high)
    below = edge * (1 - Fraction(1, 10**12))
    low = [Fraction(value) for value in model.cost.low.tolist()]
    return [
        max(least, min(most, below)) if reached else most
        for least, most, reached in zip(low, high, model.reached.tolist(), strict=True)
    ]


def _earned(model: IntervalPricing, cost: Any, pool: float) -> float:
    """What the server earns at some costs, by the equilibrium of the contest there."""
    from ....solvers.candidate import candidate
    from ....solvers.certificates.stackelberg.path import ContestPath
    from ....solvers.readings.rationals import Rationals

    game = model.game_at(cost)
    if game.epsilon_cap is None:
        ratio = total_per_pool(cost)
        path = ContestPath(Rationals(), Rationals().vector(game.cost), None)
        total = Fraction(pool) * ratio
        return float(
            candidate(game, reward_pool=Fraction(pool), epsilon=path.offers(total, ratio)).values["server_utility"]
        )
    from ....solvers.readings.vectors import Vectors
    from ....solvers.response import equilibrium

    reading = GameReading(game, Vectors())
    sold = equilibrium(reading, {"reward_pool": pool})
    return float(reading.outcomes({"reward_pool": pool, "epsilon": sold})["server_utility"])


def largest_regret(model: IntervalPricing, solution: Solution) -> Item:
    """Say how much more a server could have earned that knew the costs, at most: with the best pool at the least costs.

    With the logarithmic revenue, the mean over all and no caps, what is regretted rises as costs fall, so that the
    least ones are the worst: β(−d − ln(1 − d)), d = N(1/z_high − 1/z_low)/(αβ), or all of V(low) without a pool.
    Elsewhere what is regretted at the least costs is a bound from below.
    """
    name, pool = "largest-regret", solution.values["reward_pool"]
    game = model.game_at(model.cost.low, model.epsilon_cap_high)
    best = solve(game)
    reading = GameReading(game, Balls())
    exact = model.mean_over == "all" and model.epsilon_cap is None and isinstance(model.revenue, LogRevenue)
    with precision(BITS):
        if exact:
            found = _regret_of_log(model, reading, pool)
            bound = "at most, and at the least costs so much"
        else:
            found = float(best.values["server_utility"]) - _earned_at(game, float(pool))
            bound = "at the least costs, and perhaps more elsewhere"
    text = f"a server that knew the costs would earn {number(float(found))} more {bound}"
    witness = {"regret": float(found), "pool_at_least_costs": float(best.values["reward_pool"])}
    verdict = Verdict.HOLDS if exact else Verdict.INCONCLUSIVE
    return Item(name, verdict, text, "exact" if exact else "float", witness, informational=True)


def _regret_of_log(model: IntervalPricing, reading: GameReading, pool: Any) -> Any:
    """V(low) − U(B, low) in balls, each read off the declared server's utility."""
    ratio, count = ball(total_per_pool(model.cost.low)), len(model.cost.low)
    alpha, beta = ball(Fraction(model.revenue.alpha)), ball(Fraction(model.revenue.beta))

    def earned(paid: Any) -> Any:
        return reading.leader_utility({"total": ratio * paid, "counted": ball(count), "reward_pool": paid})

    best = (beta - count / (alpha * ratio)).max(ball(0))
    return earned(best) - earned(ball(Fraction(pool)))


def _earned_at(game: Any, pool: float) -> float:
    from ....solvers.readings.vectors import Vectors
    from ....solvers.response import equilibrium

    reading = GameReading(game, Vectors())
    sold = equilibrium(reading, {"reward_pool": pool}) if pool > 0 else np.zeros(len(game.cost))
    return float(reading.outcomes({"reward_pool": pool, "epsilon": sold})["server_utility"])


def value_of_knowing(model: ScenarioPricing, solution: Solution) -> Item:
    """Say what it would be worth on average to know the scenario before the pool is announced.

    Of every client alone too: scenarios with the same cost of that client are one case, for which a pool is chosen.

    Examples
    --------
    >>> import mechproof as mp
    >>> model = mp.ScenarioPricing({"scenarios": [[1, 1], [1, 3]]}, alpha=10, beta=10)
    >>> print(mp.verify(model)["value-of-knowing"].text)  # doctest: +ELLIPSIS
    knowing the scenario would be worth 0.00...
    """
    name, weights = "value-of-knowing", model.cost.weights
    if model.aim != "average":
        return Item(name, Verdict.NOT_APPLICABLE, "it is about the average", "float", informational=True)
    utilities = solution.values["server_utility"]
    average = float(weights @ utilities)
    known = np.array([float(solve(game).values["server_utility"]) for game in model.games])
    value = float(weights @ known) - average
    text = f"knowing the scenario would be worth {number(value)} on average, of {number(average)}"
    witness: dict[str, Any] = {"value": value, "average": average}
    if model.cost.sampled:
        error = float(np.std(utilities, ddof=1) / len(utilities) ** 0.5)
        witness["standard_error"] = error
        text += f"; the average over {len(utilities)} draws has a standard error of {number(error)}"
    elif model.epsilon_cap is None and len(model.games[0].cost) <= MOST_CLIENTS:
        alone = [_worth_of_one(model, i) - average for i in range(len(model.games[0].cost))]
        names = model.client or tuple(map(str, range(len(alone))))
        witness["alone"] = dict(zip(names, alone, strict=True))
        best = int(np.argmax(alone))
        text += f"; of one client's cost alone most by client {names[best]}'s, {number(max(alone[best], 0.0))}"
    return Item(name, Verdict.HOLDS, text, "float", witness, informational=True)


def _worth_of_one(model: ScenarioPricing, index: int) -> float:
    """The average where one client's cost is known before the pool is announced."""
    weights, groups = model.cost.weights, dict[Any, list[int]]()
    for k, cost in enumerate(model.cost.scenarios):
        groups.setdefault(Fraction(cost[index]), []).append(k)
    worth = 0.0
    for members in groups.values():
        costs = {
            "scenarios": [model.cost.scenarios[k] for k in members],
            "weight": [float(weights[k]) for k in members],
        }
        fields = {"mean_over": model.mean_over, "epsilon_cap": model.epsilon_cap}
        part = ScenarioPricing(costs, model.alpha, model.beta, model.revenue, **fields)
        worth += float(weights[members].sum()) * float(solve(part).values["average"])
    return worth


def _in_fractions(solution: Solution) -> bool:
    return solution.exact is not None and isinstance(solution.exact["reward_pool"], Fraction)
