"""What certificates say of right, near and tampered answers is true: a seeded part of the battery, and apart all."""

from __future__ import annotations

import random
from collections import defaultdict
from functools import cache

import pytest

from sabotage.battery import Check, checks

PART = 5
"""How many tamperings of each instance are tried beside the right answer where not all are."""
QUICK = ["stackelberg", "versions", "contract", "three_party", "procurement", "declared"]
FAMILIES = pytest.mark.parametrize("family", [*QUICK, "convex"])


@cache
def chosen() -> dict[str, list[Check]]:
    """The right answer of every instance in both arithmetics, and a seeded part of the rest."""
    drawn, by_instance = random.Random(3), defaultdict(list)
    for check in checks():
        by_instance[check.instance.name].append(check)
    return {
        name: [c for c in items if c.tampering == "right"] + drawn.sample(items, min(PART, len(items)))
        for name, items in by_instance.items()
    }


def untrue(asked: list[Check]) -> list[str]:
    """The statements that do not hold."""
    return [f"{check.name}: {aspect}" for check in asked for aspect, holds in check.aspects().items() if not holds]


@pytest.mark.parametrize("family", QUICK)
def test_certificates_speak_the_truth(family: str) -> None:
    asked = [check for items in chosen().values() for check in items if check.instance.family == family]
    assert asked
    assert not untrue(asked)


@pytest.mark.slow
@FAMILIES
def test_they_do_of_every_tampering(family: str) -> None:
    assert not untrue([check for check in checks() if check.instance.family == family])
