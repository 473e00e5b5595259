"""What Gaussian noise gives away: (ε, δ) of a μ-Gaussian release, noise by the classical rule, composition.

Sources: Balle & Wang 2018; Dong, Roth & Su 2022; the classical rule is theorem A.1 of Dwork & Roth 2014, stated there
for one release with ε < 1. So it is in Zhou 2023, section 3.2, whose sections 4 and 7 use it for budgets such as 98.
"""

from __future__ import annotations

from typing import Any

from .algebra import Algebra


def gaussian_delta(a: Algebra, epsilon: Any, mu: Any) -> Any:
    """δ = Φ(μ/2 − ε/μ) − e^ε Φ(−μ/2 − ε/μ): what a release of sensitivity Δ under noise σ = Δ/μ gives, exactly."""
    return a.normal_cdf(mu / 2 - epsilon / mu) - a.exp(epsilon) * a.normal_cdf(-mu / 2 - epsilon / mu)


def composed_mu(a: Algebra, mu: Any, rounds: Any) -> Any:
    """μ √T: T releases that are each μ-Gaussian are together exactly that."""
    return mu * a.sqrt(rounds)


def classical_sigma(a: Algebra, epsilon: Any, delta: Any) -> Any:
    """σ/Δ = √(2 ln(1.25/δ))/ε, the classical rule."""
    return a.sqrt(rootless_factor(a, delta)) / epsilon


def rootless_sigma(a: Algebra, epsilon: Any, delta: Any) -> Any:
    """σ/Δ = 2 ln(1.25/δ)/ε, the classical rule as the text of Zhou 2023 was extracted, which lost its root."""
    return rootless_factor(a, delta) / epsilon


def rootless_factor(a: Algebra, delta: Any) -> Any:
    """2 ln(1.25/δ)."""
    return 2 * a.log(5 / (4 * delta))
