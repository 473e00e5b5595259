"""Version pricing and version revenue keep what they promise, and a menu that does not is never said to.

Each promise three times: the solved menu has it by an oracle that shares nothing with the package; verification does
not deny it; and of a menu changed until the oracle says it is lost, neither verification nor certificate says it is
kept.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from promises.menu_oracle import earned, falls_somewhere, largest_saving, rises_per_weight
from promises.strategies import Menu, Survey, examples, given_as, menus, moves, several, surveys
from revenue_oracles import Market, best_by_buyers

import mechproof as mp

pytestmark = pytest.mark.slow

TRILLIONTH = Fraction(1, 10**12)


def prices(solution: mp.Solution) -> list[Fraction]:
    return [Fraction(price) for price in (solution.exact or solution.values)["price"].tolist()]


def solved(instance: Menu | Survey) -> tuple[mp.Solution, list[Fraction], Fraction]:
    """The answer, its prices and by how much they may be wrong: not at all, or a back end's tolerance."""
    solution = mp.solve(instance.model, arithmetic="exact" if instance.exact else "float")
    price = prices(solution)
    return solution, price, Fraction(0) if instance.exact else max(price) / 10**7


def brought(instance: Menu | Survey, price: Any, **values: Any) -> mp.Solution:
    stated = {name: given_as(instance.exact, value) for name, value in values.items()}
    return mp.candidate(instance.model, price=given_as(instance.exact, list(price)), **stated)


def holds(solution: mp.Solution, name: str) -> bool:
    return mp.verify(solution)[name].verdict == "holds"


def violated(solution: mp.Solution, name: str) -> bool:
    return mp.verify(solution)[name].verdict == "violated"


def valid(instance: Menu | Survey, solution: mp.Solution) -> bool:
    return mp.certify(solution, "exact" if instance.exact else "float").valid


def given_prices(instance: Menu, price: list[Fraction]) -> list[Fraction]:
    """The prices as the package was given them."""
    return price if instance.exact else [Fraction(float(p)) for p in price]


def weights(instance: Menu | Survey) -> list[int]:
    return [s * s if instance.attack == "averaging" else s for s in instance.size]


@examples(15)
@given(menus(), st.integers(0, 5), moves, st.data())
def test_no_arbitrage(instance: Menu, which: int, factor: Fraction, data: st.DataObject) -> None:
    solution, price, little = solved(instance)
    weight, combinable = weights(instance), instance.attack != "none"
    assert min(price) >= 0
    assert largest_saving(weight, price, combinable) <= little
    assert holds(solution, "no-arbitrage")
    own = data.draw(several(len(price), len(price)))
    price[which % len(price)] *= factor
    for menu in (price, own):
        offered = given_prices(instance, menu)
        saved = largest_saving(weight, offered, combinable)
        other = brought(instance, menu)
        if saved > max(offered) / 10**7:
            assert violated(other, "no-arbitrage")
            assert not valid(instance, other)
        elif saved <= 0:
            assert holds(other, "no-arbitrage")


@examples(20)
@given(menus(), st.integers(0, 4), moves)
def test_monotone(instance: Menu, which: int, factor: Fraction) -> None:
    solution, price, little = solved(instance)
    weight = weights(instance)
    assert falls_somewhere(weight, price) <= little
    assert holds(solution, "monotone")
    assume(len(price) > 1)
    order = sorted(range(len(price)), key=weight.__getitem__)
    low, high = order[which % (len(price) - 1)], order[which % (len(price) - 1) + 1]
    price[low], price[high] = price[high] * max(factor, 1), price[low] * min(factor, 1)
    offered = given_prices(instance, price)
    fallen = falls_somewhere(weight, offered)
    other = brought(instance, price)
    if fallen > max(offered) / 10**7:
        assert violated(other, "monotone")
        assert not valid(instance, other)
    elif fallen <= 0:
        assert holds(other, "monotone")


def best_of(instance: Survey) -> Fraction:
    """The largest revenue of a safe menu, over all sets of buyers kept."""
    if not instance.value:
        return Fraction(0)
    value = tuple(map(Fraction, given_as(instance.exact, instance.value)))
    size = tuple(Fraction(s) for s in instance.size)
    return best_by_buyers(Market(size, instance.wanted, value, instance.attack))


def paid(instance: Survey, price: Any) -> Fraction:
    """What is earned, valuations and prices compared as the package was given them."""
    return earned(instance.wanted, given_as(instance.exact, instance.value), given_as(instance.exact, list(price)))


def outside_cone(instance: Survey, price: list[Fraction]) -> Fraction:
    """How far outside the safe cone, in money, or at most zero."""
    weight = weights(instance)
    rises = rises_per_weight(weight, price) if instance.attack != "none" else Fraction(0)
    return max(falls_somewhere(weight, price), rises, -min(price))


@examples(20)
@given(surveys(), moves)
def test_revenue_stated(instance: Survey, factor: Fraction) -> None:
    solution, price, _ = solved(instance)
    revenue = Fraction((solution.exact or solution.values)["revenue"])
    assert abs(revenue - paid(instance, price)) <= (0 if instance.exact else revenue * TRILLIONTH)
    assert holds(solution, "revenue-stated")
    misstated = revenue * factor or max(instance.value, default=Fraction(0)) or Fraction(1)
    other = brought(instance, price, revenue=misstated)
    assert not holds(other, "revenue-stated")
    assert not valid(instance, other)


@examples(20)
@given(surveys(), st.data())
def test_in_cone(instance: Survey, data: st.DataObject) -> None:
    solution, price, little = solved(instance)
    assert outside_cone(instance, price) <= little
    assert holds(solution, "in-cone")
    own = data.draw(several(len(price), len(price)))
    other = brought(instance, own)
    offered = prices(other)
    far = outside_cone(instance, offered)
    if far > max(offered) / 10**7:
        assert violated(other, "in-cone")
        assert not valid(instance, other)
    elif far <= 0:
        assert holds(other, "in-cone")


@examples(20)
@given(surveys(), st.data())
def test_no_arbitrage_of_revenue(instance: Survey, data: st.DataObject) -> None:
    solution, price, little = solved(instance)
    weight, combinable = weights(instance), instance.attack != "none"
    assert largest_saving(weight, price, combinable) <= little
    assert holds(solution, "no-arbitrage")
    other = brought(instance, data.draw(several(len(price), len(price))))
    offered = prices(other)
    saved = largest_saving(weight, offered, combinable)
    if saved > max(offered) / 10**7:
        assert violated(other, "no-arbitrage")
        assert not valid(instance, other)
    elif saved <= 0:
        assert holds(other, "no-arbitrage")


@examples(20)
@given(surveys(least=1), st.integers(0, 4), st.one_of(moves, st.just(Fraction(0))))
def test_optimal_menu(instance: Survey, buyer: int, factor: Fraction) -> None:
    solution, price, _ = solved(instance)
    best = best_of(instance)
    revenue = paid(instance, price)
    assert abs(revenue - best) <= (0 if instance.exact else best * TRILLIONTH)
    assert holds(solution, "optimal-menu")
    assert valid(instance, solution)
    for menu in ([p * factor for p in price], cone_below(instance, buyer)):
        other = brought(instance, menu)
        if best - paid(instance, menu) > best / 10**6:
            assert not holds(other, "optimal-menu")
            assert not valid(instance, other)


def cone_below(instance: Survey, buyer: int) -> list[Fraction]:
    """A safe menu through one buyer's valuation: that price for all who are as large, in proportion below."""
    weight, at = weights(instance), buyer % len(instance.value)
    there = weight[instance.wanted[at]]
    return [instance.value[at] * min(Fraction(w, there), Fraction(1)) for w in weight]


def test_every_promise_is_tested() -> None:
    of_pricing = {f"test_{name.replace('-', '_')}" for name in mp.VersionPricing.promises}
    of_revenue = {f"test_{name.replace('-', '_')}" for name in mp.VersionRevenue.promises}
    assert of_pricing | of_revenue | {"test_no_arbitrage_of_revenue"} <= set(globals())
