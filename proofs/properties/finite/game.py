"""The properties of a profile of a finite game: what is gained by leaving it, whether it is alone, and dominance."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

from ....formulations.errors import BackendError, LimitReached
from ....formulations.finite.declaration import FiniteGame
from ....solvers.certificates.certify import certify
from ....solvers.certificates.finite.gains import best_gains
from ....solvers.finite.dominance import dominated, reduced
from ....solvers.finite.equilibria import SOME, Equilibria, equilibria
from ....solvers.formatting import fraction_text, number
from ....solvers.solution import Solution
from ..results import Item, Verdict
from ..within import amounts_to

MOST_SUPPORTS = 4_000
"""Pairs of supports up to which an only equilibrium is looked for in a second way."""


def judge_finite_game(model: FiniteGame, solution: Solution) -> tuple[Item, ...]:
    """Judge every property that a finite game names.

    Examples
    --------
    >>> import mechproof as mp
    >>> dilemma = mp.FiniteGame(payoff=[[[3, 0], [5, 1]], [[3, 5], [0, 1]]], strategy=[["keep", "break"]] * 2)
    >>> for item in judge_finite_game(dilemma, mp.candidate(dilemma, probability=[1, 0, 1, 0])):
    ...     print(item.verdict, "|", item.text)
    violated | Player 1 gains 2 by break instead of keep
    holds | there is no other equilibrium than Player 1: break, Player 2: break
    violated | Player 1's keep is weakly dominated by break, and used
    holds | what is left when strictly dominated strategies are dropped: Player 1: break, Player 2: break
    """
    return (deviation(model, solution), uniqueness(model), undominated(model, solution), solvable(model))


def deviation(model: FiniteGame, solution: Solution) -> Item:
    """Judge whether nobody gains by another strategy."""
    name, exact = "no-profitable-deviation", _exact(solution)
    how = "exact" if exact is not None else "float"
    found = certify(solution, how, solution.request.tolerance)
    if found.valid:
        return Item(name, Verdict.HOLDS, f"{found.reason}", how, {"gain": Fraction(0)})
    if found.feasible is False:
        return Item(name, Verdict.INCONCLUSIVE, found.reason, how)
    stated = exact or [Fraction(float(entry)) for entry in solution.values["probability"]]
    gain = max(best_gains(model, stated), key=lambda one: one.amount)
    verdict = Verdict.VIOLATED if found.optimal is False else Verdict.INCONCLUSIVE
    names, part = model.strategy[gain.player], model.slices[gain.player]
    played = " + ".join(_part(p, s) for p, s in zip(stated[part], names, strict=True) if p)
    text = f"{gain.text(model)} instead of {played}"
    witness = {"player": model.player[gain.player], "strategy": names[gain.strategy], "gain": gain.amount}
    return Item(name, verdict, text, how, witness, within=amounts_to(gain.amount))


def uniqueness(model: FiniteGame) -> Item:
    """Judge whether there is one equilibrium only."""
    name = "uniqueness"
    try:
        found = equilibria(model)
    except (LimitReached, BackendError) as error:
        return Item(name, Verdict.INCONCLUSIVE, str(error), "exact", informational=True)
    if len(found) > 1:
        several = f"infinitely many, with {len(found)} corners" if found.infinite else str(len(found))
        two = [told(found, index) for index in (0, 1)]
        text = f"there are {several}{'' if found.complete else ' or more'}: {two[0]}; {two[1]}"
        return Item(name, Verdict.VIOLATED, text, "exact", {"equilibria": two}, True)
    missed = _missed(model, found) if found.complete else None
    if missed is not None:
        text = f"back ends disagree: {found.backend} found {told(found, 0)} alone, and {missed} is an equilibrium too"
        return Item(name, Verdict.VIOLATED, text, "exact", {"equilibria": [told(found, 0), missed]}, True)
    if found.complete:
        text = f"there is no other equilibrium than {told(found, 0)}"
        return Item(name, Verdict.HOLDS, text, "exact", {"equilibria": [told(found, 0)]}, True)
    return Item(name, Verdict.INCONCLUSIVE, found.found.told, "exact", informational=True)


def _missed(model: FiniteGame, found: Equilibria) -> str | None:
    """Return an equilibrium that another back end finds, and this enumeration of one has not."""
    if len(model.shape) != 2 or prod(2**count - 1 for count in model.shape) > MOST_SUPPORTS:
        return None
    other = equilibria(model, SOME)
    places = (k for k, profile in enumerate(other.profiles) if tuple(profile) != tuple(found.profiles[0]))
    return next((told(other, k) for k in places), None)


def undominated(model: FiniteGame, solution: Solution) -> Item:
    """Judge whether no strategy in use is weakly dominated."""
    name, stated = "undominated", _exact(solution) or [Fraction(float(x)) for x in solution.values["probability"]]
    for found in dominated(model, strict=False):
        if stated[model.slices[found.player].start + found.strategy] > solution.request.tolerance:
            witness = {"player": model.player[found.player], "strategy": model.strategy[found.player][found.strategy]}
            return Item(name, Verdict.VIOLATED, f"{found.text(model)}, and used", "exact", witness, True)
    return Item(name, Verdict.HOLDS, "no strategy in use is weakly dominated", "exact", None, True)


def solvable(model: FiniteGame) -> Item:
    """Judge whether dropping strictly dominated strategies leaves everybody one."""
    small = reduced(model)
    left = ", ".join(
        f"{player}: {' or '.join(names[s] for s in kept)}"
        for player, names, kept in zip(model.player, model.strategy, small.kept, strict=True)
    )
    text = f"what is left when strictly dominated strategies are dropped: {left}"
    verdict = Verdict.HOLDS if all(len(kept) == 1 for kept in small.kept) else Verdict.VIOLATED
    witness = {"dropped": [found.text(model) for found in small.dropped]}
    return Item("dominance-solvable", verdict, text, "exact", witness, True)


def told(found: Equilibria, index: int) -> str:
    """Return an equilibrium in one line."""
    mixed = found.named(found.profiles[index])
    return ", ".join(f"{player}: {' + '.join(_part(p, s) for s, p in used.items())}" for player, used in mixed.items())


def _part(probability: Any, strategy: str) -> str:
    if isinstance(probability, Fraction):
        text = fraction_text(probability)
        return strategy if probability == 1 else f"{text if len(text) <= 12 else number(float(probability))} {strategy}"
    return f"{number(float(probability))} {strategy}"


def _exact(solution: Solution) -> list[Fraction] | None:
    entries = (solution.exact or {}).get("probability")
    if entries is None or not all(isinstance(entry, Fraction | int) for entry in entries):
        return None
    return [Fraction(entry) for entry in entries]
