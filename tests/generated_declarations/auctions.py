"""Games whose decisions report costs, with single ones of the others: as source, and a second time in fractions."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

F = Fraction
MOST = 4
"""The most that anybody may ask, where bounds are fixed."""
TRIES = 60
"""Data tried for each number of people; all asks on a grid are, for each."""


@dataclass(frozen=True)
class Seen:
    """What one bidder sees: its ask and cost, the reserve, and the others' asks from the lowest up."""

    own: Fraction
    cost: Fraction
    reserve: Fraction
    others: tuple[Fraction, ...]

    def low(self, k: int, missing: Fraction) -> Fraction:
        """Return the k-th lowest of the others."""
        return self.others[k - 1] if k <= len(self.others) else missing

    def high(self, k: int, missing: Fraction) -> Fraction:
        """Return the k-th highest of the others."""
        return self.others[-k] if k <= len(self.others) else missing


@dataclass(frozen=True)
class Word:
    """A word of the language: its source, its meaning, and what the table counts it by."""

    source: str
    value: Callable[[Seen], Fraction]
    kind: str = "auction"
    before: str = ""


LIMITS = (
    Word("a.minimum(a.lowest(others, 1, reserve), reserve)", lambda s: min(s.low(1, s.reserve), s.reserve)),
    Word("a.minimum(a.lowest(others, 2, reserve), reserve)", lambda s: min(s.low(2, s.reserve), s.reserve)),
    Word("a.minimum(a.lowest(others, 3, reserve), reserve)", lambda s: min(s.low(3, s.reserve), s.reserve)),
    Word("a.lowest(others, 1, reserve)", lambda s: s.low(1, s.reserve)),
    Word("a.lowest(others, 2, 2 * reserve)", lambda s: s.low(2, 2 * s.reserve)),
    Word("a.highest(others, 1, 0)", lambda s: s.high(1, F(0))),
    Word("a.highest(others, 2, reserve)", lambda s: s.high(2, s.reserve)),
    Word("a.maximum(a.highest(others, 1, 0), reserve)", lambda s: max(s.high(1, F(0)), s.reserve)),
    Word("(a.lowest(others, 1, 0) + a.highest(others, 1, 1)) / 2", lambda s: (s.low(1, F(0)) + s.high(1, F(1))) / 2),
    Word("a.minimum(a.lowest(others, 1, reserve), 0.1)", lambda s: min(s.low(1, s.reserve), F(0.1)), "float literal"),
    Word("reserve + 0 * a.lowest(others, 1, 0)", lambda s: s.reserve),
    Word(
        "a.lowest(others, 1 if len(self.cost) < 4 else 2, reserve)",
        lambda s: s.low(1 if len(s.others) < 3 else 2, s.reserve),
        "count in Python",
    ),
    Word(
        "a.lowest(others, rank, reserve)",
        lambda s: s.low(1 if s.reserve < 3 else 2, s.reserve),
        "data decide",
        "rank = 1 if self.reserve < 3 else 2",
    ),
)
SERVED = (
    Word("(1 - a.at_least(own, limit))", lambda s: F(0), "strictly below"),
    Word("a.at_least(limit, own)", lambda s: F(1), "ties"),
    Word("(1 - a.at_least(limit, own))", lambda s: F(2), "above"),
)
"""Who is served; the meaning is the rule's number."""
PRICES = (
    Word("limit", lambda s: F(0)),
    Word("own", lambda s: s.own, "first price"),
    Word("(own + limit) / 2", lambda s: F(0), "mean"),
    Word("a.maximum(limit, reserve)", lambda s: F(0)),
    Word("limit + 0.25 * own", lambda s: F(0), "float literal"),
    Word("limit + (cost - own)", lambda s: F(0), "cost known"),
    Word("a.lowest(others, 2, reserve)", lambda s: s.low(2, s.reserve), "another rank"),
)
BOUNDS = (
    ("[0] * n, [4] * n", lambda n, reserve: [(F(0), F(4))] * n, "fixed"),
    ("[0] * n, [2, *[4] * (n - 1)]", lambda n, reserve: [(F(0), F(4 if k else 2)) for k in range(n)], "per person"),
    ("[0] * n, [self.reserve] * n", lambda n, reserve: [(F(0), reserve)] * n, "by data"),
    ("[0] * n, [n] * n", lambda n, reserve: [(F(0), F(n))] * n, "by number"),
)


@dataclass(frozen=True)
class AuctionSpec:
    """A drawn auction."""

    number: int
    limit: Word
    served: Word
    price: Word
    bounds: tuple[str, Callable[[int, Fraction], list[tuple[Fraction, Fraction]]], str]

    @property
    def tags(self) -> tuple[str, ...]:
        """What the table counts it by."""
        return tuple(dict.fromkeys(f"auction: {item}" for item in (self.limit.kind, self.served.kind, self.price.kind)))

    @property
    def formula(self) -> str:
        """What it declares, in words."""
        return f"{self.served.source} * ({self.price.source} - cost), limit = {self.limit.source}, {self.bounds[0]}"

    @property
    def source(self) -> str:
        """The declaration."""
        return "\n".join(
            [
                f"class Own{self.number}(mp.Game):",
                "    cost: mp.Vector = mp.vector('a cost', at_least=0, per='player')",
                "    reserve: mp.Number = mp.scalar('a reserve', above=0)",
                "    promises = ('truthfulness', 'individual-rationality')",
                "    def players(self):",
                "        n = len(self.cost)",
                f"        {self.limit.before or 'pass'}",
                "        def utility(a, own, others, cost, reserve):",
                f"            limit = {self.limit.source}",
                f"            return {self.served.source} * ({self.price.source} - cost)",
                f"        ask = mp.Decision('ask', {self.bounds[0]}, reports='cost')",
                "        return (mp.Player('player', ask, utility, count=n),)",
                "",
            ]
        )

    def declared(self) -> Any:
        """Return the class."""
        import mechproof as mp

        known: dict[str, Any] = {"mp": mp, "__name__": f"generated_auction_{self.number}"}
        exec(compile(self.source, f"<auction {self.number}>", "exec"), known)  # our own source
        return known[f"Own{self.number}"]

    def utility(self, seen: Seen) -> Fraction:
        """Return what somebody has."""
        limit = self.limit.value(seen)
        rule = self.served.value(seen)
        served = (seen.own < limit, limit >= seen.own, limit < seen.own)[int(rule)]
        return self._price(seen, limit) - seen.cost if served else F(0)

    def _price(self, seen: Seen, limit: Fraction) -> Fraction:
        known = {
            "limit": limit,
            "(own + limit) / 2": (seen.own + limit) / 2,
            "a.maximum(limit, reserve)": max(limit, seen.reserve),
            "limit + 0.25 * own": limit + seen.own / 4,
            "limit + (cost - own)": limit + (seen.cost - seen.own),
        }
        return known[self.price.source] if self.price.source in known else self.price.value(seen)


def drawn_auction(number: int, seed: int = 0) -> AuctionSpec:
    """Return an auction, always the same for a number and a seed."""
    draw = random.Random(f"auction {seed} {number}")
    prices, served = (PRICES, SERVED) if draw.random() < 0.5 else (PRICES[:1], SERVED[:2])  # half are truthful, mostly
    return AuctionSpec(number, draw.choice(LIMITS), draw.choice(served), draw.choice(prices), draw.choice(BOUNDS))


def grid(low: Fraction, high: Fraction, parts: int) -> list[Fraction]:
    """Return multiples of one part between bounds."""
    return [F(k, parts) for k in range(int(low * parts), int(high * parts) + 1)]


def situations(spec: AuctionSpec) -> Iterator[tuple[Seen, tuple[Fraction, Fraction]]]:
    """What a first person may see who tells the truth, with its bounds: one to five people, all asks on a grid."""
    draw = random.Random(spec.number)
    for people in (1, 2, 3, 4, 5):
        for _ in range(TRIES if people < 4 else 6):
            reserve = F(draw.choice((1, 2, 3, 4, 6)), draw.choice((1, 1, 2)))
            bounds = spec.bounds[1](people, reserve)
            cost = F(draw.randint(0, 8), 2)
            low, high = bounds[0]
            if low <= cost <= high:
                rest = grid(F(0), max((end for _, end in bounds[1:]), default=F(0)), 2 if people < 4 else 1)
                for others in combinations_with_replacement(rest, people - 1):
                    if fits(others, bounds[1:]):
                        yield Seen(cost, cost, reserve, others), bounds[0]


def fits(others: Sequence[Fraction], bounds: Sequence[tuple[Fraction, Fraction]]) -> bool:
    """Whether sorted asks can be those of people with these bounds."""
    ends = sorted(end for _, end in bounds)
    return all(ask <= end for ask, end in zip(others, ends, strict=True))


def broken_auction(spec: AuctionSpec, claim: str) -> str:
    """Return what breaks what was proved, "" if nothing was found."""
    for seen, (low, high) in situations(spec):
        honest = spec.utility(seen)
        if claim == "individual-rationality":
            if honest < 0:
                return f"{seen} loses {-honest}"
            continue
        for own in grid(low, high, 4):
            there = Seen(own, seen.cost, seen.reserve, seen.others)
            if spec.utility(there) > honest:
                return f"{seen} gains by {own}"
    return ""


def unfounded_auction(spec: AuctionSpec, claim: str, values: Mapping[str, Fraction], told: str) -> str:
    """Return why an instance does not refute what it should, "" if it does."""
    people = sum(name.startswith("cost[") for name in values)
    asks = [values[f"ask[{k}]"] for k in range(people)]
    bounds = spec.bounds[1](people, values["reserve"])
    if not all(low <= ask <= high for ask, (low, high) in zip(asks, bounds, strict=True)):
        return f"asks {asks} are beyond {bounds}"
    if asks[0] != values["cost[0]"]:
        return "nobody tells the truth there"
    seen = Seen(asks[0], values["cost[0]"], values["reserve"], tuple(sorted(asks[1:])))
    honest = spec.utility(seen)
    if claim == "individual-rationality":
        return "" if honest < 0 else f"{seen} has {honest}"
    found = re.search(r"by ask (\S+) instead", told)
    lie = F(found[1]) if found else asks[0]
    if not bounds[0][0] <= lie <= bounds[0][1]:
        return f"{lie} is beyond {bounds[0]}"
    gained = spec.utility(Seen(lie, seen.cost, seen.reserve, seen.others)) - honest
    return (
        "" if gained > 0 and f"gains {gained} " in told else f"{seen} gains {gained} by {lie}, and it is said: {told}"
    )
