"""Certificates state what they stated when it was looked at (`pinned.py`), and nothing that an oracle contradicts."""

from __future__ import annotations

from functools import cache

import pytest

from .pinned import Statement, pins, places, statements

remembered = cache(pins)


@pytest.mark.parametrize(("mechanism", "seed"), places())
def test_what_is_stated(mechanism: str, seed: int) -> None:
    told, pinned = statements(mechanism, seed), remembered()[f"{mechanism}/{seed}"]
    assert len(told) == len(pinned)
    for now, then in zip(told, pinned, strict=True):
        assert now.like(then) if isinstance(now, Statement) and isinstance(then, Statement) else now == then, (
            now,
            then,
        )
