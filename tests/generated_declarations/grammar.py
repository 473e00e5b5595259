"""The grammar: games as Python source, and beside each word what it means, in plain fractions.

Nothing here is shared with the package: a term's meaning is written a second time, by hand.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt
from typing import Any


class OutsideError(Exception):
    """A value is irrational, or not defined: the search goes on elsewhere."""


@dataclass(frozen=True)
class Person:
    """One person at some decisions: what formulas may ask for."""

    own: Fraction
    others: Fraction
    cost: Fraction
    pool: Fraction
    people: int
    rate: Fraction = Fraction(1)


def root(x: Fraction) -> Fraction:
    """Return √x of the square of a fraction."""
    if x < 0:
        raise OutsideError
    above, below = isqrt(x.numerator), isqrt(x.denominator)
    if above * above != x.numerator or below * below != x.denominator:
        raise OutsideError
    return Fraction(above, below)


def share(own: Fraction, others: Fraction) -> Fraction:
    """Return own / (own + others), nothing where nobody has anything."""
    return own / (own + others) if own + others else Fraction(0)


def divided(x: Fraction, y: Fraction) -> Fraction:
    """Return x / y."""
    if not y:
        raise OutsideError
    return x / y


Value = Callable[[Person], Fraction]


@dataclass(frozen=True)
class Term:
    """A word of the language: its source, its meaning, and its derivative if it has one everywhere.

    `degree` is that of a polynomial in the own decision, None of anything else; `concave` says that it is concave in
    the own decision from nothing on, `away` that this is so only where others decide on something. `kind` is what the
    table counts it by, `before` a line of `players` that it needs.
    """

    source: str
    value: Value
    slope: Value | None = None
    degree: int | None = None
    concave: bool = False
    away: bool = False
    kind: str = "smooth"
    before: str = ""


F = Fraction
ONE = F(1)
CROWDED = (lambda p: (p.people - 3) * p.cost * p.own**2, lambda p: 2 * (p.people - 3) * p.cost * p.own, 2, False)
"""A term that bends the other way from four people on, however it is written."""
REWARDS = (
    Term(
        "pool * a.share(own, others)",
        lambda p: p.pool * share(p.own, p.others),
        lambda p: divided(p.pool * p.others, (p.own + p.others) ** 2),
        None,
        True,
        True,
        "share",
    ),
    Term(
        "pool * own / (own + others)",
        lambda p: p.pool * divided(p.own, p.own + p.others),
        lambda p: divided(p.pool * p.others, (p.own + p.others) ** 2),
        None,
        True,
        True,
        "share",
    ),
    Term(
        "pool * a.share(others, own)",
        lambda p: p.pool * share(p.others, p.own),
        lambda p: -divided(p.pool * p.others, (p.own + p.others) ** 2),
        None,
        False,
        False,
        "share",
    ),
    Term("pool * own", lambda p: p.pool * p.own, lambda p: p.pool, 1, True),
    Term("0.5 * own", lambda p: p.own / 2, lambda p: F(1, 2), 1, True, kind="float literal"),
    Term("0.1 * own", lambda p: F(0.1) * p.own, lambda p: F(0.1), 1, True, kind="float literal"),
    Term("2 * a.sqrt(own)", lambda p: 2 * root(p.own), lambda p: divided(F(1), root(p.own)), None, True, kind="root"),
    Term(
        "pool * a.sqrt(own)",
        lambda p: p.pool * root(p.own),
        lambda p: divided(p.pool, 2 * root(p.own)),
        None,
        True,
        kind="root",
    ),
    Term(
        "own * (pool - own - others)",
        lambda p: p.own * (p.pool - p.own - p.others),
        lambda p: p.pool - 2 * p.own - p.others,
        2,
        True,
    ),
    Term("own * others", lambda p: p.own * p.others, lambda p: p.others, 1, True),
    Term("a.minimum(own, pool)", lambda p: min(p.own, p.pool), None, None, True, kind="kink"),
    Term("a.maximum(own, others)", lambda p: max(p.own, p.others), None, None, False, kind="kink"),
    Term("player_count * own", lambda p: p.people * p.own, lambda p: F(p.people), 1, True, kind="count"),
    Term("len(self.cost) * own", lambda p: p.people * p.own, lambda p: F(p.people), 1, True, kind="count in Python"),
    Term(
        "count * own",
        lambda p: p.people * p.own,
        lambda p: F(p.people),
        1,
        True,
        kind="count in Python",
        before="count = len(self.cost)",
    ),
    Term("self.worth * own", lambda p: p.pool * p.own, lambda p: p.pool, 1, True, kind="data of the instance"),
    Term(
        "worth * own",
        lambda p: p.pool * p.own,
        lambda p: p.pool,
        1,
        True,
        kind="data of the instance",
        before="worth = self.worth",
    ),
)
COSTS = (
    Term("- cost * own", lambda p: -p.cost * p.own, lambda p: -p.cost, 1, True),
    Term("- cost * own ** 2", lambda p: -p.cost * p.own**2, lambda p: -2 * p.cost * p.own, 2, True),
    Term("- cost * a.square(own) / 2", lambda p: -p.cost * p.own**2 / 2, lambda p: -p.cost * p.own, 2, True),
    Term(
        "- 0.25 * cost * own ** 2",
        lambda p: -p.cost * p.own**2 / 4,
        lambda p: -p.cost * p.own / 2,
        2,
        True,
        kind="float literal",
    ),
    Term("- cost * own * others", lambda p: -p.cost * p.own * p.others, lambda p: -p.cost * p.others, 1, True),
    Term("- own ** 3", lambda p: -(p.own**3), lambda p: -3 * p.own**2, 3, True),
    Term("- cost", lambda p: -p.cost, lambda p: F(0), 0, True),
    Term("+ cost * own ** 2", lambda p: p.cost * p.own**2, lambda p: 2 * p.cost * p.own, 2, False),
    Term("- a.absolute(own - 1)", lambda p: -abs(p.own - 1), None, None, True, kind="kink"),
    Term("+ a.absolute(own - 1)", lambda p: abs(p.own - 1), None, None, False, kind="kink"),
    Term("- cost * a.maximum(own - 1, 0)", lambda p: -p.cost * max(p.own - 1, F(0)), None, None, True, kind="kink"),
    Term(
        "+ (player_count - 3) * cost * own ** 2",
        *CROWDED,
        kind="count",
    ),
    Term(
        "+ (len(self.cost) - 3) * cost * own ** 2",
        *CROWDED,
        kind="count in Python",
    ),
    Term(
        "+ (count - 3) * own ** 2",
        lambda p: (p.people - 3) * p.own**2,
        lambda p: 2 * (p.people - 3) * p.own,
        2,
        False,
        kind="count in Python",
        before="count = self.cost.size",
    ),
    Term(
        "- cost * own if len(self.cost) < 4 else cost * own ** 2",
        lambda p: -p.cost * p.own if p.people < 4 else p.cost * p.own**2,
        None,
        None,
        False,
        kind="count in Python",
    ),
    Term(
        "- cost * own ** power",
        lambda p: -p.cost * p.own ** int(p.pool),
        None,
        None,
        False,
        kind="data decide",
        before="power = int(self.worth)",
    ),
    Term(
        "+ (own ** 2 if self.worth > 50 else - own ** 2)",
        lambda p: p.own**2 if p.pool > 50 else -(p.own**2),
        lambda p: 2 * p.own if p.pool > 50 else -2 * p.own,
        2,
        False,
        kind="data decide",
    ),
    Term(
        "+ sign * own ** 2",
        lambda p: p.own**2 if p.pool > 50 else -(p.own**2),
        lambda p: 2 * p.own if p.pool > 50 else -2 * p.own,
        2,
        False,
        kind="data decide",
        before="sign = 1 if float(self.worth) > 50 else -1",
    ),
    Term(
        "- (cost if cost < 50 else -cost) * own ** 2",
        lambda p: -(p.cost if p.cost < 50 else -p.cost) * p.own**2,
        lambda p: -2 * (p.cost if p.cost < 50 else -p.cost) * p.own,
        2,
        False,
        kind="data decide",
    ),
)
GAIN = "gain.value(a, own)"
KINDS: Mapping[str, tuple[str, Value, Value, int | None, bool]] = {
    "Even": ("self.rate * x", lambda p: p.rate * p.own, lambda p: p.rate, 1, True),
    "Steep": ("self.rate * x ** 2", lambda p: p.rate * p.own**2, lambda p: 2 * p.rate * p.own, 2, False),
    "Flat": (
        "self.rate * (1 - 1 / (1 + x))",
        lambda p: p.rate * (1 - 1 / (1 + p.own)),
        lambda p: p.rate / (1 + p.own) ** 2,
        None,
        True,
    ),
}
"""The kinds of the part: its formula, and what that means."""


@dataclass(frozen=True)
class Bounds:
    """The population's bounds: their source, and what they are for so many people."""

    lower: str
    upper: str
    value: Callable[[int, Person], list[tuple[Fraction, Fraction]]]
    kind: str = "fixed"
    whole: bool = False


def alike(lower: Any, upper: Any) -> Callable[[int, Person], list[tuple[Fraction, Fraction]]]:
    """Return the same bounds for everybody."""
    return lambda people, _: [(F(lower), F(upper))] * people


BOUNDS = (
    Bounds("[0] * n", "[10] * n", alike(0, 10)),
    Bounds("[0] * n", "[1] * n", alike(0, 1)),
    Bounds("[1] * n", "[4] * n", alike(1, 4)),
    Bounds("[-1] * n", "[1] * n", alike(-1, 1)),
    Bounds("[0, *[1] * (n - 1)]", "[4] * n", lambda n, _: [(F(k > 0), F(4)) for k in range(n)], "per person"),
    Bounds("[0] * n", "[1, *[4] * (n - 1)]", lambda n, _: [(F(0), F(4 if k else 1)) for k in range(n)], "per person"),
    Bounds("[0] * n", "[max(1, n // 3)] * n", lambda n, _: [(F(0), F(max(1, n // 3)))] * n, "by number"),
    Bounds("[n - 2] * n", "[9] * n", lambda n, _: [(F(n - 2), F(9))] * n, "by number"),
    Bounds("[0] * n", "[self.worth] * n", lambda n, p: [(F(0), p.pool)] * n, "by data"),
    Bounds(
        "[max(0, self.worth - 50)] * n", "[1000] * n", lambda n, p: [(max(F(0), p.pool - 50), F(1000))] * n, "by data"
    ),
    Bounds("[0] * n", "[1] * n", alike(0, 1), "whole", whole=True),
    Bounds("[0] * n", "[3] * n", alike(0, 3), "whole", whole=True),
)


@dataclass(frozen=True)
class Payment:
    """What a person is paid, of which the pool must suffice: its source and its meaning."""

    source: str
    value: Value
    kind: str = "fixed"
    equality: bool = False


PAYMENTS = (
    Payment("pool * a.share(own, others)", lambda p: p.pool * share(p.own, p.others)),
    Payment("pool * a.share(own, others) / 2", lambda p: p.pool * share(p.own, p.others) / 2),
    Payment("pool * own / player_count", lambda p: p.pool * p.own / p.people, "count"),
    Payment("pool / player_count + 0 * own", lambda p: p.pool / p.people, "count", True),
    Payment(
        "pool * a.share(own, others) * len(self.cost) / 2",
        lambda p: p.pool * share(p.own, p.others) * p.people / 2,
        "count in Python",
    ),
    Payment("pool * own / 2", lambda p: p.pool * p.own / 2),
    Payment("pool * a.share(own, others) + own / 100", lambda p: p.pool * share(p.own, p.others) + p.own / 100),
    Payment(
        "a.minimum(pool * a.share(own, others), own)", lambda p: min(p.pool * share(p.own, p.others), p.own), "kink"
    ),
    Payment("pool * a.share(own, others) ** 2", lambda p: p.pool * share(p.own, p.others) ** 2),
    Payment(
        "pool * a.share(own, others) if cost < 50 else pool",
        lambda p: p.pool * share(p.own, p.others) if p.cost < 50 else p.pool,
        "data decide",
    ),
)


@dataclass(frozen=True)
class Leader:
    """A leader who decides on the pool: the source of the utility, and its meaning of pool, total, worth."""

    source: str
    value: Callable[[Fraction, Fraction, Fraction], Fraction]


LEADERS = (
    Leader("worth * total - pool", lambda pool, total, worth: worth * total - pool),
    Leader("worth * a.sqrt(pool) - pool", lambda pool, total, worth: worth * root(pool) - pool),
    Leader("total * pool - worth * pool ** 2", lambda pool, total, worth: total * pool - worth * pool**2),
    Leader("worth * pool ** 2 - total", lambda pool, total, worth: worth * pool**2 - total),
)


@dataclass(frozen=True)
class Spec:
    """A drawn game."""

    number: int
    reward: Term
    cost: Term
    bounds: Bounds
    payment: Payment | None = None
    leader: Leader | None = None
    gain: bool = False
    kinds: tuple[str, ...] = field(default=())

    @property
    def terms(self) -> tuple[Term, ...]:
        """The words of the utility."""
        return (self.reward, self.cost)

    @property
    def tags(self) -> tuple[str, ...]:
        """What the table counts it by."""
        found = {term.kind for term in self.terms} | {f"bounds {self.bounds.kind}"}
        found |= {"part"} if self.gain else set()
        found |= {"leader"} if self.leader else set()
        found |= {"constraint"} if self.payment else set()
        return tuple(sorted(found))

    def utility(self, person: Person, kind: str = "") -> Fraction:
        """Return what a person's utility is."""
        value = sum((term.value(person) for term in self.terms), F(0))
        return value + KINDS[kind][1](person) if self.gain else value

    @property
    def formula(self) -> str:
        """The source of the utility."""
        cost = self.cost.source
        text = f"{self.reward.source} {cost if ' if ' not in cost or cost.startswith('+ (') else f'+ ({cost})'}"
        return f"{text} + {GAIN}" if self.gain else text

    @property
    def source(self) -> str:
        """The declaration."""
        pool = "" if self.leader else 'pool: mp.Number = mp.scalar("the pool", above=0)'
        lines = [
            f"class Own{self.number}(mp.Game):",
            '    cost: mp.Vector = mp.vector("a cost", above=0, per="player")',
            f"    {pool}" if pool else "",
            '    worth: mp.Number = mp.scalar("a worth", above=0)' if self.leader else "",
            "    gain: mp.Revenue = mp.part(Gain)" if self.gain else "",
            "" if self.leader else "    @property",
            "" if self.leader else "    def worth(self): return self.pool",
            "    def players(self):",
            "        n = len(self.cost)",
            *(f"        {term.before}" for term in self.terms if term.before),
            "        def utility(a, own, others, cost, pool, player_count" + (", gain" if self.gain else "") + "):",
            f"            return {self.formula}",
            f"        lower, upper = {self.bounds.lower}, {self.bounds.upper}",
            f"        effort = mp.Decision('effort', lower, upper, whole={self.bounds.whole})",
        ]
        if self.leader:
            lines += [
                "        total = {'total': lambda a, effort: a.sum(effort)}",
                f"        def lead(a, pool, total, worth): return {self.leader.source}",
                "        return (mp.Player('leader', mp.Decision('pool', 0, 20), lead),",
                "                mp.Player('player', effort, utility, count=n, aggregates=total))",
            ]
        else:
            lines += ["        return (mp.Player('player', effort, utility, count=n),)"]
        if self.payment:
            lines += [
                "    def outcomes(self):",
                f"        def paid(a, own, others, cost, pool, player_count): return {self.payment.source}",
                "        return {'paid': paid}",
                "    def constraints(self):",
                "        def left(a, paid, pool): return pool - a.sum(paid)",
                f"        return (mp.Constraint('budget_balance', left, equality={self.payment.equality}),)",
            ]
        return "\n".join(line for line in lines if line) + "\n"

    def declared(self) -> Any:
        """Return the class."""
        import mechproof as mp

        known: dict[str, Any] = {"mp": mp, "__name__": f"generated_{self.number}", **(parts() if self.gain else {})}
        exec(compile(self.source, f"<declaration {self.number}>", "exec"), known)  # our own source
        return known[f"Own{self.number}"]


_PARTS: dict[str, Any] = {}


def parts() -> dict[str, Any]:
    """Return the classes of the part, made once."""
    if not _PARTS:
        import mechproof as mp

        lines = ["class Gain(mp.Revenue.__base__):", "    pass"]
        for name, (formula, *_) in KINDS.items():
            lines += [
                f"class {name}(Gain):",
                '    rate: mp.Number = mp.scalar("a rate", above=0)',
                f"    def value(self, a, x): return {formula}",
            ]
        known: dict[str, Any] = {"mp": mp, "__name__": "generated_parts"}
        exec("\n".join(lines), known)  # our own source
        _PARTS.update({name: known[name] for name in ("Gain", *KINDS)})
    return _PARTS


def drawn(number: int, seed: int = 0) -> Spec:
    """Return a game, always the same for a number and a seed."""
    draw = random.Random(f"{seed} {number}")
    leader = draw.choice(LEADERS) if draw.random() < 0.2 else None
    # what a leader decides is no data, and not read off the instance
    rewards = [term for term in REWARDS if not leader or "worth" not in term.source + term.before]
    costs = [term for term in COSTS if not leader or "worth" not in term.source + term.before]
    bounds = [one for one in BOUNDS if not leader or "worth" not in one.lower + one.upper]
    gain = draw.random() < 0.12
    return Spec(
        number,
        draw.choice(rewards),
        draw.choice(costs),
        draw.choice(bounds),
        draw.choice(PAYMENTS) if draw.random() < 0.4 else None,
        leader,
        gain,
        tuple(KINDS) if gain else ("",),
    )
