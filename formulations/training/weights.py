r"""How much each client counts in a sum that carries the noise its budget asks for.

Client i holds n_i records, and what is seen of it must carry noise of at least σ_i times what one record moves. A
record counts w_i; all together count Σ n_i w_i = 1. In units of the sensitivity, the noise of the sum has the variance

    Σ w_i² σ_i²           where each client adds its own, since the server sees each of them ("local"),
    s² with s ≥ σ_i w_i    where only the sum is seen, and its noise hides everybody at once ("secure-sum").

To it comes the records' own variation, v Σ n_i w_i²: few records that count for much vary like a small sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Number, Vector
from ..declaration import choice, labels, scalar, vector
from ..errors import InputError
from ..language import Constraint, Decision, Program


def own_variance(a: Algebra, weight: Any, sigma: Any) -> Any:
    """Return (σ_i w_i)², what the noise of one client adds to that of the sum."""
    return a.square(sigma * weight)


def counted(a: Algebra, weight: Any, records: Any) -> Any:
    """Return n_i w_i, what the records of one client count together."""
    return records * weight


def noise_beyond(a: Algebra, noise: Any, weight: Any, sigma: Any) -> Any:
    """Return s − σ_i w_i: nobody moves the sum further than its noise covers."""
    return noise - sigma * weight


def needed_noise(a: Algebra, mu: Any, round_root: Any) -> Any:
    """Return σ_i = √T/μ_i, which makes T releases together μ_i-Gaussian."""
    return round_root / mu


def variation_of_records(a: Algebra, weight: Any, records: Any, variation: Any) -> Any:
    """Return v Σ n_i w_i²."""
    return variation * a.sum(records * a.square(weight))


def variance_of_own_noise(a: Algebra, weight: Any, sigma: Any, records: Any, variation: Any) -> Any:
    """Return Σ (σ_i w_i)² + v Σ n_i w_i²."""
    return a.sum(own_variance(a, weight, sigma)) + variation_of_records(a, weight, records, variation)


def variance_of_a_sum(a: Algebra, noise: Any, weight: Any, records: Any, variation: Any) -> Any:
    """Return s² + v Σ n_i w_i²."""
    return a.square(noise) + variation_of_records(a, weight, records, variation)


def whole_beyond(a: Algebra, weight: Any, records: Any) -> Any:
    """Return Σ n_i w_i − 1."""
    return a.sum(counted(a, weight, records)) - 1


class AggregationWeights(Program):
    r"""The weights of clients with unequal budgets that leave the least variance.

        min s² + v Σ n_i w_i²   s.t.   Σ n_i w_i = 1,   w ≥ 0,   s² = Σ σ_i² w_i²  or  s ≥ σ_i w_i for all i

    Parameters
    ----------
    sigma
        σ_i > 0, the noise that must cover client i, in units of what one record moves.
    records
        n_i > 0.
    variation
        v ≥ 0, the variance of what one record contributes, in the same unit squared.
    trust
        "local": every client adds its own noise. "secure-sum": the noise is in the sum, which alone is seen.
    client
        The clients' names.

    Raises
    ------
    InputError
        When a number breaks its rule.

    Examples
    --------
    >>> two = AggregationWeights(sigma=[1, 2], records=[1, 1], variation=0, trust="local")
    >>> [item.name for item in two.variables()]
    ['weight']
    """

    sigma: Vector = vector("a noise multiplier", above=0, per="client", symbol=r"\sigma")
    records: Vector = vector("a number of records", above=0, per="client", symbol="n")
    variation: Number = scalar("the records' variation", at_least=0, symbol="v")
    trust: str = choice("local", "secure-sum")
    client: Any = labels("client", default=None)

    example: ClassVar[Mapping[str, Any]] = {
        "sigma": [20, 6],
        "records": [10, 10],
        "variation": "0.05",
        "trust": "local",
    }

    def check(self) -> None:
        """Refuse weights of nobody."""
        if len(self.sigma) == 0:
            raise InputError("sigma", "no clients", "there must be at least one", "give one multiplier per client")

    @property
    def about(self) -> str:
        """What one weight belongs to."""
        return "client"

    def variables(self) -> tuple[Decision, ...]:
        """Return the weights, and the noise where it is in the sum: at most that of one client alone."""
        most = 1 / self.records
        weight = Decision("weight", np.zeros(len(self.records)), most, symbol="w")
        if self.trust == "local":
            return (weight,)
        return weight, Decision("noise", 0, max(self.sigma * most), symbol="s")

    def objective(self) -> Formula:
        """Return the variance of the noise and of the records together."""
        return variance_of_own_noise if self.trust == "local" else variance_of_a_sum

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that the weights are those of an average, and that the noise of a sum covers everybody."""
        average = Constraint("average", whole_beyond, equality=True)
        return (average,) if self.trust == "local" else (average, Constraint("covered", noise_beyond))

    def outcomes(self) -> Mapping[str, Formula]:
        """Return the variance that is least."""
        return {"variance": self.objective()}
