r"""Training driven by a game played in rounds: in each round the budgets that were sold in it.

So the source states its rounds: what is bought in round t pays for the release of round t. Each client's noise of a
round is the least that makes this one release :math:`(\varepsilon_{ti}, \delta)`-DP; what all rounds spend together is
accounted for beside (:mod:`..accounting.played`), and what the same total buys where it is spread evenly over the
rounds. It compares means over a few paired runs, with no controls and no tests: :func:`.train.train` has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ...formulations.shown import Shown
from ...solvers.rounds.result import Played
from ...solvers.specification import Specification
from ..accounting.classical import classical_uncomposed
from ..accounting.ledger import noise_multipliers
from ..accounting.played import Spent, spent_in_rounds
from ..accounting.privacy import Array
from ..runs.noise import SeededNoise, noised
from .aggregate_engine import Descent
from .data import Dataset, Integers
from .engine import Engine, State
from .engines import engine_of
from .loaders import load
from .own_data import read_dataset
from .protocol import ASSUMED_RATE, Protocol, protocol_from
from .set_up import set_up
from .setting import Phase, Purpose, Setting
from .weights import Aggregate, aggregate, noiseless

BY_ROUND, CLASSICAL, EVENLY, NO_NOISE = "by-round", "by-round/classical", "evenly", "no-noise"


@dataclass(frozen=True, eq=False, repr=False)
class TrainedInRounds(Shown):
    """What models learned that were trained by the budgets of a play.

    Attributes
    ----------
    accuracy
        By arm, the accuracy in each paired run: "by-round", each release with the least noise for its own budget;
        "by-round/classical", with the noise √(2 ln(1.25/δ))/ε of the source; "evenly", what the first really spends
        spread evenly over the rounds; "no-noise".
    spent
        What the rounds really spend together, by client.
    rounds
        In how many of the rounds anybody sold.
    """

    accuracy: Mapping[str, Array]
    spent: Spent
    rounds: int

    def facts(self) -> Mapping[str, Any]:
        """Return the mean accuracy of each arm."""
        return {name: float(runs.mean()) for name, runs in self.accuracy.items()} | {"rounds": self.rounds}

    def document(self) -> dict[str, Any]:
        """Return it as JSON data."""
        accuracy = {name: runs.tolist() for name, runs in self.accuracy.items()}
        return {"rounds": self.rounds, "accuracy": accuracy, "spent": self.spent.document()}


def train_in_rounds(
    play: Played,
    protocol: Protocol | None = None,
    *,
    dataset: Dataset | None = None,
    records: Any = None,
) -> TrainedInRounds:
    """Train the linear head in the rounds of a play, each with the budgets that were sold in it.

    Parameters
    ----------
    play
        Of a game whose population decides on privacy budgets; each of its rounds is a round of training. Noise is that
        of the budgets that are sold, weights those of the budgets that are reported.
    protocol
        Its dataset, δ, clipping, weighting, learning rate (16 if none is given: there are no pilots), repetitions and
        seed; its number of rounds is the play's.
    dataset, records
        As :func:`.train.train` takes them.

    Returns
    -------
    TrainedInRounds
        Accuracies of paired runs, and what was really spent.

    Raises
    ------
    InputError
        When nobody sells anything, whole clients are to be protected, or there are fewer records than clients.

    Examples
    --------
    >>> import mechproof as mp
    >>> play = mp.play(mp.StackelbergPricing(cost=[1, 1], alpha=10, beta=10), rounds=3)
    >>> found = train_in_rounds(play, Protocol(repetitions=2))
    >>> found.rounds, sorted(found.accuracy)
    (3, ['by-round', 'by-round/classical', 'evenly', 'no-noise'])
    """
    protocol = protocol or Protocol()
    if protocol.unit != "record":
        raise InputError("unit", protocol.unit, "is not trained in rounds of a play", 'use unit = "record"')
    reported, epsilon = play.decisions().astype(float), play.sold().astype(float)
    selling = np.any(epsilon > 0, axis=1)
    reported, epsilon = reported[selling], epsilon[selling]
    if not len(epsilon):
        raise InputError("play", "no budgets", "nobody sells anything in any round", "play another game")
    protocol = replace(protocol, rounds=len(epsilon), fewer_rounds=())
    spent = spent_in_rounds(epsilon, protocol.delta)
    source = dataset or load(protocol.dataset)
    setting = set_up(replace(protocol, dataset=source.name), spent.epsilon, source, records)
    arms = {BY_ROUND: _least(protocol, epsilon), CLASSICAL: _classical(protocol, epsilon)}
    arms[EVENLY] = np.broadcast_to(noise_multipliers(spent.epsilon, protocol.delta, len(epsilon)), epsilon.shape)
    runs = [_accuracies(setting, arms, reported, repetition) for repetition in range(protocol.repetitions)]
    return TrainedInRounds(
        {name: np.array([run[name] for run in runs]) for name in (*arms, NO_NOISE)}, spent, len(epsilon)
    )


def train_as_asked(
    play: Played, specification: Specification, dataset: Dataset | None = None, each: int | None = None
) -> TrainedInRounds:
    """Train in the rounds of a play by the settings of a specification's [train].

    Parameters
    ----------
    play, specification
        What was played, and where it was read from.
    dataset, each
        Records, and how many each client holds, in place of those of [train].

    Raises
    ------
    InputError
        As :func:`train_in_rounds`, and for settings that are not known.
    """
    settings, own = dict(specification.train), None
    if isinstance(settings.get("dataset"), Mapping):
        own, _ = read_dataset(settings.pop("dataset"), "train.dataset", specification.folder)
    records = settings.pop("records", None)
    if records is not None and not isinstance(records, int):
        raise InputError("train.records", records, "must be one number here", "or call mp.train_in_rounds(records=…)")
    held = records if each is None else each
    return train_in_rounds(play, protocol_from(settings), dataset=dataset or own, records=held)


def _least(protocol: Protocol, epsilon: Array) -> Array:
    return np.array([noise_multipliers(one, protocol.delta, 1) for one in epsilon])


def _classical(protocol: Protocol, epsilon: Array) -> Array:
    sigma = np.full(epsilon.shape, np.inf)
    some = epsilon > 0
    sigma[some] = classical_uncomposed(epsilon[some], protocol.delta).sigma
    return sigma


def _accuracies(setting: Setting, arms: Mapping[str, Array], epsilon: Array, repetition: int) -> dict[str, float]:
    """Return the accuracy of every arm on one split, with the same draws of noise."""
    split, protocol = setting.split(repetition), setting.protocol
    rate = ASSUMED_RATE if protocol.learning_rate is None else protocol.learning_rate
    descent = Descent(len(epsilon), protocol.clip, rate, setting.dataset.classes)
    labels = setting.dataset.labels[split.training]
    engine = engine_of(protocol, descent, None, setting.features[split.training], labels, split.owner)
    truth, seed = setting.dataset.labels[split.test], setting.stream(Purpose.NOISE, Phase.MEASURED, repetition)
    plans = {
        name: [_weighed(protocol, budgets, sigma, split.records) for budgets, sigma in zip(epsilon, rows, strict=True)]
        for name, rows in arms.items()
    }
    everybody = noiseless(split.records, (epsilon.max(axis=0) > 0) & (split.records > 0))
    plans[NO_NOISE] = [everybody] * len(epsilon)
    found = {}
    for name, plan in plans.items():
        state = _trained(engine, plan, SeededNoise(seed))
        found[name] = float(engine.accuracy(state, setting.features[split.test], truth))
    return found


def _weighed(protocol: Protocol, budgets: Array, sigma: Array, records: Integers) -> Aggregate:
    present = np.where(np.isfinite(sigma), np.maximum(budgets, np.finfo(float).tiny), 0.0)
    asked = (protocol.weighting, protocol.release.sensitivity, protocol.heterogeneity, protocol.variation)
    return aggregate(present, sigma, records, *asked)


def _trained(engine: Engine, plan: list[Aggregate], noise: SeededNoise) -> State:
    """Train with the weights and the noise of each round."""
    state = engine.start()
    for number, one in enumerate(plan):
        given = engine.contribute(state, one.record_weight, number)
        state = engine.apply(state, noised(given.total, one.noise, noise.draw(number, given.total)))
    return state
