"""The settings of a market's training, and what they must be so that its versions have a known privacy."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

from ...formulations.errors import InputError
from ...formulations.specification.fields import refuse_unknown
from ..training.protocol import Protocol, protocol_from

TRAINING_KEYS = (
    "dataset",
    "delta",
    "rounds",
    "clip",
    "learning_rate",
    "features",
    "feature_count",
    "adjacency",
    "weighting",
    "heterogeneity",
    "test_fraction",
    "seed",
)
"""The settings of a protocol that a market has; the others are those of comparisons."""
LONGEST_GRADIENT = sqrt(2)
"""Of the softmax cross-entropy, for records no longer than 1: of probabilities less a unit vector."""
LARGEST_STEP = 4.0
"""η up to which a step brings no two heads further apart: 2 over the smoothness of 1/2."""
TRAINING = Protocol(clip=LONGEST_GRADIENT, learning_rate=LARGEST_STEP, weighting="inverse-variance")
"""The default protocol of a market: nothing is clipped, and the steps are the longest that bring no heads apart."""


def market_protocol(settings: Mapping[str, Any]) -> Protocol:
    """Return the protocol of a market's training; an unknown key is an error.

    Examples
    --------
    >>> market_protocol({"rounds": 10}).learning_rate
    4.0
    """
    refuse_unknown("market.training", settings, TRAINING_KEYS)
    return protocol_from({name: getattr(TRAINING, name) for name in TRAINING_KEYS} | dict(settings))


def check_training(protocol: Protocol, trust: str) -> None:
    """Refuse a training whose finished model may be moved further by a record than is known, where versions noise it.

    A version that is trained by itself has its noise in every round, where clipping alone bounds what a record moves.

    Examples
    --------
    >>> check_training(Protocol(clip=0.5), "secure-sum")
    """
    if trust != "local":
        return
    why = "else it is not known how far a record moves the finished model, and versions have no known privacy"
    otherwise = 'or let each version be trained by itself: trust = "secure-sum"'
    if protocol.clip < LONGEST_GRADIENT:
        rule = f"must be at least √2 = {LONGEST_GRADIENT!r}, so that no gradient is clipped: {why}"
        raise InputError("market.training.clip", protocol.clip, rule, f"drop it: √2 is the default; {otherwise}")
    if protocol.learning_rate is None or protocol.learning_rate > LARGEST_STEP:
        rule = f"must be at most {LARGEST_STEP:g}: {why}"
        remedy = f"drop it: 4 is the default; {otherwise}"
        raise InputError("market.training.learning_rate", protocol.learning_rate, rule, remedy)


def step_of(protocol: Protocol) -> float:
    """Return the step length, the longest where none is given: a market has no pilots to choose one.

    Examples
    --------
    >>> step_of(TRAINING), step_of(Protocol())
    (4.0, 4.0)
    """
    return LARGEST_STEP if protocol.learning_rate is None else protocol.learning_rate
