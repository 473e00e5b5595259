"""Truthfulness under reports: whose lies are looked for, the best of them, and what is said of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from operator import attrgetter
from typing import Any

import numpy as np

from ...formulations.errors import MechproofError, UnsupportedModel
from ...formulations.language import Game
from ...solvers.formatting import shown
from .misreport import Lie, assigned, misreport, private_of, true_utility
from .profile import ROUNDING, Profile
from .results import Item, Verdict
from .within import at_least

EVERYBODY, THREE = 12, 20_000
"""Up to how many people everybody's lies are looked for, and those of three; beyond it, those of one."""
SECONDS = 2.0
"""How long lies are looked for before what was found is reported."""
TRUTHFULNESS = "truthfulness"


def truthfulness(profile: Profile, leader_decides: bool) -> Item:
    """Measure what lies are worth, and report the best one found.

    Parameters
    ----------
    profile
        The game at its solution.
    leader_decides
        Whether the leader's decision is its best one and so follows the reports; else it is kept as it is.
    """
    try:
        private_of(profile.game)
    except UnsupportedModel as refusal:
        return Item(TRUTHFULNESS, Verdict.NOT_APPLICABLE, str(refusal), profile.arithmetic, informational=True)
    decided = None if leader_decides or profile.reading.leader is None else dict(profile.decided)
    until = time.perf_counter() + SECONDS
    try:
        lies = _lies(profile, decided, until)
    except MechproofError as error:
        return Item(
            TRUTHFULNESS, Verdict.INCONCLUSIVE, f"an equilibrium by reports was not found: {error}", "float", None, True
        )
    sample = "" if len(lies) == len(profile.own) else f" among {', '.join(map(profile.person, lies))}"
    kept = "" if decided is None else f", {next(iter(decided))} being kept at {shown(next(iter(decided.values())))}"
    sample += f" in {SECONDS:g} s" if time.perf_counter() > until else ""
    best = max(filter(None, lies.values()), key=attrgetter("gain"), default=None)
    if best is None:
        text = f"no lie was found to pay{sample}{kept}; that none does is not shown"
        return Item(TRUTHFULNESS, Verdict.INCONCLUSIVE, text, "float", None, informational=True)
    private = str(profile.game.private_data)
    text = (
        f"{profile.person(best.person)} gains {shown(best.gain)} by reporting a {private} of {shown(best.report)} "
        f"instead of {shown(best.truth)}: {shown(best.lying)} instead of {shown(best.honest)}{kept}; "
        f"the best lie found{sample}"
    )
    witness = {
        profile.role: profile.name(best.person),
        "truth": best.truth,
        "report": best.report,
        "honest_utility": best.honest,
        "lying_utility": best.lying,
        "gain": best.gain,
        "looked_at": list(map(profile.name, lies)),
    }
    room = 0 if best.exact else ROUNDING * max(abs(float(best.lying)), abs(float(best.honest)))
    how, within = "exact" if best.exact else "float", at_least(best.gain, room)  # other lies may gain more
    return Item(TRUTHFULNESS, Verdict.VIOLATED, text, how, witness, informational=True, within=within)


def _lies(profile: Profile, decided: Mapping[str, Any] | None, until: float) -> dict[int, Lie | None]:
    """The best lie of each who was looked at, of one at least, while there is time."""
    found: dict[int, Lie | None] = {}
    for person in _people(profile):
        if found and time.perf_counter() > until:
            break
        found[person] = _best_lie(profile.game, person, decided, until)
    return found


def _people(profile: Profile) -> list[int]:
    """Everybody, or the cheapest and the dearest who take part and the cheapest who does not.

    Who sells all that the own cap allows decides the same by most reports: others are looked at before, if there are.
    """
    if len(profile.own) <= EVERYBODY:
        return list(range(len(profile.own)))
    cost = np.asarray(profile.reading.data[str(profile.game.private_data)], dtype=float)
    inside = np.asarray(profile.own > 0, dtype=bool)
    between = inside & np.asarray(profile.own < profile.reading.upper, dtype=bool)
    inside = between if np.any(between) else inside
    chosen = [int(np.argmin(np.where(inside, cost, np.inf))), int(np.argmax(np.where(inside, cost, -np.inf)))]
    chosen.append(int(np.argmin(np.where(profile.own > 0, np.inf, cost))))
    return list(dict.fromkeys(chosen))[: 3 if len(cost) <= THREE else 1]


def _best_lie(game: Game, person: int, decided: Mapping[str, Any] | None, until: float) -> Lie | None:
    """The best lie on a grid of multiples of the truth, refined and made a simple fraction of it, if any pays."""
    name = private_of(game)
    truth = getattr(game, name)
    honest = true_utility(game, person, assigned(game, decided, exact=False), exact=False)
    scale = abs(honest) or 1e-300

    def gain(factor: float) -> float:
        reported = np.array(truth, dtype=np.float64)
        reported[person] *= factor
        try:
            answer = assigned(replace(game, **{name: reported}), decided, exact=False)
            return float(true_utility(game, person, answer, exact=False) - honest)
        except MechproofError:  # a report that is refused, or without an equilibrium, is not tried
            return -np.inf

    best, reached, step = 1.0, 0.0, 0.4
    for round_of_search in range(4):
        around = best
        for k in (
            (-8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8) if round_of_search == 0 else (-3, -2, -1, 1, 2, 3)
        ):
            if time.perf_counter() > until:
                break
            factor = around * float(np.exp(step * k))
            value = gain(factor)
            if value > reached:
                best, reached = factor, value
        step /= 3
    if not reached > 1e-9 * scale:
        return None
    simple = _simplest(Fraction(best) * Fraction(98, 100), Fraction(best) * Fraction(102, 100))
    for multiple in (simple, Fraction(best).limit_denominator(10**6)):
        lie = misreport(game, person, Fraction(truth[person]) * multiple, decided)
        if lie.gain > 0:
            return lie
    return None


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of smallest denominator between two positive ones."""
    denominator = 1
    while True:
        numerator = -(-low.numerator * denominator // low.denominator)
        if Fraction(numerator, denominator) <= high:
            return Fraction(numerator, denominator)
        denominator += 1
