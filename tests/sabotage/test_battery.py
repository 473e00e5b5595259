"""What certificates say of right, near and tampered answers is true: a seeded part of the battery, all instances."""

from __future__ import annotations

import random
from collections import defaultdict
from functools import cache

import pytest

from sabotage.battery import Check, checks

PART = 8
"""How many tamperings of each instance are tried here, beside the right answer; the command tries all."""


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


@pytest.mark.parametrize("family", ["stackelberg", "versions", "contract", "three_party", "declared"])
def test_certificates_speak_the_truth(family: str) -> None:
    asked = [check for items in chosen().values() for check in items if check.instance.family == family]
    assert asked
    untrue = [f"{check.name}: {aspect}" for check in asked for aspect, holds in check.aspects().items() if not holds]
    assert not untrue, "\n".join(untrue)
