"""The claims of Zhou 2023 about Stackelberg privacy pricing, and the theorems that stand in their place."""

from __future__ import annotations

from ..claim import Theory
from .stackelberg_equilibrium import CAPPED, EQUILIBRIUM
from .stackelberg_figures import FIGURES
from .stackelberg_followers import FOLLOWERS
from .stackelberg_leader import LEADER

THEORY = Theory(
    "stackelberg",
    (*FOLLOWERS, *EQUILIBRIUM, *LEADER, *FIGURES, *CAPPED),
    mechanism="stackelberg-pricing",
    symbols={"ratio": "z", "small": "Z_1", "large": "Z_2", "low": "z_1", "high": "z_2", "gap": r"\kappa", "least": "r"},
)
