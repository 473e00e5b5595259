"""What baselines of the field came to beside the mechanism: differences run by run, and what everybody really spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...accounting.privacy import Array
from ..catalogue import Known, known
from ..statistics import Contrast, corrected, holm
from .rebuilt import Rebuilt


@dataclass(frozen=True)
class Spent:
    """What clients spend by this project's account, beside their budgets.

    Attributes
    ----------
    most_of_budget
        The largest ε over its budget.
    least_of_budget
        The smallest.
    largest
        The largest ε.
    """

    most_of_budget: float
    least_of_budget: float
    largest: float

    def document(self) -> dict[str, float]:
        """Return it as plain data."""
        return dict(vars(self))


def spent_of(epsilon: Array, budget: Array) -> Spent:
    """Compare what is spent with budgets; clients with a budget of 0 take no part.

    Examples
    --------
    >>> import numpy as np
    >>> spent_of(np.array([0.5, 3.0, 0.0]), np.array([1.0, 2.0, 0.0]))
    Spent(most_of_budget=1.5, least_of_budget=0.5, largest=3.0)
    """
    ratio = epsilon[budget > 0] / budget[budget > 0]
    return Spent(float(ratio.max()), float(ratio.min()), float(epsilon.max()))


@dataclass(frozen=True)
class Judged:
    """One baseline of the field, beside the mechanism under the same trust.

    Attributes
    ----------
    baseline
        What it is.
    contrast
        The mechanism's accuracy minus its own, in the family of all baselines.
    holm_p_value
        Of the sign-flip test, after Holm's correction over that family.
    spent
        By its clients.
    published
        The same with the noise as the source's code sets it, where that is another.

    Examples
    --------
    >>> import numpy as np
    >>> from ..statistics import compare
    >>> one = compare("mechanism", [0.8, 0.9, 0.8], "jsam", [0.7, 0.7, 0.7], grain=0.01)
    >>> judged({"jsam": one}, {"jsam": (np.array([1.0]), None)}, np.array([2.0]))[0].spent.most_of_budget
    0.5
    """

    baseline: Known
    contrast: Contrast
    holm_p_value: float
    spent: Spent
    published: Spent | None

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "name": self.baseline.name,
            "source": self.baseline.source,
            "trust": self.baseline.trust,
            "against": self.baseline.against,
            "contrast": self.contrast.document(),
            "holm_p_value": self.holm_p_value,
            "spent": self.spent.document(),
            "published": None if self.published is None else self.published.document(),
        }


Accounts = Mapping[str, tuple[Array, Array | None]]
"""Of every baseline what its clients spend, and what they would with the published noise."""


def accounts_of(rebuilt: Mapping[str, Rebuilt]) -> Accounts:
    """Return what the clients of each baseline spend."""
    return {name: (made.epsilon, made.published) for name, made in rebuilt.items()}


def judged(contrasts: Mapping[str, Contrast], accounts: Accounts, budget: Array) -> tuple[Judged, ...]:
    """Make one family of all baselines.

    Parameters
    ----------
    contrasts
        The mechanism minus the baseline, by its name.
    accounts
        Of each of them.
    budget
        Of all clients.
    """
    names, family = list(contrasts), corrected(list(contrasts.values()))
    flips = holm([one.sign_flip_p_value for one in family])
    return tuple(
        Judged(
            known(name),
            contrast,
            p_value,
            spent_of(accounts[name][0], budget),
            None if (published := accounts[name][1]) is None else spent_of(published, budget),
        )
        for name, contrast, p_value in zip(names, family, flips, strict=True)
    )


def same_trust(names: Sequence[str]) -> dict[str, str]:
    """Return what each baseline is compared with.

    Examples
    --------
    >>> same_trust(["jsam"])
    {'jsam': 'mechanism'}
    """
    return {name: known(name).against for name in names}
