"""Designs: the best of a family, against closed forms, enumerations, quadrature and fine grids."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from design_families import Narrow, Pocket, Rugged, Shared, Thresholds
from scipy.integrate import quad

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.errors import InputError


def test_the_best_pool_is_that_of_the_closed_form_and_of_the_game() -> None:
    found = mp.design(mp.ContestPool(cost=["0.001"] * 100, alpha=10, beta=10), require=["ir", "unique", "budget"])
    assert found.ok
    assert found.certificate is not None
    assert found.certificate.exact
    assert found.exact == {"reward_pool": Fraction(989, 99)}
    assert found.optimum is not None
    solved = mp.solve(found.optimum.mechanism, arithmetic="exact")
    assert solved.exact["reward_pool"] == Fraction(989, 99)


@pytest.mark.parametrize(
    ("cost", "alpha", "beta", "mean_over", "pool"),
    [
        (["0.2", "0.3", "0.5", 2, 3], 10, 10, "all", "39/4"),  # 10 - 5/(10·4)·... with e = 2 of the two cheapest
        ([1, 1, 1000], 10, 10, "all", "47/5"),
        ([1, 1, 1000], 10, 10, "participants", "48/5"),
        ([5, 5], 1, 1, "all", "0"),
    ],
)
def test_pools_where_some_stay_out_and_where_none_pays(
    cost: list[Any], alpha: int, beta: int, mean_over: str, pool: str
) -> None:
    family = mp.ContestPool(cost=cost, alpha=alpha, beta=beta, mean_over=mean_over)
    found = mp.design(family, require=[])
    assert found.exact == {"reward_pool": Fraction(pool)}
    assert found.certificate is not None
    assert found.certificate.exact


@pytest.mark.parametrize(("sellers", "low", "high", "value"), [(1, 0, 1, 1), (2, "1/2", 2, "3/2"), (5, "1/3", 3, "2")])
def test_the_reserve_is_where_the_virtual_cost_is_the_worth(sellers: int, low: Any, high: Any, value: Any) -> None:
    prior = mp.UniformPrior(low=low, high=high)
    found = mp.design(mp.ReserveProcurement(value=value, prior=prior, sellers=sellers), require=["ir", "ic", "budget"])
    reserve = found.exact["reserve"]
    assert 2 * reserve - Fraction(low) == Fraction(value)  # ψ(r) = v
    assert found.certificate is not None
    assert found.certificate.exact
    floor, width, worth = float(Fraction(low)), float(Fraction(high) - Fraction(low)), float(Fraction(value))

    def surplus(cost: float) -> float:
        return (worth - 2 * cost + floor) * sellers * (1 - (cost - floor) / width) ** (sellers - 1) / width

    assert found.value == pytest.approx(quad(surplus, floor, float(reserve))[0], rel=1e-9)


def test_a_reserve_that_is_too_dear_is_the_dearest_cost() -> None:
    found = mp.design(mp.ReserveProcurement(value=9, prior=mp.UniformPrior(high=1), sellers=2), require=["ir"])
    assert found.exact == {"reserve": 1}
    assert found.value == pytest.approx(9 - 2 / 3)  # the mean of the larger of two


def gain_of_types(costs: Any, chances: Any, sellers: int, value: float, reserve: float) -> float:
    """By enumeration of everybody's types: the cheapest sells, and is paid the second least or the reserve."""
    expected = 0.0
    for drawn in product(range(len(costs)), repeat=sellers):
        chance = math.prod(chances[k] for k in drawn)
        asked = sorted(costs[k] for k in drawn)
        paid = min([*asked[1:2], reserve])
        expected += chance * (value - paid) if asked[0] <= reserve else 0
    return expected


@pytest.mark.parametrize("seed", [1, 7, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(8, 20))])
def test_reserves_of_finitely_many_types_jump_and_are_found(seed: int) -> None:
    draw = np.random.default_rng(seed)
    size, sellers = int(draw.integers(2, 5)), int(draw.integers(1, 4))
    costs = sorted(Fraction(int(k), 7) for k in draw.choice(np.arange(1, 40), size, replace=False))
    weights = draw.integers(1, 9, size).tolist()
    value = Fraction(int(draw.integers(20, 50)), 7)
    prior = mp.TypesPrior(cost=costs, probability=weights)
    found = mp.design(mp.ReserveProcurement(value=value, prior=prior, sellers=sellers, highest=6), require=["ir", "ic"])
    chances = [weight / sum(weights) for weight in weights]
    floats = [float(cost) for cost in costs]
    best = max(gain_of_types(floats, chances, sellers, float(value), reserve) for reserve in floats)
    assert found.ok
    assert found.certificate is not None
    assert found.certificate.most is not None
    assert found.value == pytest.approx(best, rel=2e-6)
    assert float(found.certificate.most) >= best - 1e-12 * abs(best)


def test_what_a_reserve_keeps_is_what_the_shipped_rule_of_myerson_keeps() -> None:
    prior = mp.TypesPrior(cost=[1, 2], probability=["2/5", "3/5"])
    cap, expected = Fraction(1, 4), 0.0
    for cost, chance in ((1, 0.4), (2, 0.6)):
        bought = mp.solve(
            mp.PrivacyProcurement(cost=[cost], epsilon_cap=[cap], alpha=1, beta=4, rule="myerson", prior=prior)
        )
        assert bought.values["epsilon"][0] == cap  # all or nothing: V′ does not fall below the virtual cost 8/3
        expected += chance * float(bought.values["server_utility"])
    worth = 4 * math.log1p(0.25) / 0.25  # of a unit
    found = mp.design(mp.ReserveProcurement(value=worth, prior=prior), require=["ir", "ic", "budget"])
    assert found.exact == {"reserve": 2}
    assert found.value == pytest.approx(expected / 0.25, rel=1e-6)


def test_four_logarithms_of_two_less_two() -> None:
    """The dearer of two types is worth buying of, too: its virtual cost 2 + (2/5)/(3/5) is less than 4 ln 2."""
    prior = mp.TypesPrior(cost=[1, 2], probability=["2/5", "3/5"])
    found = mp.design(mp.ReserveProcurement(value=4 * math.log(2), prior=prior), require=["ir", "ic", "budget"])
    assert found.exact == {"reserve": 2}
    assert found.value == pytest.approx(4 * math.log(2) - 2, rel=1e-9)
    other = mp.TypesPrior(cost=[1, 2], probability=["1/2", "1/2"])  # virtual cost 3
    assert mp.design(mp.ReserveProcurement(value=4 * math.log(2), prior=other), require=[]).exact == {"reserve": 1}


def test_a_lognormal_price_solves_its_virtual_cost() -> None:
    prior = mp.LognormalPrior(mu=0, sigma="0.5")
    found = mp.design(mp.ReserveProcurement(value=2, prior=prior), require=["ic"], tolerance=1e-9)
    y = math.log(found.parameters["reserve"]) / 0.5
    odds = 0.5 * (1 + math.erf(y / 2**0.5)) * math.sqrt(2 * math.pi) * math.exp(y * y / 2)
    assert found.parameters["reserve"] * (1 + 0.5 * odds) == pytest.approx(2, abs=1e-4)
    with pytest.raises(mp.UnsupportedModel, match="one seller"):
        mp.design(mp.ReserveProcurement(value=2, prior=prior, sellers=2), require=[])


def test_the_least_payment_that_buys_often_enough() -> None:
    family = mp.ReserveProcurement(value=1, prior=mp.UniformPrior(high=1), sellers=3, least_sold="0.875")
    found = mp.design(family, "least-payment", require=["ir", "ic"])
    assert found.ok
    assert found.parameters["reserve"] == pytest.approx(0.5, abs=1e-6)
    assert found.parameters["reserve"] >= 0.5


def prices_gain(family: Any, prices: Any) -> float:
    """What prices gain, by how many of each group accept."""
    accept = [
        (p - float(low)) / float(high - low) for p, low, high in zip(prices, family.low, family.high, strict=True)
    ]
    counts, caps = [int(n) for n in family.sellers], [float(e) for e in family.epsilon_cap]
    expected = 0.0
    for taken in product(*(range(n + 1) for n in counts)):
        chance = math.prod(
            math.comb(n, k) * f**k * (1 - f) ** (n - k) for n, k, f in zip(counts, taken, accept, strict=True)
        )
        bought = sum(k * e for k, e in zip(taken, caps, strict=True))
        paid = sum(k * e * p for k, e, p in zip(taken, caps, prices, strict=True))
        expected += chance * (float(family.beta) * math.log1p(float(family.alpha) * bought / sum(counts)) - paid)
    return expected


@pytest.mark.parametrize(
    "groups",
    [
        {"low": [0], "high": [2], "sellers": [3], "epsilon_cap": [1], "alpha": 2, "beta": 4},
        {"low": [0, 1], "high": [2, 3], "sellers": [2, 1], "epsilon_cap": [1, 2], "alpha": 3, "beta": 6},
        pytest.param(
            {
                "low": [0, 1, 2],
                "high": [2, 3, 6],
                "sellers": [1, 1, 1],
                "epsilon_cap": [1, 1, 2],
                "alpha": 4,
                "beta": 8,
            },
            marks=pytest.mark.slow,
        ),
    ],
    ids=["one", "two", "three"],
)
def test_prices_to_groups_are_no_worse_than_any_of_a_grid(groups: dict[str, Any]) -> None:
    family = mp.PostedPrices(**groups)
    found = mp.design(family, require=["ir", "ic"])
    assert found.ok
    assert found.certificate is not None
    assert found.value is not None
    assert found.value == pytest.approx(prices_gain(family, list(found.parameters.values())), rel=1e-9)
    axes = [np.linspace(float(low), float(high), 9).tolist() for low, high in family.box().values()]
    best = max(prices_gain(family, place) for place in product(*axes))
    assert found.certificate.most is not None
    assert float(found.certificate.most) >= best
    assert found.certificate.gap is not None
    assert found.certificate.gap <= Fraction(1e-6) * found.certificate.size


def test_a_pool_that_binds_is_kept_whoever_accepts_and_nothing_of_a_grid_is_better() -> None:
    family = mp.PostedPrices(
        low=[0, 1], high=[2, 3], sellers=[2, 1], epsilon_cap=[1, 2], alpha=3, beta=6, reward_pool="9/2"
    )
    found = mp.design(family, require=["ir", "ic", "budget"])
    assert found.ok
    assert found.certificate is not None
    prices = [float(price) for price in found.exact.values()]
    due = found.exact["price_1"] * 2 + found.exact["price_2"] * 2
    assert due <= Fraction(9, 2)
    assert due == pytest.approx(4.5)
    axes = [np.linspace(0, 2, 41).tolist(), np.linspace(1, 3, 41).tolist()]
    best = max(prices_gain(family, place) for place in product(*axes) if 2 * sum(place) <= 4.5)
    assert prices_gain(family, prices) >= best
    assert float(found.certificate.most) >= best
    assert found.certificate.boxes < 200


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 16))])
def test_rugged_objectives_are_no_better_on_a_fine_grid(seed: int) -> None:
    draw, size = np.random.default_rng(seed), 1 + seed % 2
    wave, bend, jump = (draw.integers(-5, 9, size).tolist() for _ in range(3))
    family = Rugged(wave=wave, bend=[Fraction(b, 10) for b in bend], jump=[Fraction(j, 10) for j in jump])
    found = mp.design(family, require=[], tolerance=1e-4)
    assert found.ok
    assert found.certificate is not None
    assert found.certificate.most is not None
    assert found.value is not None

    def height(x: Any) -> float:
        total = -x[0] * x[-1] + math.exp(-x[0]) * x[-1]
        for place, w, b, j in zip(x, wave, bend, jump, strict=True):
            total += w * place - 3 * (place - b / 10) ** 2 + min(place, b / 10)
            total += j / 10 if place >= abs(b) / 20 else 0
        return total

    axis = np.linspace(0, 1, 2001 if size == 1 else 41).tolist()
    best = max(height(x) for x in product(axis, repeat=size))
    assert float(found.certificate.most) >= best - 1e-12
    assert found.value == pytest.approx(height(list(found.parameters.values())), abs=1e-9)
    assert found.value >= best - 1e-4 * float(found.certificate.size)


def test_a_jump_is_taken_and_an_end_that_is_not_attained_is_approached() -> None:
    assert mp.design(Thresholds(value=3), "gain", require=[]).exact == {"price": 1}
    found = mp.design(Thresholds(value=3), "open-end", require=[])
    assert found.ok
    assert 1 - 1e-5 < found.parameters["price"] < 1


def test_constraints_keep_the_best_below_the_top() -> None:
    found = mp.design(Pocket(), require=[], tolerance=1e-4)
    assert found.ok
    assert found.value == pytest.approx(-0.5, abs=1e-3)
    assert sum(found.exact.values()) <= 1


def test_inputs_that_are_no_family_are_refused_with_a_way_out() -> None:
    with pytest.raises(InputError, match="leaves nothing to choose"):
        Narrow(value=3)
    with pytest.raises(InputError, match="did you mean 'server-utility'"):
        mp.design(mp.ContestPool(cost=[1, 1], alpha=4, beta=2), "server-utilit")
    with pytest.raises(InputError, match="nothing is worth buying"):
        mp.ReserveProcurement(value=1, prior=mp.UniformPrior(low=2, high=3))
    with pytest.raises(InputError, match="sellers = 100000: must be at most 300"):
        mp.ReserveProcurement(value=1, prior=mp.UniformPrior(high=1), sellers=100_000)
    with pytest.raises(InputError, match="outcomes"):
        mp.PostedPrices(low=[0] * 4, high=[1] * 4, sellers=[9] * 4, epsilon_cap=[1] * 4, alpha=1, beta=1)


def test_a_family_is_sent_to_design_by_other_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.toml").write_text('format = 1\n[family]\ntype = "contest-pool"\n', encoding="utf-8")
    assert run(["solve", str(tmp_path / "mine.toml")]) == 2
    assert "(mechproof design mine.toml)" in capsys.readouterr().err


def test_numbers_beyond_all_doubles_leave_a_requirement_open_and_break_nothing() -> None:
    family = mp.ReserveProcurement(value="1e300", prior=mp.UniformPrior(low="0.2", high="1.6"))
    (found,) = mp.design(family, require=["budget"]).requirements
    assert found.verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("bent", "verdict"),
    [("no", mp.ClaimVerdict.PROVED), pytest.param("yes", mp.ClaimVerdict.INCONCLUSIVE, marks=pytest.mark.slow)],
)
def test_an_instance_that_refutes_is_one_of_the_family(bent: str, verdict: mp.ClaimVerdict) -> None:
    """A price above the value breaks what is required, and no constraint allows it."""
    one, two = mp.design(Shared(value=1, bent=bent), require=["budget", "free"]).requirements
    assert one.verdict == verdict
    assert two.verdict == mp.ClaimVerdict.REFUTED
    assert two.instance is not None
    price, bonus = (float(two.instance[name]) for name in ("price", "bonus"))
    assert 1 - price - bonus * (0.5 * (1 + math.erf(price / 2**0.5)) if bent == "yes" else 1) >= 0 < price


class Hostile(mp.Family):
    """Objectives that are undefined somewhere, or beyond all doubles."""

    def parameters(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", 0, 1),)

    def objectives(self) -> Any:
        return {
            "nothing-by-nothing": lambda a, x: x * x / x - a.square(x),
            "pole": lambda a, x: 1 / (x - 0.5),
            "too-large": lambda a, x: a.exp(1000 * x),
        }


@pytest.mark.parametrize("objective", ["nothing-by-nothing", "pole"])
def test_what_is_not_defined_everywhere_is_not_certified_and_no_error(objective: str) -> None:
    found = mp.design(Hostile(), objective, require=[], time_limit=0.3)
    assert not found.ok
    assert found.document()["optimum"]["certificate"]["most"] is None


def test_what_is_beyond_doubles_is_refused() -> None:
    with pytest.raises(mp.UnsupportedModel, match="beyond all doubles"):
        mp.design(Hostile(), "too-large", require=[])


def test_bounds_in_a_document_are_rounded_outwards() -> None:
    found = mp.design(mp.ReserveProcurement(value="0.7", prior=mp.UniformPrior(high=1), sellers=3), require=[])
    shown, written = found.certificate, found.document()["optimum"]["certificate"]
    assert shown is not None
    assert Fraction(written["lower"]) <= shown.lower
    assert all(Fraction(written[name]) >= getattr(shown, name) for name in ("upper", "most", "gap", "size"))


def _family(slack: Any, name: str = "incentive-compatibility") -> type[mp.Family]:
    class Priced(mp.Family):
        def parameters(self) -> tuple[mp.Decision, ...]:
            return (mp.Decision("price", 0, 1),)

        def objectives(self) -> Any:
            return {"gain": lambda a, price: -price, "thirds": lambda a, price: price * Fraction(1, 3)}

        def requirements(self) -> tuple[mp.Requirement, ...]:
            return (mp.Requirement(name, "Nobody loses.", slack),)

    return Priced


def test_a_requirement_declared_by_its_short_name_is_found() -> None:
    assert mp.design(_family(lambda a, price: price, "ic")(), require=["ic"]).ok


@pytest.mark.parametrize(
    ("slack", "said"),
    [
        (lambda a, price, cost: a.cube(price), "a.cube is no operation"),
        (lambda a, price: np.square(price), "write a.square"),
        (lambda a, price: price if price > 0.5 else 0 * price, "Python's own signs"),
    ],
)
def test_slips_in_a_requirement_are_told_at_once(slack: Any, said: str) -> None:
    with pytest.raises(mp.DeclarationError, match=said) as error:
        _family(slack)()
    assert "test_design.py" in str(error.value)


@pytest.mark.parametrize("slack", [lambda a, price: None, lambda a, price: price >= 0])
def test_a_requirement_is_a_number(slack: Any) -> None:
    with pytest.raises(InputError, match="must be a number"):
        _family(slack)()


def test_what_goes_wrong_in_a_formula_later_is_told_with_its_line() -> None:
    """Balls take no fractions that are written into a formula; a.number does."""
    with pytest.raises(mp.DeclarationError, match=r"test_design\.py"):
        mp.design(_family(lambda a, price: price)(), "thirds")
