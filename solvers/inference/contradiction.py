"""Rounds that no cost explains: the smallest set of them, one or two rounds of one client, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...formulations.shown import Shown


@dataclass(frozen=True, repr=False)
class Contradiction(Shown):
    """What no cost explains: `rounds` are the indices of one round or two, `client` an index, `text` says it all."""

    client: int | None
    rounds: tuple[int, ...]
    text: str

    def __str__(self) -> str:
        return self.text

    def document(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {"client": self.client, "rounds": list(self.rounds), "text": self.text}


def smallest(found: list[Contradiction]) -> Contradiction | None:
    """Return one with the fewest rounds, the first of them."""
    return min(found, key=lambda item: len(item.rounds), default=None)
