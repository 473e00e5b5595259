"""The three-party market against known values, derivations and instances made to break it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import mechproof as mp
from mechproof.formulations.errors import InputError
from mechproof.formulations.three_party.formulas import (
    best_inverse_price,
    buyer_value,
    extracted_price,
    local_epsilon,
    price_utility,
    seller_utility,
    settled_epsilon,
    uncapped_epsilon,
    wanted_quantity,
)
from mechproof.proofs.properties.three_party.extracted_price import extracted_price_loss
from mechproof.solvers.backends.three_party.backend import price_equilibria
from mechproof.solvers.backends.three_party.buyer import Buyer
from mechproof.solvers.certificates.three_party.boxes import balls, intervals
from mechproof.solvers.certificates.three_party.enclosure import Enclosing
from mechproof.solvers.readings.balls import precision
from mechproof.solvers.readings.scalars import Scalars
from mechproof.solvers.readings.symbols import Symbols

FOUR = {"cost": [1, "1.5", "2.2", 5], "alpha": 4, "privacy_weight": "0.5", "epsilon_max": 10}
MODES: list[dict[str, Any]] = [{}, {"order": "subgame-perfect"}, {"epsilon": [1, 2, 1, 1]}]


@dataclass(frozen=True)
class Known:
    """A market of one seller with its known answer; None where nothing is sold."""

    name: str
    market: dict[str, Any]
    price: float | None
    epsilon: float
    quantity: float


ONE = {"cost": [1], "alpha": 4, "privacy_weight": 1}
KNOWN = [
    Known("foreseen, capped at 5", {**ONE, "epsilon_max": 5, "order": "subgame-perfect"}, 0.7238, 0.5280, 2.617),
    Known("foreseen, capped at 50", {**ONE, "epsilon_max": 50, "order": "subgame-perfect"}, None, 50, 0),
    # ε/(1 + ε) = 1/(4 − √4) gives ε = 1, and p (1 + ε) = √(αc) = 2
    Known("printed", {**ONE, "epsilon_max": 50}, 1, 1, 1),
    Known("printed, at the cap", {**ONE, "epsilon_max": "0.5"}, 4 / 3, 0.5, 1),
    Known("too dear", {**ONE, "cost": [4], "epsilon_max": 50}, None, 50, 0),
]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case.name)
def test_one_seller(case: Known) -> None:
    s = mp.solve(mp.ThreePartyMarket(**case.market))
    assert s.certificate.valid, s.certificate
    assert s.values["epsilon"][0] == pytest.approx(case.epsilon, abs=5e-5)
    assert s.values["quantity"][0] == pytest.approx(case.quantity, abs=5e-4)
    assert bool(s.values["trades"][0]) == (case.price is not None)
    if case.price is not None:
        assert s.values["price"][0] == pytest.approx(case.price, abs=5e-5)


def test_the_extracted_price_costs_a_tenth() -> None:
    a, others, epsilon, alpha, cost = Scalars(), 1.0, 1.0, 4.0, 1.0
    inverse = best_inverse_price(a, others, epsilon, alpha, cost)
    wrong = extracted_price(a, others, epsilon, alpha, cost)

    def profit(price: float) -> float:
        return float(seller_utility(a, 1 / price, others, wanted_quantity(a, price, epsilon, alpha), epsilon, cost))

    assert 1 / inverse == pytest.approx(0.89181, abs=5e-6)
    assert profit(1 / inverse) == pytest.approx(0.51472, abs=5e-6)
    assert profit(wrong) == pytest.approx(0.45903, abs=5e-6)


def test_the_loss_is_against_the_sellers_own_equilibrium() -> None:
    market = mp.ThreePartyMarket(**FOUR, epsilon=[1, 2, 1, 1])
    s = mp.solve(market)
    losses = extracted_price_loss(s)
    assert [loss.seller for loss in losses] == ["0", "1", "2"]
    for loss, profit in zip(losses, s.values["seller_profit"], strict=False):
        assert loss.best_profit == pytest.approx(profit, rel=1e-12)
        assert loss.extracted_price == pytest.approx(1 / loss.best_price)
        assert loss.lost > 0


def test_the_formulas_follow_from_the_declared_utilities() -> None:
    """(57), the corrected (58), (59) and the buyer's local choice, derived by SymPy."""
    a = Symbols()
    y, S, e, alpha, weight, c, q, p = sp.symbols("y S e alpha w c q p", positive=True)
    value = buyer_value(a, q, p, e, alpha, weight)
    assert sp.simplify(sp.solve(sp.diff(value, q), q)[0] - wanted_quantity(a, p, e, alpha)) == 0
    assert sp.simplify(sp.solve(sp.diff(value, e), e)[0] - uncapped_epsilon(a, p, q, weight)) == 0
    slope = sp.numer(sp.together(sp.diff(price_utility(a, y, S, c, alpha, e), y)))
    reply = best_inverse_price(a, S, e, alpha, c)
    assert sp.simplify(slope.subs(y, reply)) == 0
    assert sp.simplify(reply - (sp.sqrt((S + (1 + e) / alpha) * (S + (1 + e) / c)) - S)) == 0
    paid = sp.symbols("paid", positive=True)
    both = settled_epsilon(a, paid, alpha, weight)
    at = {"price": paid / (1 + both), "epsilon": both}
    asked = uncapped_epsilon(a, at["price"], wanted_quantity(a, **at, alpha=alpha), weight)
    assert sp.simplify(both - asked) == 0


def test_the_corrected_price_has_the_dimension_of_a_price() -> None:
    """Money in other units: 1/p, α, c and S scale with it; the extracted right-hand side scales the wrong way."""
    a = Scalars()
    base = best_inverse_price(a, 1.0, 1.0, 4.0, 1.0)
    assert best_inverse_price(a, 0.01, 1.0, 400.0, 100.0) == pytest.approx(base / 100)
    assert extracted_price(a, 0.01, 1.0, 400.0, 100.0) != pytest.approx(100 * extracted_price(a, 1.0, 1.0, 4.0, 1.0))


def test_the_cap_may_win_though_something_is_bought() -> None:
    buyer = Buyer(alpha=1.0, weight=0.46, epsilon_max=5.9)
    local = local_epsilon(Scalars(), 0.1, 1.0, 0.46)
    assert buyer.value(0.1, 5.9) == pytest.approx(0.87754, abs=5e-6)
    assert buyer.value(0.1, local) == pytest.approx(0.82342, abs=5e-6)
    assert buyer.quantity(0.1, 5.9) > 0
    assert buyer.choice(0.1) == 5.9
    grid = np.linspace(1e-3, 5.9, 200_001)
    values = np.maximum(np.log(1 / (0.1 * (1 + grid))) - 1 + 0.1 * (1 + grid), 0) + 0.46 * np.log(grid)
    assert values.max() == pytest.approx(buyer.value(0.1, 5.9), abs=1e-12)


@pytest.mark.parametrize("mode", MODES, ids=["printed", "foreseen", "fixed"])
def test_certified_in_the_callers_order(mode: dict[str, Any]) -> None:
    forwards = mp.solve(mp.ThreePartyMarket(**FOUR, **mode))
    turned = {key: value[::-1] if isinstance(value, list) else value for key, value in {**FOUR, **mode}.items()}
    backwards = mp.solve(mp.ThreePartyMarket(**turned))
    assert forwards.certificate.valid
    assert backwards.certificate.valid
    for name in ("quantity", "price", "epsilon"):
        assert forwards.values[name] == pytest.approx(backwards.values[name][::-1], rel=1e-12)
    assert not forwards.values["trades"][3]
    assert forwards.values["price"][3] == 4
    assert forwards.values["inverse_price"][3] == 0
    assert forwards.values["seller_profit"][3] == 0


@pytest.mark.parametrize("mode", [MODES[0], MODES[2]], ids=["printed", "fixed"])
def test_balls_hold_the_equilibrium(mode: dict[str, Any]) -> None:
    market = mp.ThreePartyMarket(**FOUR, **mode)
    exact, floats = mp.solve(market, arithmetic="exact"), mp.solve(market)
    assert exact.exact is not None
    assert exact.certificate.valid
    assert mp.certify(floats, arithmetic="exact").valid
    for ball, near in zip(exact.exact["price"], floats.values["price"], strict=True):
        assert float(ball.rad()) < 1e-30
        assert near == pytest.approx(float(ball.mid()), rel=1e-13)


def test_the_foreseen_order_is_not_solved_exactly() -> None:
    with pytest.raises(mp.UnsupportedModel, match="floats only"):
        mp.solve(mp.ThreePartyMarket(**FOUR, order="subgame-perfect"), arithmetic="exact")


def test_all_equal_sellers_share_alike() -> None:
    s = mp.solve(mp.ThreePartyMarket(cost=[1] * 50, alpha=4, privacy_weight=1, epsilon_max=3, epsilon=[1] * 50))
    assert np.ptp(s.values["price"]) == 0
    # 2y + ... : with u = T/α, v = T/c the equal y solve (N y)² = ((N−1) y + u)((N−1) y + v)
    y, n, u, v = 1 / s.values["price"][0], 50, 0.5, 2.0
    assert (n * y) ** 2 == pytest.approx(((n - 1) * y + u) * ((n - 1) * y + v), rel=1e-12)


HOSTILE: dict[str, dict[str, Any]] = {
    "costs 1e-12 apart": {"cost": [1, "1.000000000001", 1], "alpha": 4},
    "costs just below alpha": {"cost": ["3.999999999999", "3.999999999998"], "alpha": 4},
    "cost just above alpha": {"cost": [1, "4.000000000001"], "alpha": 4},
    "nobody can sell": {"cost": [4, 5], "alpha": 4},
    "alpha huge": {"cost": [1, 2, 1e9], "alpha": 1e9},
    "alpha tiny": {"cost": [1e-10, 2e-10, 3e-9], "alpha": 1e-9},
    "costs far apart": {"cost": [1e-6, 1, 3.9], "alpha": 4},
    "a tiny cap": {"cost": [1, 2], "alpha": 4, "epsilon_max": 1e-9},
    "a huge cap": {"cost": [1, 2], "alpha": 4, "epsilon_max": 1e9},
    "privacy worth more than data": {"cost": [1, 2], "alpha": 4, "privacy_weight": 5},
    "privacy worth nearly nothing": {"cost": [1, 2], "alpha": 4, "privacy_weight": 1e-9},
    "one seller": {"cost": [1], "alpha": 4},
    "many equal": {"cost": [1] * 40, "alpha": 4},
}


@pytest.mark.parametrize("mode", ["printed", "subgame-perfect", "fixed"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markets(name: str, mode: str) -> None:
    given = {"privacy_weight": 0.5, "epsilon_max": 10, **HOSTILE[name]}
    chosen = {"epsilon": [given["epsilon_max"]] * len(given["cost"])} if mode == "fixed" else {"order": mode}
    s = mp.solve(mp.ThreePartyMarket(**given, **chosen))
    assert s.certificate.valid, s.certificate
    able = [Fraction(str(c)) < Fraction(str(given["alpha"])) for c in given["cost"]]
    if mode != "subgame-perfect":
        assert list(s.values["trades"]) == able
    assert np.all(s.values["seller_profit"] >= 0)
    for values in s.values.values():
        assert np.all(np.isfinite(values))


LIES: dict[str, dict[str, Any]] = {
    "price": {"price": lambda v: v * 1.001},
    "epsilon": {"epsilon": lambda v: v * 1.001},
    "quantity": {"quantity": lambda v: v + 1e-3},
    "profit": {"seller_profit": lambda v: v + 1e-3},
    "trades": {"trades": lambda v: ~v},
    "utility": {"buyer_utility": lambda v: v + 1e-3},
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("mode", MODES, ids=["printed", "foreseen", "fixed"])
def test_lies_are_refuted(mode: dict[str, Any], lie: str) -> None:
    s = mp.solve(mp.ThreePartyMarket(**FOUR, **mode))
    false = s.altered(**{name: change(s.values[name]) for name, change in LIES[lie].items()})
    assert false.certificate.feasible is False or false.certificate.optimal is False
    assert not mp.certify(false, arithmetic="exact").valid


@pytest.mark.parametrize("mode", MODES, ids=["printed", "foreseen", "fixed"])
def test_a_consistent_answer_that_is_no_equilibrium_is_refuted(mode: dict[str, Any]) -> None:
    """Prices 1 % too high with the quantities and budgets that follow from them."""
    market = mp.ThreePartyMarket(**FOUR, **mode)
    values = mp.solve(market).values
    price = np.minimum(values["price"] * 1.01, 4.0)
    epsilon = values["epsilon"].copy()
    sells = values["quantity"] > 0
    if mode == {}:
        for _ in range(200):
            wanted = 4 / (price * (1 + epsilon)) - 1
            epsilon[sells] = np.minimum(0.5 / (wanted * price), 10)[sells]
    elif "order" in mode:
        epsilon = np.array([Buyer(4.0, 0.5, 10.0).choice(p) for p in price])
    quantity = np.maximum(4 / (price * (1 + epsilon)) - 1, 0)
    if mode == {}:
        quantity[~sells] = 0
    if "epsilon" not in mode:
        price[quantity == 0] = 4  # what one who sells nothing posts
    certificate = mp.candidate(market, quantity=quantity, price=price, epsilon=epsilon).certificate
    assert certificate.feasible is True, certificate
    assert certificate.optimal is False, certificate


@pytest.mark.parametrize("mode", [{}, {"epsilon": [1, 1]}], ids=["printed", "fixed"])
def test_who_cannot_sell_at_a_profit_is_refuted_as_a_seller_however_little_it_sells(mode: dict[str, Any]) -> None:
    """A thousand-millionth sold at cost changes no quantity, but the price then counts in the other's share."""
    market = mp.ThreePartyMarket(cost=[1, 4], alpha=4, privacy_weight="0.5", epsilon_max=10, **mode)
    values = {name: mp.solve(market).values[name].copy() for name in ("quantity", "price", "epsilon")}
    trust = 1 + values["epsilon"][1]
    values["price"][1] = 4 / trust * (1 - 1e-9)
    values["quantity"][1] = 4 / (trust * values["price"][1]) - 1
    listed = mp.candidate(market, **values)
    assert listed.values["seller_profit"][0] < 0.9 * mp.solve(market).values["seller_profit"][0]
    for arithmetic in ("float", "exact"):
        certificate = mp.certify(listed, arithmetic=arithmetic)
        assert certificate.feasible is False
        assert "quantity of seller 1 is" in certificate.reason
        assert "above its bound 0" in certificate.reason


def test_reciprocal_prices_are_compared_in_their_own_unit() -> None:
    """Where money comes in thousand-millions, 1/price is tiny beside every sum of money."""
    market = mp.ThreePartyMarket(cost=[1e9, 1.5e9], alpha=4e9, privacy_weight=0.5e9, epsilon_max=10)
    s = mp.solve(market)
    certificate = s.altered(inverse_price=[5.0, 7.0]).certificate
    assert certificate.feasible is False
    assert "inverse_price of seller 0 is stated as 5.0" in certificate.reason


@pytest.mark.parametrize("name", ["price", "epsilon"])
@pytest.mark.parametrize("value", [0.0, -1.0])
@pytest.mark.parametrize("mode", MODES[:2], ids=["printed", "foreseen"])
def test_numbers_without_utilities_are_refuted_and_named(mode: dict[str, Any], value: float, name: str) -> None:
    market = mp.ThreePartyMarket(cost=[1, 2], alpha=4, privacy_weight="0.5", epsilon_max=10, **mode)
    wrong = mp.solve(market).altered(**{name: [1.0, value]})
    for arithmetic in ("float", "exact"):
        certificate = mp.certify(wrong, arithmetic=arithmetic)
        assert certificate.feasible is False
        assert f"{name} of seller 1 is {value:.9g}, and must be positive" in certificate.reason
    with pytest.raises(InputError, match=rf"{name}\[1\] = .*must be positive"):
        mp.verify(wrong)


def test_an_exact_price_of_zero_is_refused_by_name() -> None:
    market = mp.ThreePartyMarket(cost=[1, 2], alpha=4, privacy_weight="0.5", epsilon_max=10, seller=["Ann", "Bob"])
    with pytest.raises(InputError, match=r"price\[1\] \(seller Bob\) = 0: is below its least"):
        mp.candidate(market, price=[1, 0], quantity=[3, 2], epsilon=[1, 1])


@pytest.mark.parametrize("name", ["seller_profit", "trades", "buyer_utility"])
def test_outcomes_of_another_length_are_refuted(name: str) -> None:
    s = mp.solve(mp.ThreePartyMarket(**FOUR))
    certificate = s.altered(**{name: np.repeat(s.values[name], 2)}).certificate
    assert certificate.feasible is False
    assert "entries where" in certificate.reason


def test_a_budget_the_buyer_would_not_choose_is_refuted() -> None:
    market = mp.ThreePartyMarket(**ONE, epsilon_max=5, order="subgame-perfect")
    capped = mp.candidate(market, price=["0.65"], epsilon=[5], quantity=["1/39"])  # 4/(0.65 * 6) - 1
    assert capped.certificate.optimal is False
    assert "the buyer would rather have epsilon" in capped.certificate.reason
    assert mp.verify(capped)["buyer-budgets"].verdict == "violated"


@pytest.mark.parametrize("kind", [intervals, balls])
def test_no_box_beside_the_equilibrium_is_taken_for_one_around_it(kind: Any) -> None:
    market = mp.ThreePartyMarket(**FOUR, epsilon=[1, 2, 1, 1])
    values = mp.solve(market).values
    paid = (values["price"] * (1 + values["epsilon"]))[:3]
    off, slightly = (np.array([Fraction(x) * Fraction(k) for x in paid]) for k in ("1.001", "1.002"))
    beside = (off, slightly) if kind is balls else (off.astype(float), slightly.astype(float))
    around = Enclosing(market, kind())
    with precision(128):
        assert around._shown((beside[0] + beside[1]) / 2, beside) is None
        assert around.around((beside[0] + beside[1]) / 2) is not None  # a wider one does hold it


class _Liar:
    """A back end that claims the extracted prices to be optimal."""

    def answer(self, market: mp.ThreePartyMarket) -> mp.Solution:
        price = 1 / mp.solve(market).values["price"]
        quantity = np.maximum(4 / (price * 2) - 1, 0)
        return mp.candidate(market, quantity=quantity, price=price, epsilon=[1.0, 1.0])


def test_the_extracted_formula_is_refuted_as_an_answer() -> None:
    market = mp.ThreePartyMarket(cost=[1, 2], alpha=4, privacy_weight=1, epsilon_max=2, epsilon=[1, 1])
    assert not _Liar().answer(market).certificate.valid
    found = mp.verify(_Liar().answer(market))
    assert found["no-profitable-deviation"].verdict == "violated"


@pytest.mark.slow
def test_several_back_ends_agree() -> None:
    for mode, least in zip(MODES, (4, 2, 6), strict=True):
        names = ["interference", "best-response", "share-function", "pyomo:pounce", "pyomo:scip"]
        compared = mp.compare(mp.ThreePartyMarket(**FOUR, **mode), backends=names)
        prices = [np.asarray(row.solution.values["price"]) for row in compared.certified if row.solution is not None]
        assert len(prices) >= least, [(row.backend, row.certificate) for row in compared.rows]
        for price in prices[1:]:
            assert price == pytest.approx(prices[0], rel=1e-6)


def test_the_printed_order_is_not_subgame_perfect() -> None:
    found = mp.verify(mp.ThreePartyMarket(**FOUR))
    assert found.ok
    assert found["subgame-perfect"].verdict == "violated"
    assert found["subgame-perfect"].witness is not None
    assert found["subgame-perfect"].witness["gain"] == pytest.approx(1.06595, abs=1e-4)
    # even where the cap is so low that the buyer has nothing to gain, a seller may have
    market = mp.ThreePartyMarket(cost=[1], alpha=4, privacy_weight=1, epsilon_max="1.2")
    assert mp.verify(market)["subgame-perfect"].verdict == "violated"


def test_properties_of_the_foreseen_order_and_of_fixed_budgets() -> None:
    for mode in MODES[1:]:
        found = mp.verify(mp.ThreePartyMarket(**FOUR, **mode))
        assert found.ok
        assert found["uniqueness"].verdict == "holds"
        assert found["subgame-perfect"].verdict == "holds"
    assert len(price_equilibria(mp.ThreePartyMarket(**FOUR, order="subgame-perfect"))) == 1


def test_a_seller_at_a_loss_is_named() -> None:
    market = mp.ThreePartyMarket(
        cost=[1, 2], alpha=4, privacy_weight=1, epsilon_max=2, seller=["Ann", "Bob"], epsilon=[1, 1]
    )
    cheap = mp.candidate(market, price=["0.9", "0.8"], epsilon=[1, 1], quantity=["11/9", "3/2"])
    item = mp.verify(cheap)["individual-rationality"]
    assert item.verdict == "violated"
    assert "seller Bob sells at a loss" in item.text
    assert item.arithmetic == "exact"


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no seller": ({"cost": []}, "needs at least one seller"),
    "negative cost": ({"cost": [1, -1]}, r"cost\[1\] = -1: a seller's cost must be positive"),
    "budget above the cap": ({"epsilon": [1, 11, 1, 1]}, r"epsilon\[1\] = 11: .* at most epsilon_max, 10"),
    "lengths": ({"epsilon": [1, 1]}, "must have as many entries as cost, 4"),
    "order": ({"order": "backwards"}, "must be one of 'printed', 'subgame-perfect'"),
    "alpha": ({"alpha": math.nan}, "alpha = nan"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name: str) -> None:
    change, message = BAD[name]
    with pytest.raises(mp.InputError, match=message):
        mp.ThreePartyMarket(**{**FOUR, **change})
