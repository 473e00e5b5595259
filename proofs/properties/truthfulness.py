"""Truthfulness under reports: what somebody gains who misstates its private data, if decisions are assigned by them.

The game is played with the reported data, by a mechanism that assigns the decisions at the equilibrium; each utility is
that of the true data. Deviating from an assigned decision is another matter (no-profitable-deviation).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import attrgetter
from typing import Any

import numpy as np

from ...formulations.data import Rule, read_number
from ...formulations.errors import InputError, MechproofError, UnsupportedModel
from ...formulations.language import Game
from ...formulations.registry import Registry
from ...formulations.shown import Shown
from ...solvers.certificates.equilibrium import exactly_stationary
from ...solvers.formatting import shown
from ...solvers.readings.game import GameReading
from ...solvers.readings.rationals import Irrational, Rationals
from ...solvers.readings.vectors import Vectors
from ...solvers.response import equilibrium
from ...solvers.solve import solve
from .profile import EXACT_PEOPLE, ROUNDING, Profile, has_exact_data
from .results import Item, Verdict
from .within import at_least

EVERYBODY, THREE = 12, 20_000
"""Up to how many people everybody's lies are looked for, and those of three; beyond it, those of one."""
SECONDS = 2.0
"""How long lies are looked for before what was found is reported."""
TRUTHFULNESS = "truthfulness"


@dataclass(frozen=True, repr=False)
class Lie(Shown, by="proofs.properties.present:show_lie"):
    """What a person gains by a report: the utilities, by the true data, of reporting the truth and of lying.

    `exact` tells fractions from doubles.
    """

    person: int
    truth: Any
    report: Any
    honest: Any
    lying: Any
    exact: bool

    @property
    def gain(self) -> Any:
        """What the lie is worth."""
        return self.lying - self.honest


def misreport(game: Game, person: int, report: Any, decided: Mapping[str, Any] | None = None) -> Lie:
    """Return what a person gains by reporting something else than the truth.

    Parameters
    ----------
    game
        A game with `private_data`, at the true data.
    person
        The index of who lies.
    report
        What it reports.
    decided
        The leader's decision, if it is the same whatever is reported; None if the leader decides by the reports.

    Returns
    -------
    Lie
        In fractions where the data and both equilibria are, and there are not too many people; else in doubles.

    Raises
    ------
    InputError, UnsupportedModel
        When the report breaks the data's rule, or the game names no private data.

    Examples
    --------
    >>> import mechproof as mp
    >>> print(misreport(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), person=0, report="1/2").gain)
    1/36
    >>> three = mp.StackelbergPricing(cost=[1, 1, 1], alpha=4, beta=4)
    >>> print(misreport(three, 0, "2/3").gain, misreport(three, 0, "2/3", decided={"reward_pool": 1}).gain)
    1/18 1/72
    """
    name = _private(game)
    truth = getattr(game, name)
    if decided is not None:
        decided = {key: read_number(key, value, Rule(key)) for key, value in decided.items()}
    if not 0 <= person < len(truth):
        raise InputError("person", person, f"must be an index below {len(truth)}")
    report = read_number("report", report, Rule("a report"))
    exact = len(truth) <= EXACT_PEOPLE and has_exact_data(game)
    games = game, replace(game, **{name: _with(truth, person, report, exact)})
    answers, exact = _answers(games, decided, exact)
    try:
        honest, lying = (_true_utility(game, person, answer, exact) for answer in answers)
    except Irrational:
        exact = False
        honest, lying = (_true_utility(game, person, answer, exact) for answer in answers)
    return Lie(person, truth[person], report, honest, lying, exact)


def _with(truth: Any, person: int, report: Any, exact: bool) -> Any:
    """The data with one report in them: a million doubles stay doubles."""
    if not exact and truth.dtype == np.float64:
        reported = np.array(truth)
        reported[person] = float(report)
        return reported
    mixed = np.array(truth, dtype=object)
    mixed[person] = report
    return mixed.tolist()


def _answers(
    games: tuple[Game, Game], decided: Mapping[str, Any] | None, exact: bool
) -> tuple[list[dict[str, Any]], bool]:
    """Return what is assigned in the games, and whether it is exact: as asked, and where both are rational."""
    answers = [_assigned(one, decided, exact) for one in games]
    if exact and not all(map(_rational, answers)):
        return _answers(games, decided, exact=False)
    return answers, exact


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
        _private(profile.game)
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


def _private(game: Game) -> str:
    if not isinstance(game, Game):
        raise UnsupportedModel(f"{type(game).__name__} is no game; mp.verify judges what a mechanism promises itself")
    if game.private_data is None:
        raise UnsupportedModel(
            f"{type(game).__name__} names no private data that could be misreported; Game.private_data would"
        )
    return game.private_data


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


def _assigned(game: Game, decided: Mapping[str, Any] | None, exact: bool) -> dict[str, Any]:
    """The decisions a mechanism assigns by the data of the game."""
    names = [player.decision.name for player in game.players()]
    if decided is None:
        try:
            solution = solve(game, arithmetic="exact" if exact else "float")
        except UnsupportedModel:
            solution = solve(game)
        values = solution.exact if exact and solution.exact is not None else solution.values
        return {name: values[name] for name in names}
    return {**decided, names[-1]: response(game, decided, exact)}


RESPONSES: Registry[Callable[[Any, Mapping[str, Any], bool], Any | None]] = Registry("mechproof.responses")
"""The equilibria that mechanisms know better than the general search; None where they know no better."""


def response(game: Game, decided: Mapping[str, Any], exact: bool) -> Any:
    """Return the population's equilibrium at the leader's decision; in small fractions, if asked for and exact."""
    known = RESPONSES.of(type(game))
    own = None if known is None else known(game, decided, exact)
    if own is not None:
        return own
    given = {name: float(value) for name, value in decided.items()}
    own = equilibrium(GameReading(game, Vectors()), given)
    if exact:
        near = np.array([Fraction(value).limit_denominator(10**6) for value in own], dtype=object)
        try:
            if exactly_stationary(GameReading(game, Rationals()), near, {k: Fraction(v) for k, v in decided.items()}):
                return near
        except (Irrational, ZeroDivisionError):
            pass
    return own


def _rational(answer: Mapping[str, Any]) -> bool:
    return all(isinstance(np.ravel(np.asarray(value, dtype=object))[0], Fraction) for value in answer.values())


def _true_utility(game: Game, person: int, answer: Mapping[str, Any], exact: bool) -> Any:
    """A person's utility by its true data, at assigned decisions."""
    reading = GameReading(game, Rationals() if exact else Vectors())
    values = {name: reading.vector_or_number(value) for name, value in answer.items()}
    own = values.pop(reading.population.decision.name)
    others = reading.algebra.sum(own) - own
    return reading.subset([person]).utility(own[[person]], others[[person]], values)[0]


def _best_lie(game: Game, person: int, decided: Mapping[str, Any] | None, until: float) -> Lie | None:
    """The best lie on a grid of multiples of the truth, refined and made a simple fraction of it, if any pays."""
    name = _private(game)
    truth = getattr(game, name)
    honest = _true_utility(game, person, _assigned(game, decided, exact=False), exact=False)
    scale = abs(honest) or 1e-300

    def gain(factor: float) -> float:
        reported = np.array(truth, dtype=np.float64)
        reported[person] *= factor
        try:
            answer = _assigned(replace(game, **{name: reported}), decided, exact=False)
            return float(_true_utility(game, person, answer, exact=False) - honest)
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
