"""Independent answers for version pricing: a plain CVXPY model, a bundle counter, and random menus in the cone.

Nothing here is taken from the package: the formulas are the textbook's, written down once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import cvxpy as cp
import numpy as np

import mechproof as mp

ATTEMPTS = (
    *(("CLARABEL", {"tol_gap_abs": t, "tol_gap_rel": t, "tol_feas": t}) for t in (1e-12, 1e-9)),
    ("SCS", {"eps_abs": 1e-10, "eps_rel": 1e-10, "max_iters": 1_000_000}),
)


@dataclass(frozen=True)
class Fit:
    """One instance, its versions in any order."""

    epsilon: Any
    target: Any
    loss: str = "squared"
    attack: str = "composition"
    width: float = 1.0
    barrier: float | None = None

    @property
    def model(self) -> mp.VersionPricing:
        return mp.VersionPricing(
            epsilon=self.epsilon,
            target=self.target,
            loss=self.loss,
            attack=self.attack,
            huber_width=self.width,
            barrier=self.barrier,
        )

    def loss_of(self, price: Any) -> float:
        apart = np.abs(np.asarray(price, dtype=float) - np.asarray(self.target, dtype=float))
        if self.loss == "squared":
            return float(np.sum(apart**2))
        if self.loss == "absolute":
            return float(np.sum(apart))
        return float(np.sum(np.where(apart <= self.width, apart**2, 2 * self.width * apart - self.width**2)))

    def barrier_objective_of(self, price: Any) -> float:
        """The barrier's objective in units of the loss, up to a constant."""
        order = np.argsort(np.asarray(self.epsilon, dtype=float))
        v, weight = np.asarray(price)[order], np.asarray(self.epsilon, dtype=float)[order]
        weight = weight**2 if self.attack == "averaging" else weight
        slacks = [v[:1], v[1:] - v[:-1]]
        if self.attack != "none":
            slacks.append(v[:-1] - v[1:] * weight[:-1] / weight[1:])
        assert self.barrier is not None
        return self.loss_of(price) - float(sum(np.sum(np.log(slack)) for slack in slacks)) / self.barrier

    def optimum(self) -> tuple[float, np.ndarray]:
        """Return the least objective and prices that have it, by Clarabel, or by SCS where that fails."""
        order = np.argsort(np.asarray(self.epsilon, dtype=float))
        epsilon = np.asarray(self.epsilon, dtype=float)[order]
        scale = float(np.max(np.asarray(self.target, dtype=float)))
        target = np.asarray(self.target, dtype=float)[order] / scale
        weight = (epsilon**2 if self.attack == "averaging" else epsilon) / epsilon[-1]
        v = cp.Variable(len(order))
        ratio = weight[:-1] / weight[1:]
        apart = v - target
        if self.loss == "squared":
            loss, unit = cp.sum_squares(apart), scale**2
        elif self.loss == "absolute":
            loss, unit = cp.norm1(apart), scale
        else:
            loss, unit = cp.sum(cp.huber(apart, self.width / scale)), scale**2
        steps = v[1:] - v[:-1]
        shares = v[:-1] - cp.multiply(ratio, v[1:])
        if self.barrier is None:
            cone = [v[0] >= 0, steps >= 0] + ([] if self.attack == "none" else [shares >= 0])
            problem = cp.Problem(cp.Minimize(loss), cone)
        else:
            logs = cp.log(v[0]) + cp.sum(cp.log(steps))
            if self.attack != "none":
                logs = logs + cp.sum(cp.log(shares))
            problem = cp.Problem(cp.Minimize(loss - logs / (self.barrier * unit)))
        for solver, options in ATTEMPTS:
            try:
                problem.solve(solver=solver, **options)
            except cp.SolverError:
                continue
            if v.value is not None:
                break
        price = np.empty(len(order))
        price[order] = v.value * scale
        return self.loss_of(price), price


def random_fit(rng: np.random.Generator, loss: str, attack: str, barrier: bool, largest: int = 12) -> Fit:
    """Return a random instance; half of them with ties in the targets and whole budgets."""
    count = int(rng.integers(1, largest))
    if rng.random() < 0.5:
        epsilon: Any = rng.choice(np.arange(1, 60), count, replace=False).astype(float)
        target: Any = rng.integers(1, 30, count).astype(float)
    else:
        epsilon = rng.uniform(0.1, 10, count)
        target = np.sqrt(epsilon) * rng.uniform(0.3, 3, count) * 10 ** rng.uniform(-2, 2)
    width = float(rng.uniform(0.1, 1) * np.mean(target))
    unit = float(np.mean(target)) ** (1 if loss == "absolute" else 2)
    return Fit(epsilon, target, loss, attack, width, float(10 ** rng.uniform(0, 4)) / unit if barrier else None)


def in_cone(epsilon: Any, price: Any, attack: str) -> bool:
    """Whether prices are safe, over whatever numbers they are."""
    menu = sorted(zip(epsilon, price, strict=True))
    weight = [e * e if attack == "averaging" else e for e, _ in menu]
    v = [p for _, p in menu]
    monotone = v[0] >= 0 and all(v[j] <= v[j + 1] for j in range(len(v) - 1))
    shares = all(v[j] * weight[j + 1] >= v[j + 1] * weight[j] for j in range(len(v) - 1))
    return monotone and (attack == "none" or shares)


def best_saving(weight: list[int], price: list[int], combinable: bool) -> int:
    """Return the most that a bundle saves against a version, by counting up every weight."""
    best = 0
    for wanted, asked in zip(weight, price, strict=True):
        if not combinable:
            least = min(p for w, p in zip(weight, price, strict=True) if w >= wanted)
        else:
            covering = [0] * (wanted + 1)
            for y in range(1, wanted + 1):
                covering[y] = min(p + covering[max(0, y - w)] for w, p in zip(weight, price, strict=True))
            least = covering[wanted]
        best = max(best, asked - least)
    return best


def exact(values: Any) -> list[Fraction]:
    """Return numbers as fractions."""
    return [Fraction(value) for value in values]
