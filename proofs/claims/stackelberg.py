"""The claims of Zhou 2023 about Stackelberg privacy pricing, and the theorems that stand in their place."""

from __future__ import annotations

from ..claim import Theory
from .stackelberg_equilibrium import CAPPED, EQUILIBRIUM
from .stackelberg_followers import FOLLOWERS

THEORY = Theory(
    "stackelberg", (*FOLLOWERS, *EQUILIBRIUM, *CAPPED), mechanism="stackelberg-pricing", symbols={"ratio": "z"}
)
