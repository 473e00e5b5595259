r"""Gaussian differential privacy of many releases, accounted exactly.

A client that takes part in every one of :math:`T` rounds and adds :math:`\mathcal N(0, (\sigma\Delta)^2 I)` to a
statistic of sensitivity :math:`\Delta` makes releases that are together :math:`\mu`-GDP with

.. math:: \mu = \sqrt T / \sigma, \qquad
          \delta(\varepsilon, \mu) = \Phi(-\varepsilon/\mu + \mu/2) - e^{\varepsilon}\,\Phi(-\varepsilon/\mu - \mu/2).

Both are equalities, not bounds (Dong, Roth & Su 2022; Balle & Wang 2018), also when each release is chosen in the light
of the earlier ones. There is no subsampling here: every round uses every record of the client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize.elementwise import find_root
from scipy.special import log_ndtr, ndtri

from ...formulations.errors import InputError

Array = NDArray[np.float64]

_ROUNDOFF = 2.0**-53

_CAUTION = 4.0
"""How many times its roundings the noise allows for: the account counts them once, and so stays within the budget."""


def delta(epsilon: ArrayLike, mu: ArrayLike) -> Array:
    r"""Return the smallest :math:`\delta` for which :math:`\mu`-GDP is :math:`(\varepsilon, \delta)`-DP.

    Parameters
    ----------
    epsilon
        Privacy budget :math:`\varepsilon \ge 0`, pure number.
    mu
        :math:`\mu > 0` of Gaussian differential privacy, pure number; broadcast against `epsilon`.

    Returns
    -------
    numpy.ndarray
        :math:`\delta` in [0, 1), in the broadcast shape.

    Raises
    ------
    InputError
        For a negative or non-finite `epsilon`, or a `mu` that is not positive and finite.

    Notes
    -----
    The two terms are subtracted as logarithms, so that neither :math:`e^\varepsilon` overflows nor a tiny
    :math:`\delta` is lost. Source: Balle & Wang, ICML 2018, theorem 8; Dong, Roth & Su 2022, corollary 2.13.

    Examples
    --------
    >>> print(f"{float(delta(1.0, 1.0)):.9f}")
    0.126936738
    """
    return np.exp(log_delta(checked_positive("epsilon", epsilon, zero=True), checked_positive("mu", mu)))


def mu_for(epsilon: ArrayLike, delta: ArrayLike) -> Array:
    r"""Return the largest :math:`\mu` whose :math:`\mu`-GDP is still :math:`(\varepsilon, \delta)`-DP.

    Parameters
    ----------
    epsilon
        Privacy budgets :math:`\varepsilon > 0`. (A client with budget 0 releases nothing and is not calibrated.)
    delta
        :math:`\delta` in (0, 1).

    Returns
    -------
    numpy.ndarray
        :math:`\mu > 0`. Of the last bracket of the bisection the end is returned that keeps the budget.

    Raises
    ------
    InputError
        For an `epsilon` that is not positive and finite, or a `delta` outside (0, 1).

    Examples
    --------
    >>> print(f"{float(mu_for(10.0, 1e-5)):.6f}")
    2.000446
    """
    epsilon, delta = np.broadcast_arrays(checked_positive("epsilon", epsilon), checked_delta(delta))
    # From below: delta(epsilon, mu) is at most its first term, and at most its value mu / sqrt(2 pi) at epsilon = 0.
    quantile = -ndtri(delta)
    radical = np.sqrt(quantile**2 + 2 * epsilon)
    first_term = np.where(quantile > 0, 2 * epsilon / (radical + np.abs(quantile)), radical - quantile)
    start = np.log(np.maximum(first_term, delta * np.sqrt(2 * np.pi)))

    def excess(logarithm: Array, epsilon: Array, delta: Array) -> Array:
        return log_delta_at_most(epsilon, np.exp(logarithm), _CAUTION) - np.log(delta)

    return np.exp(_kept(excess, start, -1, (epsilon, delta)))


def epsilon_for(mu: ArrayLike, delta: ArrayLike) -> Array:
    r"""Return the smallest :math:`\varepsilon \ge 0` for which :math:`\mu`-GDP is :math:`(\varepsilon, \delta)`-DP.

    Parameters
    ----------
    mu
        :math:`\mu > 0`.
    delta
        :math:`\delta` in (0, 1).

    Returns
    -------
    numpy.ndarray
        :math:`\varepsilon`, the end of the last bracket that is true (never too small a claim).

    Raises
    ------
    InputError
        For a `mu` that is not positive and finite, or a `delta` outside (0, 1).

    Examples
    --------
    >>> print(f"{float(epsilon_for(2.0004458, 1e-5)):.4f}")
    10.0000
    """
    mu, delta = np.broadcast_arrays(checked_positive("mu", mu), checked_delta(delta))
    spends = log_delta_at_most(np.zeros(mu.shape), mu) > np.log(delta)
    some, allowed = mu[spends], delta[spends]
    first_term = some**2 / 2 - some * ndtri(allowed)  # where the first term alone is delta

    def excess(logarithm: Array, mu: Array, delta: Array) -> Array:
        return log_delta_at_most(np.exp(logarithm), mu) - np.log(delta)

    epsilon = np.zeros(mu.shape)
    epsilon[spends] = np.exp(_kept(excess, np.log(first_term), 1, (some, allowed)))
    return epsilon


def sigma_for(epsilon: ArrayLike, delta: ArrayLike, rounds: int = 1, sensitivity: float = 1.0) -> Array:
    r"""Return the noise that spends :math:`(\varepsilon, \delta)` over all rounds: :math:`\sigma = \Delta\sqrt T/\mu`.

    Parameters
    ----------
    epsilon, delta
        The budget over *all* rounds together; see :func:`mu_for`.
    rounds
        Number :math:`T \ge 1` of releases.
    sensitivity
        :math:`\Delta > 0`: how far one record moves one release, in the release's own unit.

    Returns
    -------
    numpy.ndarray
        Standard deviation of the noise of each coordinate of each release, in the unit of `sensitivity`.

    Raises
    ------
    InputError
        As :func:`mu_for`, and for `rounds` below 1 or a `sensitivity` that is not positive.

    Examples
    --------
    >>> [float(f"{s:.7g}") for s in sigma_for([0.5, 2, 10, 50], 1e-5, rounds=200)]
    [99.44505, 28.19677, 7.069493, 2.117935]
    """
    scale = float(checked_positive("sensitivity", sensitivity)) * np.sqrt(checked_rounds(rounds))
    return np.asarray(scale / mu_for(epsilon, delta))


def epsilon_of(sigma: ArrayLike, delta: ArrayLike, rounds: int = 1, sensitivity: float = 1.0) -> Array:
    r"""Return the true :math:`\varepsilon` of `rounds` releases with noise `sigma`: the inverse of :func:`sigma_for`.

    Parameters
    ----------
    sigma
        Standard deviation of the noise of each release, in the unit of `sensitivity`; positive.
    delta, rounds, sensitivity
        As in :func:`sigma_for`.

    Returns
    -------
    numpy.ndarray
        The smallest true :math:`\varepsilon` at `delta`.

    Raises
    ------
    InputError
        For a value outside its domain.

    Examples
    --------
    >>> print(f"{float(epsilon_of(99.44505, 1e-5, rounds=200)):.6f}")
    0.500000
    """
    ratio = float(checked_positive("sensitivity", sensitivity)) / checked_positive("sigma", sigma)
    return epsilon_for(np.sqrt(checked_rounds(rounds)) * ratio, delta)


def checked_delta(delta: ArrayLike) -> Array:
    """Return `delta` as an array, if every entry lies strictly between 0 and 1.

    Examples
    --------
    >>> float(checked_delta(1e-5))
    1e-05
    """
    given = np.asarray(delta, dtype=np.float64)
    wrong = ~((given > 0) & (given < 1))
    if wrong.any():
        place, value = _first(given, wrong)
        remedy = "use 1e-5, or a value well below one over the number of records"
        raise InputError(f"delta{place}", value, "must lie strictly between 0 and 1", remedy)
    return given


def checked_rounds(rounds: int) -> int:
    """Return `rounds`, if it is a whole number of at least 1.

    Examples
    --------
    >>> checked_rounds(200)
    200
    """
    if isinstance(rounds, bool) or not isinstance(rounds, int | np.integer) or rounds < 1:
        raise InputError("rounds", rounds, "must be a whole number of at least 1", "use 200, for instance")
    return int(rounds)


def log_delta(epsilon: Array, mu: Array) -> Array:
    """Return the logarithm of δ, which keeps its digits where both terms of the formula nearly cancel."""
    upper = log_ndtr(-epsilon / mu + mu / 2)
    # The second term is never above the first; rounding may say so when both agree to the last digit. Logarithms near L
    # are rounded by 2⁻⁵³ |L|, so δ is known to some |L| 2⁻⁵² of the first term only, and said to be none if it is less.
    # Compared in 60 digits, what `mu_for` keeps is off by 6e-12 of a δ of 1e-5; by 2e-7 of 1e-15 from ε = 1e-6 on; by
    # 5e-5 of 1e-30 from ε = 1e-8 on. With ε below 1e-12 and δ below 1e-16 all digits are lost.
    ratio = np.minimum(epsilon + log_ndtr(-epsilon / mu - mu / 2) - upper, -np.finfo(float).tiny)
    return np.asarray(upper + np.log(-np.expm1(ratio)), dtype=np.float64)


def log_delta_at_most(epsilon: Array, mu: Array, caution: float = 1.0) -> Array:
    """Return the logarithm of δ, or a little more: no rounding makes it less than the true one.

    Of each logarithm of Φ its own rounding is counted, and that of its argument, as far as it moves it. Where all
    digits are lost δ is at most its value at ε = 0. `caution` multiplies what is counted.
    """
    unit = 8 * _ROUNDOFF * caution
    quotient, half = epsilon / mu, mu / 2
    first, second = half - quotient, -half - quotient
    upper, lower = log_ndtr(first), log_ndtr(second)
    turned = (quotient + half) * unit / 2  # how far rounding moves either argument
    above = turned * (1 + np.maximum(-first, 0)) - upper * unit
    below = turned * (1 + np.maximum(-second, 0)) - lower * unit + epsilon * unit
    ratio = np.minimum(epsilon + lower - upper - above - below, -np.finfo(float).tiny)
    bound = np.minimum(upper + above + np.log(-np.expm1(ratio)), np.log(mu) - np.log(2 * np.pi) / 2)
    return np.asarray(bound + (1 + np.abs(bound)) * unit / 2, dtype=np.float64)


def checked_positive(field: str, value: ArrayLike, zero: bool = False) -> Array:
    """Return `value` as an array, if every entry is finite and positive (or zero, where that is allowed)."""
    given = np.asarray(value, dtype=np.float64)
    wrong = ~(np.isfinite(given) & ((given >= 0) if zero else (given > 0)))
    if wrong.any():
        place, offending = _first(given, wrong)
        rule = "must be finite and not negative" if zero else "must be finite and positive"
        remedy = "a client with budget 0 does not take part: leave it out" if offending == 0 else ""
        raise InputError(f"{field}{place}", offending, rule, remedy)
    return given


def _kept(excess: Callable[..., Array], start: Array, outward: int, given: tuple[Array, ...]) -> Array:
    """Return where δ is kept, next to where it is spent: the last bracket's end on that side, neighbouring doubles.

    `excess` is the logarithm of δ above the one allowed; it is kept at `start`, and falls in the direction `outward`.
    """
    kept, spent = start, start - outward
    while np.any(excess(kept, *given) > 0):  # by a rounding alone
        kept = kept + outward * 1e-9
    while np.any(keeps := excess(spent, *given) <= 0):
        spent = np.where(keeps, spent - outward, spent)
    close: Any = {"xatol": 4 * _ROUNDOFF, "xrtol": 4 * _ROUNDOFF, "fatol": 0, "frtol": 0}
    found = find_root(excess, (kept, spent), args=given, tolerances=close, maxiter=200)
    ends = np.stack(np.broadcast_arrays(*found.bracket))
    keeps = np.stack([excess(end, *given) <= 0 for end in ends])
    return np.asarray(np.max(np.where(keeps, -outward * ends, -np.inf), axis=0) * -outward)


def _first(given: Array, wrong: NDArray[np.bool_]) -> tuple[str, float]:
    if given.ndim == 0:
        return "", float(given)
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return f"[{', '.join(map(str, index))}]", float(given[index])
