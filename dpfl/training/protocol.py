"""The protocol of a training experiment: everything that is decided before any data are seen."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ...formulations.errors import InputError
from ..accounting.privacy import checked_delta, checked_rounds
from ..accounting.release import ADJACENCIES, NEIGHBOURS, UNITS, Adjacency, Release, Unit
from ..accounting.weighting import variation_of
from .catalogue import checked_baselines
from .features import FEATURE_MAPS, FeatureMap
from .intervals import INTERVAL_METHODS, IntervalMethod, check_method
from .local_training import LocalTraining
from .weights import WEIGHTINGS, Weighting

ASSUMED_RATE = 16.0
"""The learning rate that weights are made for where pilots choose it: they are decided before any data are seen."""


@dataclass(frozen=True)
class Protocol:
    r"""What is trained, how it is protected, what is compared, and which question is the primary one.

    Attributes
    ----------
    dataset
        A name that :func:`.loaders.load` knows.
    experiment
        Of a paper, whose arms are trained beside: see :mod:`.published`.
    baselines
        Of the field, which are trained beside with the mechanism's budgets: see :mod:`.catalogue`.
    delta
        :math:`\delta` of every client, in (0, 1).
    rounds
        Number :math:`T` of releases of every participant, at most: see `fewer_rounds`.
    clip
        Bound :math:`C > 0` on the norm of a record's gradient.
    learning_rate
        Step length :math:`\eta > 0` of the descent, the same for every arm; by default (None) each arm has its own,
        which pilot runs choose among `learning_rates`.
    learning_rates
        What they choose among.
    fewer_rounds
        Numbers of rounds, below `rounds`, that they may choose too.
    features, feature_count
        Map to the features of the linear head; the count is that of ``random-fourier``.
    concentration
        Of the clients' mixtures of classes, see :mod:`.skew`; None deals records out at random.
    unit
        What is protected: single records, or whole clients, for which a module is trained (``model=``).
    local_epochs, batch_size, local_learning_rate, momentum
        Of a client's own training; see :class:`.local_training.LocalTraining`.
    drop_out
        Chance that a client does not answer in a round, in [0, 1).
    adjacency
        What makes two data sets neighbours; see :mod:`..accounting.release`.
    weighting, heterogeneity
        How budgets count in the aggregation; see :func:`.weights.aggregate`.
    static_epsilon
        Budget of every client in the static baseline (10 in Zhou 2023 for EMNIST).
    random_low, random_high
        Range of the random baseline's uniform budgets (1 to 100 in Zhou 2023).
    primary_first, primary_second
        The two arms of the primary contrast, which alone is tested without correction.
    repetitions
        Paired runs: in each, all arms share split, partition and noise draws.
    seed
        From which all randomness derives.
    pilot_repetitions
        Runs of each candidate (T, η) of an arm, on records and seeds that no measured run uses; the arm's accuracy is
        then predicted from twelve times as many others. See :mod:`.pilots`.
    pilot_fraction
        Part of the records that is set apart for pilots, where the clients leave as many.
    confidence
        Of the intervals; 1 − `confidence` is the level of the tests.
    interval
        ``t`` or ``bca``.
    margin
        Accuracy differences below it are equal in practice.
    chance_margin
        Of the control with shuffled labels, which must be this close to chance.
    test_fraction
        Smallest part of the records held out.

    Raises
    ------
    InputError
        For a value outside its domain.

    Examples
    --------
    >>> Protocol(rounds=200).rounds
    200
    """

    dataset: str = "digits"
    experiment: str | None = None
    baselines: tuple[str, ...] = ()
    delta: float = 1e-5
    rounds: int = 30
    clip: float = 0.5
    learning_rate: float | None = None
    learning_rates: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
    fewer_rounds: tuple[int, ...] = ()
    features: FeatureMap = "linear"
    feature_count: int = 256
    concentration: float | None = None
    unit: Unit = "record"
    local_epochs: int = 1
    batch_size: int = 128
    local_learning_rate: float = 0.1
    momentum: float = 0.0
    drop_out: float = 0.0
    adjacency: Adjacency = "add-or-remove"
    weighting: Weighting = "effective-records"
    heterogeneity: float = 1.0
    static_epsilon: float = 10.0
    random_low: float = 1.0
    random_high: float = 100.0
    primary_first: str = "mechanism"
    primary_second: str = "static-equal-total"
    repetitions: int = 10
    seed: int = 0
    pilot_repetitions: int = 4
    pilot_fraction: float = 0.25
    confidence: float = 0.95
    interval: IntervalMethod = "t"
    margin: float = 0.01
    chance_margin: float = 0.05
    test_fraction: float = 0.2

    def __post_init__(self) -> None:
        _number("delta", self.delta)
        checked_delta(self.delta)
        checked_rounds(self.rounds)
        positive = ("clip", "heterogeneity", "static_epsilon", "random_low", "random_high")
        self._refuse_beyond(positive, float("inf"), "must be finite and positive")
        self._refuse_candidates()
        if self.random_high < self.random_low:
            rule = f"must be at least random_low = {self.random_low}"
            raise InputError("random_high", self.random_high, rule, "give a range")
        parts = ("confidence", "margin", "chance_margin", "test_fraction", "pilot_fraction")
        self._refuse_beyond(parts, 1, "must lie strictly between 0 and 1")
        for name, least in (("repetitions", 2), ("pilot_repetitions", 1), ("seed", 0), ("feature_count", 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise InputError(name, value, f"must be a whole number of at least {least}", f"use {_default(name)}")
        if self.concentration is not None:
            self._refuse_beyond(("concentration",), float("inf"), "must be finite and positive")
        if not 0 <= _number("drop_out", self.drop_out) < 1:
            raise InputError("drop_out", self.drop_out, "must be at least 0 and less than 1", "use 0")
        LocalTraining(self.unit, 1.0, 1.0, self.local_epochs, self.batch_size, self.local_learning_rate, self.momentum)
        for name, choices in (
            ("features", FEATURE_MAPS),
            ("unit", UNITS),
            ("adjacency", ADJACENCIES),
            ("weighting", WEIGHTINGS),
            ("interval", INTERVAL_METHODS),
        ):
            if getattr(self, name) not in choices:
                raise InputError(name, getattr(self, name), "is unknown", f"choose one of: {', '.join(choices)}")
        check_method(self.interval, self.repetitions)
        self._check_baselines()

    def _check_baselines(self) -> None:
        object.__setattr__(self, "baselines", checked_baselines(self.baselines))
        if self.baselines and (self.unit != "record" or self.drop_out):
            rule = "are rebuilt for records and for clients who all answer"
            raise InputError("baselines", ", ".join(self.baselines), rule, 'use unit = "record" and drop_out = 0')

    def _refuse_candidates(self) -> None:
        for name in ("learning_rates", "fewer_rounds"):  # lists in a specification
            if not isinstance(getattr(self, name), list | tuple):
                raise InputError(name, getattr(self, name), "must be a list of numbers", f"use {list(_default(name))}")
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.learning_rate is None and not self.learning_rates:
            raise InputError("learning_rates", "empty", "leave nothing to choose among", "give one, or a learning_rate")
        for rate in (*self.learning_rates, *(() if self.learning_rate is None else (self.learning_rate,))):
            if not 0 < _number("learning_rate", rate) < float("inf"):
                raise InputError("learning_rate", rate, "must be finite and positive", "use 8")
        for rounds in self.fewer_rounds:
            checked_rounds(rounds)
            if rounds >= self.rounds:
                rule = f"must be below rounds = {self.rounds}, which is the most"
                raise InputError("fewer_rounds", rounds, rule, "drop it, or raise rounds")

    def _refuse_beyond(self, names: tuple[str, ...], most: float, rule: str) -> None:
        for name in names:
            if not 0 < _number(name, getattr(self, name)) < most:
                raise InputError(name, getattr(self, name), rule, f"use {_default(name)}")

    @property
    def choices(self) -> tuple[tuple[int, float], ...]:
        """Every (T, η) that an arm may be trained with; one alone needs no pilots to be chosen.

        Examples
        --------
        >>> Protocol(rounds=30, fewer_rounds=(10,), learning_rate=8).choices
        ((10, 8), (30, 8))
        """
        rates = self.learning_rates if self.learning_rate is None else (self.learning_rate,)
        return tuple((rounds, rate) for rounds in sorted({*self.fewer_rounds, self.rounds}) for rate in rates)

    @property
    def release(self) -> Release:
        """What every participant releases in each round."""
        return Release(self.clip, self.adjacency, self.unit)

    @property
    def variation(self) -> float:
        """What a record's own variation weighs against the noise in the weights ``effective-records``."""
        return variation_of(self.release, self.learning_rate or ASSUMED_RATE)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of these settings alone; a registration's covers budgets, data and versions as well.

        Examples
        --------
        >>> Protocol().fingerprint == Protocol(seed=1).fingerprint
        False
        """
        return hashlib.sha256(json.dumps(vars(self), sort_keys=True).encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        """Return the protocol as plain data, with what its words mean."""
        return {
            **vars(self),
            "learning_rates": list(self.learning_rates),
            "fewer_rounds": list(self.fewer_rounds),
            "baselines": list(self.baselines),
            "rule": "each arm takes the rounds and the learning rate that are most accurate in its pilots",
            "privacy_unit": self.release.unit,
            "neighbours": NEIGHBOURS[self.adjacency],
            "release": "in every round, each participant's sum of its records' clipped gradients, plus its own noise",
            "accounting": "Gaussian differential privacy, exact, full participation, all rounds composed",
            "primary_contrast": [self.primary_first, self.primary_second],
            "outside_accounting": "baselines, pilots, controls and accuracies are a study; a deployment runs one arm",
            "scope": "intervals speak of other splits and noise draws of these records, not of other data",
            "fingerprint": self.fingerprint,
        }


def protocol_from(settings: Mapping[str, Any]) -> Protocol:
    """Make a protocol from a table of settings; an unknown key is an error.

    Parameters
    ----------
    settings
        Names and values of :class:`Protocol`'s attributes; the others keep their defaults. Decimals become doubles.

    Raises
    ------
    InputError
        Naming the unknown key and the nearest known one, or the value outside its domain.

    Examples
    --------
    >>> protocol_from({"rounds": 200}).rounds
    200
    """
    known = [field.name for field in fields(Protocol)]
    for key in settings:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(known)}"
            raise InputError("train, key", key, "is unknown", remedy)
    return Protocol(**{key: _plain(value) for key, value in settings.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return list(map(_plain, value))
    return float(value) if isinstance(value, Decimal | Fraction) else value


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(name, value, "must be a number", f"use {_default(name)}")
    return float(value)


def _default(name: str) -> Any:
    return next(field.default for field in fields(Protocol) if field.name == name)
