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
from functools import cached_property, partial
from typing import Any

import numpy as np

import mechproof as mp

from . import answers
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
    on_edge: bool = False
    """Whether an answer as near may be left undecided: but it is never refuted."""

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
        certifies = self.arithmetic in self.instance.certified
        apart = right.apart(solution.values)
        found = {
            "is a certificate": isinstance(certificate.reason, str) and certificate.tolerance == TOLERANCE,
            "valid": self.on_edge
            or certificate.valid == (self.rightful and self.arithmetic in self.instance.certified),
            "reason": re.search(self.words, certificate.reason) is not None,
            "never optimal if wrong": self.rightful or certificate.optimal is not True,
            "never refuted if right": not self.rightful or certificate.optimal is not False,
        }
        if certificate.feasible and stated is not None:
            found["distance from above"] = stated >= apart * (1 - 1e-6) - 1e-12
            if self.rightful:
                found["distance not far above"] = stated <= 12 * apart + 1e-9
        least = certificate.distance_at_least
        if least is not None and isinstance(right, Point | NearestBestFit):
            told = led_apart(self.instance, solution.values) if self.instance.family == "stackelberg" else apart
            found["distance from below"] = 0 <= least <= told * (1 + 1e-6) + 1e-12
        if self.tampering == "right":
            found["right without a gap"] = certificate.gap is None or 0 <= certificate.gap <= 1e-9
            found["right without a violation"] = certificate.violation is not None and certificate.violation <= 1e-12
            enclosed = isinstance(right, Point) and certifies
            near = stated is not None and stated <= 1e-9
            found["right and near"] = not enclosed or near or (stated is None and not self.instance.distant)
        # an infinite outcome is a double, but no number over the reals
        valued = self.arithmetic == "float" or all(np.all(np.isfinite(v)) for v in solution.values.values())
        broken = violation(self.instance, solution.values) if valued else None
        if (
            broken is not None
            and not TOLERANCE / 3 < broken < 3 * TOLERANCE
            and not self.tampering.startswith(("stated", "short"))
        ):
            found["feasible"] = certificate.feasible is (broken <= TOLERANCE)
            if broken > TOLERANCE and np.isfinite(broken):
                found["violation"] = 0.4 < (certificate.violation or 0) / broken < 2.5
        return found


def violation(instance: Instance, values: Any) -> float | None:
    """Return the largest broken row, as a part of the sizes of its own terms; None where this is not known here."""
    if not all(np.all(np.isfinite(np.asarray(values[d], dtype=float))) for d in _names(instance)):
        return float("inf")
    rows = ROWS.get(instance.family, lambda model, values: None)(instance.model, values)
    return None if rows is None else max((_part(slack, size) for slack, size in rows), default=0.0)


def _part(slack: Any, size: Any) -> float:
    """What part of its size the most broken of some entries ≥ 0 is; all of it where there is no size."""
    short, sizes = np.broadcast_arrays(np.maximum(-np.asarray(slack, dtype=float), 0.0), size)
    return max((float(by / (of or by)) for by, of in zip(short.flat, sizes.flat, strict=True) if by), default=0.0)


Rows = list[tuple[Any, Any]]


def led_apart(instance: Instance, values: Any) -> float:
    """Return how far the clients are from their equilibrium at the pool, plus how far that is from the best pool's."""
    right, model, pool = instance.right, instance.model, float(values["reward_pool"])
    assert isinstance(right, Point)
    own = np.asarray(values["epsilon"], dtype=float)
    there = _floats(answers.contest(model.cost, model.epsilon_cap, pool))
    apart = float(np.max(abs(own - there)) / (np.max(own) or 1.0))
    return apart + right.apart({"reward_pool": pool, "epsilon": there})


def _bounds(value: Any, low: Any, high: Any) -> Rows:
    """The two sides of a box, each of the size of the larger of an entry and its bound."""
    entries = np.atleast_1d(np.asarray(value, dtype=float))
    return [(side * (entries - bound), np.maximum(abs(entries), abs(bound))) for side, bound in ((1, low), (-1, high))]


def _contest_rows(model: Any, values: Any) -> Rows:
    """0 ≤ B ≤ the largest pool; 0 ≤ ε ≤ the cap, or what the largest pool could buy."""
    largest = float(model.revenue.largest_pool)
    cap = largest / _floats(model.cost) if model.epsilon_cap is None else _floats(model.epsilon_cap)
    return _bounds(values["reward_pool"], 0.0, largest) + _bounds(values["epsilon"], 0.0, cap)


def _versions_rows(model: Any, values: Any) -> Rows | None:
    """The cone; a barrier's slacks are to be positive, which is more."""
    if getattr(model, "barrier", None) is not None:
        return None
    rows, price = cone_rows(_floats(model.epsilon), model.attack), np.asarray(values["price"], dtype=float)
    return [(price, abs(price)), (rows @ price, abs(rows) @ abs(price))]


def _contract_rows(model: Any, values: Any) -> Rows | None:
    """Nobody loses or envies, no budget is negative, the pool is not overspent."""
    epsilon, paid = np.asarray(values["epsilon"], dtype=float), np.asarray(values["payment"], dtype=float)
    cost, count = _floats(model.cost), _floats(model.count)
    for k, other in itertools.combinations(range(len(cost)), 2):
        if cost[k] == cost[other] and epsilon[k] != epsilon[other]:
            return None  # equals are treated unequally, which counts as a broken constraint of its own
    keeps, terms = paid - cost * epsilon, abs(paid) + cost * abs(epsilon)
    envy = paid[None, :] - cost[:, None] * epsilon[None, :]
    envied = abs(paid)[None, :] + cost[:, None] * abs(epsilon)[None, :]
    pool, most = float(model.reward_pool), np.max(abs(paid)) or float(model.reward_pool)
    wrong = np.minimum(keeps, np.min(keeps[:, None] - envy, axis=1))
    return [
        (keeps, terms),
        (keeps[:, None] - envy, terms[:, None] + envied),
        (epsilon, abs(epsilon)),
        (pool - count @ paid, pool + count @ abs(paid)),
        # what is lost or envied is told in parts of the largest payment too, and what is overspent in those of the pool
        (wrong, most),
        (pool - count @ paid, pool),
    ]


ROWS: dict[str, Callable[[Any, Any], Rows | None]] = {
    "stackelberg": _contest_rows,
    "versions": _versions_rows,
    "contract": _contract_rows,
}
"""What must not be negative, and the size of its terms, by the mechanism."""


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
KNIFE_EDGES = {"five clients", "mean over participants", "loose caps", "four enter, participants"}
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
        edge = rightful and name != "right" and instance.name in KNIFE_EDGES
        answer = partial(mp.candidate, instance.model, **values)
        yield from _both(instance, name, answer, words, rightful, on_edge=edge)
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


def _both(
    instance: Instance, name: str, answer: Any, words: str, rightful: bool, when: Any = True, on_edge: bool = False
) -> Iterator[Check]:
    for arithmetic in ARITHMETICS if when else ():
        yield Check(instance, name, arithmetic, answer, words, rightful, on_edge)


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
        if instance.family == "stackelberg":
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
        return replace(solution, values={**solution.values, name: _moved(solution.values[name])})


def _moved(value: Any) -> Any:
    """A value off by a hundred thousandth of itself, or by that where it is zero."""
    entries = np.asarray(value, dtype=float)
    return entries * (1 + FAR) if np.any(entries) else entries + FAR
