"""Instances of the shipped mechanisms as plain fractions: uneven, tied, on the edge, in small and large units.

An instance is data without behaviour; `model` hands it to the package, as fractions or as doubles. How many are drawn
is said by MECHPROOF_EXAMPLES: unset, a few that are the same in every run.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from oracles import contest

import mechproof as mp

WANTED = int(os.environ.get("MECHPROOF_EXAMPLES", "0"))
ATTACKS = st.sampled_from(["composition", "averaging", "none"])


def examples(few: int) -> settings:
    """A few seeded examples, or as many new ones as are asked for."""
    return settings(
        max_examples=WANTED or few,
        derandomize=not WANTED,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


uneven = st.fractions(Fraction(1, 20), 20, max_denominator=20)
tied = st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(2)])
distant = st.integers(-4, 4).map(lambda power: Fraction(10) ** power)
units = st.one_of(st.just(Fraction(1)), st.integers(-9, 9).map(lambda power: Fraction(10) ** power))
slight = st.sampled_from([Fraction(1, 10**4), Fraction(1, 100), Fraction(1, 7), Fraction(1, 2)])
"""By how much answers are tampered with, relative: all far above the tolerance of 1e-7."""
moves = st.tuples(slight, st.booleans()).map(lambda move: 1 + move[0] if move[1] else 1 - move[0])
"""Factors a little, or a good deal, above and below one."""


def several(least: int, most: int) -> st.SearchStrategy[list[Fraction]]:
    """Numbers that are uneven, tied or orders of magnitude apart."""
    return st.one_of(*(st.lists(kind, min_size=least, max_size=most) for kind in (uneven, tied, distant)))


def given_as(exact: bool, values: Any) -> Any:
    """The numbers as fractions or as doubles."""
    if exact or values is None:
        return values
    return [float(value) for value in values] if isinstance(values, tuple | list) else float(values)


@dataclass(frozen=True)
class Contest:
    """Stackelberg pricing; `saturating` takes f(ε) = β (1 − e^(−αε)) instead of β ln(1 + αε)."""

    cost: tuple[Fraction, ...]
    alpha: Fraction
    beta: Fraction
    cap: tuple[Fraction, ...] | None
    mean_over: str
    saturating: bool
    exact: bool

    @property
    def arithmetic(self) -> str:
        return "exact" if self.exact else "float"

    @property
    def model(self) -> mp.StackelbergPricing:
        alpha, beta = given_as(self.exact, self.alpha), given_as(self.exact, self.beta)
        worth = {"revenue": mp.SaturatingRevenue(alpha, beta)} if self.saturating else {"alpha": alpha, "beta": beta}
        return mp.StackelbergPricing(
            cost=given_as(self.exact, self.cost),
            epsilon_cap=given_as(self.exact, self.cap),
            mean_over=self.mean_over,
            **worth,
        )


@st.composite
def contests(draw: st.DrawFn, most: int = 4) -> Contest:
    """Contests, some with a client who is exactly indifferent, or a pool that is hardly worth while, or not."""
    cost = draw(several(2, most))
    if len(cost) < most and draw(st.booleans()):
        cost.append(1 / contest(cost)[0])  # whose share is zero to the last digit
    beta = draw(uneven)
    hardly = len(cost) / (beta * contest(cost)[0])  # the α at which the best pool becomes zero
    worth = st.one_of(st.fractions(2, 500, max_denominator=10), st.sampled_from(["0.5", "0.999999", 1, "1.000001"]))
    alpha = hardly * Fraction(draw(worth))
    cap = None
    if draw(st.booleans()):
        total = beta * contest(cost)[0]
        part = st.sampled_from([Fraction(0), *(Fraction(p) for p in ("1/50", "1/10", "1/10", "1/2", "1", "100"))])
        parts = draw(st.lists(part, min_size=len(cost), max_size=len(cost)).filter(lambda c: sum(map(bool, c)) > 1))
        cap = tuple(p * total for p in parts)
    money, unit, saturating = draw(units), draw(units), draw(st.integers(0, 3)) == 0
    exact = draw(st.booleans())
    mean = draw(st.sampled_from(["all", "participants"]))
    if not exact and any(c * contest(cost)[0] == 1 for c in cost):
        mean = "all"  # whether a client of share zero is counted hangs on the doubles' last digit
    caps = cap and tuple(c * unit for c in cap)
    return Contest(tuple(c * money / unit for c in cost), alpha / unit, beta * money, caps, mean, saturating, exact)


@dataclass(frozen=True)
class Types:
    """A privacy contract; with `known` costs nobody can take another type's item."""

    cost: tuple[Fraction, ...]
    count: tuple[int, ...]
    pool: Fraction
    estimator: str
    known: bool
    exact: bool

    @property
    def model(self) -> mp.PrivacyContract:
        kind = mp.FullInformationContract if self.known else mp.PrivacyContract
        pool = given_as(self.exact, self.pool)
        return kind(given_as(self.exact, self.cost), list(self.count), pool, estimator=self.estimator)


@st.composite
def contracts(draw: st.DrawFn, estimator: str = "unweighted", most: int = 5, hidden: bool = False) -> Types:
    """Contracts; a pool for budgets around one, and far from it; owners so few that types are pooled."""
    cost = draw(several(1, most))
    count = draw(st.lists(st.sampled_from([1, 1, 2, 10, 300]), min_size=len(cost), max_size=len(cost)))
    budget = draw(st.sampled_from([Fraction(b) for b in ("1/100", "1/4", "1", "3", "12")]))
    money = draw(units)
    pool = budget * sum(c * m for c, m in zip(cost, count, strict=True))
    plain = estimator == "unweighted"
    known = plain and not hidden and draw(st.integers(0, 3)) == 0
    exact = plain and draw(st.booleans())
    return Types(tuple(c * money for c in cost), tuple(count), pool * money, estimator, known, exact)


@dataclass(frozen=True)
class Menu:
    """Versions whose weights are whole multiples of one unit, and surveyed prices for them."""

    size: tuple[int, ...]
    unit: Fraction
    target: tuple[Fraction, ...]
    attack: str
    loss: str
    width: Fraction
    barrier: Fraction | None
    exact: bool

    @property
    def weight(self) -> list[int]:
        """The weights, in units."""
        return [s * s if self.attack == "averaging" else s for s in self.size]

    @property
    def epsilon(self) -> list[Fraction]:
        return [s * self.unit for s in self.size]

    @property
    def model(self) -> mp.VersionPricing:
        return mp.VersionPricing(
            epsilon=given_as(self.exact, self.epsilon),
            target=given_as(self.exact, self.target),
            loss=self.loss,
            huber_width=given_as(self.exact, self.width),
            attack=self.attack,
            barrier=given_as(self.exact, self.barrier),
        )


@st.composite
def menus(draw: st.DrawFn) -> Menu:
    """Menus for every attack and loss, fitted exactly or behind a barrier, their versions in any order."""
    size = draw(st.lists(st.integers(1, 24), min_size=1, max_size=6, unique=True))
    target = draw(several(len(size), len(size)))
    money, loss = draw(units), draw(st.sampled_from(["squared", "absolute", "huber"]))
    barrier = None
    if draw(st.integers(0, 3)) == 0:
        barrier = draw(st.sampled_from([Fraction(1), Fraction(100)])) / money ** (1 if loss == "absolute" else 2)
    return Menu(
        tuple(size),
        draw(st.sampled_from([Fraction(1), Fraction(3, 10), Fraction(1, 10**6), Fraction(10**6)])),
        tuple(t * money for t in target),
        draw(ATTACKS),
        loss,
        draw(st.sampled_from([Fraction(1, 4), Fraction(1), Fraction(5)])) * money,
        barrier,
        barrier is None and draw(st.booleans()),
    )


@dataclass(frozen=True)
class Survey:
    """Versions as in `Menu`, and buyers with valuations of one version each."""

    size: tuple[int, ...]
    unit: Fraction
    wanted: tuple[int, ...]
    value: tuple[Fraction, ...]
    attack: str
    exact: bool

    @property
    def model(self) -> mp.VersionRevenue:
        return mp.VersionRevenue(
            epsilon=given_as(self.exact, [s * self.unit for s in self.size]),
            wanted=list(self.wanted),
            value=given_as(self.exact, self.value),
            attack=self.attack,
        )


@st.composite
def surveys(draw: st.DrawFn, least: int = 0) -> Survey:
    """Surveys, also without buyers and with buyers to whom a version is worth nothing."""
    size = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True))
    value = draw(st.one_of(several(least, 5), st.lists(st.sampled_from([Fraction(0), Fraction(1)]), min_size=least)))
    value, money = value[:5], draw(units)
    wanted = draw(st.lists(st.integers(0, len(size) - 1), min_size=len(value), max_size=len(value)))
    unit = draw(st.sampled_from([Fraction(1), Fraction(1, 10), Fraction(10**6)]))
    return Survey(tuple(size), unit, tuple(wanted), tuple(v * money for v in value), draw(ATTACKS), draw(st.booleans()))


@dataclass(frozen=True)
class Sellers:
    """A three-party market in one of its three modes: printed, fixed budgets or subgame-perfect."""

    cost: tuple[Fraction, ...]
    alpha: Fraction
    weight: Fraction
    cap: Fraction
    mode: str
    budgets: tuple[Fraction, ...]
    exact: bool

    @property
    def model(self) -> mp.ThreePartyMarket:
        return mp.ThreePartyMarket(
            cost=given_as(self.exact, self.cost),
            alpha=given_as(self.exact, self.alpha),
            privacy_weight=given_as(self.exact, self.weight),
            epsilon_max=given_as(self.exact, self.cap),
            epsilon=given_as(self.exact, self.budgets) if self.mode == "fixed" else None,
            order="subgame-perfect" if self.mode == "subgame-perfect" else "printed",
        )


@st.composite
def markets(draw: st.DrawFn, modes: tuple[str, ...] = ("printed", "fixed", "subgame-perfect")) -> Sellers:
    """Markets with sellers who cannot sell, who just can and who just cannot, and with caps that bind or do not."""
    part = st.sampled_from([Fraction(p) for p in ("1/100", "1/10", "1/4", "1/4", "1/2", "9/10", "999/1000", "1", "2")])
    cost = draw(st.lists(part, min_size=1, max_size=4))
    money, mode = draw(units), draw(st.sampled_from(modes))
    weight = draw(st.sampled_from([Fraction(w) for w in ("1/50", "1/10", "3/10", "3/5", "6/5")]))
    cap = draw(st.sampled_from([Fraction(c) for c in ("1/20", "1/2", "1", "5", "50", "1000")]))
    shares = st.lists(st.fractions(Fraction(1, 50), 1, max_denominator=50), min_size=len(cost), max_size=len(cost))
    return Sellers(
        tuple(c * money for c in cost),
        money,
        weight * money,
        cap,
        mode,
        tuple(cap * share for share in draw(shares)),
        mode != "subgame-perfect" and draw(st.booleans()),
    )
