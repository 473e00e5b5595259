"""Version pricing: what keeps a menu safe, what does not, and what safety costs."""

from __future__ import annotations

from ..claim import Theory
from .bounds import BARRIER_BOUND, CAPPED, HALF_REVENUE
from .bundles import (
    AVERAGING_SAFE,
    COMPOSITION_IN_AVERAGING,
    CONE_SAFE,
    MONOTONE_SUFFICES,
    NEIGHBOURS,
    PAIR_TEST,
    SUMS_ON_THE_MENU,
)
from .intermediary import LINEAR, NOTHING_LOST

THEORY = Theory(
    "pricing",
    (
        CONE_SAFE,
        NEIGHBOURS,
        PAIR_TEST,
        SUMS_ON_THE_MENU,
        MONOTONE_SUFFICES,
        COMPOSITION_IN_AVERAGING,
        AVERAGING_SAFE,
        HALF_REVENUE,
        BARRIER_BOUND,
        CAPPED,
        LINEAR,
        NOTHING_LOST,
    ),
    mechanism="version-pricing",
    symbols={
        "price": "v",
        "next_price": "v'",
        "weight": "x",
        "next_weight": "x'",
        "next_epsilon": r"\varepsilon'",
        "copy_count": "n",
        "goal_price": "v_j",
        "goal_weight": "x_j",
        "barrier": r"\lambda",
        "target": "P",
        "level": "c",
        "ratio": "r",
    },
)
