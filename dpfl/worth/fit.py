r"""A revenue curve fitted to what was measured: whether it is the logarithm, with which α and β, and what else.

**Is it a logarithm?** The misfit of β ln(1 + αε), budget by budget, is compared with the scatter of the runs around
their own means (the F test of lack of fit; what whole runs have in common is taken out). Where it is larger than
chance allows, the logarithm is rejected, and α and β have no meaning that an interval could be given for.

**Which curve else?** Every family is fitted without one budget and predicts it; the root mean square of those errors
ranks them.

**What the leader solves with** is none of them, but the nearest sum of increasing concave steps
(:class:`~mechproof.formulations.revenue_curve.MeasuredRevenue`), which needs no family to be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...formulations.errors import InputError
from ...formulations.revenue_curve import MeasuredRevenue
from ...formulations.shown import Shown
from ..accounting.privacy import Array
from ..training.intervals import Interval
from .families import FAMILIES, Family
from .measure import AccuracyCurve

LEAST_BUDGETS = 5
"""A family has three numbers: with one budget left out, one more than they are must remain."""
STEPS = 60
DIGITS = 6


@dataclass(frozen=True)
class FittedFamily:
    """One family, fitted.

    Attributes
    ----------
    name, formula
        Of the family.
    numbers
        Of the best fit.
    error
        Root mean square of what the fit misses by, in money.
    left_out_error
        The same at budgets that were left out of the fit in turn.
    """

    name: str
    formula: str
    numbers: Mapping[str, float]
    error: float
    left_out_error: float


@dataclass(frozen=True, repr=False)
class RevenueFit(Shown, by="dpfl.worth.present:show_fit"):
    """What a revenue curve is, as far as it was measured.

    Attributes
    ----------
    epsilon, worth
        What was measured: mean worth at each budget.
    families
        Those of :data:`.families.FAMILIES`, the best first.
    p_value
        Of the logarithm's lack of fit; None of a single run, whose scatter is not known.
    rejected
        Whether the logarithm is; None where it could not be tested.
    alpha, beta
        Of the logarithm, with intervals over the runs; None where it is rejected, or was not tested.
    largest_miss
        Of the logarithm, in money, at the budgets that were measured.
    revenue
        For :class:`~mechproof.StackelbergPricing`.
    revenue_error
        Root mean square of what it misses by: large only where what was measured is not concave.
    confidence
        Of test and intervals.
    """

    epsilon: tuple[float, ...]
    worth: tuple[float, ...]
    families: tuple[FittedFamily, ...]
    p_value: float | None
    rejected: bool | None
    alpha: Interval | None
    beta: Interval | None
    largest_miss: float
    revenue: MeasuredRevenue
    revenue_error: float
    confidence: float

    @property
    def best(self) -> FittedFamily:
        """The family that predicts left out budgets best."""
        return self.families[0]

    def family(self, name: str) -> FittedFamily:
        """Return a family by its name."""
        for one in self.families:
            if one.name == name:
                return one
        raise InputError("family", name, "is unknown", f"choose one of: {', '.join(FAMILIES)}")

    @property
    def text(self) -> str:
        """What became of the logarithm, in one sentence."""
        if self.alpha is not None and self.beta is not None:
            one, other = (f"{i.mean:.4g} ({i.low:.4g} to {i.high:.4g})" for i in (self.alpha, self.beta))
            return f"the logarithm is not rejected (p = {self.p_value:.2g}): α = {one}, β = {other}"
        if self.rejected:
            return f"the logarithm is rejected (p = {self.p_value:.2g}): it misses by up to {self.largest_miss:.3g}"
        return f"the logarithm was not tested, for one run shows no scatter; it misses by up to {self.largest_miss:.3g}"


def fit_revenue_curve(
    measured: AccuracyCurve | Mapping[float, Sequence[float]], *, value: float = 1.0, confidence: float = 0.95
) -> RevenueFit:
    """Fit revenue curves to what was measured.

    Parameters
    ----------
    measured
        Accuracies as :func:`.measure.measure_accuracy` returns them; or for each budget what the model was worth, run
        by run in the same order at every budget.
    value
        Of accuracies: money for a unit (100 points) of accuracy above chance. Worth is taken as it is.
    confidence
        1 − `confidence` is the level of the test.

    Returns
    -------
    RevenueFit
        Its `revenue` is what a leader solves with.

    Raises
    ------
    InputError
        For fewer than five budgets, budgets that are not positive, unequal numbers of runs, nothing of any worth, or
        a confidence that is not between 0 and 1.

    Notes
    -----
    What was measured has one budget for all clients. The revenue of a game is of the mean budget; where budgets
    differ, accuracy follows the sum of their squared μ rather than the mean, so that a mechanism's own training should
    be looked at before the curve is believed.

    Examples
    --------
    >>> import mechproof as mp
    >>> x = [0.25, 0.5, 1, 2, 4, 8, 16]
    >>> runs = {each: [100 * each / (1 + each) + wobble for wobble in (-0.1, 0.1)] for each in x}
    >>> fit = mp.fit_revenue_curve(runs)
    >>> fit.best.name, fit.rejected, fit.revenue_error < 0.1
    ('Hill', True, True)
    """
    if not 0 < confidence < 1:
        raise InputError("confidence", confidence, "must lie strictly between 0 and 1", "0.95 is usual")
    epsilon, runs = _read(measured, value)
    worth = runs.mean(axis=0)
    families = [_family(name, family, epsilon, worth) for name, family in FAMILIES.items()]
    log = FAMILIES["log"]
    missed = worth - log.at(epsilon, families[0].numbers)
    p_value = _lack_of_fit(missed, runs, len(families[0].numbers))
    rejected = None if p_value is None else p_value < 1 - confidence
    tested = rejected is False
    alpha, beta = (_jackknife(epsilon, runs, name, confidence) if tested else None for name in ("alpha", "beta"))
    revenue = _concave(epsilon, worth)
    return RevenueFit(
        epsilon=tuple(epsilon.tolist()),
        worth=tuple(worth.tolist()),
        families=tuple(sorted(families, key=lambda one: one.left_out_error)),
        p_value=p_value,
        rejected=rejected,
        alpha=alpha,
        beta=beta,
        largest_miss=float(np.abs(missed).max()),
        revenue=revenue,
        revenue_error=_rms(_values(revenue, epsilon) - worth),
        confidence=confidence,
    )


def _read(measured: AccuracyCurve | Mapping[float, Sequence[float]], value: float) -> tuple[Array, Array]:
    if isinstance(measured, AccuracyCurve):
        if not 0 < value < float("inf"):
            raise InputError("value", value, "must be positive and finite", "give the money for a unit of accuracy")
        epsilon, runs = np.array(measured.epsilon), measured.worth(value)
    else:
        epsilon = np.array(sorted(measured), dtype=np.float64)
        columns = [np.ravel(measured[budget]) for budget in sorted(measured)]
        if len({len(column) for column in columns}) != 1 or not len(columns[0]):
            given = sorted({len(column) for column in columns})
            raise InputError("measured", given, "must have as many runs at every budget", "give each run's worth")
        try:
            runs = np.column_stack(columns).astype(np.float64)
        except ValueError:
            raise InputError("measured", columns, "must be numbers", "give each run's worth") from None
    if len(epsilon) < LEAST_BUDGETS or epsilon.min() <= 0:
        rule = f"must be at least {LEAST_BUDGETS} positive budgets"
        raise InputError("measured", epsilon.tolist(), rule, "measure at more of them, evenly in the logarithm")
    if not np.isfinite(runs).all() or runs.mean(axis=0).max() <= 0:
        raise InputError("measured", "no worth", "must be finite, and positive somewhere", "measure at larger budgets")
    return epsilon, runs


def _family(name: str, family: Family, epsilon: Array, worth: Array) -> FittedFamily:
    numbers = family.fitted(epsilon, worth)
    missed = [
        worth[place]
        - family.at(epsilon[[place]], family.fitted(np.delete(epsilon, place), np.delete(worth, place), near=numbers))[
            0
        ]
        for place in range(len(epsilon))
    ]
    error = _rms(family.at(epsilon, numbers) - worth)
    return FittedFamily(name, family.formula, numbers, error, _rms(np.array(missed)))


def _lack_of_fit(missed: Array, runs: Array, numbers: int) -> float | None:
    """Return the F test's p-value: misfit of the means, against the runs' scatter about them within each run."""
    from scipy import stats

    count, budgets = runs.shape
    if count < 2:
        return None
    within = runs - runs.mean(axis=0) - runs.mean(axis=1, keepdims=True) + runs.mean()
    free = (count - 1) * (budgets - 1)
    scatter, misfit = float((within**2).sum()) / free, count * float((missed**2).sum()) / (budgets - numbers)
    if scatter == 0:
        return 0.0 if misfit > 0 else 1.0
    return float(stats.f.sf(misfit / scatter, budgets - numbers, free))


def _jackknife(epsilon: Array, runs: Array, name: str, confidence: float) -> Interval:
    """Return a number of the logarithm with its interval, on the scale of logarithms: each run is left out in turn."""
    from scipy import stats

    log, count = FAMILIES["log"], len(runs)
    fit = log.fitted(epsilon, runs.mean(axis=0))
    left = [np.delete(runs, run, axis=0).mean(axis=0) for run in range(count)]
    whole, without = np.log(fit[name]), np.log([log.fitted(epsilon, worth, near=fit)[name] for worth in left])
    error = np.sqrt((count - 1) / count * np.sum((without - without.mean()) ** 2))
    half = float(stats.t.ppf((1 + confidence) / 2, count - 1) * error)
    return Interval(*(float(np.exp(number)) for number in (whole, whole - half, whole + half)))


def _concave(epsilon: Array, worth: Array) -> MeasuredRevenue:
    """Return the nearest sum of steps, by non-negative least squares over a ladder of half budgets."""
    from scipy.optimize import nnls

    half = np.geomspace(epsilon.min() / 30, epsilon.max() * 30, STEPS)
    weights, _ = nnls(epsilon[:, None] / (half + epsilon[:, None]), worth)
    kept = weights > weights.max() * 10.0**-DIGITS
    return MeasuredRevenue(half=_decimals(half[kept]), beta=_decimals(weights[kept]))


def _decimals(numbers: Array) -> list[str]:
    """Return numbers in six digits: what is measured has no more, and decimals keep their exact value."""
    return [f"{number:.{DIGITS}g}" for number in numbers]


def _values(revenue: MeasuredRevenue, epsilon: Array) -> Array:
    half, beta = (np.array([float(number) for number in each]) for each in (revenue.half, revenue.beta))
    return np.asarray((beta * epsilon[:, None] / (half + epsilon[:, None])).sum(axis=1))


def _rms(errors: Array) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))
