"""What a person gains by a report other than the truth, if decisions are assigned by reports.

The game is played with the reported data, by a mechanism that assigns the decisions at the equilibrium; each utility is
that of the true data. Deviating from an assigned decision is another matter (no-profitable-deviation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.data import Rule, read_number
from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Game
from ...formulations.registry import Registry
from ...formulations.shown import Shown
from ...solvers.certificates.equilibrium import exactly_stationary
from ...solvers.readings.game import GameReading
from ...solvers.readings.rationals import Irrational, Rationals
from ...solvers.readings.vectors import Vectors
from ...solvers.response import equilibrium
from ...solvers.solve import solve
from .profile import EXACT_PEOPLE, has_exact_data


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
    name = private_of(game)
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
        honest, lying = (true_utility(game, person, answer, exact) for answer in answers)
    except Irrational:
        exact = False
        honest, lying = (true_utility(game, person, answer, exact) for answer in answers)
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
    answers = [assigned(one, decided, exact) for one in games]
    if exact and not all(map(_rational, answers)):
        return _answers(games, decided, exact=False)
    return answers, exact


def private_of(game: Game) -> str:
    """Return the name of the data that can be misreported."""
    if not isinstance(game, Game):
        raise UnsupportedModel(f"{type(game).__name__} is no game; mp.verify judges what a mechanism promises itself")
    if game.private_data is None:
        raise UnsupportedModel(
            f"{type(game).__name__} names no private data that could be misreported; Game.private_data would"
        )
    return game.private_data


def assigned(game: Game, decided: Mapping[str, Any] | None, exact: bool) -> dict[str, Any]:
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


def true_utility(game: Game, person: int, answer: Mapping[str, Any], exact: bool) -> Any:
    """A person's utility by its true data, at assigned decisions."""
    reading = GameReading(game, Rationals() if exact else Vectors())
    values = {name: reading.vector_or_number(value) for name, value in answer.items()}
    own = values.pop(reading.population.decision.name)
    others = reading.algebra.sum(own) - own
    return reading.subset([person]).utility(own[[person]], others[[person]], values)[0]
