r"""What planted records betray: a lower bound on :math:`\mu` from what a run really publishes.

A transcript says what was measured; canaries ask the published models alone. Each canary is a record with a feature of
its own and a gradient beyond the clipping bound, and is in the data or not by the toss of a coin (where records are
replaced: it is itself, or its opposite). Whoever sees the models scores it by

.. math:: \sum_t \Bigl\langle u_t, \frac{g_t}{\lVert g_t\rVert}\Bigr\rangle,

its gradient at each model against the update that followed, and says "in" above the middle of what the plan foresees.
Canaries do not share a coordinate, so one run holds many of independent scores, as in one-run auditing (Steinke,
Nasr & Jagielski 2023). Of a :math:`\mu`-GDP mechanism no test has :math:`\Phi^{-1}(\mathrm{TPR}) -
\Phi^{-1}(\mathrm{FPR}) > \mu` (Dong, Roth & Su 2022); with Clopper-Pearson bounds on both rates that is a lower bound
on :math:`\mu` at the confidence asked for. Clipped in every round, a canary is the worst case: the bound comes close.

A test needs few canaries where :math:`\mu` is about 2. Where it is less, each canary is planted :math:`k` times, which
by group privacy is :math:`k\mu`; where it is more, some rounds are audited, and the bound is composed over all of them:
rounds are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri

from ...formulations.errors import InputError, UnsupportedModel
from ..accounting.plan import NoisePlan
from ..accounting.privacy import Array, mu_for
from ..runs.canary_bound import CanaryBound
from ..runs.engine import Integers
from ..runs.loop import run_training
from ..runs.terms import Terms, terms_of
from .aggregate_engine import Descent
from .linear_engine import HEAD, LinearEngine
from .module_canaries import ModulePlanting
from .seen import STEP, Seen, Truths
from .torch_models import Model, model_of

CLASSES = 4
TOGETHER = 256
"""Canaries in one run, if each is planted once; more make it slower a canary."""
LENGTH = 50.0
"""Of a canary's feature in clipping bounds: its gradient is clipped at any model near the first."""
CLEAR = 2.0
"""About the μ at which canaries tell most."""
CLOSE = 0.09
"""By how much of μ the bound is to be lower at most, on average, if the mechanism is as it should be."""


def canary_audit(
    plan: NoisePlan | Terms,
    *,
    confidence: float = 0.95,
    groups: int = 8,
    seed: int | None = None,
    model: Any = None,
    shape: Sequence[int] | None = None,
    classes: int = 10,
) -> tuple[CanaryBound, ...]:
    r"""Bound :math:`\mu` from below for each group of clients with one budget and one noise.

    Under ``local`` trust a client's own releases are audited, as the server sees them; under ``secure-sum`` the sum.

    Parameters
    ----------
    plan
        Of records; from ``mp.calibrate``.
    confidence
        In (0, 1), of each group's bound.
    groups
        Where there are more, so many of them, evenly spaced by their μ.
    seed
        Of the coins and the noise; by default the system's entropy.
    model
        A ``torch.nn.Module`` that is audited in place of the linear head: see :mod:`.module_canaries`.
    shape, classes
        Of one record as the module takes it, and how many scores it returns.

    Returns
    -------
    tuple of CanaryBound
        In increasing order of μ; clients that take no part are left out.

    Raises
    ------
    UnsupportedModel
        For a plan whose unit is the client.

    Examples
    --------
    >>> import mechproof as mp
    >>> plan = mp.calibrate([20], delta=1e-5, rounds=9, trust="secure-sum", unit="record", adjacency="add-or-remove")
    >>> bound = canary_audit(plan, seed=0)[0]
    >>> 0.8 * bound.mu < bound.mu_at_least < bound.mu
    True
    """
    terms = plan if isinstance(plan, Terms) else terms_of(plan)
    if terms.unit != "record":
        raise UnsupportedModel("canaries are records, and this plan protects whole clients; audit its transcript")
    source = np.random.default_rng(seed)
    audited = None if model is None else _module(model, shape, classes)
    return tuple(
        _bound(terms, rows, confidence, source, None if seed is None else seed + place, audited)
        for place, rows in enumerate(_groups(terms, groups))
    )


def _module(model: Any, shape: Sequence[int] | None, classes: int) -> Model:
    if shape is None:
        raise InputError("shape", None, "is needed with a model: that of one record", "such as (1, 28, 28)")
    return model_of(model, tuple(shape), classes, "record")


def _groups(terms: Terms, most: int) -> Iterator[Integers]:
    """Yield the rows of clients that have one budget, δ, weight, noise and number of releases."""
    present = np.flatnonzero((terms.weight > 0) & (terms.releases > 0))
    budget = np.unique(np.array(terms.budget)[present], return_inverse=True)[1]
    facts = (part[present] for part in (terms.delta, terms.weight, terms.sigma, terms.releases))
    _, first, place = np.unique(np.stack([budget, *facts]), axis=1, return_index=True, return_inverse=True)
    mu = _of_one_round(terms)[present[first]] * np.sqrt(terms.releases[present[first]])
    chosen = np.linspace(0, len(first) - 1, min(most, len(first))).round().astype(int)
    for group in np.argsort(mu, kind="stable")[chosen]:
        yield present[place.ravel() == group]


def _bound(
    terms: Terms,
    rows: Integers,
    confidence: float,
    source: np.random.Generator,
    seed: int | None,
    audited: Model | None,
) -> CanaryBound:
    row, releases = rows[0], int(terms.releases[rows[0]])
    each = float(_of_one_round(terms)[row])
    most = releases if audited is None else 1  # a module's rounds are slow: its canaries are planted more often instead
    rounds = int(np.clip(round((CLEAR / each) ** 2), 1, most))
    copies = max(1, round(CLEAR / (each * np.sqrt(rounds))))
    part = _alone(terms, row, rounds)
    planting: Planting | ModulePlanting = Planting(part, row, copies, max(8, TOGETHER // copies))
    if audited is not None:
        planting = ModulePlanting(audited, part, row, copies, source)
    count = _enough(copies * each * np.sqrt(rounds), confidence)
    said, inside = [], []
    for run in range(-(-count // planting.together)):
        coins = source.random(planting.together) < 0.5
        stream = None if seed is None else np.random.SeedSequence(seed, spawn_key=(run,))
        said.append(planting.said(coins, stream))
        inside.append(coins)
    shown = _shown(np.concatenate(said), np.concatenate(inside), confidence)
    return CanaryBound(
        terms.budget[row],
        float(terms.delta[row]),
        len(rows),
        float(each * np.sqrt(releases)),
        float(mu_for(float(Fraction(terms.budget[row])), terms.delta[row])),
        float(shown / copies * np.sqrt(releases / rounds)),
        sum(map(len, inside)),
        copies,
        rounds,
        confidence,
    )


def _shown(said: Truths, inside: Truths, confidence: float) -> float:
    """Return the lower bound on the μ of a test that said these things of canaries that were in or out."""
    tail, found = (1 - confidence) / 2, 0.0
    for right in (said[inside], ~said[~inside]):
        found += float(ndtri(_at_least(int(np.count_nonzero(right)), right.size, tail)))
    return max(0.0, found)


def _of_one_round(terms: Terms) -> Array:
    """Return the μ of one round that each client is charged."""
    everybody = np.flatnonzero(terms.weight > 0).tolist()
    return np.sqrt(terms.cost(everybody, terms.deviation(everybody)))


def _alone(terms: Terms, row: int, rounds: int) -> Terms:
    """Return the terms of one client's part: of its own releases, or of the sum, to which others add what is known."""
    weight = np.where(np.arange(len(terms.weight)) == row, terms.weight, 0.0)
    every = np.full(len(weight), rounds)
    share = 1.0 if terms.trust == "secure-sum" else terms.deviation((row,)) / terms.noise
    return replace(terms, weight=weight, releases=every, rounds=rounds, noise=terms.noise * share)


def _enough(mu: float, confidence: float) -> int:
    """Return how many canaries bring the bound within :data:`CLOSE` of μ: each rate's error over its density."""
    mu = min(mu, 2 * CLEAR)  # beyond it nearly every test is right
    rate, density = ndtr(mu / 2), np.exp(-(mu**2) / 8) / np.sqrt(2 * np.pi)
    error = -2 * ndtri((1 - confidence) / 2) * np.sqrt(rate * (1 - rate)) / density
    return int(np.ceil(2 * (error / (CLOSE * mu)) ** 2))


def _at_least(hits: int, of: int, tail: float) -> float:
    """Return the lower end of the Clopper-Pearson interval of a rate."""
    return float(betaincinv(hits, of - hits + 1, tail)) if hits else 0.0


@dataclass(frozen=True, eq=False)
class Planting:
    """How canaries are planted in runs.

    Attributes
    ----------
    terms
        Of one client's part; see :func:`_alone`.
    row
        The client's.
    copies, together
        How often each canary is planted, and how many there are in one run.
    """

    terms: Terms
    row: int
    copies: int
    together: int

    @property
    def middle(self) -> float:
        """The score halfway between a canary that is in and one that is out: 0 where out is its opposite."""
        moved = self.copies * self.terms.rounds * self.terms.weight[self.row] * self.terms.clip
        return float(moved / 2) if self.terms.adjacency == "add-or-remove" else 0.0

    def said(self, inside: Truths, seed: np.random.SeedSequence | None) -> Truths:
        """Run once, and say of each canary whether it is in."""
        return self.scores(inside, seed) > self.middle

    def scores(self, inside: Truths, seed: np.random.SeedSequence | None) -> Array:
        """Run once, and score each canary from what was published."""
        terms, length = self.terms, LENGTH * self.terms.clip
        signs = np.where(inside, 1.0, 0.0 if terms.adjacency == "add-or-remove" else -1.0)
        features = np.repeat(np.diag(signs * length)[signs != 0], self.copies, axis=0)
        labels, owner = np.zeros(len(features), dtype=np.int64), np.full(len(features), self.row)
        seen = Seen(LinearEngine(features, labels, owner, Descent(terms.rounds, terms.clip, STEP, CLASSES)))
        run_training(seen, terms, seed=seed)
        scores = np.zeros(len(inside))
        for model, update in seen.published:
            chances = np.exp(length * model[HEAD])
            error = chances / chances.sum(axis=1, keepdims=True)
            error[:, 0] -= 1
            scores += np.sum(update[HEAD] * error, axis=1) / np.linalg.norm(error, axis=1)
        return scores
