"""Auctions written a second time, in plain Python: who sells or buys, what is paid, by trying all bids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

STEP = Fraction(1, 4)
"""Between bids that are tried: data are whole numbers, so nothing changes in between but at their halves."""
NEAR = Fraction(1, 1000)
MOST = 4
"""The most that anybody may bid."""


@dataclass(frozen=True)
class Auction:
    """A rule: whether it buys or sells, from how many, at which price, and whether ties are served."""

    reverse: bool
    units: int
    pay: str
    ties: bool
    reserve: int

    def price(self, own: Fraction, others: Sequence[Fraction]) -> tuple[bool, Fraction]:
        """Return whether somebody is served, and the price."""
        ranked = sorted(others, reverse=not self.reverse)
        marginal = ranked[self.units - 1] if self.units <= len(ranked) else Fraction(self.reserve)
        beyond = ranked[self.units] if self.units < len(ranked) else Fraction(self.reserve)
        worst = min if self.reverse else max
        limit, far = worst(marginal, Fraction(self.reserve)), worst(beyond, Fraction(self.reserve))
        ahead = own < limit if self.reverse else own > limit
        served = ahead or (self.ties and own == limit)
        return served, {"first": own, "limit": limit, "beyond": far, "mean": (own + limit) / 2}[self.pay]

    def utility(self, own: Fraction, others: Sequence[Fraction], value: Fraction) -> Fraction:
        """Return what somebody has of a bid."""
        served, price = self.price(own, others)
        if not served:
            return Fraction(0)
        return price - value if self.reverse else value - price

    def most(self, others: Sequence[Fraction], value: Fraction) -> Fraction:
        """Return nearly the most that can be had, up to what bids so near to each other cannot tell."""
        places = {Fraction(0), Fraction(MOST), Fraction(self.reserve), *others}
        tried = {place + shift for place in places for shift in (-NEAR, Fraction(0), NEAR)}
        tried |= {Fraction(k) * STEP for k in range(4 * MOST + 1)}
        return max(self.utility(own, others, value) for own in tried if 0 <= own <= MOST)

    def truthful(self, value: Fraction, people: int) -> bool:
        """Whether no bid on the grid beats the true one, whatever the others bid on the grid."""
        coarse = [Fraction(k, 2) for k in range(2 * MOST + 1)]
        fine = [Fraction(k) * STEP for k in range(4 * MOST + 1)]
        for others in product(coarse, repeat=people - 1):
            if list(others) == sorted(others):
                honest = self.utility(value, others, value)
                if any(self.utility(own, others, value) > honest for own in fine):
                    return False
        return True
