"""Programs whose optimum is known because their costs are made from it: judged alike in every unit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp

TEN = Fraction(10)


class Amounts(mp.Program):
    """Amounts between zero and the most of each: cheapest, or where there are weights nearest to wishes."""

    cost: mp.Vector = mp.vector("a cost, or a wish", per="good")
    most: mp.Vector = mp.vector("what there is", per="good")
    first: mp.Vector = mp.vector("a coefficient", per="good")
    second: mp.Vector = mp.vector("a coefficient", per="good")
    need: mp.Vector = mp.vector("what rows must reach", per="row")
    weight: mp.Vector = mp.vector("a weight, or none", per="good")

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("amount", [0] * len(self.most), self.most),)

    def objective(self) -> Any:
        if any(self.weight):
            return lambda a, amount, cost, weight: a.sum(weight * a.square(amount - cost))
        return lambda a, amount, cost: a.sum(cost * amount)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (
            mp.Constraint("first_row", lambda a, amount, first, need: a.sum(first * amount) - need[0]),
            mp.Constraint("second_row", lambda a, amount, second, need: a.sum(second * amount) - need[1]),
        )


@st.composite
def known(draw: Any) -> tuple[Amounts, list[Fraction]]:
    """A program and its only optimum: rows are tight with prices, or slack; bounds push back, or leave room."""
    size, whole = draw(st.integers(1, 3)), st.integers(1, 9)
    good, money, row_units = (TEN ** draw(st.integers(-9, 9)) for _ in range(3))
    most = [Fraction(draw(whole)) for _ in range(size)]
    bent = draw(st.booleans())
    rows = [[Fraction(draw(st.integers(-5, 9))) for _ in range(size)] for _ in range(2)]
    places = [draw(st.sampled_from(["low", "high", "inside"])) for _ in range(size)]
    tight = [draw(st.booleans()) for _ in range(2)]
    if not bent:  # at most as many entries inside as rows are tight, which determine them
        tight[1], inside = False, [k for k, place in enumerate(places) if place == "inside" and rows[0][k] != 0]
        tight[0] = bool(inside[:1])
        places = [place if place != "inside" or k in inside[:1] else "low" for k, place in enumerate(places)]
    x = [{"low": Fraction(0), "high": top, "inside": top / 2}[place] for place, top in zip(places, most, strict=True)]
    prices = [Fraction(draw(whole)) if held else Fraction(0) for held in tight]
    need = [
        sum(r * v for r, v in zip(row, x, strict=True)) - (0 if held else draw(whole))
        for row, held in zip(rows, tight, strict=True)
    ]
    push = [{"low": 1, "high": -1, "inside": 0}[place] * Fraction(draw(whole)) for place in places]
    slope = [sum(p * row[k] for p, row in zip(prices, rows, strict=True)) + push[k] for k in range(size)]
    weight = [Fraction(draw(whole)) for _ in x] if bent else [Fraction(0)] * size
    cost = [v - g / (2 * w) for v, g, w in zip(x, slope, weight, strict=True)] if bent else slope
    scale = good if bent else money / good
    model = Amounts(
        cost=[c * scale for c in cost],
        most=[m * good for m in most],
        first=[r * row_units for r in rows[0]],
        second=[r / row_units for r in rows[1]],
        need=[need[0] * row_units * good, need[1] / row_units * good],
        weight=[w * money / good**2 for w in weight],
    )
    return model, [v * good for v in x]


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
@settings(max_examples=25, deadline=None)
@given(known(), st.sampled_from([Fraction(0), Fraction(1, 10**5), Fraction(-1, 10**5), Fraction(-1, 100)]))
def test_right_answers_are_valid_and_wrong_ones_not_nearer_than_they_are(
    arithmetic: str, case: tuple[Amounts, list[Fraction]], off: Fraction
) -> None:
    model, right = case
    stated = right if arithmetic == "exact" else [float(v) for v in right]
    found = mp.certify(mp.candidate(model, amount=stated), arithmetic=arithmetic)
    assert found.valid, found
    moved = [v + off * max(right) if k == 0 else v for k, v in enumerate(right)]
    if off == 0 or moved == right or not 0 <= moved[0] <= Fraction(model.most[0]):
        return
    found = mp.certify(mp.candidate(model, amount=[float(v) for v in moved]), arithmetic=arithmetic)
    apart = float(abs(off) * max(right) / max(moved))
    if found.distance is not None:
        assert found.distance >= apart * (1 - 1e-9)
    if any(model.weight):
        assert not found.valid


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_row_met_but_for_a_rounding_is_not_nearer_than_it_is(arithmetic: str) -> None:
    """The second amount is 1e-8 below what makes the first row tight where wishes allow it, found in fractions."""
    data = {
        "cost": [-0.003951085553398348, -0.04298302194661231],
        "most": [0.07092198568350035, 0.07092198621191032],
        "first": [0.05333333333333334, 0.2],
        "second": [3.333333333333333e-10, 3.3333333457509675e-10],
    }
    model = Amounts(**data, need=[0.008983451572751041, -4.728132405320521e-11], weight=[0.5, 0.5])
    answer = [0.018195114270155282, 0.04006522699106152]
    # the nearest to the wishes on the first row: x = t + λ g with g·x = r
    t, g = ([Fraction(v) for v in data[name]] for name in ("cost", "first"))
    price = (Fraction(0.008983451572751041) - sum(a * b for a, b in zip(g, t, strict=True))) / sum(a * a for a in g)
    best = [a + price * b for a, b in zip(t, g, strict=True)]
    apart = max(abs(Fraction(a) - b) for a, b in zip(answer, best, strict=True)) / Fraction(max(answer))
    assert 9.9e-9 < apart < 1.01e-8
    found = mp.certify(mp.candidate(model, amount=answer), arithmetic, 1e-4)
    assert found.valid
    assert apart <= found.distance < 1e-7


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_an_entry_near_its_bound_that_a_row_holds_counts_in_the_distance(arithmetic: str) -> None:
    """The row leaves (5e8, 5e8) alone; the answer is 2e-9 below, and breaks the row by 1e-14 of its size."""
    most = [500_000_000.0] * 2
    model = Amounts(
        cost=[1.0, 1.0],
        most=most,
        first=[10_000.0, 0.1],
        second=[1.0, 1.0],
        need=[5_000_050_000_000.0, 1.0],
        weight=[1.0, 1.0],
    )
    found = mp.certify(mp.candidate(model, amount=[500_000_000.0, 499_999_999.0]), arithmetic)
    assert found.distance is None or found.distance >= 2e-9 * (1 - 1e-6)
