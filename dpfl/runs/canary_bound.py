"""What planted records showed of a run's privacy: a bound from below, beside what the account says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CanaryBound:
    r"""What the canaries of one group of budgets showed.

    Attributes
    ----------
    budget, delta, clients
        Of the group, and how many clients it has.
    mu
        What its account says, over all rounds.
    mu_sold
        What its budget says.
    mu_at_least
        The lower bound, at `confidence`.
    canaries, copies, rounds
        How many were planted, in or out, how often each, and for how many rounds they were looked for.
    confidence
        Of the bound of this group.

    Examples
    --------
    >>> CanaryBound("8", 1e-5, 3, 1.7, 1.7, 1.6, 1024, 1, 30, 0.95).exceeds
    False
    """

    budget: str
    delta: float
    clients: int
    mu: float
    mu_sold: float
    mu_at_least: float
    canaries: int
    copies: int
    rounds: int
    confidence: float

    @property
    def exceeds(self) -> bool:
        """Whether more is betrayed than the account says, or than was sold."""
        return self.mu_at_least > min(self.mu, self.mu_sold)

    def document(self) -> dict[str, Any]:
        """Return the bound as plain data."""
        return {**vars(self), "exceeds": self.exceeds}
