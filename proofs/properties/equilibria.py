"""Searching for equilibria: where replacements add up to the total, and where best responses come to rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...solvers.certificates.equilibrium import exactly_stationary
from ...solvers.readings.game import GameReading
from ...solvers.readings.rationals import Irrational
from ...solvers.readings.vectors import Vectors
from ...solvers.response import replacement
from .better_decisions import best_deviations, utility_scale
from .gains import concave_everywhere
from .profile import Profile

SEARCHED_PEOPLE = 2_000
PLAYED_PEOPLE = 16
STARTS = 6
APART = 1e-4
"""How different two equilibria must be, relative to the largest decision, to count as two."""


@dataclass(frozen=True)
class Found:
    """An equilibrium that was found; `exact` if first-order conditions of concave utilities hold over fractions."""

    own: Any
    total: Any
    largest_gain: float
    exact: bool


def equilibria(profile: Profile) -> tuple[list[Found], str]:
    """Return the equilibria that were found, in the order of their totals, and where they were looked for.

    Every one is checked against all the deviations of `best_deviations`; where small fractions satisfy the first-order
    conditions of concave utilities exactly, these are returned.
    """
    reading = GameReading(profile.game, Vectors())
    count = len(profile.own)
    if count > SEARCHED_PEOPLE:
        return [], f"none was looked for among more than {SEARCHED_PEOPLE:,} people"
    decided = {name: float(value) for name, value in profile.decided.items()}
    searched = "the roots of the replacements' sum on 200 totals"
    starts: list[Any] = [reading.lower + 0.0, np.asarray(profile.own, dtype=float)]
    with np.errstate(all="ignore"):
        try:
            starts += list(_roots(reading, decided))
        except TypeError:  # a kink has no derivative, and replacements are found by derivatives
            searched = "no roots, for want of derivatives"
        if count <= PLAYED_PEOPLE:
            starts += list(_resting_points(profile))
            searched += f", and best responses from {STARTS} starts"
        found: list[Found] = []
        for own in starts:
            size = float(np.max(np.abs(own), initial=0))
            if any(np.max(np.abs(own - _floats(one.own))) <= APART * max(size, _largest(one)) for one in found):
                continue
            checked = _checked(profile, own)
            if checked is not None:
                found.append(checked)
    return sorted(found, key=lambda one: float(one.total)), searched


def _floats(values: Any) -> Any:
    return np.asarray(values, dtype=float)


def _largest(one: Found) -> float:
    return float(np.max(np.abs(_floats(one.own)), initial=0))


def _roots(reading: GameReading, decided: dict[str, float]) -> Iterator[Any]:
    """The replacements at every total where their sum crosses it."""
    most = float(np.sum(reading.upper))
    totals = np.unique(np.concatenate([np.linspace(most / 100, most, 100), np.geomspace(most * 1e-9, most, 100)]))

    def excess(total: float) -> float:
        return float(np.sum(replacement(reading, total, decided))) - total

    values = [excess(total) for total in totals]
    for (low, below), (high, above) in zip(
        zip(totals, values, strict=True), list(zip(totals, values, strict=True))[1:], strict=False
    ):
        if below == 0:
            yield replacement(reading, low, decided)
        elif below * above < 0:
            yield replacement(reading, _root(excess, low, high), decided)
    if values[-1] == 0:
        yield replacement(reading, most, decided)


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(excess, low, high, xtol=1e-300, rtol=4 * np.finfo(float).eps))


def _resting_points(profile: Profile) -> Iterator[Any]:
    """Where best responses, one person after another, come to rest from corners and seeded random starts."""
    reading = GameReading(profile.game, Vectors())
    floats, random, span = profile.in_floats(), np.random.default_rng(0), reading.upper - reading.lower
    corners = [
        reading.upper + 0.0,
        *(np.where(np.arange(len(span)) == k, reading.upper, reading.lower) for k in range(2)),
    ]
    for start in [*corners, *(reading.lower + span * random.random(len(span)) for _ in range(STARTS - len(corners)))]:
        own = start.copy()
        for _ in range(20):
            before = own.copy()
            for index in range(len(own)):
                own[index] = best_deviations(floats.at(own), [index], points=24, sections=24)[0][0]
            if np.max(np.abs(own - before)) <= 1e-8 * max(float(np.max(np.abs(own))), 1e-300):
                yield own
                break


def _checked(profile: Profile, own: Any) -> Found | None:
    """The equilibrium at given decisions, or at the fractions they are next to; None where somebody gains."""
    near = _simple(own)
    if profile.exact and near is not None:
        floats = profile.in_floats().at(_floats(near))
        if _exactly(profile, near):
            return Found(near, profile.reading.algebra.sum(near), 0.0, exact=True)
        gain = _largest_gain(floats)
        if gain is not None:
            return Found(near, profile.reading.algebra.sum(near), gain, exact=False)
    gain = _largest_gain(profile.in_floats().at(own))
    return None if gain is None else Found(own, float(np.sum(own)), gain, exact=False)


def _largest_gain(profile: Profile) -> float | None:
    """The largest gain found by anybody's deviation, None if it is not negligible."""
    gain = float(np.max(best_deviations(profile, np.arange(len(profile.own)))[1]))
    return gain if gain <= 1e-9 * utility_scale(profile) else None


def _simple(own: Any) -> Any:
    """Fractions of denominators up to 1,000 that decisions are equal to but for rounding, or None."""
    near = [Fraction(value).limit_denominator(1000) for value in own.tolist()]
    close = np.max(np.abs(_floats(near) - own)) <= 1e-7 * np.max(np.abs(own))
    return np.array(near, dtype=object) if close else None


def _exactly(profile: Profile, own: Any) -> bool:
    """Whether first-order conditions of concave utilities hold exactly."""
    try:
        return exactly_stationary(profile.reading, own, profile.decided) and concave_everywhere(profile.at(own))
    except (Irrational, ZeroDivisionError, TypeError):  # nothing exact, or no derivatives
        return False
