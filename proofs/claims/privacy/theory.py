"""The claims about differential privacy."""

from __future__ import annotations

from ..claim import Theory
from .classical_rule import (
    CLASSICAL,
    CLASSICAL_RANGE,
    EXTRACTED_CONSTANT,
    NAIVE,
    NOISE_FALLS,
    ROOTLESS,
    ROOTLESS_NOISE,
    WITHOUT_FACTOR,
)
from .field import FIELD
from .least_noise import LEAST_OF_A_SUM, LEAST_OF_OWN

THEORY = Theory(
    "privacy",
    (
        WITHOUT_FACTOR,
        CLASSICAL,
        CLASSICAL_RANGE,
        ROOTLESS,
        ROOTLESS_NOISE,
        EXTRACTED_CONSTANT,
        NAIVE,
        NOISE_FALLS,
        LEAST_OF_OWN,
        LEAST_OF_A_SUM,
        *FIELD,
    ),
    symbols={
        "delta": r"\delta",
        "round_count": "T",
        "round_root": "ρ",
        "mu": "μ",
        "records": "n",
        "weight": "w",
        "noise": "s",
        "variance": "V",
        "whole": "W",
        "strengths": "Q",
        "total": "S",
    },
)
