"""The right answers, from formulas written down once more: nothing here is taken from the package.

Rational ones stand as literals with the instances; the others are computed here with mpmath, by bisection, by roots of
the stationarity conditions, or by trying all sets of binding constraints.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
from oracles import capped_path
from revenue_oracles import Market, best_by_enumeration
from scipy.optimize import linprog

DIGITS = 40
SET_SLACK = 4.0
"""How many tolerances an answer may cost in value before no optimal answer can be within one of it, for set answers."""


def number(value: Any) -> float:
    """Return a literal, fraction or mpmath number as a double."""
    return float(Fraction(value)) if isinstance(value, str) else float(value)


@dataclass(frozen=True)
class Point:
    """The only right answer: `apart` is the largest difference in a decision, relative to its largest entry.

    `scale` overrides what a decision is measured by, such as β for the reward pool.
    """

    decisions: Mapping[str, Any]
    scale: Mapping[str, float] = field(default_factory=dict)

    def apart(self, values: Mapping[str, Any]) -> float:
        """Return how far an answer is from this one."""
        worst = 0.0
        for name, right in self.decisions.items():
            wanted = np.array([number(entry) for entry in np.atleast_1d(np.asarray(right, dtype=object))])
            found = np.atleast_1d(np.asarray(values[name], dtype=float))
            if found.shape != wanted.shape or not np.all(np.isfinite(found)):
                return float("inf")
            scale = self.scale.get(name, float(np.max(np.abs(wanted))))
            worst = max(worst, float(np.max(np.abs(found - wanted))) / (scale or 1.0))
        return worst


@dataclass(frozen=True)
class BestMenu:
    """Any safe menu of the largest revenue: `apart` is what is lost by prices lowered by the tolerance, relative."""

    market: Market

    def apart(self, values: Mapping[str, Any]) -> float:
        """Return the larger of the lost revenue and the broken safety, in units in which 1e-7 is a tolerance."""
        price = np.asarray(values["price"], dtype=float)
        if price.shape != (len(self.market.epsilon),) or not np.all(np.isfinite(price)):
            return float("inf")
        best, unit = best_by_enumeration(self.market), Fraction(float(np.max(np.abs(price), initial=0)))
        if unit == 0:
            return 0.0 if best == 0 else float("inf")
        hair = unit / 10**7
        exact = [Fraction(float(p)) for p in price]
        weight, order = self.market.weight, np.argsort([float(e) for e in self.market.epsilon])
        broken = -min(exact)
        for i, j in itertools.pairwise(order):
            broken = max(broken, exact[i] - exact[j])
            if self.market.attack != "none":
                broken = max(broken, exact[j] * weight[i] / weight[j] - exact[i])
        buyers = zip(self.market.wanted, self.market.value, strict=True)
        earned = sum((exact[j] for j, value in buyers if value >= exact[j] - hair), Fraction(0))
        short = (best - earned) / (len(self.market.value) * SET_SLACK)
        stated = Fraction(float(values["revenue"])) if "revenue" in values else best
        return float(max(broken / SET_SLACK, short, abs(stated - best) / (len(self.market.value) * SET_SLACK)) / unit)


@dataclass(frozen=True)
class NearestBestFit:
    """Any safe menu of the least absolute loss: `apart` is the distance to the nearest of them, by a linear program."""

    epsilon: Sequence[float]
    target: Sequence[float]
    attack: str

    def apart(self, values: Mapping[str, Any]) -> float:
        """Return the largest difference in a price to the nearest best menu, relative to its largest price."""
        price = np.asarray(values["price"], dtype=float)
        if price.shape != (len(self.epsilon),) or not np.all(np.isfinite(price)):
            return float("inf")
        solved = self._program(None)
        return float(self._program(price, solved.fun).fun) / float(np.max(solved.x[: len(price)]))

    def best(self) -> np.ndarray:
        """Return one of the best menus."""
        return np.asarray(self._program(None).x[: len(self.epsilon)])

    def _program(self, near: np.ndarray | None, loss: float = 0.0) -> Any:
        k = len(self.epsilon)
        cone = np.hstack(
            [cone_rows(self.epsilon, self.attack), np.zeros((len(cone_rows(self.epsilon, self.attack)), k + 1))]
        )
        eye, target = np.eye(k), np.asarray(self.target, dtype=float)
        apart = np.vstack([np.hstack([s * eye, -eye, np.zeros((k, 1))]) for s in (1, -1)])
        rows, bounds = [-cone, apart], [np.zeros(len(cone)), np.concatenate([target, -target])]
        cost = np.concatenate([np.zeros(k), np.ones(k), [0]])
        if near is not None:
            away = np.vstack([np.hstack([s * eye, 0 * eye, -np.ones((k, 1))]) for s in (1, -1)])
            rows += [away, cost[None]]
            bounds += [np.concatenate([near, -near]), [loss * (1 + 1e-12)]]
            cost = np.concatenate([np.zeros(2 * k), [1]])
        solved = linprog(cost, np.vstack(rows), np.concatenate(bounds), bounds=[(None, None)] * (2 * k) + [(0, None)])
        assert solved.status == 0, solved.message
        return solved


@dataclass(frozen=True)
class LeastVariance:
    """A group-weighted contract, whose worth is flat: `apart` is lost precision or a broken constraint, relative."""

    cost: Sequence[float]
    count: Sequence[float]
    pool: float
    best: Sequence[Any]
    """ε of the best contract."""

    def apart(self, values: Mapping[str, Any]) -> float:
        """Return the largest relative fault of a contract."""
        cost, count = np.asarray(self.cost, dtype=float), np.asarray(self.count, dtype=float)
        epsilon, paid = (np.asarray(values[name], dtype=float) for name in ("epsilon", "payment"))
        if epsilon.shape != cost.shape or paid.shape != cost.shape or not np.all(np.isfinite([epsilon, paid])):
            return float("inf")
        best = float(sum(m * mpmath.tanh(mpmath.mpf(e) / 2) ** 2 for m, e in zip(count, self.best, strict=True)))
        short = 1 - float(np.sum(count * np.tanh(np.maximum(epsilon, 0) / 2) ** 2)) / best
        keeps = paid - cost * epsilon
        envy = np.max(paid[None, :] - cost[:, None] * epsilon[None, :] - keeps[:, None])
        broken = max(float(envy), -float(np.min(keeps)), -float(np.min(epsilon))) / float(np.max(paid))
        return max(short, broken / SET_SLACK, (float(np.sum(count * paid)) / self.pool - 1) / SET_SLACK)


def cone_rows(epsilon: Sequence[float], attack: str) -> np.ndarray:
    """Return the rows g of the safe prices g·v ≥ 0, of versions in any order."""
    order = np.argsort(np.asarray(epsilon, dtype=float))
    x = np.asarray(epsilon, dtype=float) ** (2 if attack == "averaging" else 1)
    rows = [np.eye(len(x))[order[0]]]
    for i, j in itertools.pairwise(order):
        rows.append(np.eye(len(x))[j] - np.eye(len(x))[i])
        if attack != "none":
            rows.append(np.eye(len(x))[i] - np.eye(len(x))[j] * x[i] / x[j])
    return np.array(rows)


def squared_fit(epsilon: Sequence[float], target: Sequence[float], attack: str) -> np.ndarray:
    """Return the safe prices nearest to the targets, by trying every set of binding constraints."""
    rows, wanted = cone_rows(epsilon, attack), np.asarray(target, dtype=float)
    best, least = wanted, np.inf
    for size in range(len(wanted)):
        for chosen in itertools.combinations(range(len(rows)), size):
            bound = rows[list(chosen)]
            price = (
                wanted - bound.T @ np.linalg.lstsq(bound @ bound.T, bound @ wanted, rcond=None)[0] if size else wanted
            )
            loss = float(np.sum((price - wanted) ** 2))
            if np.min(rows @ price) >= -1e-11 and loss < least - 1e-13:
                best, least = price, loss
    return best


def barrier_fit(epsilon: Sequence[float], target: Sequence[float], attack: str, weight: float) -> list[Any]:
    """Return the prices that minimise Σ (v − P)² − Σ ln(slack)/λ, by damped Newton steps in forty digits."""
    with mpmath.workdps(DIGITS):
        rows = mpmath.matrix(cone_rows(epsilon, attack).tolist())
        wanted = mpmath.matrix([mpmath.mpf(number(t)) for t in target])
        order = np.argsort(np.asarray(epsilon, dtype=float))
        inside = np.sqrt(np.arange(1.0, len(order) + 1))
        x = np.asarray(epsilon, dtype=float)[order] ** (2 if attack == "averaging" else 1)
        price = mpmath.matrix([0.0] * len(order))
        for at, share in zip(order, np.sqrt(x) if attack != "none" else inside, strict=True):
            price[int(at)] = mpmath.mpf(float(share))

        def objective(v: Any) -> Any:
            return mpmath.norm(v - wanted) ** 2 - sum(mpmath.log(slack) for slack in rows * v) / weight

        for _ in range(200):
            slack = rows * price
            gradient = 2 * (price - wanted) - rows.T * mpmath.matrix([1 / (weight * s) for s in slack])
            hessian = 2 * mpmath.eye(len(order)) + rows.T * mpmath.diag([1 / (weight * s * s) for s in slack]) * rows
            step = mpmath.lu_solve(hessian, -gradient)
            size, falls = mpmath.mpf(1), (gradient.T * step)[0]
            if mpmath.norm(step) < mpmath.mpf(10) ** -25:
                break
            while min(rows * (price + size * step)) <= 0 or (
                size > 1e-12 and objective(price + size * step) > objective(price) + size * falls / 4
            ):
                size /= 2
            price += size * step
        return list(price)


def capped_pricing(
    cost: Sequence[Any], cap: Sequence[Any], alpha: Any, beta: Any, participants: bool = False
) -> tuple[Any, list[Any]]:
    """Return the best pool and budgets under caps: of the stationary points and ends of all regimes."""
    rho, most = [Fraction(c) for c in cost], [Fraction(c) for c in cap]
    events = [(Fraction(0), Fraction(0)), *capped_path(rho, most)]
    with mpmath.workdps(DIGITS):
        a, b = mpmath.mpf(number(alpha)), mpmath.mpf(number(beta))
        r, c = [_exact(x) for x in rho], [_exact(x) for x in most]
        best: tuple[Any, Any, list[Any]] = (mpmath.mpf(0), mpmath.mpf(0), [mpmath.mpf(0)] * len(r))
        for (low, start), (high, end) in itertools.pairwise(events):
            if start == end:
                continue
            middle = _capped_total((_exact(start) + _exact(end)) / 2, r, c)
            per_pool = middle / ((_exact(start) + _exact(end)) / 2)
            held = [k for rate, k in zip(r, c, strict=True) if k <= middle * (1 - rate * per_pool)]
            free = [i for i in range(len(r)) if r[i] * per_pool < 1 and c[i] > middle * (1 - r[i] * per_pool)]
            counted = len(held) + len(free) if participants else len(r)
            others, summed, fixed = len(free) - 1, sum(r[i] for i in free), sum(held)
            for total in _tops(_exact(low), _exact(high), others, summed, fixed, counted, a, b) if free else ():
                pool = summed * total**2 / (others * total + fixed)
                sold = [min(k, total * max(0, 1 - rate * total / pool)) for rate, k in zip(r, c, strict=True)]
                best = max(best, (b * mpmath.log(1 + a * total / counted) - pool, pool, sold), key=lambda item: item[0])
        return best[1], best[2]


def _tops(low: Any, high: Any, others: int, summed: Any, fixed: Any, counted: int, a: Any, b: Any) -> list[Any]:
    """Return the end of a regime and where αβ((n′−1)Z+C)² = R′Z((n′−1)Z+2C)(N+αZ) in it."""

    def rises(total: Any) -> bool:
        gain = a * b * (others * total + fixed) ** 2
        return bool(gain > summed * total * (others * total + 2 * fixed) * (counted + a * total))

    left, right = low, high
    for _ in range(140):
        middle = (left + right) / 2
        left, right = (middle, right) if rises(middle) else (left, middle)
    return [high, (left + right) / 2]


def _exact(value: Fraction) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator


def _capped_total(pool: Any, cost: list[Any], cap: list[Any]) -> Any:
    """Return the total that a pool buys, by bisection of the shares' sum."""
    low, high = mpmath.mpf(10) ** -30, 2 * sum(cap) + pool / min(cost)
    for _ in range(140):
        middle = (low + high) / 2
        sold = sum(min(c / middle, max(0, 1 - r * middle / pool)) for r, c in zip(cost, cap, strict=True))
        low, high = (middle, high) if sold > 1 else (low, middle)
    return (low + high) / 2


def contest(cost: Sequence[Any], cap: Sequence[Any] | None, pool: float) -> list[Any]:
    """Return the clients' budgets at equilibrium, given the pool."""
    if not pool > 0:
        return [0] * len(cost)
    with mpmath.workdps(DIGITS):
        rho = [_exact(Fraction(c)) for c in cost]
        most = [pool / min(rho)] * len(rho) if cap is None else [_exact(Fraction(c)) for c in cap]
        total = _capped_total(mpmath.mpf(pool), rho, most)
        return [min(c, total * max(0, 1 - r * total / pool)) for r, c in zip(rho, most, strict=True)]


def contract(cost: Sequence[Any], count: Sequence[int], pool: Any) -> tuple[list[Any], list[Any]]:
    """Return ε and payments of the unweighted contract, of types in any order; equal costs are one type."""
    kinds = sorted({Fraction(c) for c in cost})
    owners = [sum(m for c, m in zip(cost, count, strict=True) if Fraction(c) == kind) for kind in kinds]
    virtual = [
        kinds[k] + ((kinds[k] - kinds[k - 1]) * sum(owners[:k]) / owners[k] if k else 0) for k in range(len(kinds))
    ]
    blocks: list[list[Any]] = []
    for psi, m in zip(virtual, owners, strict=True):
        blocks.append([psi, Fraction(m), 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (p, m1, n1), (q, m2, n2) = blocks[-2:]
            blocks[-2:] = [[(p * m1 + q * m2) / (m1 + m2), m1 + m2, n1 + n2]]
    ironed = [psi for psi, _, size in blocks for _ in range(size)]
    with mpmath.workdps(DIGITS):

        def sold(price: Any, psi: Fraction) -> Any:
            # −d/dε coth²(ε/2) = u³ − u with u = coth(ε/2); Newton's steps fall to its root from above
            wanted = price * _exact(psi)
            root = 1 + mpmath.cbrt(wanted) + wanted
            for _ in range(200):
                step = (root**3 - root - wanted) / (3 * root**2 - 1)
                root -= step
                if abs(step) < root * mpmath.mpf(10) ** -35:
                    break
            return 2 * mpmath.acoth(root)

        low, high = mpmath.mpf(-400), mpmath.mpf(40)  # ln of the price of a unit of the pool
        for _ in range(120):
            middle = (low + high) / 2
            spent = sum(m * _exact(psi) * sold(mpmath.e**middle, psi) for m, psi in zip(owners, ironed, strict=True))
            low, high = (middle, high) if spent > _exact(Fraction(pool)) else (low, middle)
        epsilon = [sold(mpmath.e**low, psi) for psi in ironed]
        paid = [_exact(kinds[-1]) * epsilon[-1]]
        for k in range(len(kinds) - 2, -1, -1):
            paid.insert(0, paid[0] + _exact(kinds[k]) * (epsilon[k] - epsilon[k + 1]))
        where = [kinds.index(Fraction(c)) for c in cost]
        return [epsilon[k] for k in where], [paid[k] for k in where]


def group_weighted(psi: Sequence[float], count: Sequence[int], pool: float, start: Sequence[float]) -> list[Any]:
    """Return ε > 0 of the types that are in, where all have the same ratio of gained precision to virtual cost."""
    with mpmath.workdps(DIGITS):

        def steep(epsilon: Any) -> Any:
            return mpmath.tanh(epsilon / 2) * mpmath.sech(epsilon / 2) ** 2

        def conditions(*epsilon: Any) -> list[Any]:
            ratio = [steep(e) / p for e, p in zip(epsilon, psi, strict=True)]
            spent = sum(m * p * e for m, p, e in zip(count, psi, epsilon, strict=True))
            return [spent - pool] + [ratio[0] - other for other in ratio[1:]]

        return list(mpmath.findroot(conditions, list(start)))


def posted_prices(
    cost: Sequence[float], alpha: float, reply: Callable[[Any, int], tuple[Any, Any]]
) -> tuple[list[Any], list[Any], list[Any]]:
    """Return quantities, prices and ε where every seller's (1/price, ε) is the reply to the others' 1/prices."""
    with mpmath.workdps(DIGITS):
        inverse, epsilon = [mpmath.mpf(0)] * len(cost), [mpmath.mpf(0)] * len(cost)
        for _ in range(400):
            before = list(inverse)
            for i in range(len(cost)):
                inverse[i], epsilon[i] = reply(sum(before) - before[i], i)
            if max(abs(x - y) for x, y in zip(inverse, before, strict=True)) < mpmath.mpf(10) ** -16:
                break
        price = [1 / y if y > 0 else mpmath.mpf(alpha) for y in inverse]
        sold = [
            max(alpha / (p * (1 + e)) - 1, 0) if y > 0 else mpmath.mpf(0)
            for p, e, y in zip(price, epsilon, inverse, strict=True)
        ]
        return sold, price, epsilon


def fixed_reply(cost: Sequence[float], alpha: float, epsilon: Sequence[float]) -> Callable[[Any, int], tuple[Any, Any]]:
    """Return the best 1/price at fixed budgets: √((S + T/α)(S + T/c)) − S; who costs α or more posts nothing."""

    def reply(others: Any, i: int) -> tuple[Any, Any]:
        trust, own = 1 + mpmath.mpf(number(epsilon[i])), mpmath.mpf(cost[i])
        best = mpmath.sqrt((others + trust / alpha) * (others + trust / own)) - others
        return (best if own < alpha else mpmath.mpf(0)), trust - 1

    return reply


def foreseeing_reply(
    cost: Sequence[float], alpha: float, weight: float, cap: float
) -> Callable[[Any, int], tuple[Any, Any]]:
    """Return the best 1/price where the buyer's choice of ε is foreseen, by a grid of prices and golden sections."""

    def worth(price: Any, epsilon: Any) -> Any:
        amount = max(alpha / (price * (1 + epsilon)) - 1, 0)
        return alpha * mpmath.log(1 + amount) + weight * mpmath.log(epsilon) - price * (1 + epsilon) * amount

    def local(price: Any) -> Any:
        half = price + weight - alpha
        root = half * half - 4 * price * weight
        if root < 0 or half >= 0:
            return None
        found = (-half - mpmath.sqrt(root)) / (2 * price)
        return found if found <= cap else None

    def gain(price: Any) -> Any:
        inner = local(price)
        return None if inner is None else worth(price, inner) - worth(price, cap)

    grid = [mpmath.mpf(alpha) * k / 400 for k in range(1, 401)]
    chosen = [p for p in grid if (g := gain(p)) is not None and g > 0]
    low, high = (max(chosen), max(chosen) + mpmath.mpf(alpha) / 400) if chosen else (mpmath.mpf(0), mpmath.mpf(0))
    for _ in range(130):
        middle = (low + high) / 2
        there = gain(middle) if middle else None
        low, high = (middle, high) if there is not None and there > 0 else (low, middle)
    switch = low

    def reply(others: Any, i: int) -> tuple[Any, Any]:
        def profit(price: Any, epsilon: Any) -> Any:
            amount = max(alpha / (price * (1 + epsilon)) - 1, 0)
            return (price * (1 + epsilon) - cost[i]) * amount / (1 + price * others)

        def of(price: Any) -> Any:
            return profit(price, cap if price > switch else local(price))

        # the largest profit on either side of the switch, where it jumps; at it, as the seller prefers
        best = (mpmath.mpf(0), mpmath.mpf(0), mpmath.mpf(cap))
        parts = [(switch, mpmath.mpf(alpha))] + ([(mpmath.mpf(10) ** -6, switch)] if switch else [])
        for left, right in parts:
            steps = [left + (right - left) * k / 60 for k in range(1, 60)]
            top = max(range(len(steps)), key=lambda k: of(steps[k]))
            a, b = steps[max(top - 1, 0)], steps[min(top + 1, len(steps) - 1)]
            a, b = (left if top == 0 else a), (right if top == len(steps) - 1 else b)
            golden = (mpmath.sqrt(5) - 1) / 2
            for _ in range(125):
                one, two = b - golden * (b - a), a + golden * (b - a)
                a, b = (a, two) if of(one) > of(two) else (one, b)
            for price in ((a + b) / 2,):
                epsilon = cap if price > switch else local(price)
                best = max(best, (profit(price, epsilon), 1 / price, mpmath.mpf(epsilon)), key=lambda item: item[0])
        if switch:
            for epsilon in (mpmath.mpf(cap), local(switch)):
                best = max(best, (profit(switch, epsilon), 1 / switch, epsilon), key=lambda item: item[0])
        return (best[1], best[2]) if best[0] > 0 else (mpmath.mpf(0), mpmath.mpf(cap))

    return reply


def growing_costs(cost: float, beta: float) -> tuple[Any, Any]:
    """Return the best pool and both budgets of two clients of cost ρ(e^ε − 1) for β ln(1 + ε̄): B = 4ρ z e^z."""
    with mpmath.workdps(DIGITS):
        sold = mpmath.findroot(lambda z: 4 * cost * mpmath.exp(z) * (1 + z) ** 2 - beta, 1)
        return 4 * cost * sold * mpmath.exp(sold), sold


def curved_contest(model: Any, pool: float) -> np.ndarray:
    """Return the equilibrium of two equal sellers, the others having caps of zero, of squares or of exponentials."""
    cost, free = float(model.cost[0]), np.ones(len(model.cost))
    if model.epsilon_cap is not None:
        free = (np.array([float(cap) for cap in model.epsilon_cap]) > 0).astype(float)
    if type(model.cost_function).__name__ == "PowerCost":  # B/(4z) = 2ρz
        return np.sqrt(pool / (8 * cost)) * free
    return float(mpmath.lambertw(pool / (4 * cost)).real) * free  # B/(4z) = ρ e^z


def worth_in_budgets(model: Any, largest: float) -> np.ndarray:
    """Return the budgets that cost as much as the largest pool."""
    worth = largest / np.array([float(cost) for cost in model.cost])
    return np.sqrt(worth) if type(model.cost_function).__name__ == "PowerCost" else np.log1p(worth)
