"""What the three-party certificate encloses of the buyer and the sellers, against closed forms and dense grids."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from sabotage import answers

import mechproof as mp
from mechproof.solvers.certificates.three_party.around import Around
from mechproof.solvers.certificates.three_party.boxes import Boxes, balls, intervals
from mechproof.solvers.certificates.three_party.choice import Choice, Switch, cut_up
from mechproof.solvers.certificates.three_party.elsewhere import Elsewhere
from mechproof.solvers.certificates.three_party.enclosure import Enclosing
from mechproof.solvers.certificates.three_party.search import Search
from mechproof.solvers.certificates.three_party.stated import Ends
from mechproof.solvers.readings.balls import precision
from mechproof.solvers.readings.intervals import Interval

NARROW = 1e-8
"""A ball's radius is known to thirty bits."""
KINDS = pytest.mark.parametrize("boxes", [intervals(), balls()], ids=["intervals", "balls"])


@dataclass(frozen=True)
class Buyer:
    """A buyer, written down once more."""

    alpha: float
    weight: float
    cap: float

    def market(self, cost: Any = (1,), **fields: Any) -> mp.ThreePartyMarket:
        numbers = {"alpha": str(self.alpha), "privacy_weight": str(self.weight), "epsilon_max": str(self.cap)}
        return mp.ThreePartyMarket(cost=list(cost), **numbers, **{"order": "subgame-perfect", **fields})

    def worth(self, price: Any, epsilon: Any) -> Any:
        amount = np.maximum(self.alpha / (price * (1 + epsilon)) - 1, 0)
        return self.alpha * np.log1p(amount) + self.weight * np.log(epsilon) - price * (1 + epsilon) * amount

    def settled(self, price: Any) -> Any:
        """The smaller root of p ε² + (p + w − α) ε + w = 0, where the marginal value first falls through zero."""
        half = (self.alpha - self.weight - price) / 2
        return (half - np.sqrt(half * half - price * self.weight)) / price

    def switch(self) -> float:
        """The price above which the cap is better, by bisection."""
        low, high = 1e-3, (np.sqrt(self.alpha) - np.sqrt(self.weight)) ** 2
        for _ in range(80):
            middle = (low + high) / 2
            here = self.settled(middle)
            stays = here <= self.cap and self.worth(middle, here) > self.worth(middle, self.cap)
            low, high = (middle, high) if stays else (low, middle)
        return low

    def profit(self, price: Any, epsilon: Any, cost: float, others: float) -> Any:
        amount = np.maximum(self.alpha / (price * (1 + epsilon)) - 1, 0)
        return (price * (1 + epsilon) - cost) * amount / (1 + price * others)


BUYERS = [Buyer(4, 1, 5), Buyer(4, 0.2, 5), Buyer(4, 0.5, 20), Buyer(3, 0.1, 2)]
ALWAYS_THE_CAP = [Buyer(4, 2, 1), Buyer(1, 2, 3), Buyer(4, 1, 0.3)]
BUYING = pytest.mark.parametrize("buyer", BUYERS[::3], ids=str)


def chooser(buyer: Buyer, boxes: Boxes, cost: Any = (1,)) -> Choice:
    market = buyer.market(cost)
    return Choice(market, boxes, Search.of(market))


@BUYING
def test_the_search_finds_what_the_buyer_takes(buyer: Buyer) -> None:
    search, switch = Search.of(buyer.market()), buyer.switch()
    assert search.switch_price == pytest.approx(switch, rel=1e-12)
    assert search.switch[1] == pytest.approx(buyer.settled(switch), rel=1e-7)
    below = np.linspace(0.05, 1, 20) * switch
    assert search.below_the_cap(below) == pytest.approx(buyer.settled(below), rel=1e-9)
    assert search.below_the_cap(np.array([buyer.alpha])) == buyer.cap
    for price, right in ((0.9 * switch, buyer.settled(0.9 * switch)), (1.1 * switch, buyer.cap)):
        for stated in (0.7 * right, right):
            gain, better = search.better_budgets(np.array([price]), np.array([stated]))
            told = (buyer.worth(price, right) - buyer.worth(price, stated)) / buyer.alpha
            assert better == pytest.approx(right, rel=1e-7)
            assert gain == pytest.approx(told, abs=1e-12)
    slopes = np.array([0.5, 0.9, 1.5]) * switch
    step = 1e-6
    wanted = (buyer.worth(slopes, 0.3 + step) - buyer.worth(slopes, 0.3 - step)) / (2 * step)
    assert search.marginal(slopes, np.full(3, 0.3)) == pytest.approx(wanted, rel=1e-6)
    assert search.value(slopes, np.full(3, 0.3)) == pytest.approx(buyer.worth(slopes, 0.3), rel=1e-12)


@pytest.mark.parametrize("buyer", ALWAYS_THE_CAP, ids=str)
def test_a_buyer_who_always_takes_the_cap(buyer: Buyer) -> None:
    search = Search.of(buyer.market())
    assert search.switch == (0.0, buyer.cap)
    for boxes in (intervals(), balls()):
        with precision(192), np.errstate(all="ignore"):
            assert chooser(buyer, boxes, [0.5]).switch is True
    assert search.reply(0.5, 0.2).epsilon == buyer.cap


@pytest.mark.parametrize("buyer", [*BUYERS, *ALWAYS_THE_CAP], ids=str)
@pytest.mark.parametrize("others", [0.0, 0.4, 3.0])
@pytest.mark.parametrize("cost", [0.3, 1.0, 2.5])
def test_the_search_finds_the_best_reply(buyer: Buyer, others: float, cost: float) -> None:
    """On a dense grid of prices, and at the one where the buyer is indifferent."""
    search = Search.of(buyer.market())
    switch = search.switch_price
    above = np.linspace(switch if switch else 1e-3, buyer.alpha, 20_001)
    below = np.linspace(switch / 20_000, switch, 20_000) if switch else above[:0]
    profits = [buyer.profit(above, buyer.cap, cost, others)]
    if switch:
        profits.append(buyer.profit(below, buyer.settled(below), cost, others))
    most = max(float(np.max(part)) for part in profits)
    found = search.reply(cost, others)
    assert most - 1e-12 <= found.profit <= most + 1e-6 * max(most, 1e-3)
    if found.profit > 0:
        assert buyer.profit(1 / found.inverse, found.epsilon, cost, others) == pytest.approx(found.profit, rel=1e-9)
    else:
        assert (found.inverse, found.epsilon) == (0.0, buyer.cap)


def test_of_replies_as_good_the_asked_one_is_returned() -> None:
    """At the switch both budgets are the buyer's; the seller who is paid the same at either is not asked there."""
    search = Search.of(BUYERS[0].market())
    for others in (0.0, 0.5, 2.0):
        least, greatest = search.reply(1.0, others), search.reply(1.0, others, greatest=True)
        assert least.inverse <= greatest.inverse
        assert least.profit == pytest.approx(greatest.profit, rel=1e-11)
    assert search.reply(3.9, 0.0).profit >= 0
    assert search.reply(4.5, 0.0).profit == 0


@BUYING
@KINDS
def test_the_switch_is_enclosed_narrowly(buyer: Buyer, boxes: Boxes) -> None:
    with precision(192), np.errstate(all="ignore"):
        found = chooser(buyer, boxes).switch
    assert isinstance(found, Switch)
    price, epsilon = buyer.switch(), buyer.settled(buyer.switch())
    assert found.price[0] < price < found.price[1]
    assert found.price[1] - found.price[0] <= price * 2.0**-40
    assert found.epsilon[0] <= epsilon * (1 + 1e-13)
    assert found.epsilon[1] >= epsilon * (1 - 1e-13)
    assert found.epsilon[1] - found.epsilon[0] < 1e-11
    assert price * (1 + epsilon) * (1 - 1e-13) <= found.paid <= price * (1 + epsilon) * (1 + 1e-10)


@BUYING
@KINDS
def test_no_switch_is_seen_where_there_is_none(buyer: Buyer, boxes: Boxes) -> None:
    choice, switch = chooser(buyer, boxes), buyer.switch()
    with precision(192), np.errstate(all="ignore"):
        for low, high in ((1 + 1e-9, 1 + 2e-9), (1 - 2e-9, 1 - 1e-9)):
            assert choice._between(choice.point(low * switch), choice.point(high * switch)) is None
        assert choice._between(choice.point((1 - 2.0**-40) * switch), choice.point((1 + 2.0**-40) * switch)) is not None


@BUYING
@KINDS
def test_the_budgets_that_remain(buyer: Buyer, boxes: Boxes) -> None:
    """Of all budgets the best remains, and nothing that is not near it; at a few prices and boxes of them."""
    choice, switch = chooser(buyer, boxes), buyer.switch()
    with precision(192), np.errstate(all="ignore"):
        for part in (0.3, 0.9999):
            price, best = part * switch, buyer.settled(part * switch)
            found = choice.remaining(boxes.read(choice.point(price)), choice.point(best), 2.0**-36)
            assert found is not None
            assert best * (1 - 1e-12) <= found[1]
            assert found[0] <= best * (1 + 1e-12)
            assert found[1] - found[0] < 1e-10 * best
            assert found[0] >= best * (1 - 1e-10)
            if boxes.rigorous:
                continue  # a wide box leaves thousands of budgets open, which takes long in balls
            wide = choice.remaining(
                boxes.between(choice.point(price * 0.99), choice.point(price)), choice.point(best), 0.05
            )
            assert wide is not None
            assert wide[0] <= buyer.settled(price * 0.99)
            assert wide[1] >= best
        for part in (1.0001, 1.5):
            for rival in (buyer.cap, buyer.cap / 2):
                price = choice.point(min(part * switch, buyer.alpha))
                assert choice.remaining(boxes.read(price), choice.point(rival)) is None


@BUYING
@KINDS
def test_slopes_and_values_of_the_choice(buyer: Buyer, boxes: Boxes) -> None:
    choice, price, epsilon, step = chooser(buyer, boxes), 0.4, 0.3, 1e-6
    with precision(192):
        asked = [boxes.read(choice.point(x)) for x in (price, epsilon)]
        value, slope = boxes.middle(choice.value(*asked)), boxes.middle(choice.marginal(*asked))
        inverse, budget = choice.below_the_cap(boxes.read(choice.point(price * (1 + buyer.settled(price)))))
        assert float(boxes.middle(inverse)) == pytest.approx(1 / price)
        assert float(boxes.middle(budget)) == pytest.approx(buyer.settled(price))
    assert float(value) == pytest.approx(buyer.worth(price, epsilon))
    wanted = (buyer.worth(price, epsilon + step) - buyer.worth(price, epsilon - step)) / (2 * step)
    assert float(slope) == pytest.approx(wanted, rel=1e-6)


@KINDS
def test_prices_rise_with_what_is_paid_or_are_not_said_to(boxes: Boxes) -> None:
    """w = p (1 + ε) = α − α₃ − α₃/ε; p = w/(1 + ε) rises in ε up to √α₃/(√α − √α₃), here ε = 1 and w = 2."""
    choice = chooser(BUYERS[0], boxes)
    with precision(192), np.errstate(all="ignore"):
        for low, high, rises in ((0.1, 1.9, True), (0.1, 1.99, True), (0.1, 2.1, False), (2.05, 2.2, False)):
            if boxes.rigorous and not rises:
                continue  # it takes thousands of boxes to give up
            ends = [choice.point(np.array([end])) for end in (low, high)]
            assert choice.rises(*ends) is rises


def test_pieces_cover_what_is_cut() -> None:
    low, high = np.array([0.0, 5.0]), np.array([1.0, 7.0])
    left, right = cut_up(low, high, 4)
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == [
        *((k / 4, (k + 1) / 4) for k in range(4)),
        *((5 + k / 2, 5 + (k + 1) / 2) for k in range(4)),
    ]


@KINDS
def test_boxes(boxes: Boxes) -> None:
    point = (lambda x: np.array([Fraction(v) for v in x], dtype=object)) if boxes.rigorous else np.array
    low, high = point([1.0, -2.0, 0.5]), point([2.0, -1.0, 0.75])
    with precision(192):
        made = boxes.between(low, high)
        ends = boxes.bounds(made)
        assert [float(x) for x in ends[0]] == pytest.approx([1, -2, 0.5], abs=NARROW)
        assert [float(x) for x in ends[1]] == pytest.approx([2, -1, 0.75], abs=NARROW)
        assert np.all(ends[0] <= low)
        assert np.all(ends[1] >= high)
        assert [float(x) for x in boxes.middle(made)] == pytest.approx([1.5, -1.5, 0.625], abs=NARROW)
        assert boxes.positive(made).tolist() == [True, False, True]
        assert boxes.negative(made).tolist() == [False, True, False]
        zero = boxes.between(point([0.0]), point([0.0]))
        assert not boxes.positive(zero).any()
        assert not boxes.negative(zero).any()
        taken = boxes.bounds(boxes.taken(made, np.array([2, 0])))
        assert [float(x) for x in taken[0]] == pytest.approx([0.5, 1], abs=NARROW)
        other = boxes.between(point([7.0, 8.0, 9.0]), point([7.5, 8.5, 9.5]))
        chosen = boxes.bounds(boxes.where(np.array([True, False, True]), made, other))
        assert [float(x) for x in chosen[0]] == pytest.approx([1, 8, 0.5], abs=NARROW)
        assert [float(x) for x in chosen[1]] == pytest.approx([2, 8.5, 0.75], abs=NARROW)
        rest = boxes.others(point([1.0, 2.0, 0.0]), point([1.5, 3.0, 0.25]))
        assert [float(x) for x in rest[0]] == pytest.approx([2, 1, 3], abs=NARROW)
        assert [float(x) for x in rest[1]] == pytest.approx([3.25, 1.75, 4.5], abs=NARROW)
        slack = boxes.slack(np.array([1.0, 3.0]))
        assert slack == (0 if boxes.rigorous else 4 * 2.0**-50)
        lonely = boxes.others(point([1.0]), point([2.0]))
        assert lonely[0][0] == 0 or abs(float(lonely[0][0])) < 1e-8
        if not boxes.rigorous:
            assert rest[0][0] <= 2 - 2.0**-50
            assert rest[1][0] >= 3.25 + 2.0**-50


FIXED: dict[str, Any] = {"cost": [1, 2], "alpha": 4, "privacy_weight": 1, "epsilon_max": 5}


@KINDS
@pytest.mark.parametrize("fixed", [True, False], ids=["fixed budgets", "printed"])
@pytest.mark.parametrize("off", [0.0, 1e-9, -1e-7, 1e-4])
def test_an_equilibrium_is_enclosed_as_narrowly_as_it_is_known(boxes: Boxes, fixed: bool, off: float) -> None:
    if fixed:
        right = answers.posted_prices([1, 2], 4, answers.fixed_reply([1, 2], 4, [1, 1]))
        prices, budgets = ([float(x) for x in entries] for entries in right[1:])
    else:
        prices, budgets = [27 / 28, 27 / 52], [7 / 9, 13 / 3]
    market = mp.ThreePartyMarket(**FIXED, **({"epsilon": [1, 1]} if fixed else {}))
    with precision(192):
        around = Enclosing(market, boxes)
        paid = np.array(prices) * (1 + np.array(budgets))
        asked = paid * (1 + off)
        if boxes.rigorous:
            box = around.around(np.array([Fraction(x) for x in asked], dtype=object), Fraction(1, 2**46))
        else:
            box = around.around(asked)
        assert box is not None
        for ends, wanted in ((box.paid, paid), (box.inverse, 1 / np.array(prices)), (box.epsilon, np.array(budgets))):
            low, high = (np.array(end, dtype=float) for end in ends)
            assert np.all(low <= wanted * (1 + 1e-14))
            assert np.all(high >= wanted * (1 - 1e-14))
            assert np.all(high - low <= 40 * abs(off) * wanted + 1e-11)


@KINDS
def test_no_equilibrium_is_enclosed_where_there_is_none(boxes: Boxes) -> None:
    market = mp.ThreePartyMarket(**FIXED, epsilon=[1, 1])
    with precision(192):
        around = Enclosing(market, boxes)
        for paid in ([1.5, 1.5], [3.0, 3.0], [2.0, 3.9]):
            entries = np.array([Fraction(x) for x in paid], dtype=object) if boxes.rigorous else np.array(paid)
            assert around.around(entries) is None


FORESEEN: dict[str, tuple[Buyer, list[Any]]] = {
    "alone": (Buyer(4, 1, 5), [1]),
    "at the cap": (Buyer(4, 2, 1), [1, 2]),
    "two below": (Buyer(4, 0.2, 5), [1, "1.5"]),
}


@cache
def foreseen_answer(name: str) -> dict[str, list[float]]:
    """The equilibrium found by best replies in forty digits."""
    buyer, costs = FORESEEN[name][0], [float(c) for c in FORESEEN[name][1]]
    reply = answers.foreseeing_reply(costs, buyer.alpha, buyer.weight, buyer.cap)
    right = answers.posted_prices(costs, buyer.alpha, reply)
    return {
        key: [float(x) for x in entries] for key, entries in zip(("quantity", "price", "epsilon"), right, strict=True)
    }


def foreseen(name: str, boxes: Boxes, **moved: float) -> tuple[Choice, dict[str, Any]]:
    """That equilibrium, with a decision of everybody's moved."""
    buyer, cost = FORESEEN[name]
    values = {key: np.array(entries) * moved.get(key, 1) for key, entries in foreseen_answer(name).items()}
    choice = chooser(buyer, boxes, cost)
    if boxes.rigorous:
        values = {key: np.array([Fraction(x) for x in entries], dtype=object) for key, entries in values.items()}
    return choice, values


@KINDS
@pytest.mark.parametrize("name", sorted(FORESEEN))
def test_a_foreseen_equilibrium_is_enclosed_narrowly(name: str, boxes: Boxes) -> None:
    with precision(192), np.errstate(all="ignore"):
        choice, values = foreseen(name, boxes)
        found = Around(choice, values).distance(1e-7)
        assert found is not None
        assert found < 2e-11
        choice, moved = foreseen(name, boxes, quantity=1 + 8e-8)
        largest = float(max(values["quantity"]))
        wanted = 8e-8 * largest / (1 + largest)
        further = Around(choice, moved).distance(1e-7)
        assert further is not None
        assert wanted <= further + 1e-13 <= wanted + 1e-10


@KINDS
@pytest.mark.parametrize("name", sorted(FORESEEN))
def test_what_is_no_equilibrium_is_not_enclosed(name: str, boxes: Boxes) -> None:
    with precision(192), np.errstate(all="ignore"):
        for key in ("price", "epsilon"):
            choice, values = foreseen(name, boxes, **{key: 1 - 1e-5})
            assert Around(choice, values).distance(1e-7) is None


def test_a_better_price_elsewhere_is_not_overlooked() -> None:
    """The best price is 9/5, where the buyer takes 1/9 and one unit; at the cap a seller has .58956 at most."""
    buyer, values = (
        Buyer(4, 0.2, 0.3),
        {"quantity": [Fraction(1)], "price": [Fraction(9, 5)], "epsilon": [Fraction(1, 9)]},
    )
    stated = {key: np.array([float(entries[0])]) for key, entries in values.items()}
    prices = np.linspace(buyer.switch(), 4, 200_001)
    at_cap = float(max(buyer.profit(prices, buyer.cap, 1, 0)))
    boxes = intervals()
    with np.errstate(all="ignore"):
        choice = chooser(buyer, boxes)
        assert Around(choice, stated).distance(1e-7) is not None
        ends, there = Around(choice, stated)._ends(choice.point(2.0**-30)), Elsewhere(choice, stated)
        assert isinstance(ends, Ends)
        others = boxes.between(*ends.others)
        floor = there._floors(others)
        assert 1 - 1e-8 < float(floor[0]) <= 1
        assert there.nothing_better(ends)
        for factor, worse in ((1 + 1e-6, True), (1 - 1e-6, False)):
            level = choice.point(np.array([at_cap * factor]))
            assert bool(there._worse_at_the_cap(others, level)[0]) is worse
        assert there._worse_below(others, floor, ends)
        near = there._concave(others, ends)
        assert near is not None
        low, high = (float(end[0]) for end in near)
        assert low < 2 < high
        paid = np.linspace(low, high, 2001)  # what is paid for a unit; ε = w/(α − w − paid) there
        settled = 0.2 / (3.8 - paid)
        earned = buyer.profit(paid / (1 + settled), settled, 1, 0)
        assert np.all(np.diff(earned, 2) < 0)
        assert high - low > 0.01
        moved = Ends(ends.inverse, (ends.paid[0] + 1, ends.paid[1] + 1), ends.epsilon, ends.others)
        assert there._concave(others, moved) is None or float(there._concave(others, moved)[1][0]) > 3


def test_a_worse_peak_is_no_answer() -> None:
    """At the cap the seller is at a peak of its own, but below the switch it would have more."""
    buyer = Buyer(4, 0.2, 0.3)
    search = Search.of(buyer.market())
    inverse, cap = search._at_the_cap(1.0, 0.0)[0]
    price = 1 / inverse
    numbers = {"quantity": 4 / (price * 1.3) - 1, "price": price, "epsilon": cap}
    stated = {key: np.array([x]) for key, x in numbers.items()}
    with precision(192), np.errstate(all="ignore"):
        assert Around(chooser(buyer, intervals()), stated).distance(1e-7) is None


def test_intervals_of_doubles_are_not_rounded() -> None:
    made = intervals().between(np.array([0.1]), np.array([0.3]))
    assert isinstance(made, Interval)
    assert (made.low[0], made.high[0]) == (0.1, 0.3)
    assert not intervals().rigorous
    assert balls().rigorous
