"""Answers of the package's own back ends, to be judged like anybody's."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

import mechproof as mp

from .instance import Candidate, Instance, Numbers

SECONDS = 10


def answers(rng: Random, instance: Instance) -> Iterator[Candidate]:
    """The default back end's answer, and that of another that can take the model."""
    model = instance.model()
    others = [item.name for item in mp.backends(model) if item.accepts and item.name != model.default_backend]
    for name in ["auto", *rng.sample(others, min(len(others), 1))]:
        try:
            answer = mp.solve(model, name, time_limit=SECONDS)
        except mp.MechproofError:
            continue
        yield Candidate(
            {decision.name: numbers(answer.values[decision.name]) for decision in model.decisions()},
            f"solved by {name if name != 'auto' else 'default'}",
            False,
        )


def numbers(value: Any) -> Numbers:
    """Doubles as the fractions that they are."""
    if np.ndim(value) == 0:
        return Fraction(float(value))
    return tuple(Fraction(float(entry)) for entry in value)
