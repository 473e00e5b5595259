"""The figures of menus, contracts and three-party markets: what they draw is the solution, and what they say is so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.solvers.figures.document import figures_document

FIT = mp.VersionPricing(epsilon=[4, 1, 2, 8], target=[6, 1, 5, 20])
SURVEY = mp.VersionRevenue(epsilon=[1, 4, 2], wanted=[0, 0, 2, 1, 1], value=[1, 2, 5, 6, 9])
CONTRACT = mp.PrivacyContract(cost=[2, "0.5", 1], count=[10, 10, 10], reward_pool=30)
MARKET = mp.ThreePartyMarket(cost=["0.5", 2, 1, 5], alpha=4, privacy_weight=1, epsilon_max=5)


def drawn(model: Any) -> tuple[Any, dict[str, Any]]:
    solution = mp.solve(model)
    document = figures_document(solution)
    mp.check_document(document)
    return solution, {figure["name"]: figure for figure in document["figures"]}


def line(figure: dict[str, Any], label: str) -> dict[str, Any]:
    return next(series for series in figure["series"] if series["label"].startswith(label))


def test_a_menus_prices_are_drawn_in_the_order_of_the_versions() -> None:
    solution, figures = drawn(FIT)
    assert line(figures["menu"], "surveyed")["y"] == [1, 5, 6, 20]
    assert line(figures["menu"], "safe")["y"] == pytest.approx(solution.values["price"][[1, 2, 0, 3]].tolist())
    assert np.all(np.diff(figures["price-per-weight"]["series"][0]["y"]) <= 1e-12)


def test_weaker_attacks_never_earn_less() -> None:
    _, figures = drawn(SURVEY)
    earned = [float(series["label"].rpartition(" ")[2]) for series in figures["menu"]["series"]]
    assert len(earned) == 3
    assert earned == sorted(earned)


def test_hidden_costs_buy_less_and_the_dearest_type_keeps_nothing() -> None:
    _, figures = drawn(CONTRACT)
    hidden, known = (line(figures["budgets"], f"costs are {what}")["y"] for what in ("hidden", "known"))
    assert all(less < more for less, more in zip(hidden, known, strict=True))
    paid, borne = (line(figures["payments"], what)["y"] for what in ("paid", "borne"))
    assert paid[-1] == pytest.approx(borne[-1])
    assert all(more > less for more, less in zip(paid[:-1], borne[:-1], strict=True))


def test_sellers_ask_between_the_two_bounds_and_the_mark_is_the_peak() -> None:
    solution, figures = drawn(MARKET)
    asked = line(figures["asked"], "asked")
    for cost, price in zip(asked["x"], asked["y"], strict=True):
        assert 2 * 4 * cost / (4 + cost) <= price <= np.sqrt(4 * cost)
    profit, mark = figures["own-price"]["series"][0], figures["own-price"]["marks"][0]
    assert mark["y"] >= max(profit["y"]) - 1e-12
    assert mark["y"] == pytest.approx(max(solution.values["seller_profit"]))


@pytest.mark.parametrize("model", [FIT, SURVEY, CONTRACT, MARKET], ids=lambda model: type(model).__name__)
def test_every_formula_is_printed(model: Any) -> None:
    document = figures_document(mp.solve(model))
    assert document["formulas"]
    assert all(formula["latex"] and formula["mathml"] for formula in document["formulas"])
