"""What is true of a generated game, by exact search with two to six people; it knows nothing of proofs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice, product
from math import ceil, floor

from .grammar import KINDS, OutsideError, Person, Spec

F = Fraction
ONE = F(1)
PEOPLE = range(2, 7)
GRID = tuple(F(text) for text in ("0", "1/16", "1/4", "9/16", "1", "9/4", "4", "9", "16", "64", "-1", "-1/4"))
"""Decisions that are tried: roots of most are rational."""
DATA = tuple(F(text) for text in ("1", "4", "60", "1/4", "100"))
STEPS = tuple(F(1, 2**k) for k in range(12))
MOST_PROFILES = 300
MOST_GAMES = 60


@dataclass(frozen=True)
class Instance:
    """A game's data: everybody's cost, the pool, the part's rate and kind, what effort is worth to a leader."""

    costs: tuple[Fraction, ...]
    pool: Fraction
    rate: Fraction = ONE
    kind: str = ""
    worth: Fraction = ONE

    @property
    def people(self) -> int:
        """How many there are."""
        return len(self.costs)


def instances(spec: Spec, least: bool = True) -> Iterator[Instance]:
    """Small games: alike, and with one who differs; a leader's decision may be nothing, where `least` is meant too."""
    pools = (*DATA, F(0)) if spec.leader and least else DATA
    for people, kind, pool in product(PEOPLE, spec.kinds, pools):
        for one, other in ((F(1), F(1)), (F(1), F(4)), (F(60), F(1)), (F(1, 4), F(1, 4))):
            for rate in (F(1), F(5)) if spec.gain else (F(1),):
                yield Instance((one, *[other] * (people - 1)), pool, rate, kind)


def some(games: Iterator[Instance]) -> list[Instance]:
    """Return about as many of the games as there is time for, evenly chosen."""
    found = list(games)
    return found[:: 1 + len(found) // MOST_GAMES]


def bounds(spec: Spec, game: Instance) -> list[tuple[Fraction, Fraction]]:
    """Return everybody's bounds."""
    found = spec.bounds.value(game.people, person(game, 0, F(0), F(0)))
    if any(lower > upper for lower, upper in found):
        raise OutsideError
    return found


def person(game: Instance, k: int, own: Fraction, others: Fraction) -> Person:
    """Return one of the people at these decisions."""
    return Person(own, others, game.costs[k], game.pool, game.people, game.rate)


def utility(spec: Spec, game: Instance, k: int, own: Fraction, others: Fraction) -> Fraction | None:
    """Return a person's utility, None where it is irrational."""
    try:
        return spec.utility(person(game, k, own, others), game.kind)
    except (OutsideError, ZeroDivisionError):
        return None


def points(spec: Spec, lower: Fraction, upper: Fraction) -> list[Fraction]:
    """Return decisions within bounds, the bounds among them."""
    if spec.bounds.whole:
        return [F(value) for value in range(ceil(lower), floor(upper) + 1)]
    return sorted({lower, upper, *(value for value in GRID if lower <= value <= upper)})


def dented(spec: Spec, positive: bool, least: bool) -> str:
    """Return an instance in which somebody's utility is not concave in the own decision, "" if none was found."""
    for game in instances(spec, least):
        try:
            limits = bounds(spec, game)
        except OutsideError:
            continue
        low, high = (sum(side) for side in zip(*limits[1:], strict=True))
        for others in dict.fromkeys((low, high, *(value for value in (F(1), F(4)) if low <= value <= high))):
            if positive and others <= 0:
                continue
            known = [(x, utility(spec, game, 0, x, others)) for x in points(spec, *limits[0])]
            for (x, u), (y, v), (z, w) in combinations([(x, u) for x, u in known if u is not None], 3):
                if v * (z - x) < u * (z - y) + w * (y - x):
                    return f"{game}: others {others}, U({x}) = {u}, U({y}) = {v}, U({z}) = {w}"
    return ""


def dented_leader(spec: Spec) -> str:
    """Return an instance in which the leader's utility is not concave in its own decision, "" if none was found."""
    assert spec.leader is not None
    for total, worth in product((F(0), F(1), F(4), F(40)), DATA):
        known = []
        for pool in (F(0), F(1), F(4), F(9), F(16)):
            known.append((pool, spec.leader.value(pool, total, worth)))
        for (x, u), (y, v), (z, w) in combinations(known, 3):
            if v * (z - x) < u * (z - y) + w * (y - x):
                return f"total {total}, worth {worth}: at {x}, {y}, {z}"
    return ""


def gain_of(spec: Spec, game: Instance, k: int, own: Fraction, others: Fraction) -> str:
    """Return a decision that is worth more to a person than the own one, "" if none was found."""
    lower, upper = bounds(spec, game)[k]
    here = utility(spec, game, k, own, others)
    if here is None:
        raise OutsideError
    near = () if spec.bounds.whole else (own + sign * step for step in STEPS for sign in (1, -1))
    for other in (*points(spec, lower, upper), *(x for x in near if lower <= x <= upper)):
        there = utility(spec, game, k, other, others)
        if there is not None and there > here:
            return f"{game}: person {k} has {here} with {own} against {others}, and {there} with {other}"
    return ""


def best(spec: Spec, game: Instance, k: int, own: Fraction, others: Fraction) -> bool | None:
    """Whether a decision is a person's best one; None if this cannot be told exactly."""
    if gain_of(spec, game, k, own, others):
        return False
    if spec.bounds.whole:
        return True
    lower, upper = bounds(spec, game)[k]
    parts = [(term.degree, term.concave and (others > 0 or not term.away), term.slope) for term in spec.terms]
    if spec.gain:
        _, _, slope, degree, concave = KINDS[game.kind]
        parts.append((degree, concave, slope))
    if all(degree is not None and degree <= 2 for degree, _, _ in parts):
        at_zero, at_one, at_two = (utility(spec, game, k, F(x), others) for x in (0, 1, 2))
        assert at_zero is not None and at_one is not None and at_two is not None  # noqa: PT018
        bend = (at_two - 2 * at_one + at_zero) / 2
        rise = at_one - at_zero - bend
        if bend >= 0:
            return True  # the best are bounds, and both were tried
        top = min(max(-rise / (2 * bend), lower), upper)
        return own == top
    if lower >= 0 and all(concave and slope is not None for _, concave, slope in parts):
        here = person(game, k, own, others)
        try:
            rate = sum((slope(here) for _, _, slope in parts if slope is not None), F(0))
        except (OutsideError, ZeroDivisionError):
            return None
        return bool((own == lower or rate >= 0) and (own == upper or rate <= 0))
    return None


def profiles(spec: Spec, game: Instance) -> Iterator[tuple[Fraction, ...]]:
    """Decisions of all that are tried as equilibria: all combinations of two, else alike or at bounds."""
    choices = [points(spec, *one) for one in bounds(spec, game)]
    if game.people == 2 or (spec.bounds.whole and len(choices[0]) ** game.people <= MOST_PROFILES):
        yield from product(*choices)
        return
    alike = ((value,) * game.people for value in choices[-1] if all(value in one for one in choices))
    yield from dict.fromkeys((*alike, *islice(product(*({one[0], one[-1]} for one in choices)), MOST_PROFILES)))


def equilibria(spec: Spec, game: Instance) -> Iterator[tuple[Fraction, ...]]:
    """Return equilibria that are certain."""
    for profile in profiles(spec, game):
        total = sum(profile)
        try:
            if all(best(spec, game, k, own, total - own) for k, own in enumerate(profile)):
                yield profile
        except OutsideError:
            continue


def several(spec: Spec, least: bool) -> str:
    """Return an instance with two equilibria, "" if none was found."""
    for game in some(instances(spec, least)):
        try:
            found = list(islice(equilibria(spec, game), 2))
        except OutsideError:
            continue
        if len(found) > 1:
            return f"{game}: {found[0]} and {found[1]}"
    return ""


def losing(spec: Spec) -> str:
    """Return an instance and an equilibrium at which somebody has less than nothing, "" if none was found."""
    for game in some(instances(spec)):
        try:
            for profile in equilibria(spec, game):
                for k, own in enumerate(profile):
                    value = utility(spec, game, k, own, sum(profile) - own)
                    if value is not None and value < 0:
                        return f"{game}: {profile} is worth {value} to person {k}"
        except OutsideError:
            continue
    return ""


def without(spec: Spec, least: bool) -> str:
    """Return an instance without any equilibrium, "" if none was found.

    In whole numbers all are tried. Otherwise only where nothing between the bounds is anybody's best decision.
    """
    convex = all(term.degree is not None and term.degree <= 2 for term in spec.terms) and not spec.gain
    if not spec.bounds.whole and not convex:
        return ""
    for game in instances(spec, least):
        try:
            limits = bounds(spec, game)
        except OutsideError:
            continue
        choices = [points(spec, *one) for one in limits]
        if not spec.bounds.whole:
            if not all(_bends_up(spec, game, k, limits) for k in range(game.people)):
                continue
            choices = [[one[0], one[-1]] for one in choices]
        elif len(choices[0]) ** game.people > MOST_PROFILES:
            continue
        if not any(_rests(spec, game, profile) for profile in product(*choices)):
            return str(game)
    return ""


def _rests(spec: Spec, game: Instance, profile: tuple[Fraction, ...]) -> bool:
    try:
        return not any(gain_of(spec, game, k, own, sum(profile) - own) for k, own in enumerate(profile))
    except OutsideError:
        return True


def _bends_up(spec: Spec, game: Instance, k: int, limits: list[tuple[Fraction, Fraction]]) -> bool:
    """Whether a utility of degree two is strictly convex, whatever the others do: it is linear in their sum."""
    others = [one for j, one in enumerate(limits) if j != k]
    for rest in (sum((side for side, _ in others), F(0)), sum((side for _, side in others), F(0))):
        values = [utility(spec, game, k, F(x), rest) for x in (0, 1, 2)]
        if None in values or values[2] - 2 * values[1] + values[0] <= 0:  # type: ignore[operator]
            return False
    return True


def overspent(spec: Spec) -> str:
    """Return an instance in which the pool does not suffice, "" if none was found."""
    assert spec.payment is not None
    for game in instances(spec):
        try:
            tried = list(profiles(spec, game))
        except OutsideError:
            continue
        for profile in tried:
            left = slack(spec, game, profile)
            if left < 0 or (spec.payment.equality and left != 0):
                return f"{game}: {profile} leaves {left}"
    return ""


def slack(spec: Spec, game: Instance, profile: tuple[Fraction, ...]) -> Fraction:
    """Return what is left of the pool."""
    assert spec.payment is not None
    total = sum(profile)
    paid = (spec.payment.value(person(game, k, own, total - own)) for k, own in enumerate(profile))
    return game.pool - sum(paid, F(0))
