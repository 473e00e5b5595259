"""One promise of a market, judged."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Verdict: TypeAlias = Literal["holds", "violated", "undecided", "not applicable"]


@dataclass(frozen=True)
class Check:
    """One promise: whether it was kept, and in words how, or by whom not.

    Examples
    --------
    >>> Check("accounts-balance", "holds", "sales 5.00 − payments 3.00 = 2.00 for the broker").document()["verdict"]
    'holds'
    """

    name: str
    verdict: Verdict
    text: str

    def document(self) -> dict[str, Any]:
        """Return the check as plain data."""
        return asdict(self)
