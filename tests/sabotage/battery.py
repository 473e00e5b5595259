"""What a certificate must say of right answers and of tampered ones: the tests that a faulty certificate must not pass.

Every statement is held against the truth, which is computed apart: whether the answer is right, how far it is from the
right one, whether and how much it breaks a constraint, and whether the reason names what was tampered with.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

import mechproof as mp

from .answers import BestMenu, LeastVariance, NearestBestFit, Point, cone_rows, number
from .instances import SLOW_INSTANCES, Instance, contests, contracts, declared, markets, surveys, versions

TOLERANCE = 1e-7
NEAR, FAR = 2e-8, 1e-5
ARITHMETICS = ("float", "exact")


@dataclass(frozen=True)
class Check:
    """One answer, certified in one arithmetic, and what is true of it."""

    instance: Instance
    tampering: str
    arithmetic: str
    answer: Callable[[], Any]
    words: str = ""
    """A pattern that the reason must match."""
    rightful: bool = False
    """Whether the answer is close enough to the right one to be accepted."""

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.instance.name}/{self.tampering}/{self.arithmetic}"

    def aspects(self) -> dict[str, bool]:
        """Return which statements of the certificate are true; certifying may also fail, which is one of them."""
        solution = self.answer()
        try:
            certificate = mp.certify(solution, arithmetic=self.arithmetic, tolerance=TOLERANCE)
        except Exception as error:
            return {f"raises {type(error).__name__}": False}
        right, stated = self.instance.right, certificate.distance
        apart = right.apart(solution.values)
        found = {
            "is a certificate": isinstance(certificate.reason, str) and certificate.tolerance == TOLERANCE,
            "valid": certificate.valid == (self.rightful and self.arithmetic in self.instance.certified),
            "reason": re.search(self.words, certificate.reason) is not None,
            "never optimal if wrong": self.rightful or certificate.optimal is not True,
            "never refuted if right": not self.rightful or certificate.optimal is not False,
        }
        if certificate.feasible and stated is not None:
            found["distance from above"] = stated >= apart * (1 - 1e-6) - 1e-12
            if self.rightful:
                found["distance not far above"] = stated <= 12 * apart + 1e-9
        if self.tampering == "right":
            found["right without a gap"] = certificate.gap is None or 0 <= certificate.gap <= 1e-9
            found["right without a violation"] = certificate.violation is not None and certificate.violation <= 1e-12
            enclosed = (
                self.instance.certified and isinstance(right, Point) and self.arithmetic in self.instance.certified
            )
            found["right and near"] = not enclosed or (stated is not None and stated <= 1e-9)
        broken = violation(self.instance, solution.values)
        if (
            broken is not None
            and not TOLERANCE / 3 < broken < 3 * TOLERANCE
            and not self.tampering.startswith(("stated", "short"))
        ):
            found["feasible"] = certificate.feasible is (broken <= TOLERANCE)
            if broken > TOLERANCE and np.isfinite(broken):
                found["violation"] = 0.1 < (certificate.violation or 0) / broken < 10
        return found


def violation(instance: Instance, values: Any) -> float | None:
    """Return the largest broken constraint, relative as the package has it; None where this is not known here."""
    model, family = instance.model, instance.family
    if not all(np.all(np.isfinite(np.asarray(values[d], dtype=float))) for d in _names(instance)):
        return float("inf")
    if family == "stackelberg":
        epsilon, pool = np.asarray(values["epsilon"], dtype=float), float(values["reward_pool"])
        if model.epsilon_cap is None and np.max(epsilon) > 1e3:
            return None  # beyond what any pool could buy, which the declaration bounds too
        top = np.full(len(epsilon), np.inf) if model.epsilon_cap is None else _floats(model.epsilon_cap)
        scale = max(float(np.max(np.abs(epsilon))), 1e-300)
        largest = float(model.revenue.largest_pool)
        outside = max(0.0, -pool, pool - largest) / max(abs(pool), 1e-300)
        inside = max(float(np.max(-epsilon)), float(np.max(epsilon - top)), 0.0) / scale
        return max(outside, inside)
    if family == "versions":
        if isinstance(instance.right, BestMenu) or model.barrier is not None:
            return None
        price = np.asarray(values["price"], dtype=float)
        rows = cone_rows(_floats(model.epsilon), model.attack)
        return max(0.0, -float(np.min(price)), -float(np.min(rows @ price))) / _largest(instance)
    if family == "contract":
        epsilon, paid = np.asarray(values["epsilon"], dtype=float), np.asarray(values["payment"], dtype=float)
        cost, count = _floats(model.cost), _floats(model.count)
        most = float(np.max(np.abs(paid))) or float(model.reward_pool)
        sold = float(np.max(np.abs(epsilon))) or 1.0
        for k, other in itertools.combinations(range(len(cost)), 2):
            if cost[k] == cost[other] and epsilon[k] != epsilon[other]:
                return None  # equals are treated unequally, which counts as a broken constraint of its own
        keeps = paid - cost * epsilon
        envy = float(np.max(paid[None, :] - cost[:, None] * epsilon[None, :] - keeps[:, None]))
        spent = float(np.sum(count * paid)) / float(model.reward_pool) - 1
        return max(0.0, envy / most, -float(np.min(keeps)) / most, -float(np.min(epsilon)) / sold, spent)
    return None


def _largest(instance: Instance) -> float:
    if isinstance(instance.right, Point):
        return max(number(entry) for entry in instance.right.decisions["price"])
    return float(np.max(instance.right.best()))


def _floats(values: Any) -> np.ndarray:
    return np.array([float(value) for value in values])


def _names(instance: Instance) -> list[str]:
    if isinstance(instance.right, Point):
        return list(instance.right.decisions)
    return ["epsilon", "payment"] if isinstance(instance.right, LeastVariance) else ["price"]


RIGHT_PRICES: dict[str, list[float]] = {
    "a survey": [1, 2, 3],
    "a tie that doubles lose": [0.1, 0.3],
    "surveyed out of order": [7, 2, 3.5],
    "surveyed averaging": [1, 3, 4],
    "surveyed, monotone only": [5, 3, 6],
}
"""One best menu each, where there are several."""
KNIFE_EDGES = {"five clients", "mean over participants", "loose caps"}
"""Where somebody is exactly indifferent, so that the least change of the others' makes it enter."""
BRIEFLY = {
    "right",
    "epsilon near -2e-08",
    "all x0.5",
    "epsilon x0.5",
    "payment x0.5",
    "epsilon[0, 1] swapped",
    "stated variance",
}
"""What is tried where a single certificate takes a second."""


def checks() -> list[Check]:
    """Return everything that is asked of the certificates."""
    found: list[Check] = []
    for build in (contests, versions, surveys, contracts, markets, declared):
        for instance in build():
            base = right_values(instance)
            slow = isinstance(instance.right, LeastVariance)
            if slow and instance.name == "two types" and base is not None:
                found += [check for check in _of(instance, base) if check.tampering in BRIEFLY]
            elif base is not None and instance.name not in SLOW_INSTANCES:
                found += _of(instance, base)
    return found


def right_values(instance: Instance) -> dict[str, Any] | None:
    """Return a right answer's decisions in doubles; None where none is written down."""
    right = instance.right
    if isinstance(right, Point):
        return {name: _read(value) for name, value in right.decisions.items()}
    if isinstance(right, LeastVariance):
        epsilon, cost = np.array([float(e) for e in right.best]), np.asarray(right.cost)
        kept = [sum((cost[j] - cost[j - 1]) * epsilon[j] for j in range(k + 1, len(cost))) for k in range(len(cost))]
        return {"epsilon": epsilon, "payment": cost * epsilon + np.array(kept)}
    if isinstance(right, NearestBestFit):
        return {"price": right.best()}
    if instance.name in RIGHT_PRICES and isinstance(right, BestMenu):
        return {"price": np.array(RIGHT_PRICES[instance.name], dtype=float)}
    return None


def _read(value: Any) -> Any:
    if np.ndim(value) == 0:
        return number(value)
    return np.array([number(entry) for entry in value])


def _of(instance: Instance, base: dict[str, Any]) -> Iterator[Check]:
    """Yield the right answer, near ones and tampered ones, in both arithmetics."""
    for name, values, words, rightful in [*_whole(instance, base), *_entries(base), *_absurd(base)]:
        if name != "right" and all(np.array_equal(values[d], base[d]) for d in base):
            continue
        yield from _both(instance, name, lambda values=values: mp.candidate(instance.model, **values), words, rightful)
    solved = Answered(instance, base)
    for outcome in instance.model.outcomes():
        yield from _both(instance, f"stated {outcome}", lambda o=outcome: solved.misstated(o), f"{outcome}", False)
        yield from _both(
            instance,
            f"short {outcome}",
            lambda o=outcome: solved.shortened(o),
            "",
            False,
            np.ndim(solved.values[outcome]) == 1,
        )
    first = next(iter(base))
    yield from _both(instance, "not a number", lambda: solved.altered(first, np.nan), "finite", False)
    yield from _both(instance, "infinite", lambda: solved.altered(first, np.inf), "finite|proportion", False)
    fractions = exact_values(instance)
    if fractions is not None:
        yield from _both(instance, "right, in fractions", lambda: mp.candidate(instance.model, **fractions), "", True)
        yield from _both(
            instance, "stated twice", lambda: solved.contradicting(fractions), "twice|stated|differ", False
        )


def _both(instance: Instance, name: str, answer: Any, words: str, rightful: bool, when: Any = True) -> Iterator[Check]:
    for arithmetic in ARITHMETICS if when else ():
        yield Check(instance, name, arithmetic, answer, words, rightful)


Tampered = tuple[str, dict[str, Any], str, bool]


def _whole(instance: Instance, base: dict[str, Any]) -> Iterator[Tampered]:
    """All decisions together or one of them, all entries by the same factor."""
    yield "right", base, "", True
    for size in (NEAR, -NEAR):
        if instance.family == "versions" and isinstance(instance.right, Point):
            yield f"prices near {size:+g}", {k: v * (1 + size) for k, v in base.items()}, "", True
        if instance.family == "contract":
            for name in base:
                yield f"{name} near {size:+g}", {**base, name: base[name] * (1 + size)}, "", True
        if instance.family == "stackelberg" and instance.name not in KNIFE_EDGES:
            yield f"epsilon near {size:+g}", {**base, "epsilon": base["epsilon"] * (1 + size)}, "", True
        if instance.family == "three_party" and size > 0:
            yield f"quantity near {size:+g}", {**base, "quantity": base["quantity"] * (1 + size)}, "", True
    for factor in (1 + FAR, 1 - FAR, 0.5, 2.0):
        yield f"all x{factor:g}", {name: value * factor for name, value in base.items()}, "", False
        for name in base if len(base) > 1 else ():
            yield f"{name} x{factor:g}", {**base, name: base[name] * factor}, "", False


def _entries(base: dict[str, Any]) -> Iterator[Tampered]:
    """One entry of one decision; two entries exchanged."""
    for name, value in base.items():
        if np.ndim(value) == 0:
            continue
        unit = float(np.max(np.abs(value))) or 1.0
        for k in range(min(len(value), 4)):
            for size in (FAR, -FAR):
                moved = value.copy()
                moved[k] += size * unit
                yield f"{name}[{k}] {size:+g}", {**base, name: moved}, "", False
        for k, other in itertools.pairwise(range(min(len(value), 4))):
            if value[k] != value[other]:
                swapped = value.copy()
                swapped[[k, other]] = value[[other, k]]
                yield f"{name}[{k}, {other}] swapped", {**base, name: swapped}, "", False


def _absurd(base: dict[str, Any]) -> Iterator[Tampered]:
    """Nothing at all, less than nothing, far too much."""
    for label, factor in (("nothing", 0.0), ("negative", -1.0), ("a million times", 1e6)):
        for name in base:
            yield f"{name} {label}", {**base, name: base[name] * factor}, "", False


def exact_values(instance: Instance) -> dict[str, Any] | None:
    """Return the right answer in fractions, where it is rational."""
    if not isinstance(instance.right, Point):
        return None
    found = {}
    for name, value in instance.right.decisions.items():
        entries = list(np.atleast_1d(np.asarray(value, dtype=object)))
        if not all(isinstance(entry, str | int | Fraction) for entry in entries):
            return None
        fractions = [Fraction(entry) for entry in entries]
        found[name] = fractions if np.ndim(value) else fractions[0]
    return found


@dataclass(frozen=True)
class Answered:
    """The right answer of an instance, to have its outcomes tampered with."""

    instance: Instance
    base: dict[str, Any]

    @cached_property
    def solution(self) -> Any:
        """The answer as somebody's own numbers."""
        return mp.candidate(self.instance.model, **self.base)

    @property
    def values(self) -> Any:
        """Decisions and outcomes."""
        return self.solution.values

    def misstated(self, outcome: str) -> Any:
        """The answer with an outcome off by a hundred thousandth, or a truth value turned."""
        stated = np.atleast_1d(np.array(self.values[outcome]))
        if stated.dtype == bool:
            stated[0] = not stated[0]
        else:
            at = int(np.argmax(np.abs(stated)))
            stated[at] = stated[at] * (1 + FAR) if stated[at] else FAR
        return self.solution.altered(**{outcome: stated if np.ndim(self.values[outcome]) else stated[0]})

    def shortened(self, outcome: str) -> Any:
        """The answer with an entry of an outcome missing."""
        return self.solution.altered(**{outcome: np.asarray(self.values[outcome])[:-1]})

    def altered(self, name: str, value: float) -> Any:
        """The answer with the first entry of a decision replaced."""
        entries = np.array(self.values[name], dtype=float)
        if entries.ndim:
            entries[0] = value
        return self.solution.altered(**{name: entries if entries.ndim else value})

    def contradicting(self, fractions: dict[str, Any]) -> Any:
        """The right answer in fractions, with doubles beside them that say something else."""
        solution = mp.candidate(self.instance.model, **fractions)
        name = next(iter(fractions))
        return replace(solution, values={**solution.values, name: np.asarray(solution.values[name]) * (1 + FAR)})
