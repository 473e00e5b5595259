"""The arms of the experiment: the mechanism's budgets, what they are compared with, and the controls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ..accounting.classical import classical_uncomposed
from ..accounting.ledger import noise_multipliers
from ..accounting.privacy import Array
from .data import Integers
from .protocol import Protocol
from .weights import COMPARED, Aggregate, Weighting, aggregate, noiseless

SHUFFLES = 5
"""Shuffles of the labels in each repetition: a single one, in ten clusters, is a matter of luck."""

Role: TypeAlias = Literal["mechanism", "baseline", "ceiling", "control"]


@dataclass(frozen=True, eq=False)
class Arm:
    """One way to set budgets and weights, of which many are trained on the same data and noise draws.

    Attributes
    ----------
    name
        Short and unique.
    description
        In words.
    role
        What it is compared for.
    epsilon
        Budget of every client; 0 is absent.
    weighting
        How budgets count in the aggregation; None trains without any noise and protects nobody.
    shuffled
        Whether the training labels are shuffled, so that there is nothing to learn.
    composed
        Whether the noise is enough for all rounds together; else it is the classical formula's for a single one.
    baseline
        Who else's way to train this is, by its name in :mod:`.catalogue`; it weighs and adds noise by itself.

    Examples
    --------
    >>> Arm("static", "every client sells 10", "baseline", np.full(3, 10.0), "uniform").shuffled
    False
    """

    name: str
    description: str
    role: Role
    epsilon: Array
    weighting: Weighting | None
    shuffled: bool = False
    composed: bool = True
    baseline: str | None = None


def arms(epsilon: Array, records: Integers, protocol: Protocol, generator: np.random.Generator) -> tuple[Arm, ...]:
    r"""Return every arm of one repetition.

    Parameters
    ----------
    epsilon
        The mechanism's budgets.
    records
        Public counts of all clients. Budgets are permuted among clients of one count, where nothing else may change.
    protocol
        Weighting and baselines.
    generator
        Of the random baseline and of the permutation; the other arms are the same in all repetitions.

    Returns
    -------
    tuple of Arm
        In all baselines every client takes part, whether it would want to or not.

    Examples
    --------
    >>> [arm.name for arm in arms(np.ones(2), np.array([5, 5]), Protocol(), np.random.default_rng(0))][:3]
    ['mechanism', 'mechanism/uniform', 'mechanism/proportional-to-epsilon']
    """
    count, total = len(epsilon), math.fsum(epsilon)
    everybody = np.ones(count)
    random = generator.uniform(protocol.random_low, protocol.random_high, size=count)
    own, low, high = protocol.weighting, protocol.random_low, protocol.random_high
    mean = total / count
    others = [rule for rule in COMPARED if rule != own]
    return (
        Arm("mechanism", f"the mechanism's budgets, {own} weights", "mechanism", epsilon, own),
        *(
            Arm(f"mechanism/{rule}", f"the mechanism's budgets, {rule} weights", "mechanism", epsilon, rule)
            for rule in others
        ),
        Arm(
            "static",
            f"every client sells {protocol.static_epsilon:g}",
            "baseline",
            everybody * protocol.static_epsilon,
            own,
        ),
        Arm("random", f"budgets uniform on [{low:g}, {high:g}]", "baseline", random, own),
        Arm(
            "static-equal-total", "the mechanism's total, the same for every client", "baseline", everybody * mean, own
        ),
        Arm(
            "random-equal-total",
            "random budgets scaled to the mechanism's total",
            "baseline",
            random * (total / random.sum()),
            own,
        ),
        Arm("no-noise", "all clients, no privacy", "ceiling", everybody, None),
        Arm("no-noise/participants", "the mechanism's participants, no privacy", "ceiling", epsilon, None),
        Arm(
            "equal-budgets/inverse-variance",
            "equal budgets, inverse-variance weights",
            "control",
            everybody * mean,
            "inverse-variance",
        ),
        Arm("equal-budgets/uniform", "equal budgets, uniform weights", "control", everybody * mean, "uniform"),
        Arm(
            "permuted-budgets",
            "the mechanism's budgets dealt to other clients with as many records",
            "control",
            permuted(epsilon, records, generator),
            own,
        ),
        Arm(
            "shuffled-labels",
            f"all clients, no privacy, training labels shuffled (mean of {SHUFFLES})",
            "control",
            everybody,
            None,
            shuffled=True,
        ),
    )


def permuted(epsilon: Array, records: Integers, generator: np.random.Generator) -> Array:
    """Return the budgets dealt anew among the clients with the same number of records.

    Examples
    --------
    >>> permuted(np.array([1.0, 2.0, 3.0]), np.array([7, 8, 9]), np.random.default_rng(0)).tolist()
    [1.0, 2.0, 3.0]
    """
    dealt = epsilon.copy()
    for count in np.unique(records):
        alike = np.flatnonzero(records == count)
        dealt[alike] = generator.permutation(epsilon[alike])
    return dealt


def contrasts(protocol: Protocol, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of arms that are compared besides the primary one.

    Parameters
    ----------
    protocol
        Its primary contrast is left out.
    names
        Names of all arms.

    Examples
    --------
    >>> contrasts(Protocol(), ["mechanism", "static", "static-equal-total", "shuffled-labels", "no-noise"])
    (('mechanism', 'static'), ('mechanism', 'no-noise'))
    """
    controls = ("equal-budgets/inverse-variance", "equal-budgets/uniform", "permuted-budgets", "shuffled-labels")
    pairs = [("mechanism", name) for name in names if name not in ("mechanism", *controls)]
    return tuple(pair for pair in pairs if pair != (protocol.primary_first, protocol.primary_second))


def aggregation(arm: Arm, records: Integers, protocol: Protocol, rounds: int) -> Aggregate:
    """Return an arm's weights and the noise that they leave, known before any training.

    Parameters
    ----------
    arm
        Budgets and weighting.
    records
        Public counts of all clients.
    protocol
        δ, clipping and adjacency.
    rounds
        Number of releases.

    Raises
    ------
    InputError
        When no client of the arm takes part.

    Examples
    --------
    >>> arm = Arm("static", "", "baseline", np.full(100, 0.5), "uniform")
    >>> round(aggregation(arm, np.full(100, 1), Protocol(clip=1.0), rounds=200).noise, 6)
    9.944505
    """
    if protocol.unit == "client":
        records = (records > 0).astype(np.int64)  # a client's whole update is one contribution
    if arm.weighting is None:
        return noiseless(records, (arm.epsilon > 0) & (records > 0))
    return aggregate(
        arm.epsilon,
        _multipliers(arm, protocol, rounds),
        records,
        arm.weighting,
        protocol.release.sensitivity,
        protocol.heterogeneity,
        protocol.variation,
    )


def deviations(arm: Arm, plan: Aggregate, protocol: Protocol, rounds: int) -> Array | float:
    """Return the noise of an arm's aggregate; where clients may not answer, what each of them adds to it.

    Examples
    --------
    >>> arm = Arm("static", "", "baseline", np.full(4, 2.0), "uniform")
    >>> plan = aggregation(arm, np.ones(4, dtype=int), Protocol(drop_out=0.1), 30)
    >>> bool(np.isclose(np.linalg.norm(deviations(arm, plan, Protocol(drop_out=0.1), 30)), plan.noise))
    True
    """
    if arm.weighting is None or not protocol.drop_out:
        return plan.noise
    sigma = _multipliers(arm, protocol, rounds)
    adds = np.where(plan.record_weight > 0, sigma, 0.0) * plan.record_weight
    return np.asarray(protocol.release.sensitivity * adds)


def _multipliers(arm: Arm, protocol: Protocol, rounds: int) -> Array:
    if arm.composed:
        return noise_multipliers(arm.epsilon, protocol.delta, rounds)
    sigma = np.full(len(arm.epsilon), np.inf)
    present = arm.epsilon > 0
    sigma[present] = classical_uncomposed(arm.epsilon[present], protocol.delta, rounds).sigma
    return sigma
