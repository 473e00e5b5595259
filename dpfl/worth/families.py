"""The curves that revenues are compared with: two to three numbers each, fitted by least squares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..accounting.privacy import Array


@dataclass(frozen=True)
class Family:
    """A curve Σ_k b_k φ_k(ε; θ): linear in its scales b ≥ 0, and with positive numbers θ inside.

    Attributes
    ----------
    formula
        In words of mathematics.
    scales, inner
        Names of the b_k and of the θ.
    columns
        The φ_k at some budgets, one column each.
    """

    formula: str
    scales: tuple[str, ...]
    inner: tuple[str, ...]
    columns: Callable[..., Array]

    def fitted(self, epsilon: Array, worth: Array, near: Mapping[str, float] | None = None) -> dict[str, float]:
        """Return the numbers of the best fit; near those of another fit, where they are given.

        Examples
        --------
        >>> x = np.array([0.5, 1, 2, 4, 8])
        >>> {name: round(number, 6) for name, number in FAMILIES["log"].fitted(x, 3 * np.log1p(2 * x)).items()}
        {'beta': 3.0, 'alpha': 2.0}
        """
        from scipy.optimize import least_squares

        def scales(inner: Array) -> Array:
            return np.asarray(np.linalg.lstsq(self._at(epsilon, inner), worth, rcond=None)[0])

        def residuals(logs: Array) -> Array:
            inner = np.exp(logs)
            return np.asarray(self._at(epsilon, inner) @ scales(inner) - worth)

        starts = self._starts(epsilon) if near is None else [np.log([near[name] for name in self.inner])]
        most = [3.0 if name == "power" else 12.0 for name in self.inner]
        found = [least_squares(residuals, start, bounds=(np.negative(most), most), max_nfev=60) for start in starts]
        best = np.exp(min(found, key=lambda one: float(one.cost)).x)
        return dict(zip((*self.scales, *self.inner), (*scales(best).tolist(), *best.tolist()), strict=True))

    def at(self, epsilon: Array, numbers: Mapping[str, float]) -> Array:
        """Return the curve at some budgets."""
        inner = np.array([numbers[name] for name in self.inner])
        return np.asarray(self._at(epsilon, inner) @ np.array([numbers[name] for name in self.scales]))

    def _at(self, epsilon: Array, inner: Array) -> Array:
        return np.asarray(self.columns(epsilon, *inner))

    def _starts(self, epsilon: Array) -> list[Array]:
        """Budgets from the smallest to the largest as where it bends, and exponents of a half and of one."""
        places = [float(np.quantile(epsilon, share)) for share in (0, 0.5, 1)]
        first = [1 / place if self.inner[0] == "alpha" else place for place in places]
        if self.inner == ("power",):
            return [np.log([0.5])]
        if len(self.inner) == 1:
            return [np.log([number]) for number in first]
        return [np.log([number, power]) for number in first for power in (0.5, 1)]


def _hill(epsilon: Array, half: float, power: float) -> Array:
    return np.asarray(1 / (1 + (half / epsilon) ** power))[:, None]


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "log": Family("β ln(1 + αε)", ("beta",), ("alpha",), lambda x, alpha: np.log1p(alpha * x)[:, None]),
        "log + intercept": Family(
            "γ + β ln(1 + αε)",
            ("gamma", "beta"),
            ("alpha",),
            lambda x, alpha: np.column_stack([np.ones(len(x)), np.log1p(alpha * x)]),
        ),
        "Hill": Family("β ε^h / (κ^h + ε^h)", ("beta",), ("half", "power"), _hill),
        "stretched exponential": Family(
            "β (1 − exp(−(ε/κ)^h))",
            ("beta",),
            ("scale", "power"),
            lambda x, scale, power: -np.expm1(-((x / scale) ** power))[:, None],
        ),
        "power": Family("β ε^h", ("beta",), ("power",), lambda x, power: (x**power)[:, None]),
    }
)
"""By name, the printed one first."""
