"""The game that a mechanism's reports are, and the mechanism that asks directly for what they bring about."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra
from ...formulations.errors import UnsupportedModel
from ...formulations.finite.declaration import FiniteGame
from ...formulations.finite.direct import DirectMechanism, Profile
from ..certificates.finite.lies import Lies
from ..solution import Solution

MOST_PROFILES = 100_000


def revelation_game(mechanism: DirectMechanism) -> FiniteGame:
    """Return the finite game in which each person chooses, before it knows its type, what each type would report.

    Its equilibria are the mechanism's Bayesian equilibria, the truth among them if it is Bayesian incentive compatible;
    `equilibria` finds the others. (A type that has no probability may report anything.)

    Raises
    ------
    UnsupportedModel
        When there are too many profiles, or something that is kept is not rational.

    Examples
    --------
    >>> import mechproof as mp
    >>> sell = mp.DirectMechanism(
    ...     types=[[1, 3]], prior=[["1/2", "1/2"]], allocation=[[0, 1]], payment=[[0, 2]], person=["Ann"]
    ... )
    >>> game = revelation_game(sell)
    >>> print(game.strategy[0][1], "|", *game.payoff[0])
    1: 1, 3: 3 | 0 1/2 -1/2 0
    """
    mechanism = _direct(mechanism)
    counts = [count**count for count in mechanism.shape]
    if prod(counts) > MOST_PROFILES:
        raise UnsupportedModel(f"there are {prod(counts):,} profiles of reports by type, more than {MOST_PROFILES:,}")
    lies = Lies(mechanism)
    plans = [list(product(range(count), repeat=count)) for count in mechanism.shape]
    payoff = np.empty((len(plans), *counts), dtype=object)
    for place in np.ndindex(*counts):
        said = [s for person, k in enumerate(place) for s in plans[person][k]]
        for person in range(len(plans)):
            where: Any = (person, *place)
            payoff[where] = _earned(mechanism, lies, person, said)
    names = [[_plan(mechanism, person, plan) for plan in some] for person, some in enumerate(plans)]
    return FiniteGame(payoff, mechanism.person, names, f"what to report in {type(mechanism).__name__}")


def _earned(mechanism: DirectMechanism, lies: Lies, person: int, said: list[int]) -> Fraction:
    """Return what a person keeps in expectation over everybody's types."""
    profiles = product(*map(range, mechanism.shape))
    return sum(
        (
            mechanism.chances[true] * lies.kept(person, true, mechanism.saying(said, true))
            for true in profiles
            if mechanism.chances[true]
        ),
        Fraction(0),
    )


def _plan(mechanism: DirectMechanism, person: int, plan: tuple[int, ...]) -> str:
    types = mechanism.types[person]
    return ", ".join(f"{t}: {types[s]}" for t, s in zip(types, plan, strict=True))


def revealed(solution: Solution) -> DirectMechanism:
    """Return the mechanism that asks for the types, and does with them what a solution's reports would bring about.

    If the reports are an equilibrium, the truth is one here, with the same outcome at every profile of types: the
    revelation principle, which `verify` tests on what comes back.

    Raises
    ------
    UnsupportedModel
        When the solution is of no mechanism of finitely many types.

    Examples
    --------
    >>> import mechproof as mp
    >>> said = dict(types=[[2, 3]], prior=[["1/2", "1/2"]], allocation=[[1, 1]], payment=[[1, 2]])
    >>> lazy = mp.candidate(mp.DirectMechanism(**said), report=[2, 2])
    >>> direct = revealed(lazy)
    >>> lazy.certificate.valid, mp.verify(direct).ok, mp.verify(mp.DirectMechanism(**said)).ok
    (True, True, False)
    """
    model = _direct(solution.model)
    reports = model.reports(solution.values["report"])

    class Revealed(type(model)):  # type: ignore[misc]
        """What a mechanism's reports bring about, asked for directly."""

        def at(self, a: Algebra, person: int, true: Profile, said: Profile) -> dict[str, Any]:
            """Return the same of what the types that are reported would have reported."""
            roles: dict[str, Any] = super().at(a, person, true, model.saying(reports, said))
            return roles

    direct: DirectMechanism = object.__new__(Revealed)
    vars(direct).update(vars(model))
    return direct


def _direct(model: Any) -> DirectMechanism:
    if not isinstance(model, DirectMechanism):
        raise UnsupportedModel(f"{type(model).__name__} is no mechanism of finitely many types, whose reports are read")
    return model
