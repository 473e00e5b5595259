"""Certificates state what they stated when it was looked at (`pinned.py`), and nothing that an oracle contradicts."""

from __future__ import annotations

from functools import cache

import pytest

from .pinned import COUNTS, INSTANCES, Statement, false, pins, places, statements

remembered = cache(pins)


EVERY = 6
"""Of so many instances of a kind one is asked each time; all of them where tests may take long."""


@pytest.mark.parametrize(
    ("mechanism", "seed"),
    [pytest.param(name, seed, marks=pytest.mark.slow if seed % EVERY else ()) for name, seed in places()],
)
def test_what_is_stated(mechanism: str, seed: int) -> None:
    told, pinned = statements(mechanism, seed), remembered()[f"{mechanism}/{seed}"]
    assert len(told) == len(pinned)
    for now, then in zip(told, pinned, strict=True):
        assert now.like(then) if isinstance(now, Statement) and isinstance(then, Statement) else now == then, (
            now,
            then,
        )


@pytest.mark.slow
@pytest.mark.parametrize("mechanism", COUNTS)
def test_nothing_that_is_stated_is_contradicted(mechanism: str) -> None:
    assert [fault for seed in range(COUNTS[mechanism]) for fault in false(mechanism, seed)] == []


@pytest.mark.parametrize("mechanism", INSTANCES)
def test_right_and_wrong_answers_are_pinned(mechanism: str) -> None:
    told = [said for name, all_said in remembered().items() if name.startswith(f"{mechanism}/") for said in all_said]
    verdicts = {(said.feasible, said.optimal) for said in told if isinstance(said, Statement)}
    assert (True, True) in verdicts
    assert verdicts & {(True, False), (False, None)}
