"""What all runs of an experiment share: which records and which randomness each uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ...formulations.errors import InputError
from ..accounting.privacy import Array
from .data import Dataset, Integers, Partition, partition
from .features import Features
from .protocol import Protocol
from .skew import skewed
from .torch_models import Model

MOST_PILOT_RECORDS = 4_000
LEAST_PILOT_RECORDS = 10


class Purpose(IntEnum):
    """What a stream of random numbers is for; the streams are independent of each other."""

    SPLIT = 0
    NOISE = 1
    BUDGETS = 2
    LABELS = 3
    POOL = 4


class Phase(IntEnum):
    """Choosing, forecasting and measuring share no randomness; and the first two no records with the last."""

    MEASURED = 0
    CHOICE = 1
    FORECAST = 2


@dataclass(frozen=True, eq=False)
class Setting:
    """What all runs of an experiment share.

    Attributes
    ----------
    protocol
        What was registered.
    epsilon
        The mechanism's budgets.
    dataset
        All records.
    features
        The records as the head sees them, by their rows.
    records
        How many each client holds; None for the same number each.
    model, processes
        Somebody's module in place of the linear head, and how many processes compute for it.
    cost
        Of a unit of ε to each client, for baselines that select by it; None for the same to all.
    """

    protocol: Protocol
    epsilon: Array
    dataset: Dataset
    features: Features
    records: Sequence[int] | None
    model: Model | None = None
    processes: int = 1
    cost: Array | None = None

    def stream(self, purpose: Purpose, phase: Phase, repetition: int) -> np.random.SeedSequence:
        """Return the seed of one stream of random numbers."""
        return np.random.SeedSequence(self.protocol.seed, spawn_key=(purpose, phase, repetition))

    def divided(self) -> tuple[Integers, Integers]:
        """Return the records of the pilots, and those of clients and tests: no record is among both.

        An official test split comes last.

        Pilots have `pilot_fraction` of all records, fewer where the clients need them, and 4,000 at most.

        Raises
        ------
        InputError
            When ten are not left for pilots.
        """
        total, protocol = len(self.features) - self.dataset.held_out, self.protocol
        fraction = 0 if self.dataset.held_out else protocol.test_fraction
        held = len(self.epsilon) if self.records is None else int(np.sum(self.records))
        spare = total - int(np.ceil(held / (1 - fraction)))
        share = max(int(protocol.pilot_fraction * total), LEAST_PILOT_RECORDS)
        count = min(share, spare, MOST_PILOT_RECORDS)
        if count < LEAST_PILOT_RECORDS:
            most = int((1 - fraction) * (total - LEAST_PILOT_RECORDS))
            rule = f"of {total} records {most} are there for clients; the others are for the test and for pilots"
            name, given = ("clients", len(self.epsilon)) if self.records is None else ("records", f"{held} in all")
            raise InputError(name, given, rule, f"use at most {most}, or a larger data set")
        order = np.random.default_rng(self.stream(Purpose.POOL, Phase.CHOICE, 0)).permutation(total)
        return order[:count], np.concatenate([order[count:], np.arange(total, len(self.features))])

    def split(self, repetition: int) -> Partition:
        """Return which records each client holds in one repetition, and which are tested on."""
        protocol, held_out = self.protocol, self.dataset.held_out
        _, rows = self.divided()
        seed = self.stream(Purpose.SPLIT, Phase.MEASURED, repetition)
        asked = (len(self.epsilon), seed, protocol.test_fraction, self.records, held_out)
        if protocol.concentration is None:
            dealt = partition(len(rows), *asked)
        else:
            dealt = skewed(self.dataset.labels[rows], protocol.concentration, *asked)
        return Partition(rows[dealt.training], dealt.owner, dealt.records, rows[dealt.test])

    @property
    def costs(self) -> Array:
        """What a unit of ε costs each client."""
        return np.ones(len(self.epsilon)) if self.cost is None else self.cost

    @property
    def coordinates(self) -> int:
        """How many numbers are trained, each of which is noised."""
        if self.model is not None:
            return sum(values.size for values in self.model.start().values())
        return int(self.features.shape[1]) * self.dataset.classes

    @property
    def records_a_pilot(self) -> int:
        """How many records one of what is protected has in a pilot: a record itself, or a client of the usual size."""
        return 1 if self.protocol.unit == "record" else max(1, round(float(self.split(0).records.mean())))

    @property
    def grain(self) -> float:
        """The smallest step between two accuracies: one over the number of test records."""
        return 1 / len(self.split(0).test)
