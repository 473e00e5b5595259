"""What a play in rounds leaves: the path, where it leads, what everybody had of it, and what it would regret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra
from ...formulations.language import Game
from ...formulations.registry import entries, loaded, name_of
from ...formulations.rounds.declaration import Rounds
from ...formulations.shown import Named, Shown
from ..readings.balls import Balls, precision
from ..serialization import declared, plain, provenance
from ..specification import Specification
from .figures import play_figures
from .outcome import Outcome, outcome_of
from .regret import leader_regret, leader_value, people_regret
from .replies import PlayedReading
from .roots import others_of
from .round import Round

SCHEMA = "mechproof/play/1"
MOST_ENTRIES = 100_000
"""Decisions of how many people and rounds together are written; of more, those of the first and the last round."""
BITS = 512
"""Of sums over the rounds of a path of balls: more bits than its numbers are told with."""
LEDGERS = "mechproof.ledgers"
"""Entry points of what budgets by round come to: `privacy`, of all decisions and δ, and `training`."""


@dataclass(frozen=True, eq=False, repr=False)
class Played(Shown, by="solvers.rounds.present:show_play"):
    """A game played in rounds.

    `path` holds the rounds, the start first. What depends on them is computed when it is asked for.

    Examples
    --------
    >>> import mechproof as mp
    >>> two = mp.play(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), rounds=50)
    >>> two.settled, len(two.path), two.path[-1].epsilon.round(9)
    (True, 50, array([0.25, 0.25]))
    """

    game: Game
    declared: Rounds
    path: tuple[Round, ...]
    algebra: Algebra
    honest: Played | None = field(default=None, repr=False)
    """The same play in which nobody pretends, where somebody does."""

    def facts(self) -> Mapping[str, Any]:
        """Return the mechanism, the rule, and where it leads."""
        return {"model": type(self.game), "rule": self.declared.rule, "rounds": len(self.path), "why": self.why}

    @cached_property
    def outcome(self) -> Outcome:
        """Where the path leads."""
        return outcome_of(
            [one.in_floats() for one in self.path] if self.in_balls else self.path, self.declared.memoryless
        )

    @property
    def in_balls(self) -> bool:
        """Whether the path is enclosed in balls; else it is in fractions or in doubles."""
        return isinstance(self.algebra, Balls)

    @property
    def settled(self) -> bool:
        """Whether no decision has moved by more than 1e-9 of the largest in the last N rounds, for N people."""
        return self.outcome.kind == "settled"

    @property
    def why(self) -> str:
        """Where the path leads, in words."""
        return self.outcome.text

    def reading(self, one: Round) -> PlayedReading:
        """Return the game as it truly was in a round."""
        return PlayedReading(self.game, self.algebra, one.changed)

    @cached_property
    def utility(self) -> Mapping[str, Any]:
        """What everybody had of all rounds together, by the true data: by the players' names."""
        with precision(BITS):
            return Named(self._utilities())

    def _utilities(self) -> dict[str, Any]:
        sums: dict[str, Any] = {}
        for one in (one.in_balls() for one in self.path) if self.in_balls else self.path:
            reading = self.reading(one)
            others = others_of(one.own) if self.in_balls else one.total - one.own
            had = {reading.population.name: reading.utility(one.own, others, one.decided)}
            if reading.leader is not None:
                had[reading.leader.name] = leader_value(self.game, one)
            sums = {name: value if name not in sums else sums[name] + value for name, value in had.items()}
        return sums

    @cached_property
    def gain(self) -> Mapping[str, Any] | None:
        """What pretending, or reporting other budgets, gained everybody over the same play without it; else None."""
        if self.honest is None:
            return None
        with precision(BITS):
            return self._gains(self.honest)

    def _gains(self, honest: Played) -> Mapping[str, Any]:
        return Named({name: value - honest.utility[name] for name, value in self.utility.items()})

    @cached_property
    def regret(self) -> Mapping[str, Any]:
        """What everybody could have had more: by the players' names.

        Of one of the population, by the best single decision in all rounds, against what the others did; of the
        leader, by its best decision in every round, if everybody had replied to it at once.
        """
        reading = self.reading(self.path[0])
        found = {reading.population.name: people_regret(self.game, self.path)}
        if reading.leader is not None:
            found[reading.leader.name] = leader_regret(self.game, self.path)
        return Named(found)

    def trained(self, specification: Specification) -> Any:
        """Return what is learned in these rounds, each with the budgets sold in it, by a specification's [train]."""
        return loaded(entries(LEDGERS)["training"])(self, specification)

    def document(
        self, specification: Specification | None = None, delta: float | None = None, trained: Any = None
    ) -> dict[str, Any]:
        """Return the play as ``mechproof/play/1``.

        Parameters
        ----------
        specification
            Where the game was read from, if it was.
        delta
            δ of what the rounds spend, where the decisions are privacy budgets; None where they are not accounted for.
        trained
            What was learned in these rounds, if it was tried.

        Examples
        --------
        >>> import mechproof as mp
        >>> two = mp.play(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), rounds=20)
        >>> document = two.document()
        >>> document["schema"], document["outcome"]["kind"], len(document["path"])
        ('mechproof/play/1', 'settled', 20)
        """
        count, kind = len(self.path), specification.type if specification else name_of(type(self.game))
        everybody = count * len(self.path[0].own) <= MOST_ENTRIES
        return {
            "schema": SCHEMA,
            "mechanism": {"type": kind, "data": declared(self.game)},
            "play": declared(self.declared),
            "named": self.path[0].named,
            "settled": self.settled,
            "outcome": asdict(self.outcome),
            "path": [one.document(everybody or one.number in (1, count)) for one in self.path],
            "utility": plain(self.utility),
            "regret": plain(self.regret),
            "gain": None if self.gain is None else plain(self.gain),
            "spent": None if delta is None else self.spent(delta).document(),
            **self._reported_document(delta),
            "trained": None if trained is None else trained.document(),
            "figures": [figure.document() for figure in play_figures(self.game, self.path, self.why)],
            "provenance": provenance(specification.digests if specification else {}),
        }

    def _reported_document(self, delta: float | None) -> dict[str, Any]:
        """Return what the budgets that are reported would spend, where they are not those that are sold."""
        if self.declared.reported is None or delta is None:
            return {}
        return {"spent_as_reported": self.spent(delta, reported=True).document()}

    def decisions(self) -> Any:
        """Return everybody's decisions, a row for each round, as they were reported."""
        return np.array([one.own for one in self.path])

    def sold(self) -> Any:
        """Return what everybody really sold, a row for each round."""
        return np.array([one.sold for one in self.path])

    def spent(self, delta: float = 1e-5, named: str = "privacy", reported: bool = False) -> Any:
        """Return what the rounds spend together, by the ledger of a name.

        Where decisions are privacy budgets: everybody's ε at δ over all rounds, each a Gaussian release of its own ε at
        the same δ, composed as they are and not merely added up. What is sold is spent; `reported` asks what the
        reports say instead.
        """
        rows = self.decisions() if reported else self.sold()
        return loaded(entries(LEDGERS)[named])(rows.astype(float), delta)
