r"""What a release is made of, all records or a secret part of them, and what that gives away: never as something else.

- ``poisson``: each record is in with probability q, independently.
- ``truncated-poisson``: the same, and of a batch that is too large some are left out at random.
- ``fixed-size``: a batch of q n records, drawn without replacement.
- ``random-allocation``: in each epoch of 1/q releases every record is in exactly one.

With q = 1 all records are in every release, which :mod:`.privacy` accounts exactly. What is said here are upper bounds,
composed by dp-accounting. Sampling helps only while nobody knows who was drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from ...formulations.errors import InputError
from ...formulations.extras import refuse_missing
from .allocation import mean_of_ratios
from .losses import loss_masses, sampled_swap, step_for
from .release import Adjacency

Scheme: TypeAlias = Literal["poisson", "truncated-poisson", "fixed-size", "random-allocation"]

SCHEMES: tuple[Scheme, ...] = get_args(Scheme)


@dataclass(frozen=True)
class Sampling:
    """How every client draws the records of a release.

    Attributes
    ----------
    scheme
        One of :data:`SCHEMES`.
    rate
        q in (0, 1].
    largest_batch
        Of ``truncated-poisson``: the most records that are used.

    Raises
    ------
    InputError
        For a value that breaks a rule.

    Examples
    --------
    >>> Sampling("fixed-size", 0.1).draw(25, "replace-one")  # 3 of 25 records
    Draw(scheme='fixed-size', rate=0.12, adjacency='replace-one', records=None, largest_batch=None)
    """

    scheme: Scheme = "poisson"
    rate: float = 1.0
    largest_batch: int | None = None

    def __post_init__(self) -> None:
        if self.scheme not in SCHEMES:
            raise InputError("sampling", self.scheme, "is unknown", f"choose one of: {', '.join(SCHEMES)}")
        if isinstance(self.rate, bool) or not isinstance(self.rate, int | float) or not 0 < self.rate <= 1:
            raise InputError("sampling_rate", self.rate, "must lie above 0 and be at most 1", "1 uses every record")
        if self.scheme == "random-allocation" and abs(round(1 / self.rate) * self.rate - 1) > 1e-9:
            raise InputError("sampling_rate", self.rate, "must be one over a whole number of batches", "use 1/10, say")
        if (self.scheme == "truncated-poisson") != (self.largest_batch is not None):
            rule = "belongs to truncated-poisson, and to nothing else"
            raise InputError("largest_batch", self.largest_batch, rule, "give both or neither")
        if self.largest_batch is not None:
            self._check_truncation(self.largest_batch)

    def _check_truncation(self, largest: int) -> None:
        if isinstance(largest, bool) or not isinstance(largest, int) or largest < 1:
            raise InputError("largest_batch", largest, "must be a whole number of at least 1", "raise it")
        if self.rate == 1:
            rule = "cuts every batch of all records: that is a batch of a fixed size"
            raise InputError("largest_batch", largest, rule, "use sampling='fixed-size'")

    @property
    def everything(self) -> bool:
        """Whether every release uses all records."""
        return self.rate == 1

    def draw(self, records: int, adjacency: Adjacency) -> Draw:
        """Return what is drawn of a client with so many records.

        Raises
        ------
        InputError
            Where no bound is known.
        """
        if self.scheme == "random-allocation" and adjacency == "replace-one":
            rule = "is accounted for add-or-remove only: no bound for a record that is replaced is known here"
            raise InputError("sampling", self.scheme, rule, "use fixed-size or poisson, or the other adjacency")
        if self.scheme == "fixed-size":
            return Draw(self.scheme, math.ceil(self.rate * records - 1e-9) / records, adjacency)
        if self.scheme == "truncated-poisson":
            return Draw(self.scheme, self.rate, adjacency, records, self.largest_batch)
        return Draw(self.scheme, self.rate, adjacency)

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "scheme": self.scheme if not self.everything else "all",
            "rate": self.rate,
            "largest_batch": self.largest_batch,
        }


def draws(sampling: Sampling, records: Any, adjacency: Adjacency) -> list[Draw | None]:
    """Return what each client draws, by its number of records; None where it is everything.

    Examples
    --------
    >>> draws(Sampling(), [3, 4], "add-or-remove")
    [None, None]
    """
    if sampling.everything:
        return [None] * len(records)
    counts = np.asarray(records)
    known = {count: sampling.draw(count, adjacency) if count else None for count in np.unique(counts).tolist()}
    whole = {count: None if draw is None or draw.everything else draw for count, draw in known.items()}
    return [whole[count] for count in counts.tolist()]


@dataclass(frozen=True)
class Draw:
    r"""The releases of one client, as far as their account depends on it: clients that draw alike have the same.

    Attributes
    ----------
    scheme, rate, adjacency, records, largest_batch
        As :meth:`Sampling.draw` makes them.

    Examples
    --------
    >>> epsilon, advantage = Draw("poisson", 0.1, "add-or-remove").spent(2.0, 30, 1e-5)
    >>> print(f"{epsilon:.3f} {advantage:.3f}")
    1.295 0.113
    """

    scheme: Scheme
    rate: float
    adjacency: Adjacency
    records: int | None = None
    largest_batch: int | None = None

    @property
    def everything(self) -> bool:
        """Whether all records are drawn."""
        return self.rate == 1

    @property
    def moves(self) -> int:
        """How often the sensitivity a single release moves at most: one record's leaving lets in another."""
        return 2 if self.adjacency == "add-or-remove" and self.scheme in ("fixed-size", "truncated-poisson") else 1

    def spent(self, sigma: float, releases: int, delta: float) -> tuple[float, float]:
        """Return an ε that all releases keep at δ, and a bound on the best attack's advantage.

        Parameters
        ----------
        sigma
            Noise multiplier, in units of the sensitivity.
        releases
            How many.
        delta
            In (0, 1).
        """
        losses = self._losses(sigma, releases)
        return float(losses.get_epsilon_for_delta(delta)), float(losses.get_delta_for_epsilon(0.0))

    def _losses(self, sigma: float, releases: int) -> Any:
        """Return dp-accounting's distribution of the privacy loss of all releases."""
        refuse_missing("the account of sampled releases", "dp-accounting", "dp_accounting")
        if self.scheme == "random-allocation":
            batches = round(1 / self.rate)
            return _allocated(sigma, batches).self_compose(math.ceil(releases / batches))
        if self.scheme == "fixed-size" and self.adjacency == "replace-one":
            return sampled_swap(sigma, self.rate, step_for(self.rate / sigma)).self_compose(releases)
        return self._drawn(sigma).self_compose(releases)

    def _drawn(self, sigma: float) -> Any:
        from dp_accounting import NeighboringRelation
        from dp_accounting.pld import privacy_loss_distribution as known

        # dp-accounting's unit is the clip, by which each record is bounded, also where it is replaced
        swaps = self.adjacency == "replace-one"
        noise = 2 * sigma if swaps else sigma
        relation = NeighboringRelation.REPLACE_ONE if swaps else NeighboringRelation.ADD_OR_REMOVE_ONE
        step = step_for(self.rate / sigma)
        options: dict[str, Any] = {"value_discretization_interval": step, "neighboring_relation": relation}
        if self.scheme == "truncated-poisson":
            return known.from_truncated_subsampled_gaussian_mechanism(
                self.records, self.rate, self.largest_batch, noise, **options
            )
        if self.scheme == "fixed-size":  # without the record, another one is in its place: twice as far
            noise = sigma / 2
        return known.from_gaussian_mechanism(noise, sampling_prob=self.rate, **options)


def _allocated(sigma: float, batches: int) -> Any:
    """Return the losses of an epoch in which each record is in one of so many batches."""
    from dp_accounting.pld.privacy_loss_distribution import PrivacyLossDistribution

    value, probability = mean_of_ratios(sigma, batches)
    none, loss, likely = probability[0], np.log(value[1:]), probability[1:]
    told = max(0.0, 1 - float(value @ probability))
    step = step_for(1 / (sigma * math.sqrt(batches)))
    removed = loss_masses(loss, likely * value[1:], told, step)
    return PrivacyLossDistribution(removed, loss_masses(-loss, likely, float(none), step))
