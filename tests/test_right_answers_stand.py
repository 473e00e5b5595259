"""Right answers in corners where numbers are hard are certified, and wrong ones there are refuted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.formulations.data import Number
from mechproof.formulations.declaration import scalar
from mechproof.proofs.properties.versions.priced import PricedMenu
from mechproof.proofs.properties.versions.pricing import no_arbitrage, within_cone

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])


@dataclass(frozen=True)
class Survey:
    """A survey whose barrier problem has many menus of nearly one loss, or prices on their targets."""

    name: str
    epsilon: tuple[float, ...]
    target: tuple[float, ...]
    attack: str

    def model(self, barrier: float) -> mp.VersionPricing:
        return mp.VersionPricing(self.epsilon, self.target, loss="absolute", barrier=barrier, attack=self.attack)

    def objective(self, price: list[Decimal], barrier: float) -> Decimal:
        """PIECE (26), in fifty digits."""
        weight = [Decimal(e) for e in self.epsilon]
        rows = list(zip(pairwise(price), pairwise(weight), strict=True))
        slacks = [price[0], *(v2 - v1 for (v1, v2), _ in rows)]
        if self.attack != "none":
            slacks += [v1 * x2 - v2 * x1 for (v1, v2), (x1, x2) in rows]
        if min(slacks) <= 0:
            return Decimal("inf")
        loss = sum((abs(v - Decimal(p)) for v, p in zip(price, self.target, strict=True)), Decimal(0))
        return Decimal(barrier) * loss - sum((slack.ln() for slack in slacks), Decimal(0))


SURVEYS = (
    Survey("a cone", (1, 2, 4, 8), (1, 5, 6, 20), "composition"),
    Survey("two medians", (1, 2, 3, 4, 5), (3.0, 8.5, 6.1, 7.3, 7.3), "none"),
    Survey("many alike", (1, 2.5, 3, 3.5, 5), (2.2, 3.9, 3.9, 3.9, 3.1), "composition"),
)


@pytest.mark.parametrize("barrier", [1e3, 1e5, 1e8, 1e11])
@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey.name)
def test_a_heavy_barrier_is_solved_and_certified(survey: Survey, barrier: float) -> None:
    solution = mp.solve(survey.model(barrier))
    assert solution.certificate.valid, solution.certificate.reason
    price = solution.values["price"]
    rng = np.random.default_rng(0)
    with localcontext() as context:
        context.prec = 50
        answer = survey.objective([Decimal(v) for v in price], barrier)
        for size in (1e-3, 1e-5, 1e-6):  # the objective is convex: who is best nearby is best
            for _ in range(8):
                moved = price * (1 + size * rng.uniform(-1, 1, len(price)))
                assert survey.objective([Decimal(v) for v in moved], barrier) > answer - Decimal("1e-3")


@BOTH
@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey.name)
def test_a_wrong_answer_to_a_heavy_barrier_is_refuted(survey: Survey, arithmetic: str) -> None:
    right = mp.solve(survey.model(1e8))
    wrong = mp.candidate(right.model, price=right.values["price"] * (1 + 1e-5))
    found = mp.certify(wrong, arithmetic=arithmetic)
    assert found.optimal is False
    assert found.distance_at_least is not None
    assert found.distance is not None
    assert 0.9e-5 <= found.distance_at_least <= 1.0001e-5 <= found.distance * 1.001


@pytest.mark.parametrize("loss", ["squared", "huber"])
@pytest.mark.parametrize("barrier", [1e3, 1e10])
def test_smooth_losses_under_heavy_barriers_are_certified(loss: str, barrier: float) -> None:
    assert mp.solve(mp.VersionPricing([1, 2, 4, 8], [1, 5, 6, 20], loss=loss, barrier=barrier)).certificate.valid


@BOTH
@pytest.mark.parametrize("width", ["1e3", "1e30", "1e-9"])
def test_a_huber_width_far_from_the_prices_refutes_nothing(width: str, arithmetic: str) -> None:
    model = mp.VersionPricing([1, 2, 4, 8], [1, 5, 6, 20], loss="huber", huber_width=width)
    assert mp.certify(mp.solve(model), arithmetic=arithmetic).valid


@pytest.mark.parametrize("attack", ["composition", "averaging"])
def test_rounded_menus_of_doubles_are_in_the_cone(attack: str) -> None:
    """The budgets are doubles as well, and the cone is asked of what they are."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        count = int(rng.integers(5, 11))
        epsilon = np.cumsum(np.round(rng.uniform(0.1, 1, count), 2))
        value = np.round(rng.lognormal(size=25), 2)
        survey = mp.VersionRevenue(epsilon=epsilon, wanted=rng.integers(0, count, 25), value=value, attack=attack)
        menu = PricedMenu(survey, mp.solve(survey))
        for found in (within_cone(menu), no_arbitrage(menu)):
            assert str(found.verdict) == "holds", found.text


class RootRevenue(mp.Revenue):
    """β √ε, whose slope at zero is infinite."""

    beta: Number = scalar("a scale", above=0)
    top: Number = scalar("a pool beyond all use", above=0)

    def value(self, a: Any, epsilon: Any) -> Any:
        return self.beta * a.sqrt(epsilon)

    @property
    def largest_pool(self) -> Any:
        return self.top


@BOTH
@pytest.mark.parametrize("cap", [None, [1, 1, 1]], ids=["no caps", "caps"])
def test_a_revenue_that_starts_infinitely_steep_is_certified(cap: Any, arithmetic: str) -> None:
    """Two of costs 1, 2 sell at B = 3Z, the third never: 10/(2√(3Z)) = 3 at the best total, the mean over three."""
    game = mp.StackelbergPricing(cost=[1, 2, 9], revenue=RootRevenue(10, 100), epsilon_cap=cap)
    solution = mp.solve(game, arithmetic=arithmetic)
    total = (10 / (2 * 3 * math.sqrt(3))) ** 2
    assert solution.certificate.valid, solution.certificate.reason
    assert solution.values["reward_pool"] == pytest.approx(3 * total, rel=1e-9)
    wrong = mp.candidate(game, reward_pool=3, epsilon=["2/3", "1/3", 0])
    assert mp.certify(wrong, arithmetic=arithmetic).optimal is False


@BOTH
def test_a_pool_of_nothing_is_best_where_nobody_is_worth_it(arithmetic: str) -> None:
    game = mp.StackelbergPricing(cost=[5] * 120, alpha=1, beta=1)
    solution = mp.solve(game, arithmetic=arithmetic)
    assert solution.certificate.valid
    found = mp.verify(solution)
    assert all(str(found[name].verdict) == "holds" for name in game.promises), [item.text for item in found.items]
