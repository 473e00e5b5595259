r"""Gaussian differential privacy of many releases, accounted exactly.

A client that takes part in every one of :math:`T` rounds and adds :math:`\mathcal N(0, (\sigma\Delta)^2 I)` to a
statistic of sensitivity :math:`\Delta` makes releases that are together :math:`\mu`-GDP with

.. math:: \mu = \sqrt T / \sigma, \qquad
          \delta(\varepsilon, \mu) = \Phi(-\varepsilon/\mu + \mu/2) - e^{\varepsilon}\,\Phi(-\varepsilon/\mu - \mu/2).

Both are equalities, not bounds (Dong, Roth & Su 2022; Balle & Wang 2018), also when each release is chosen in the light
of the earlier ones. There is no subsampling here: every round uses every record of the client.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtri

from ...formulations.errors import InputError

Array = NDArray[np.float64]

_HALVINGS = 100
"""Of brackets of the logarithm of μ, or of ε: to 2⁻¹⁰⁰ of them, that is to neighbouring doubles.

Whatever it is, the end returned is one at which δ was computed to be kept: fewer would ask for more noise than needed.
"""


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
    low = np.log(np.maximum(first_term, delta * np.sqrt(2 * np.pi)))
    high = low + 1
    while np.any(too_low := log_delta(epsilon, np.exp(high)) <= np.log(delta)):
        high = np.where(too_low, high + 1, high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        keeps = log_delta(epsilon, np.exp(middle)) <= np.log(delta)
        low, high = np.where(keeps, middle, low), np.where(keeps, high, middle)
    return np.asarray(np.exp(low))


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
    low = np.zeros(mu.shape)
    high = np.maximum(mu**2 / 2 - mu * ndtri(delta), 0)  # where the first term alone is delta
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        true = log_delta(middle, mu) <= np.log(delta)
        low, high = np.where(true, low, middle), np.where(true, middle, high)
    return np.where(log_delta(np.zeros(mu.shape), mu) <= np.log(delta), 0.0, high)


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


def _first(given: Array, wrong: NDArray[np.bool_]) -> tuple[str, float]:
    if given.ndim == 0:
        return "", float(given)
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return f"[{', '.join(map(str, index))}]", float(given[index])
