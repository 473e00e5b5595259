"""How fast values move: each computed when it is first asked for, and client by client in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..readings.game import BLOCK


class Rates(Mapping[str, Any]):
    """How fast values move, each computed when it is first asked for."""

    def __init__(self, found: Mapping[str, Callable[[], Any]]) -> None:
        self._found, self._known = found, dict[str, Any]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._found[name]()
        return self._known[name]


def in_blocks(of: Callable[[slice], Any], like: Any) -> Any:
    """Return something client by client, of doubles in blocks that stay in the processor's cache."""
    if like.dtype == object or len(like) <= BLOCK:
        return of(slice(0, len(like)))
    found = np.empty(len(like))
    for start in range(0, len(like), BLOCK):
        part = slice(start, start + BLOCK)
        found[part] = of(part)
    return found
