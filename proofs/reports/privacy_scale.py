"""What ε and δ mean in words, by a published scale: no number of privacy stands alone in a report.

The three tiers are those of N. Ponomareva et al., How to DP-fy ML: A Practical Guide to Machine Learning with
Differential Privacy, Journal of Artificial Intelligence Research 77 (2023), https://doi.org/10.1613/jair.1.14649: ε ≤ 1
strong, ε ≤ 10 reasonable, beyond weak to no formal guarantees. They speak of what a whole training tells of one unit,
not of one round of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .documents import Named
from .numbers import as_number, brief, percent
from .tables import Table

STRONG, REASONABLE = 1.0, 10.0
SOURCE = (
    "The scale is that of Ponomareva et al., How to DP-fy ML, Journal of Artificial Intelligence Research 77 (2023), "
    "doi:10.1613/jair.1.14649"
)


def tier(epsilon: float) -> str:
    """Return how strong a guarantee is, in the words of the scale; nothing for nothing sold.

    Examples
    --------
    >>> tier(1), tier(1.5), tier(10.5), tier(0)
    ('strong', 'reasonable', 'weak to none', '')
    """
    if epsilon <= 0:
        return ""
    return "strong" if epsilon <= STRONG else "reasonable" if epsilon <= REASONABLE else "weak to none"


@dataclass(frozen=True)
class Scale:
    """How many of a document's budgets lie in each tier, and what else is to be said of its privacy."""

    about: str
    counts: tuple[tuple[str, str, int], ...]
    notes: tuple[str, ...]

    @property
    def table(self) -> Table:
        """The tiers with how many budgets lie in each."""
        return Table("How many budgets are how strong", ("ε", "protection", "budgets"), self.counts)


def scales(documents: Sequence[Named]) -> tuple[Scale, ...]:
    """Return the scale of whatever documents sell or spend; what a training accounts for replaces what was sold for it.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.reports.documents import read_documents
    >>> contract = mp.solve(mp.PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=4))
    >>> scales(read_documents(contract))[0].counts[1]
    ('1 to 10', 'reasonable', 1)
    """
    found: dict[str, Scale] = {}
    for item in sorted(documents, key=lambda item: item.kind == "train"):
        sold = _budgets(item)
        if sold:
            found[item.about] = Scale(item.about, _counts(sold), _notes(item, max(sold)))
    return tuple(found.values())


def _counts(sold: Sequence[float]) -> tuple[tuple[str, str, int], ...]:
    rows = (("at most 1", "strong"), ("1 to 10", "reasonable"), ("above 10", "weak to none"))
    return tuple((bounds, word, sum(tier(epsilon) == word for epsilon in sold)) for bounds, word in rows)


def _budgets(item: Named) -> list[float]:
    """Return the positive budgets that a document is about."""
    given = _stated(item)
    numbers = map(as_number, given if isinstance(given, list) else [given])
    return [value for value in numbers if value is not None and value > 0]


def _stated(item: Named) -> Any:
    """Return the budget or budgets as a document states them."""
    document = item.document
    if item.kind == "solve":
        return document["values"].get("epsilon", document["mechanism"]["data"].get("epsilon"))
    if item.kind == "train":
        return [entry["epsilon"] for entry in document["ledger"] if entry["participates"]]
    if item.kind == "market":
        return [owner["epsilon"] for owner in document["steps"]["owners"]["owners"]]
    return []


def _notes(item: Named, largest: float) -> tuple[str, ...]:
    odds = f"{brief(math.exp(largest))} (e to the ε)" if largest < 20 else "e to the ε, more than a hundred million"
    said = [
        f"The largest ε is {brief(largest)} ({tier(largest)}): whether one is in the data or not changes the odds of "
        f"anything that is released by a factor of at most {odds}."
    ]
    delta, rounds, records = _protocol(item)
    if delta is not None:
        said.append(_of_delta(delta, records))
    if rounds is not None and rounds > 1:
        said.append(
            f"ε is the total over all {rounds} rounds, as accounted. One round alone spends less, and the ε of single "
            "rounds do not simply add up to it: never read the one for the other."
        )
    return tuple(said)


def _protocol(item: Named) -> tuple[float | None, int | None, int | None]:
    """Return δ, the rounds and the records of what a document trained, where it trained anything."""
    if item.kind == "train":
        protocol: dict[str, Any] = item.document["protocol"]
        return protocol["delta"], protocol["rounds"], item.document["data"]["training_records"]
    if item.kind == "market":
        training = item.document["steps"]["training"]
        trained = training["trained"]
        return training["delta"], training["rounds"], trained and trained["data"]["training_records"]
    return None, None, None


def _of_delta(delta: float, records: int | None) -> str:
    text = f"δ = {brief(delta)}: beside ε, anything at all may happen with a chance of {_chance(delta)}"
    if not records:
        return f"{text}."
    if delta < 1 / records:
        return f"{text}, which is rarer than one in {records:,}, the number of records, as it should be."
    return f"{text}, and that is too often: it should be rarer than one in {records:,}, the number of records."


def _chance(delta: float) -> str:
    return f"one in {1 / delta:,.0f}" if delta < 0.01 else percent(delta)
