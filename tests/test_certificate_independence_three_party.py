"""A faulty back end of the three-party market is never certified, and the right answer still is while it is faulty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.solvers.backends.three_party import buyer, replies

FORESEEN: dict[str, Any] = {
    "cost": [1],
    "alpha": 4,
    "privacy_weight": 1,
    "epsilon_max": 5,
    "order": "subgame-perfect",
}
PRINTED: dict[str, Any] = {"cost": [1, "1.5", 5], "alpha": 4, "privacy_weight": "0.5", "epsilon_max": 10}
FIXED: dict[str, Any] = {**PRINTED, "epsilon": [1, 2, 1]}


@dataclass(frozen=True)
class Fault:
    """One thing gone wrong in a back end, and a market whose answer it changes."""

    name: str
    where: Any
    what: str
    changed: Callable[[Any], Any]
    market: dict[str, Any]


def scaled(by: float) -> Callable[[Any], Any]:
    return lambda right: lambda *given: right(*given) * by


def tilted(right: Callable[..., float]) -> Callable[..., float]:
    return lambda buyer, price, epsilon: right(buyer, price, epsilon) + 0.01 * epsilon


FAULTS = [
    Fault("a local budget too large", buyer.Buyer, "local", scaled(1.02), FORESEEN),
    Fault("a value of the buyer that rises too fast", buyer.Buyer, "value", tilted, FORESEEN),
    Fault("too much bought", buyer.Buyer, "quantity", scaled(1.01), {**FORESEEN, "cost": [1, "1.5", 2]}),
    Fault("a best price too low", buyer, "best_inverse_price", scaled(1.01), {**FORESEEN, "privacy_weight": 5}),
    Fault("a printed price too low", replies, "best_inverse_price", scaled(1.01), PRINTED),
    Fault("a fixed market's price too low", replies, "best_inverse_price", scaled(1.01), FIXED),
    Fault("a printed budget too large", replies, "capped_epsilon", scaled(1.001), PRINTED),
    Fault("too much sold", replies, "demand", scaled(1.001), FIXED),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_no_faulty_answer_is_certified_and_the_right_one_is(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    market = mp.ThreePartyMarket(**fault.market)
    right = mp.solve(market).values
    monkeypatch.setattr(fault.where, fault.what, fault.changed(getattr(fault.where, fault.what)))
    wrong = mp.solve(market)
    names = ("quantity", "price", "epsilon")
    apart = max(np.max(np.abs(wrong.values[name] - right[name])) / np.max(right[name]) for name in names)
    assert apart > 1e-5, "the fault changes nothing"
    chosen = {name: right[name] for name in names}
    for arithmetic in ("float", "exact"):
        assert not mp.certify(wrong, arithmetic=arithmetic).valid
        assert mp.certify(mp.candidate(market, **chosen), arithmetic=arithmetic).valid


@dataclass(frozen=True)
class Idle:
    """A market in which somebody sells nothing, and what it must not post."""

    name: str
    market: dict[str, Any]
    wrong: str
    value: float


IDLE = {"cost": [3, "0.1"], "alpha": 1, "privacy_weight": "1e-8", "epsilon_max": 10}
POSTED = [
    Idle("a price below α, budgets fixed", {**IDLE, "epsilon": [9, 9]}, "price", 0.5),
    Idle("a price below α, printed", IDLE, "price", 0.5),
    Idle("a price below α, foreseen", {**IDLE, "order": "subgame-perfect"}, "price", 0.5),
    Idle("a small budget, printed", IDLE, "epsilon", 1.0),
    Idle("a small budget, foreseen", {**IDLE, "order": "subgame-perfect"}, "epsilon", 1.0),
]


@pytest.mark.parametrize("case", POSTED, ids=lambda case: case.name)
@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_what_an_idle_seller_posts_is_checked(case: Idle, arithmetic: str) -> None:
    s = mp.solve(mp.ThreePartyMarket(**case.market))
    assert mp.certify(s, arithmetic=arithmetic).valid
    changed = s.values[case.wrong].copy()
    changed[0] = case.value
    names = {name: s.values[name] for name in ("quantity", "price", "epsilon")}
    certificate = mp.certify(mp.candidate(s.model, **{**names, case.wrong: changed}), arithmetic=arithmetic)
    assert certificate.feasible is False
    assert f"{case.wrong} of seller 0" in certificate.reason


@pytest.mark.parametrize("market", [PRINTED, FIXED], ids=["printed", "fixed"])
@pytest.mark.parametrize("name", ["price", "seller_profit", "buyer_utility"])
def test_falsified_exact_numbers_are_refuted(market: dict[str, Any], name: str) -> None:
    s = mp.solve(mp.ThreePartyMarket(**market), arithmetic="exact")
    assert s.exact is not None
    assert s.certificate.valid
    false = replace(s, exact={**s.exact, name: s.exact[name] + 1})
    assert mp.certify(false, arithmetic="exact").feasible is False


def test_a_loose_certificate_does_not_refute_by_an_upper_bound() -> None:
    """At the least tolerance a right answer in doubles is undecided at worst."""
    for market in (PRINTED, FIXED, FORESEEN):
        certificate = mp.certify(mp.solve(mp.ThreePartyMarket(**market)), tolerance=1e-15)
        assert certificate.optimal is not False, certificate
