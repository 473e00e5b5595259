"""The best unweighted contract: virtual costs pooled by trying every way to cut the types into blocks; fifty digits.

With u = coth(ε/2) the slope of u² in ε is u − u³, so that types whose virtual cost is ψ̄ have u³ − u = λψ̄, for the λ at
which the pool is spent. Of all cuts whose ψ̄ rise that of the least variance is best.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import mpmath

from .contest_oracle import fraction, number

DIGITS = 50


@dataclass(frozen=True)
class Best:
    """Types with distinct costs, ascending, with their owners; costs known or not."""

    cost: tuple[Fraction, ...]
    owners: tuple[int, ...]
    pool: Fraction
    known: bool

    @cached_property
    def blocks(self) -> list[tuple[list[int], Fraction, int]]:
        """Types offered one ε, what a unit of it costs in all, and how many they are."""
        sizes = range(len(self.cost))
        if self.known:
            return [([k], self.owners[k] * self.cost[k], self.owners[k]) for k in sizes]
        below = [sum(self.owners[:k]) for k in sizes]
        paid = [  # m_k ψ_k = M_k c_k − M_{k−1} c_{k−1}
            (below[k] + self.owners[k]) * self.cost[k] - (below[k] * self.cost[k - 1] if k else 0) for k in sizes
        ]
        found = None
        for cuts in itertools.product([False, True], repeat=len(self.cost) - 1):
            edges = [0, *(k + 1 for k, cut in enumerate(cuts) if cut), len(self.cost)]
            parts = [list(range(a, b)) for a, b in itertools.pairwise(edges)]
            blocks = [(p, sum((paid[k] for k in p), Fraction(0)), sum(self.owners[k] for k in p)) for p in parts]
            rising = all(one[1] / one[2] < two[1] / two[2] for one, two in itertools.pairwise(blocks))
            # pooled as little as needed: within a block no first part is cheaper than the whole
            pooled = all(
                sum(paid[k] for k in p[:n]) * m >= whole * sum(self.owners[k] for k in p[:n])
                for p, whole, m in blocks
                for n in range(1, len(p))
            )
            if rising and pooled:
                found = blocks
        assert found is not None
        return found

    @cached_property
    def epsilon(self) -> tuple[Fraction, ...]:
        """ε of each type."""
        with mpmath.workdps(DIGITS):
            low, high = mpmath.mpf(-1500), mpmath.mpf(300)  # ln λ in units of the pool

            def spent(level: mpmath.mpf) -> mpmath.mpf:
                return sum(number(whole / self.pool) * self._sold(level, whole / m) for _, whole, m in self.blocks)

            # the logarithm is nearly straight on either side, so that secants are quick
            level = mpmath.findroot(
                lambda at: mpmath.log(spent(at)), (low, high), solver="anderson", tol=1e-90, maxsteps=120, verify=False
            )
            placed = {}
            for part, whole, m in self.blocks:
                sold = fraction(self._sold(level, whole / m))
                placed |= dict.fromkeys(part, sold)
        return tuple(placed[k] for k in range(len(self.cost)))

    def _sold(self, level: mpmath.mpf, psi: Fraction) -> mpmath.mpf:
        """2 arcoth u of u³ − u = λψ̄; with d = u − 1, d³ + 3d² + 2d = λψ̄, and ε = ln(1 + 2/d)."""
        wanted = mpmath.exp(level) * number(psi / self.pool)
        d = min(wanted / 2, mpmath.cbrt(wanted))
        for _ in range(100):
            step = (d**3 + 3 * d**2 + 2 * d - wanted) / (3 * d**2 + 6 * d + 2)
            d -= step
            if abs(step) <= abs(d) * mpmath.mpf(10) ** (3 - DIGITS):
                break
        return mpmath.log1p(2 / d)

    @cached_property
    def payment(self) -> tuple[Fraction, ...]:
        """What each is paid: its cost where it is known, else the least that keeps everybody to their own item."""
        cost, sold = self.cost, self.epsilon
        if self.known:
            return tuple(c * e for c, e in zip(cost, sold, strict=True))
        paid = [cost[-1] * sold[-1]]
        for k in range(len(cost) - 2, -1, -1):
            paid.insert(0, paid[0] + cost[k] * (sold[k] - sold[k + 1]))
        return tuple(paid)


def broken_rows(
    cost: Sequence[Fraction],
    count: Sequence[int],
    pool: Fraction,
    epsilon: Sequence[Fraction],
    payment: Sequence[Fraction],
    known: bool,
) -> tuple[float, float]:
    """The worst broken row relative to its terms' sum, and to the largest of them."""
    rows: list[tuple[Fraction, list[Fraction]]] = []
    people = range(len(cost))
    for k in people:
        rows.append((cost[k] * epsilon[k] - payment[k], [cost[k] * epsilon[k], payment[k]]))
        for value, most in ((epsilon[k], pool / count[k] / cost[k]), (payment[k], pool / count[k])):
            rows += [(-value, [value]), (value - most, [max(abs(value), most)])]
    spent = [m * p for m, p in zip(count, payment, strict=True)]
    rows.append((sum(spent) - pool, [sum(map(abs, spent)), pool]))
    for k, other in itertools.permutations(people, 2):
        if cost[k] == cost[other]:
            rows.append((abs(epsilon[k] - epsilon[other]), [epsilon[k], epsilon[other]]))
            rows.append((abs(payment[k] - payment[other]), [payment[k], payment[other]]))
        elif not known:
            terms = [payment[other], cost[k] * epsilon[other], payment[k], cost[k] * epsilon[k]]
            rows.append((terms[0] - terms[1] - terms[2] + terms[3], terms))
    low = high = 0.0
    for excess, terms in rows:
        if excess > 0:
            sizes = [abs(term) for term in terms]
            low, high = max(low, float(excess / sum(sizes))), max(high, float(excess / max(sizes)))
    return low, high
