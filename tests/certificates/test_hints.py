"""Whatever is guessed, what is shown of it stays true; and where a first guess fails a second is tried."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from declared_models import Lottery, PriceFit, lottery_utility

import mechproof as mp
from mechproof.formulations.language import Decision, Player
from mechproof.solvers.certificates import equilibrium
from mechproof.solvers.certificates.deviations import best_deviation, gain_at_most
from mechproof.solvers.certificates.equilibrium import enclose
from mechproof.solvers.certificates.stackelberg.server import Server, ServerShape, UnprovedError
from mechproof.solvers.certificates.three_party import elsewhere
from mechproof.solvers.certificates.three_party.around import Around
from mechproof.solvers.certificates.three_party.boxes import balls, intervals
from mechproof.solvers.certificates.three_party.choice import Choice, Switch
from mechproof.solvers.certificates.three_party.elsewhere import Elsewhere
from mechproof.solvers.certificates.three_party.enclosure import Enclosing
from mechproof.solvers.certificates.three_party.search import Search
from mechproof.solvers.readings.balls import Balls, precision
from mechproof.solvers.readings.game import GameReading
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])


@pytest.mark.parametrize("unit", [1, 20])
@pytest.mark.parametrize("guessed", [1e-3, 0.34, 0.3563, 0.41, 50.0])
def test_a_bad_guess_of_the_best_price_bounds_less_but_nothing_false(
    guessed: float, unit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the cap a seller of cost 1 has .58956 at 1/p = .41478, next to the switch; money is in parts of a unit."""
    alpha, weight = Fraction(4, unit), Fraction(1, 5 * unit)
    market = mp.ThreePartyMarket(
        cost=[Fraction(1, unit)], alpha=alpha, privacy_weight=weight, epsilon_max="0.3", order="subgame-perfect"
    )
    stated = {"quantity": np.array([1.0]), "price": np.array([1.8 / unit]), "epsilon": np.array([1 / 9])}
    monkeypatch.setattr(elsewhere, "best_inverse_price", lambda a, rest, *others: guessed * unit + 0 * rest)
    with np.errstate(all="ignore"):
        choice = Choice(market, intervals(), Search.of(market))
        ends = Around(choice, stated)._ends(2.0**-30)
        assert ends is not None
        there, others = Elsewhere(choice, stated), intervals().between(*ends.others)
        search = choice.search
        inverse = np.linspace(1.3 / 4 * unit, 1 / search.switch_price, 100_001)
        best = float(np.max(search.profit(inverse, np.full(len(inverse), 0.3), 1 / unit, 0.0)))
        assert best * unit == pytest.approx(0.58956, abs=1e-5)
        assert not there._worse_at_the_cap(others, np.array([best * (1 - 1e-6)]))[0]
        assert there._worse_at_the_cap(others, np.array([best + 3.0 / unit]))[0]


@pytest.mark.parametrize("guessed", [0.33, 0.5, 0.65, 0.7, 9.0])
def test_a_bad_guess_on_either_side_of_a_peak(guessed: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the cap a seller of cost 1 has 1 at 1/p = .65, a peak within; money is in hundredths."""
    market = mp.ThreePartyMarket(
        cost=["0.01"], alpha="0.04", privacy_weight="0.005", epsilon_max="0.3", order="subgame-perfect"
    )
    stated = {"quantity": np.array([0.0]), "price": np.array([0.04]), "epsilon": np.array([0.3])}
    monkeypatch.setattr(elsewhere, "best_inverse_price", lambda a, rest, *others: guessed * 100 + 0 * rest)
    with np.errstate(all="ignore"):
        there = Elsewhere(Choice(market, intervals(), Search.of(market)), stated)
        nobody = intervals().between(np.zeros(1), np.zeros(1))
        assert not there._worse_at_the_cap(nobody, np.array([0.01 * (1 - 1e-9)]))[0]
        assert there._worse_at_the_cap(nobody, np.array([0.05]))[0]


@pytest.mark.parametrize("boxes", [intervals(), balls()], ids=["intervals", "balls"])
def test_inverse_prices_along_a_box_hold_all_of_them(boxes: Any) -> None:
    """The budget is settled up to the cap of 5, which it reaches where 14/5 is paid for a unit."""
    market = mp.ThreePartyMarket(cost=[1], alpha=4, privacy_weight=1, epsilon_max=5)
    around, kink = Enclosing(market, boxes), 14 / 5
    with precision(192):
        for low, high in (
            (1.5, 1.6),
            (2.7, 2.9),
            (kink - 1e-3, kink + 1e-3),
            (2.79, kink + 1e-6),
            (3.0, 3.2),
            (2.0, 2.7),
        ):
            ends = [np.array([Fraction(x) if boxes.rigorous else x]) for x in (low, high)]
            middle = (ends[0] + ends[1]) / 2
            found = [float(x[0]) for x in boxes.bounds(around._along(middle, boxes.between(*ends)))]
            paid = np.linspace(low, high, 501)
            inverse = (1 + np.minimum(1 / np.maximum(3 - paid, 1e-9), 5)) / paid
            assert found[0] <= inverse.min() * (1 + 1e-14)
            assert found[1] >= inverse.max() * (1 - 1e-14)
            narrow = (high < kink or low > kink) and high - low < 0.3
            assert not narrow or found[1] - found[0] <= 4 * (inverse.max() - inverse.min()) + 20 * (high - low) ** 2


@pytest.mark.parametrize("boxes", [intervals(), balls()], ids=["intervals", "balls"])
def test_a_kink_behind_which_inverse_prices_fall_faster(boxes: Any) -> None:
    """Up to 35/12 for a unit the budget is settled, beyond it is the cap of .3."""
    market = mp.ThreePartyMarket(cost=[1], alpha=4, privacy_weight="0.25", epsilon_max="0.3")
    with precision(192):
        ends = [np.array([Fraction(x) if boxes.rigorous else x]) for x in (35 / 12 - 1e-2, 35 / 12 + 1e-2)]
        middle = (ends[0] + ends[1]) / 2
        found = [float(x[0]) for x in boxes.bounds(Enclosing(market, boxes)._along(middle, boxes.between(*ends)))]
        paid = np.linspace(float(ends[0][0]), float(ends[1][0]), 501)
        inverse = (1 + np.minimum(0.25 / (3.75 - paid), 0.3)) / paid
        assert found[0] <= inverse.min() * (1 + 1e-13)
        assert found[1] >= inverse.max() * (1 - 1e-13)


class Hill(mp.Revenue):
    """4 β ε (1 − ε): best at a half, worth nothing at one."""

    beta: mp.Number = mp.scalar("the height", above=0)

    def value(self, a: mp.Algebra, epsilon: Any) -> Any:
        return 4 * self.beta * epsilon * (1 - epsilon)

    @property
    def largest_pool(self) -> Any:
        return self.beta


def test_a_hill_between_is_seen() -> None:
    """Of totals from ¾ to 3/2 the mean of two is best at 1; at 3/2 little is earned, and from 2 on nothing."""
    game = mp.StackelbergPricing(cost=[1, 1], revenue=Hill(1))
    shape = ServerShape(Server(GameReading(game, Balls())), (2, 2))
    with precision(128):
        assert shape.useful_total(Fraction(1, 100), Fraction("1.9"), 0.5) == Fraction("1.9")
        assert shape.useful_total(Fraction(1, 100), Fraction(64), 0.5) in (Fraction(4), Fraction(2))
        assert not shape.regular(Fraction(0), Fraction("1.01"), Fraction(0))
        assert shape.regular(Fraction(0), Fraction("0.99"), Fraction(0))


def test_alone_a_little_may_be_worth_as_much_as_a_lot() -> None:
    """Where nobody makes an effort whoever makes any wins the whole prize of 36."""
    reading, nobody = GameReading(Lottery([1, 4], 36), Vectors()), np.zeros(2)
    gain, who = best_deviation(reading, nobody, {})
    assert gain == pytest.approx(36, abs=1e-6)
    assert gain_at_most(reading, nobody, {}) == gain
    assert who in (0, 1)
    assert enclose(reading, nobody, {}) is None


def test_where_slopes_mislead_marginals_are_bisected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses by slopes are thrown away: bisection finds bounds on the replies (2, 1) to a total of 3 as well."""
    reading, right = GameReading(Lottery([1, 4], 36), Vectors()), np.array([2.0, 1.0])
    monkeypatch.setattr(equilibrium._Replacement, "_guess", lambda self, total: self.own * 0 + 50)
    near = equilibrium._Replacement(reading, right * 1.1, {}, 3.3)
    low, high = near.bound(3.0, -1), near.bound(3.0, +1)
    assert np.all(low <= right)
    assert np.all(high >= right)
    assert low == pytest.approx(right, abs=1e-13)


@BOTH
def test_answers_of_a_program_are_told_from_others(arithmetic: str) -> None:
    """Rising prices nearest to 1, 5, 3 are 1, 4, 4: the multiplier of the last row is two."""
    model = PriceFit([1, 5, 3])
    for size, valid in ((0, True), (1e-5, False), (-1e-5, False), (1e-2, False)):
        found = mp.certify(mp.candidate(model, price=[1 + size, 4 + size, 4 + size]), arithmetic)
        assert found.valid is valid, found
        assert found.distance is not None
        assert abs(size) / 4.1 <= found.distance <= 10 * abs(size) ** 0.5 + 1e-9
        assert found.gap is not None
        assert found.gap <= 10 * abs(size) + 1e-15


class Floored(Lottery):
    """A lottery in which everybody makes an effort of a half at least."""

    def players(self) -> Any:
        count = len(self.cost)
        return (Player("player", Decision("effort", ["0.5"] * count, [100] * count), lottery_utility, count=count),)


@BOTH
def test_who_starts_is_told_at_the_lower_bound(arithmetic: str) -> None:
    """Of 36 the efforts are 2 and 1; at a cost of 400 the second stays at a half, whatever the first does."""
    reading = GameReading(Floored([1, 4], 36), Rationals() if arithmetic == "exact" else Vectors())
    number = Fraction if arithmetic == "exact" else float
    found = enclose(reading, np.array([number(2), number(1)]), {})
    assert found is not None
    assert found.starts.tolist() == [True, True]
    assert found.stays.tolist() == [False, False]
    near = enclose(reading, np.array([number(2) * (1 + number(1) / 2**30), number(1)]), {})
    assert near is not None
    assert near.starts.tolist() == [True, True]
    for own, right in (([2, 1], True), (["2.1", 1], False), ([2, "0.5"], False), (["0.5", "0.5"], False)):
        answer = mp.candidate(Floored([1, 4], 36), effort=own)
        assert mp.certify(answer, arithmetic).valid is right
    steep = Floored([1, 400], 36)
    first = max(np.roots([2, 2, 0.5, -18]).real)  # 36/2 = 2x(x + ½)²
    found_there = mp.certify(mp.candidate(steep, effort=[first, 0.5]), arithmetic)
    assert found_there.valid, found_there


@dataclass(frozen=True)
class Counting:
    """What a server is asked of how many there are."""

    population: Any
    algebra: Any = None


@pytest.mark.parametrize(
    ("formula", "counted"),
    [
        (lambda a, epsilon: a.count_positive(epsilon), (1, 2)),
        (lambda a, epsilon: a.count_positive(epsilon) * 2, (2, 4)),
        (lambda a, epsilon: 3, (3, 3)),
        (lambda a, epsilon: a.count_positive(epsilon) / 2, None),
        (lambda a, epsilon: a.sum(epsilon), None),
        (lambda a, epsilon: 2.5, None),
        (lambda a, epsilon: a.count_positive(epsilon) - 1, None),
        (lambda a, epsilon, alpha: a.count_positive(epsilon), None),
    ],
)
def test_a_count_is_of_who_sells_alone(formula: Any, counted: Any) -> None:
    population = SimpleNamespace(
        aggregates={"counted": formula}, decision=SimpleNamespace(name="epsilon"), name="client", count=3
    )
    server = Server(Counting(population))  # type: ignore[arg-type]
    sell, may = np.array([True, False, False]), np.array([True, True, False])
    if counted is None:
        with pytest.raises(UnprovedError):
            server.counted(sell, may)
    else:
        assert server.counted(sell, may) == counted


def test_a_switch_just_above_the_cheapest_price_matters() -> None:
    """It is at 2.4109; at a price of cost/1.3 nobody sells without a loss."""
    for cost, kind in (("3.1", Switch), ("3.12", Switch), ("3.14", bool)):
        market = mp.ThreePartyMarket([cost], alpha=4, privacy_weight="0.2", epsilon_max="0.3", order="subgame-perfect")
        with np.errstate(all="ignore"):
            assert isinstance(Choice(market, intervals(), Search.of(market)).switch, kind)


def test_what_is_best_is_not_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no stretch about the answer left out, the answer's own price is no worse than itself."""
    market = mp.ThreePartyMarket(cost=[1], alpha=4, privacy_weight="0.2", epsilon_max="0.3", order="subgame-perfect")
    stated = {"quantity": np.array([1.0]), "price": np.array([1.8]), "epsilon": np.array([1 / 9])}
    with np.errstate(all="ignore"):
        choice = Choice(market, intervals(), Search.of(market))
        ends = Around(choice, stated)._ends(2.0**-30)
        assert ends is not None
        there, others = Elsewhere(choice, stated), intervals().between(*ends.others)
        monkeypatch.setattr(Elsewhere, "_concave", lambda self, others, ends: (np.array([9.0]), np.array([0.0])))
        for level in (0.5, 0.9, 0.999):
            assert not there._worse_below(others, np.array([level]), ends)
        assert there._worse_below(others, np.array([1.001]), ends)


def test_a_seller_above_the_switch_is_enclosed_at_the_cap() -> None:
    """The buyer goes over at 1.41; a seller of cost 1 does best at 20/13, where one unit is bought at the cap."""
    market = mp.ThreePartyMarket(cost=[1], alpha=4, privacy_weight="0.5", epsilon_max="0.3", order="subgame-perfect")
    with precision(192), np.errstate(all="ignore"):
        for boxes in (intervals(), balls()):
            stated = {
                name: np.array([Fraction(text) if boxes.rigorous else float(Fraction(text))])
                for name, text in (("quantity", "1"), ("price", "20/13"), ("epsilon", "3/10"))
            }
            choice = Choice(market, boxes, Search.of(market))
            found = Around(choice, stated).distance(1e-7)
            assert found is not None
            assert found < 1e-10
