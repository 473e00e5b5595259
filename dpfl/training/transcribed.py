"""The mechanism's own run of a study, with a transcript: the first repetition's, made once more and charged."""

from __future__ import annotations

import numpy as np

from ..accounting.budgets import Budgets
from ..accounting.ledger import noise_multipliers
from ..runs.loop import Trained, run_training
from ..runs.terms import Terms
from .aggregate_engine import Descent
from .engines import engine_of
from .runs import Planned
from .setting import Phase, Purpose, Setting


def transcribed(setting: Setting, mechanism: Planned, choice: tuple[int, float], budgets: Budgets) -> Trained:
    """Train the mechanism's arm of the first repetition, to the same bits, and write down what was measured.

    Parameters
    ----------
    setting
        Of the experiment.
    mechanism
        The arm, as it was planned for the first repetition.
    choice
        Its rounds and learning rate.
    budgets
        Of all clients.

    Examples
    --------
    >>> from ..accounting.budgets import budgets_of
    >>> from .data import Dataset
    >>> from .protocol import Protocol
    >>> from .runs import planned
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> setting = Setting(Protocol(rounds=2), np.array([8.0, 0.0]), tiny, tiny.features, None)
    >>> len(transcribed(setting, planned(setting, 0)[0], (2, 8.0), budgets_of([8, 0])).lines)
    5
    """
    split, (rounds, rate) = setting.split(0), choice
    descent = Descent(rounds, setting.protocol.clip, rate, setting.dataset.classes)
    features, labels = setting.features[split.training], setting.dataset.labels[split.training]
    engine = engine_of(setting.protocol, descent, setting.model, features, labels, split.owner, setting.processes)
    terms = study_terms(setting, mechanism, rounds, budgets)
    return run_training(engine, terms, seed=setting.stream(Purpose.NOISE, Phase.MEASURED, 0))


def study_terms(setting: Setting, mechanism: Planned, rounds: int, budgets: Budgets) -> Terms:
    """Return on which terms an arm of the first repetition is trained."""
    protocol, aggregate = setting.protocol, mechanism.aggregates[rounds]
    weight = aggregate.record_weight
    each = np.ones(len(weight))
    return Terms(
        budgets.clients,
        budgets.texts,
        protocol.delta * each,
        setting.split(0).records.astype(np.int64),
        (rounds * each).astype(np.int64),
        np.where(weight > 0, noise_multipliers(budgets.epsilon, protocol.delta, rounds), np.inf),
        weight,
        aggregate.noise,
        rounds,
        "local",
        protocol.release.unit,
        protocol.adjacency,
        protocol.clip,
    )
