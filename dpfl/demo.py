"""The demonstration: one market of 1,000 clients, from its declaration to a trained model, as documents.

The market ships with the package: ``shipped/clients.csv`` was made by ``shipped/make_clients.py`` (log-normal costs,
seeded); ``shipped/uncapped.toml`` and ``shipped/capped.toml`` are ordinary specifications.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from ..formulations.language import Game
from ..solvers.commands.documents import comparison_document, solution_document
from ..solvers.compare import compare
from ..solvers.figures.document import figures_document
from ..solvers.figures.figure import Axis, Figure, Mark, Series
from ..solvers.solution import Solution
from ..solvers.solve import solve
from ..solvers.specification import Specification, read_specification
from .accounting.privacy import mu_for
from .accounting.sold import sold_budgets
from .training.protocol import protocol_from
from .training.train import train

Document: TypeAlias = Mapping[str, Any]
Verifier: TypeAlias = Callable[[Solution, Specification], Document]
Say: TypeAlias = Callable[[str], None]

BACK_ENDS = ("closed-form", "cvxpy:CLARABEL", "cvxpy:HIGHS", "cvxpy:PIQP", "cvxpy:SCS")
"""Those compared, the specialised one first."""
SECONDS_EACH = 10.0
"""How long each may take; one that takes longer has a row that says so."""
CAPS = (1, 3, 10, 20, 50, 100, 300, 1000, 3000)
"""Caps on every budget, about two a decade, that a figure compares."""


@dataclass(frozen=True)
class Market:
    """One of the shipped markets, as it was specified, and its solution."""

    name: str
    specification: Specification
    solution: Solution


def shipped(name: str) -> Specification:
    """Return a specification that ships with the package.

    Examples
    --------
    >>> len(shipped("uncapped").model.cost)
    1000
    """
    return read_specification(Path(str(files(__package__))) / "shipped" / f"{name}.toml")


def demonstrate(verify: Verifier, seed: int = 0, say: Say = lambda what: None) -> dict[str, Document]:
    """Solve, certify, verify, compare and train; return every document by a short name.

    Parameters
    ----------
    verify
        Returns the verification of a solution as a document: the provers are handed in, since this layer has none.
    seed
        Of the training; the markets themselves are fixed.
    say
        Told what is being done.
    """
    found: dict[str, Document] = {}
    markets = []
    for name, title in (("uncapped", "no cap"), ("capped", "cap 10")):
        say(f"solving and certifying: {title}")
        specification = shipped(name)
        request = specification.request
        solution = solve(specification.model, specification.backend, request.arithmetic, request.tolerance)
        markets.append(Market(title, specification, solution))
        found[f"{title}: solution"] = solution_document(solution, specification)
    free, capped = markets
    say("verifying its properties")
    for market in markets:
        found[f"{market.name}: verification"] = verify(market.solution, market.specification)
    say("comparing back ends")
    compared = compare(free.solution.model, BACK_ENDS, time_limit=SECONDS_EACH)
    found[f"{free.name}: back ends"] = comparison_document(compared, free.specification)
    say("computing the figures")
    found[f"{free.name}: figures"] = figures_document(free.solution, free.specification, cap_figures(capped))
    found[f"{capped.name}: figures"] = figures_document(capped.solution, capped.specification)
    for market in markets:
        say(f"training, {market.name}")
        protocol = replace(protocol_from(market.specification.train), seed=seed)
        progress = _told(say, f"training, {market.name}")
        found[f"{market.name}: training"] = train(sold_budgets(market.solution), protocol, progress=progress).document()
    return found


def cap_figures(market: Market, caps: tuple[float, ...] = CAPS) -> tuple[Figure, Figure]:
    """Return what a cap on everybody's budget changes: who takes part, and Σ μ², which the noise depends on.

    Every cap's market is solved anew in double precision.
    """
    game = market.solution.model
    assert isinstance(game, Game)
    delta = protocol_from(market.specification.train).delta
    counts, powers = [], []
    for cap in caps:
        epsilon = _sold_under(game, cap)
        counts.append(float(np.count_nonzero(epsilon)))
        powers.append(_power(epsilon, delta))
    chosen = np.asarray(market.solution.values["epsilon"], dtype=np.float64)
    here = float(np.max(chosen))
    axis = Axis("cap on each client's ε", "log")
    grid = [float(cap) for cap in caps]
    return (
        Figure(
            "cap-participation",
            "How many take part against the cap",
            "A lower cap leaves room in the reward pool for more clients; without any, the cheapest few take it all. "
            "The dot is the capped market of this report.",
            axis,
            Axis("clients that take part", "log"),
            (Series("take part", grid, counts, points=True),),
            (Mark(f"cap {here:g}", here, float(np.count_nonzero(chosen))),),
        ),
        Figure(
            "cap-precision",
            "What the noise depends on, against the cap",
            "The more Σ μ² there is, the less noise is left in the trained model's aggregate; but it says nothing of "
            "how few records it is spent on.",
            axis,
            Axis("Σ μ² over all clients", "log"),
            (Series("Σ μ²", grid, powers, points=True),),
            (Mark(f"cap {here:g}", here, _power(chosen, delta)),),
        ),
    )


def _sold_under(game: Game, cap: float) -> np.ndarray:
    """Return what is sold under one cap for all."""
    changed: dict[str, Any] = {"epsilon_cap": [cap] * (game.players()[-1].count or 0)}
    solution = solve(replace(game, **changed))
    return np.asarray(solution.values["epsilon"], dtype=np.float64)


def _power(epsilon: np.ndarray, delta: float) -> float:
    return float(np.sum(mu_for(epsilon[epsilon > 0], delta) ** 2))


def _told(say: Say, what: str) -> Callable[[int, int, str], None]:
    return lambda done, total, arm: say(f"{what}: {done} of {total}, {arm}")
