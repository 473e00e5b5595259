"""A market from its survey to its accounts: the six steps in order, going on from those that are finished."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from ...formulations.errors import InputError
from ...formulations.shown import Shown
from ...solvers.serialization import provenance
from ...solvers.specification import Specification, read_specification
from ..runs.ledger import open_ledger
from .check import Check
from .checks import checks
from .declaration import Market
from .identity import identity
from .owners_game import budget_text
from .reading import read_market
from .state import State, inputs_digest
from .steps import STEPS, Found, training

SCHEMA = "mechproof/market/1"
Told: TypeAlias = Callable[[str], None]
"""Told of each step before it is done."""


@dataclass(frozen=True, eq=False, repr=False)
class MarketResult(Shown, by="dpfl.market.present:show_market"):
    """A finished market.

    Attributes
    ----------
    market
        As it was declared.
    steps
        What each step found, by name.
    checks
        What the market promises, judged from the steps.
    identity
        Who counts as one: what second accounts, cartels, idle accounts and split purchases change. None is promised.
    """

    market: Market
    steps: Found
    checks: Sequence[Check]

    @cached_property
    def identity(self) -> tuple[Check, ...]:
        """What other accounts would change, computed when it is asked for."""
        return identity(self.market, self.steps)

    @property
    def violated(self) -> tuple[Check, ...]:
        """The promises that were not kept."""
        return tuple(check for check in self.checks if check.verdict == "violated")

    @property
    def undecided(self) -> tuple[Check, ...]:
        """The promises that could not be judged."""
        return tuple(check for check in self.checks if check.verdict == "undecided")

    @property
    def models(self) -> tuple[np.ndarray, ...]:
        """The noised model of each version, as it is sold: features × classes; empty if nothing was trained."""
        return tuple(np.array(version["head"]) for version in self.steps["training"]["versions"])

    def document(self, specification: Specification | None = None) -> dict[str, Any]:
        """Return everything but the models themselves as plain data: for the broker, since owners' costs are in it."""
        trained = self.steps["training"]
        without_models = [{key: row[key] for key in row if key != "head"} for row in trained["versions"]]
        names = self.market.prices.version
        return {
            "schema": SCHEMA,
            "market": dict(self.market.described()),
            "provenance": provenance(specification.digests if specification else {}),
            "versions": [
                {"version": names[place] if names else None, "epsilon": budget_text(Fraction(value))}
                for place, value in enumerate(self.market.prices.epsilon)
            ],
            "steps": {**self.steps, "training": {**trained, "versions": without_models}},
            "checks": [check.document() for check in self.checks],
            "identity": [check.document() for check in self.identity],
        }


def run_market(
    market: Market | Specification | str | os.PathLike[str],
    state: str | os.PathLike[str] | None = None,
    progress: Told | None = None,
    allow_code: bool = False,
    noise_seed: int | None = None,
    ledger: str | os.PathLike[str] | None = None,
) -> MarketResult:
    """Run a market: survey, prices, task, the owners' game, training, accounts.

    Parameters
    ----------
    market
        A declared `Market`, a specification with a ``[market]`` table, or the path of one.
    state
        A folder that keeps each finished step. If it holds steps already, the market goes on from the last one, and
        ends with the same result as one that was never interrupted.
    progress
        Told of each step before it is done.
    allow_code
        Whether Python files that a specification names may be run.
    noise_seed
        For studies, whose noise is to come out the same again. Nothing of such a run may be sold, which it says; the
        seed is written nowhere. What is sold has noise from the system's entropy, as by default.
    ledger
        A file that all trainings with the owners' records share: each round of every version is charged there before
        its noise is drawn, what earlier runs cost counts, and the round that would spend more than was sold is refused.
        A training that is stopped has spent what it charged.

    Returns
    -------
    MarketResult
        The steps' results, the models and every promise judged. The same market with the same `noise_seed` gives the
        same result, to the last bit on the same machine and libraries; without, all is the same but the noise.

    Raises
    ------
    InputError
        When parts of the market do not fit together, a payment rule breaks its limits, the state is another market's or
        was changed, or a study is to be charged.
    BudgetSpent
        When a round would spend more of an owner's privacy than the ledger allows.
    UnsupportedModel
        When torch or scikit-learn is not installed.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.Market(
    ...     prices=mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=[10, 30, 50]),
    ...     owners=mp.Owners(cost=["0.5", "0.5", 4], epsilon_cap=[8, 8, 8]),
    ...     pool=mp.RewardPool(share="0.5"),
    ... )
    >>> result = run_market(market)
    >>> result.steps["prices"]["published_cents"], result.steps["accounts"]["revenue_cents"]
    ([1000, 3000], 7000)
    >>> [(owner["epsilon"], owner["payment_cents"]) for owner in result.steps["owners"]["owners"]]
    [('8', 1749), ('8', 1749), ('0', 0)]
    """
    if isinstance(market, str | os.PathLike):
        market = read_specification(Path(market), allow_code)
    digests: Mapping[str, str] = {}
    if isinstance(market, Specification):
        market, read = read_market(market, allow_code)
        digests = read.digests
    kept = State(None if state is None else Path(state), inputs_digest(market, digests))
    found, seal = kept.finished(tuple(STEPS))
    if noise_seed is not None and ledger is not None:
        raise InputError("noise_seed", "given", "a study is sold to nobody, and charges nobody", "drop one of the two")
    noise = None if noise_seed is None else np.random.SeedSequence(noise_seed)
    trains = partial(_charged_training, noise=noise, ledger=ledger)
    steps: dict[str, Callable[[Market, Found], dict[str, Any]]] = {**STEPS, "training": trains}
    for place, (name, step) in enumerate(steps.items(), start=1):
        if name not in found:
            if progress is not None:
                progress(f"step {place} of {len(steps)}: {name}")
            found[name], seal = kept.write(place, name, seal, step(market, found))
    return MarketResult(market, found, checks(market, found))


def _charged_training(
    market: Market, found: Found, noise: np.random.SeedSequence | None, ledger: str | os.PathLike[str] | None
) -> dict[str, Any]:
    if ledger is None:
        return training(market, found, noise)
    with open_ledger(ledger) as book:
        return training(market, found, noise, book)
