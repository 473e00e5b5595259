"""From budgets to a plan of noise: ask who is trusted, how often each releases, and what a neighbour is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...formulations.errors import InputError
from .account import Account, Integers
from .budgets import Budgets, budgets_of
from .plan import NoisePlan
from .privacy import Array, checked_delta, checked_positive, checked_rounds
from .release import TRUSTS, UNITS, Adjacency, Release, Trust, Unit
from .sampling import Sampling, Scheme, draws
from .weighting import variation_of, weights_of_a_sum, weights_of_own_noise


def calibrate(
    budgets: Budgets | Mapping[Any, Any] | Iterable[Any],
    *,
    delta: ArrayLike,
    rounds: int,
    trust: Trust,
    unit: Unit,
    adjacency: Adjacency,
    sampling_rate: float = 1,
    records: Sequence[int] | None = None,
    clip: float = 1.0,
    releases: Sequence[int] | None = None,
    learning_rate: float | None = None,
    sampling: Scheme = "poisson",
    largest_batch: int | None = None,
) -> NoisePlan:
    r"""Return the least noise that keeps every client's budget over all its releases together.

    Parameters
    ----------
    budgets
        :math:`\varepsilon_i \ge 0` by client; see :func:`.budgets.budgets_of`. A budget of 0 takes no part.
    delta
        In (0, 1): one for all, or one for each client.
    rounds
        :math:`T`.
    trust
        ``local``: each client adds its own noise, and the server sees each release. ``secure-sum``: only the sum is
        seen, and carries the noise.
    unit
        What is protected: a ``record`` (each record's gradient is clipped) or a ``client`` (its whole update is).
    adjacency
        ``add-or-remove`` or ``replace-one``.
    sampling_rate
        :math:`q`, which part of a client's records a release uses, drawn anew by itself and told nobody; 1 for all.
        :math:`\sum_i w_i S_i` is then :math:`q` times the average on average.
    records
        Public counts :math:`n_i` of the clients' records; 1 each if not given. For ``client`` each counts one update.
    clip
        :math:`C > 0`.
    releases
        In how many rounds each client takes part, at most :math:`T`; in all of them if not given.
    learning_rate
        :math:`\eta` of the descent that follows. Given, the weights are those that leave the least noise *and*
        variation of the records, weighed by the public rule :func:`.weighting.variation_of`; else the least noise.
    sampling, largest_batch
        How they are drawn; see :class:`.sampling.Sampling`. Each is accounted for as what it is.

    Returns
    -------
    NoisePlan
        Noise, weights and what each client spends.

    Raises
    ------
    InputError
        For a value that breaks a rule, and when nobody takes part.

    Examples
    --------
    >>> asked = dict(delta=1e-5, rounds=30, unit="record", adjacency="add-or-remove", clip=0.5)
    >>> local = calibrate({"anna": 1, "bert": 2}, trust="local", **asked)
    >>> joint = calibrate({"anna": 1, "bert": 2}, trust="secure-sum", **asked)
    >>> round(local.noise, 3), round(joint.noise, 3)
    (4.816, 3.558)
    >>> local.epsilon_public.round(3).tolist(), joint.epsilon_public.round(3).tolist()
    ([0.44, 1.739], [1.0, 2.0])
    """
    chosen = budgets_of(budgets)
    count = len(chosen.clients)
    chosen_trust = _one_of("trust", trust, TRUSTS)
    release = Release(float(checked_positive("clip", clip)), adjacency, _one_of("unit", unit, UNITS))
    if unit == "client" and records is not None:
        rule = "is for the unit record: a client's whole update counts once, whatever its records"
        raise InputError("records", "given", rule, "leave it out")
    drawing = Sampling(sampling, sampling_rate, largest_batch)
    if unit == "client" and not drawing.everything:
        rule = "protects no client: the server knows who replies, so that drawing clients hides nobody"
        raise InputError("sampling_rate", sampling_rate, rule, "leave it at 1, or choose the unit record")
    deltas = _one_each("delta", checked_delta(delta), count)
    total = checked_rounds(rounds)
    counts = _counts("records", records, count, 1)
    each = _counts("releases", releases, count, total)
    if (beyond := np.flatnonzero(each > total)).size:
        rule = f"client {chosen.clients[beyond[0]]} cannot take part in more than rounds = {total}"
        raise InputError(f"releases[{beyond[0]}]", int(each[beyond[0]]), rule, "lower it")
    account = Account(deltas, each, draws(drawing, counts, adjacency))
    needed = account.needed(np.where(counts > 0, chosen.epsilon, 0.0))
    if not np.isfinite(needed).any():
        remedy = "give a client a budget above 0, a record and a release"
        raise InputError("budgets", "0 for every client with records", "nobody takes part", remedy)
    variation = 0.0 if learning_rate is None else variation_of(release, learning_rate, sampling_rate)
    weigh = weights_of_own_noise if chosen_trust == "local" else weights_of_a_sum
    weight = weigh(needed, counts.astype(float), variation)
    sigma, noise = (_own if chosen_trust == "local" else _shared)(needed, weight, each == total)
    return NoisePlan(
        budgets=chosen,
        delta=deltas,
        rounds=total,
        releases=each,
        trust=chosen_trust,
        release=release,
        records=counts,
        sampling=drawing,
        needed=needed,
        sigma=sigma,
        weight=weight,
        noise=noise * release.sensitivity,
        variation=variation,
    )


def _own(needed: Array, weight: Array, always: np.typing.NDArray[np.bool_]) -> tuple[Array, float]:
    present = np.isfinite(needed)
    return needed, float(np.sqrt(np.sum((weight[present] * needed[present]) ** 2)))


def _shared(needed: Array, weight: Array, always: np.typing.NDArray[np.bool_]) -> tuple[Array, float]:
    present = weight > 0
    noise = float(np.max(weight[present] * needed[present]))
    replies = max(1, int(np.count_nonzero(present & always)))
    sigma = np.full(len(needed), np.inf)
    sigma[present] = noise / (np.sqrt(replies) * weight[present])
    return sigma, noise


def _one_of(field: str, value: Any, choices: tuple[Any, ...]) -> Any:
    if value not in choices:
        raise InputError(field, value, "is unknown", f"choose one of: {', '.join(choices)}")
    return value


def _one_each(field: str, values: Array, count: int) -> Array:
    if values.ndim > 1 or (values.ndim == 1 and len(values) != count):
        raise InputError(field, f"shape {values.shape}", f"there are {count} clients", "give one for all, or one each")
    return np.broadcast_to(values, (count,)).copy()


def _counts(field: str, given: Sequence[int] | None, count: int, default: int) -> Integers:
    if given is None:
        return np.full(count, default)
    values = np.asarray(given)
    if values.shape != (count,):
        raise InputError(field, f"shape {values.shape}", f"there are {count} clients", "give one number for each")
    for index, value in enumerate(values.tolist()):
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise InputError(f"{field}[{index}]", value, "must be a whole number of at least 0", "correct it")
    return values.astype(np.int64)
