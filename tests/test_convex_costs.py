"""The contest with convex costs: equilibria, pools, certificates, and what is refused where costs are concave."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.properties.verify import judged
from mechproof.solvers.certificates.stackelberg.convex_pool import _Path
from mechproof.solvers.certificates.stackelberg.convexity import convexity_shown

KEPT = ("individual-rationality", "no-profitable-deviation")
BASE: dict[str, Any] = {"cost": [1, 1, 3], "alpha": 10, "beta": 10}


class Growing(mp.PrivacyCost):
    """Linear at first, and with a square."""

    weight: mp.Number = mp.scalar("the square's weight", above=0)
    convex = True

    def value(self, a: Any, epsilon: Any) -> Any:
        return epsilon + self.weight * a.square(epsilon)

    def reach(self, worth: Any) -> Any:
        return worth


class Root(Growing):
    """What says that it is convex, and is not."""

    def value(self, a: Any, epsilon: Any) -> Any:
        return self.weight * (a.sqrt(1 + epsilon) - 1)

    def reach(self, worth: Any) -> Any:
        return (worth + 1) ** 2 * 10


# C and C′ of each cost, written down for themselves
SLOPES: dict[str, tuple[Any, Any]] = {
    "square": (mp.PowerCost(2), lambda x: 2 * x),
    "three halves": (mp.PowerCost("1.5"), lambda x: 1.5 * np.sqrt(x)),
    "exponential": (mp.ExponentialCost(rate="0.5"), lambda x: np.exp(0.5 * x)),
    "own": (Growing(weight=2), lambda x: 1 + 4 * x),
}


def oracle(cost: list[float], pool: float, slope: Any, cap: float = np.inf) -> np.ndarray:
    """The equilibrium by shares, one client and one total at a time."""

    def budget(rho: float, total: float) -> float:
        def gain(x: float) -> float:
            return float(pool * (total - x) / total**2 - rho * slope(x))

        if gain(0.0) <= 0:
            return 0.0
        high = min(cap, total)
        return high if gain(high) >= 0 else float(brentq(gain, 0, high, xtol=1e-15))

    def excess(total: float) -> float:
        return sum(budget(rho, total) for rho in cost) / total - 1

    total = brentq(excess, 1e-9, min(1e4, cap * len(cost) * (1 - 1e-12)), xtol=1e-15)
    return np.array([budget(rho, total) for rho in cost])


@pytest.mark.parametrize("name", SLOPES)
def test_answers_are_equilibria_at_the_best_pool_and_are_certified(name: str) -> None:
    function, slope = SLOPES[name]
    game = mp.StackelbergPricing(**BASE, cost_function=function)
    found = mp.solve(game)
    pool = float(found.values["reward_pool"])
    assert found.backend == "convex-costs"
    np.testing.assert_allclose(found.values["epsilon"], oracle([1, 1, 3], pool, slope), atol=1e-9)

    def lost(offered: float) -> float:
        return offered - 10 * np.log1p(10 * oracle([1, 1, 3], offered, slope).mean())

    best = minimize_scalar(lost, bounds=(0.5, 9.5), method="bounded", options={"xatol": 1e-9})
    assert pool == pytest.approx(best.x, abs=1e-6)
    if name in ("square", "three halves"):
        assert found.certificate.valid, found.certificate.reason
        assert (found.certificate.distance or 1) < 1e-7


@pytest.mark.slow
@pytest.mark.parametrize("name", ["exponential", "own"])
def test_pools_are_covered_where_shares_move(name: str) -> None:
    found = mp.solve(mp.StackelbergPricing(**BASE, cost_function=SLOPES[name][0]))
    assert found.certificate.valid, found.certificate.reason


def test_caps_make_several_maxima_of_which_the_best_is_certified() -> None:
    game = mp.StackelbergPricing(**BASE, cost_function=mp.PowerCost(2), epsilon_cap=[".5"] * 3)
    found = mp.solve(game)
    # both cheap clients reach their caps just there: nothing better is bought by a little more
    assert found.certificate.valid, found.certificate.reason
    np.testing.assert_allclose(
        found.values["epsilon"], oracle([1, 1, 3], found.values["reward_pool"], lambda x: 2 * x, 0.5), atol=1e-7
    )


@pytest.mark.parametrize(("count", "exponent"), [(2, 2), (3, 2), (3, 1.5), (10, 3), (4, 1.25)])
def test_equal_clients_sell_what_the_formula_says(count: int, exponent: float) -> None:
    game = mp.StackelbergPricing(cost=["0.7"] * count, alpha=10, beta=10, cost_function=mp.PowerCost(str(exponent)))
    found = mp.solve(game)
    pool = found.values["reward_pool"]
    sold = (pool * (count - 1) / (count**2 * 0.7 * exponent)) ** (1 / exponent)
    np.testing.assert_allclose(found.values["epsilon"], sold, rtol=1e-12)
    assert found.certificate.valid


def test_an_exponent_of_one_is_the_linear_contest() -> None:
    for costs in ([1, 1, 3], ["0.2", "0.3", "0.5", 2, 3]):
        linear = mp.solve(mp.StackelbergPricing(cost=costs, alpha=10, beta=10))
        power = mp.solve(mp.StackelbergPricing(cost=costs, alpha=10, beta=10, cost_function=mp.PowerCost(1)))
        assert power.values["reward_pool"] == pytest.approx(linear.values["reward_pool"], rel=1e-9)
        np.testing.assert_allclose(power.values["epsilon"], linear.values["epsilon"], atol=1e-8)
    assert mp.StackelbergPricing(**BASE, cost_function=mp.LinearCost()).cost_function is None


def test_whole_exponents_are_certified_over_fractions() -> None:
    found = mp.solve(mp.StackelbergPricing(**BASE, cost_function=mp.PowerCost(2)))
    certificate = mp.certify(found, arithmetic="exact")
    assert certificate.valid, certificate.reason
    assert certificate.arithmetic == "exact"
    game = mp.StackelbergPricing(cost=[1, 1], alpha=10, beta=10, cost_function=mp.PowerCost(2))
    quarter = mp.candidate(game, reward_pool=2, epsilon=["1/2", "1/2"])  # z² = B/(4·1·2)
    items = {item.property: item for item in judged(quarter, ["no-profitable-deviation", "individual-rationality"])}
    assert items["no-profitable-deviation"].arithmetic == "exact"
    assert items["no-profitable-deviation"].verdict == "holds"
    assert items["individual-rationality"].verdict == "holds"


@pytest.mark.parametrize("moved", [1 + 1e-5, 1 - 1e-5, 1.1, 0.5])
def test_other_pools_and_budgets_are_refused(moved: float) -> None:
    game = mp.StackelbergPricing(**BASE, cost_function=mp.PowerCost(2))
    found = mp.solve(game)
    pool = float(found.values["reward_pool"]) * moved
    there = mp.candidate(game, reward_pool=pool, epsilon=oracle([1, 1, 3], pool, lambda x: 2 * x))
    assert there.certificate.optimal is not True
    assert found.altered(epsilon=found.values["epsilon"] * moved).certificate.optimal is not True


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.floats(0.1, 5), min_size=2, max_size=6),
    st.sampled_from([1.25, 1.5, 2, 3]),
    st.floats(1, 50),
)
def test_random_contests_agree_with_shares_one_at_a_time(cost: list[float], exponent: float, alpha: float) -> None:
    game = mp.StackelbergPricing(cost=cost, alpha=alpha, beta=5.0, cost_function=mp.PowerCost(str(exponent)))
    found = mp.solve(game)
    expected = oracle(cost, found.values["reward_pool"], lambda x: exponent * x ** (exponent - 1))
    np.testing.assert_allclose(found.values["epsilon"], expected, rtol=1e-6, atol=1e-9)
    assert found.certificate.valid, found.certificate.reason


def symmetric(count: int, exponent: float) -> float:
    return float(((count - 1) / (count**2 * exponent)) ** (1 / exponent))


def concave(count: int, exponent: str, epsilon: list[float], *names: str) -> dict[str, Any]:
    game = mp.StackelbergPricing(cost=[1] * count, alpha=10, beta=10, cost_function=mp.PowerCost(exponent))
    return {item.property: item for item in judged(mp.candidate(game, reward_pool=1.0, epsilon=epsilon), names)}


def test_the_symmetric_point_below_the_bound_pays_less_than_staying_out() -> None:
    items = concave(2, "0.4", [symmetric(2, 0.4)] * 2, *KEPT)
    assert items["individual-rationality"].verdict == "violated"
    assert items["individual-rationality"].witness["shortfall"] == pytest.approx(0.125, abs=1e-12)
    assert items["no-profitable-deviation"].verdict == "violated"


def test_of_three_clients_two_may_sell_where_three_do_not() -> None:
    pair = [symmetric(2, 0.6)] * 2 + [0.0]
    assert pair[0] == pytest.approx(0.2324, abs=5e-5)
    items = concave(3, "0.6", pair, *KEPT)
    assert items["individual-rationality"].verdict == items["no-profitable-deviation"].verdict == "holds"
    assert concave(3, "0.6", [symmetric(3, 0.6)] * 3, *KEPT)["no-profitable-deviation"].verdict == "violated"


def test_above_the_bound_both_are_equilibria() -> None:
    for point in ([symmetric(3, 0.7)] * 3, [symmetric(2, 0.7)] * 2 + [0.0]):
        assert concave(3, "0.7", point, *KEPT)["no-profitable-deviation"].verdict == "holds"


@pytest.mark.slow
def test_that_there_are_several_is_shown_by_two() -> None:
    assert concave(3, "0.7", [symmetric(3, 0.7)] * 3, "uniqueness")["uniqueness"].verdict == "violated"
    assert concave(2, "0.4", [symmetric(2, 0.4)] * 2, "uniqueness")["uniqueness"].verdict != "holds"


def test_concave_costs_are_not_solved_and_a_false_word_is_not_believed() -> None:
    with pytest.raises(mp.UnsupportedModel, match="not convex"):
        mp.solve(mp.StackelbergPricing(**BASE, cost_function=mp.PowerCost("0.6")))
    game = mp.StackelbergPricing(**BASE, cost_function=Root(weight=1))
    pool = 2.0
    answer = mp.candidate(game, reward_pool=pool, epsilon=[0.4, 0.4, 0.1])
    assert answer.certificate.optimal is not True
    assert judged(answer, ["uniqueness"])[0].verdict != "holds"


def test_what_is_no_cost_is_refused() -> None:
    with pytest.raises(mp.InputError, match="cost_function"):
        mp.StackelbergPricing(**BASE, cost_function=2)  # type: ignore[arg-type]
    with pytest.raises(mp.InputError, match="exponent"):
        mp.PowerCost(0)
    with pytest.raises(mp.UnsupportedModel, match="linear"):
        mp.solve(mp.StackelbergPricing(**BASE, cost_function=mp.PowerCost(2)), backend="closed-form")


def test_a_specification_declares_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "convex.toml"
    path.write_text(
        'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\ncost = [1, 1, 3]\nalpha = 10\nbeta = 10\n'
        'cost_function = { type = "power", exponent = "2" }\n'
    )
    assert mp.read_specification(path).model.cost_function.exponent == Fraction(2)
    assert run(["solve", str(path)]) == 0
    assert "CERTIFIED" in capsys.readouterr().out


def test_witnesses_agree() -> None:
    game = mp.StackelbergPricing(**BASE, cost_function=mp.PowerCost(2))
    answer = mp.solve(game)
    for backend in ("share-function", "best-response"):
        other = mp.solve(game, backend=backend)
        np.testing.assert_allclose(other.values["epsilon"], answer.values["epsilon"], rtol=1e-6)


@pytest.mark.slow
def test_a_hundred_thousand_clients_are_solved_and_certified() -> None:
    cost = np.exp(0.5 * np.random.default_rng(0).standard_normal(100_000))
    found = mp.solve(mp.StackelbergPricing(cost=cost, alpha=1e5, beta=10, cost_function=mp.PowerCost("1.5")))
    assert found.certificate.valid


def test_a_cell_in_which_somebody_enters_is_not_taken_for_a_rise() -> None:
    """Who enters at about 7.58 lowers the mean over participants, and costs the server about .5."""
    costs = [*[1] * 19, "1.1693"]
    game = mp.StackelbergPricing(
        cost=costs, alpha=1000, beta=10, cost_function=mp.ExponentialCost("0.3"), mean_over="participants"
    )
    cost, path = [float(one) for one in costs], _Path(game, {}, 10.0)
    sellers = {pool: int(np.count_nonzero(oracle(cost, pool, lambda x: np.exp(0.3 * x)))) for pool in (7.578, 7.597)}
    assert sellers == {7.578: 19, 7.597: 20}
    across, behind = path.bounds(7.578, 7.597), path.bounds(7.597, 7.616)
    assert across is not None
    assert behind is not None
    assert not across.slope[0] > 0
    assert behind.slope[0] > 0


class PowerAndMore(mp.PowerCost):
    """A subclass of a shipped cost with a value of its own: shares then move with the pool."""

    def value(self, a: Any, epsilon: Any) -> Any:
        return epsilon + a.power(epsilon, self.exponent)

    def reach(self, worth: Any) -> Any:
        return worth


def test_a_subclass_of_powers_is_no_power() -> None:
    found = mp.solve(mp.StackelbergPricing(**BASE, cost_function=PowerAndMore(2)))

    def lost(pool: float) -> float:
        return pool - 10 * float(np.log1p(10 * oracle([1, 1, 3], pool, lambda x: 1 + 2 * x).mean()))

    best = minimize_scalar(lost, bounds=(0.5, 9.5), method="bounded", options={"xatol": 1e-9})
    assert float(found.values["reward_pool"]) == pytest.approx(best.x, abs=1e-6)


class ShortReach(Growing):
    """What nobody could sell more of, so it says; yet more is worth its cost."""

    def reach(self, worth: Any) -> Any:
        return worth * 0 + Fraction(1, 10)


class Falling(Growing):
    """What is convex, and falls at first."""

    def value(self, a: Any, epsilon: Any) -> Any:
        return a.square(epsilon) - epsilon

    def reach(self, worth: Any) -> Any:
        return worth + 1


class Standing(Growing):
    """What costs something where nothing is sold."""

    def value(self, a: Any, epsilon: Any) -> Any:
        return a.square(epsilon) + 0.5


@pytest.mark.parametrize("cost", [ShortReach, Falling, Standing])
def test_a_cost_that_breaks_its_word_has_nothing_certified(cost: type[Growing]) -> None:
    game = mp.StackelbergPricing(**BASE, cost_function=cost(weight=1))
    answer = mp.solve(game)
    assert answer.certificate.optimal is not True
    assert judged(answer, ["uniqueness"])[0].verdict != "holds"
    assert convexity_shown(mp.StackelbergPricing(**BASE, cost_function=Growing(weight=1)))
