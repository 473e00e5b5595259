"""What a million caps are paid, read off between knots: against formulas, SciPy and the caps one by one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

import mechproof as mp
from mechproof.solvers.certificates.procurement.by_cap import read_off

MANY = 200_000
GENERATOR = np.random.default_rng(7)

CONVEX = {
    "square": lambda e: e**2,
    "kink": lambda e: e + 50 * np.maximum(e - 1.2345, 0),
    "steep": lambda e: np.exp(9 * e) - 1,
    "line": lambda e: 3 * e,
    "several kinks": lambda e: sum(np.maximum(e - x, 0) for x in (0, 0.3, 0.31, 0.9, 1.99)),
}


@pytest.mark.parametrize("within", [1e-6, 1e-9])
@pytest.mark.parametrize("name", CONVEX)
def test_convex_functions_are_enclosed(name: str, within: float) -> None:
    true = CONVEX[name]
    caps = GENERATOR.uniform(0, 2, MANY)
    caps[:2] = 2.0, 1e-9

    def bounds(e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        wide = 1e-11 * np.sin(e) ** 2
        return true(e) - wide, true(e) + wide / 2

    found, off = read_off(bounds, caps, within)
    assert np.max(np.abs(found - true(caps))) <= off * (1 + 1e-9) + 1e-12 * true(2.0)
    assert off <= within * true(2.0) * (1 + 1e-9) + 1e-10
    several, off = read_off(bounds, caps[:20], within)
    assert np.max(np.abs(several - true(caps[:20]))) <= off


def _game(rule: str, cap: np.ndarray, beta: float) -> mp.PrivacyProcurement:
    cost = np.random.default_rng(3).lognormal(0, 0.5, len(cap))
    prior = mp.LognormalPrior(mu=0, sigma="0.5") if rule == "myerson" else None
    return mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=10.0, beta=beta, rule=rule, prior=prior)


def _paid_by_scipy(game: mp.PrivacyProcurement, sells: np.ndarray, i: int) -> float:
    """c ε + the integral of what client i would sell at dearer costs, each by sorting everybody once more."""
    cost, cap, count = game.cost, game.epsilon_cap, len(game.cost)

    def charge(c: Any) -> Any:
        return c if game.rule == "vcg" else c + 0.5 * c * norm.cdf(np.log(c) / 0.5) / norm.pdf(np.log(c) / 0.5)

    others = np.delete(np.arange(count), i)
    order = others[np.argsort(cost[others])]
    upto = np.append(0, np.cumsum(cap[order]))

    def sold_at(c: float) -> float:
        """Others cheaper than c sell first."""
        before = upto[np.searchsorted(cost[order], c)]
        wanted = count / 10 * (game.beta * 10 / count / charge(c) - 1)
        return float(np.clip(wanted - before, 0, cap[i]))

    end = brentq(lambda c: sold_at(c) - 1e-13, cost[i], 100) if sold_at(cost[i]) else cost[i]
    start = brentq(lambda c: sold_at(c) - cap[i] * (1 - 1e-13), cost[i], end) if sold_at(cost[i]) == cap[i] else cost[i]
    inner = quad(sold_at, start, end, limit=2000, epsabs=1e-9, points=np.linspace(start, end, 12)[1:-1])[0]
    return float(cost[i] * sells[i] + cap[i] * (start - cost[i]) + inner)


@pytest.mark.parametrize("rule", ["vcg", "myerson"])
def test_many_are_paid_what_scipy_integrates(rule: str) -> None:
    cap = np.random.default_rng(4).uniform(0, 1, 150_000)
    game = _game(rule, cap, 1.5e5)
    s = mp.solve(game)
    certificate = mp.certify(s)
    assert certificate.valid
    assert certificate.distance < 1e-8
    sells, paid = s.values["epsilon"], s.values["payment"]
    for i in np.flatnonzero(sells > 0)[[1000, -1]]:
        assert paid[i] == pytest.approx(_paid_by_scipy(game, sells, int(i)), rel=1e-6)
    worse = paid.copy()
    worse[np.argmax(paid)] *= 1 + 1e-6
    assert mp.certify(mp.candidate(game, epsilon=sells, payment=worse)).optimal is False


@pytest.mark.parametrize("rule", ["vcg", "myerson"])
def test_caps_of_very_different_sizes_are_certified(rule: str) -> None:
    cap = np.random.default_rng(5).pareto(1.2, 100_000) + 0.01
    s = mp.solve(_game(rule, cap, 3e5))
    assert s.certificate.valid
    unpaid = s.values["payment"] - 1e-5 * np.max(s.values["payment"]) * (s.values["epsilon"] > 0)
    assert not mp.certify(mp.candidate(s.model, epsilon=s.values["epsilon"], payment=np.maximum(unpaid, 0))).valid
    if rule == "vcg":
        strict = mp.certify(s, tolerance=1e-10)  # what is between knots is then read one by one
        assert strict.distance < 1e-10


def test_where_nothing_is_worth_its_cost_nobody_sells() -> None:
    s = mp.solve(_game("vcg", np.ones(20_000), 10.0))
    assert s.certificate.valid
    assert not np.any(s.values["epsilon"])
    assert not np.any(s.values["payment"])


def test_costs_that_prices_cannot_tell_from_the_worth_do_not_certify_what_is_far_from_the_rule() -> None:
    # V′(0) = 1/400 to fifteen digits, and V′ falls by 1e-13 in all: to sell nothing is right, and to sell all is not
    count, alpha = 400, 1e-13
    cost = np.full(count, 1 / count) * (1 + 1e-15)
    model = mp.PrivacyProcurement(cost=cost, epsilon_cap=np.ones(count), alpha=alpha, beta=1 / alpha)
    for sold in (np.ones(count), np.zeros(count)):
        assert mp.certify(mp.candidate(model, epsilon=sold, payment=sold * cost)).valid == (not np.any(sold))


def test_costs_that_share_a_double_are_told_apart() -> None:
    count = 400
    cost = [Fraction(1, count) + Fraction(k, 10**30) for k in range(count)]
    model = mp.PrivacyProcurement(cost=cost, epsilon_cap=[1] * count, alpha=2, beta=1)  # buys of half of them
    found = mp.solve(model)
    dearest = found.values["epsilon"][::-1]
    assert found.certificate.valid
    assert not mp.certify(mp.candidate(model, epsilon=dearest, payment=dearest / count)).valid
