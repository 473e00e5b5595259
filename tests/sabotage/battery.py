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

from .answers import BestMenu, LeastVariance, NearestBestFit, Point, number
from .instances import SLOW_INSTANCES, Instance, builders
from .rows import led_apart, violation

TOLERANCE = 1e-7
NEAR, WITHIN, BEYOND, FAR = 2e-8, 8e-8, 1.4e-7, 1e-5
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
        by_gap = not self.instance.distant and apart <= 2 * TOLERANCE  # of which the gap alone is known
        found = {
            "is a certificate": isinstance(certificate.reason, str) and certificate.tolerance == TOLERANCE,
            "valid": self.on_edge
            or by_gap
            or certificate.valid == (self.rightful and self.arithmetic in self.instance.certified),
            "reason": re.search(self.words, certificate.reason) is not None,
            "never optimal if wrong": self.rightful or by_gap or certificate.optimal is not True,
            "never refuted if right": not self.rightful or certificate.optimal is not False,
        }
        if certificate.feasible and stated is not None:
            # relative to the largest of the answer, where `apart` is so to the largest of the right one
            found["distance from above"] = stated >= apart * (1 - apart - 1e-6) - 1e-12
            if self.rightful:
                loose = LOOSE[self.instance.family, self.arithmetic]
                found["distance not far above"] = stated <= loose * apart + FINEST.get(self.instance.family, 2e-10)
        least = certificate.distance_at_least
        if isinstance(right, Point | NearestBestFit):
            found |= self._enclosed(certificate.feasible, apart, least, stated, solution.values)
        if certificate.feasible and not self.rightful and self.name not in UNDECIDED:
            found["refuted"] = certificate.optimal is False or not self.instance.refuted
        if certificate.feasible and not self.on_edge:
            found["why"] = re.search(WHY[certificate.optimal, self.instance.family], certificate.reason) is not None
        if self.tampering == "right":
            found["right without a gap"] = certificate.gap is None or 0 <= certificate.gap <= 1e-9
            found["right without a violation"] = certificate.violation is not None and certificate.violation <= 1e-12
            enclosed = isinstance(right, Point) and certifies
            near = stated is not None and stated <= max(1e-9, FINEST.get(self.instance.family, 0.0))
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

    def _enclosed(self, feasible: Any, apart: float, least: Any, most: Any, values: Any) -> dict[str, bool]:
        """Whether the distance is between its bounds, and these are near it where the answer is far."""
        family, found = self.instance.family, {}
        led = least is not None and family in ("stackelberg", "convex")
        told = led_apart(self.instance, values) if led else apart
        if least is not None:
            found["distance from below"] = 0 <= least <= told * (1 + 1e-6) + 1e-12
        if feasible and TOLERANCE < apart < 10 and self.instance.refuted and not self.tampering.startswith(UNMOVED):
            loose = self.instance.name in KNIFE_EDGES or self.name in UNDECIDED
            found["distance nearly from above"] = loose or most is None or most <= 1.02 * max(apart, told) + 1e-9
            if family in ("versions", "contract", "three_party"):
                found["distance nearly from below"] = loose or (least is not None and least >= 0.98 * apart - 1e-9)
        return found


LOOSE = {
    ("stackelberg", "float"): 10.2,  # the pool is tried at eight tolerances after one
    ("stackelberg", "exact"): 10.2,
    ("versions", "float"): 2.4,  # of doubles that do not show themselves the searched optimum is known to a hair only
    ("versions", "exact"): 1.05,  # from a set of optimal menus it is told to a few per cent
    **{(family, "exact"): 1.0001 for family in ("contract", "three_party", "procurement", "declared", "convex")},
    **{(family, "float"): 1.0001 for family in ("contract", "three_party", "procurement", "declared", "convex")},
}
"""How many times the true distance of a right answer may be stated."""
FINEST = {"convex": 4e-9}
"""How far off a right answer may be stated at least: the width of the cells that pools are covered by."""
UNMOVED = ("stated", "short", "not a number", "infinite", "right")
UNDECIDED = {
    f"{name}/{arithmetic}"
    for arithmetic in ARITHMETICS
    for name in (
        "no pool is worth it/epsilon[0] +1e-05",  # nobody replies to a total of next to nothing: none is enclosed
        "no pool is worth it/epsilon[1] +1e-05",
        "no pool is worth it/epsilon[2] +1e-05",
        "two maxima/reward_pool x0.5",  # at half the pool everybody is far from the equilibrium
        "squares/all x1.00000014",  # the pool is at a quarter of that from the best one, relative to the largest
        "squares/all x0.99999986",
        "squares, loose caps/all x1.00000014",
        "squares, loose caps/all x0.99999986",
        "a lottery/all x1.00000014",  # what holds wherever all decide near the answer does not tell so little apart
        "a lottery/all x0.99999986",
        "foreseen, alone/epsilon x1.00000042",  # the buyer's foreseen choice is enclosed to some tolerances only
        "foreseen, alone/epsilon x0.99999958",
        "foreseen, two sellers/epsilon x1.00000042",
        "foreseen, two sellers/epsilon x0.99999958",
    )
} | {"two types/epsilon x0.5/exact"}  # no exactly feasible menu is near
"""Wrong answers that are not refuted, though nothing valid is said of them."""
WHY: dict[tuple[bool | None, str], str] = {
    (True, "stackelberg"): "global optimum is enclosed",
    (True, "convex"): "global optimum is enclosed",
    (True, "versions"): "multipliers|several|barrier|no safe menu earns more",
    (True, "contract"): "weak duality|no branch",
    (True, "three_party"): "equilibrium",
    (True, "procurement"): "by the rule",
    (True, "declared"): "Lagrangian|equilibrium is enclosed",
    (False, "stackelberg"): "gains|better for the server|takes (no )?part|is .* away|earns|moving",
    (False, "convex"): "gains|better for the server|takes (no )?part|is .* away",
    (False, "versions"): "away|earns|slack|proportion",
    (False, "contract"): "in the best menu|was found",
    (False, "three_party"): ".",
    (False, "procurement"): "by the rule",
    (False, "declared"): "gains|away|takes",
    **{
        (None, family): "."
        for family in ("stackelberg", "convex", "versions", "contract", "three_party", "procurement", "declared")
    },
}
"""What a reason says of feasible answers that are optimal, are not, or may be."""


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
BRIEF = {"two types", "exponentials for nothing"}
BRIEFLY = {
    "right",
    "epsilon near -2e-08",
    "all x0.5",
    "epsilon x0.5",
    "payment x0.5",
    "epsilon[0, 1] swapped",
    "stated variance",
}
"""What is tried of these, of which a single certificate takes a second."""


def checks() -> list[Check]:
    """Return everything that is asked of the certificates."""
    found: list[Check] = []
    for build in builders():
        for instance in build():
            base = right_values(instance)
            slow = instance.name in BRIEF
            if slow and base is not None:
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
        if name.endswith(("00014", "99986")) and not _beyond(instance, {**base, **values}):
            continue  # a small pool, measured by the largest, is within the tolerance
        # beyond a cap it is judged at the cap, and moving it there counts as well
        moved = "near +8" in name and getattr(instance.model, "epsilon_cap", None) is not None
        edge = rightful and name != "right" and (instance.name in KNIFE_EDGES or moved)
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


def _beyond(instance: Instance, values: dict[str, Any]) -> bool:
    return not isinstance(instance.right, Point) or instance.right.apart(values) > 1.2 * TOLERANCE


Tampered = tuple[str, dict[str, Any], str, bool]


def _whole(instance: Instance, base: dict[str, Any]) -> Iterator[Tampered]:
    """All decisions together or one of them, all entries by the same factor."""
    yield "right", base, "", True
    for size in (NEAR, -NEAR, WITHIN, -WITHIN):
        if instance.family == "versions" and isinstance(instance.right, Point):
            yield f"prices near {size:+g}", {k: v * (1 + size) for k, v in base.items()}, "", True
        if instance.family == "contract":
            for name in base:
                yield f"{name} near {size:+g}", {**base, name: base[name] * (1 + size)}, "", True
        if instance.family in ("stackelberg", "convex"):
            yield f"epsilon near {size:+g}", {**base, "epsilon": base["epsilon"] * (1 + size)}, "", True
        if instance.family == "three_party" and size > 0:
            yield f"quantity near {size:+g}", {**base, "quantity": base["quantity"] * (1 + size)}, "", True
    # a market's quantities are measured by one more than the largest
    beyond = BEYOND * (3 if instance.family == "three_party" else 1)
    for factor in (1 + FAR, 1 - FAR, 1 + beyond, 1 - beyond, 0.5, 2.0):
        yield f"all x{factor:.9g}", {name: value * factor for name, value in base.items()}, "", False
        for name in base if len(base) > 1 else ():
            yield f"{name} x{factor:.9g}", {**base, name: base[name] * factor}, "", False


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
