"""The claims of Zhou 2023 about Stackelberg privacy pricing, and the theorems that stand in their place."""

from __future__ import annotations

from ..claim import Theory
from .best_response import REPLIES
from .capped_pool import CAPPED_POOL
from .caps import CAPPED
from .comparisons import COMPARISONS
from .equilibrium import EQUILIBRIUM
from .figures import FIGURES
from .followers import FOLLOWERS
from .leader import LEADER
from .participation import PARTICIPATION
from .peaks import PEAKS
from .pool_formula import POOL_FORMULA
from .printed_equilibrium import PRINTED_EQUILIBRIUM
from .reports import REPORTS
from .shares_program import PROGRAMME_CLAIMS

THEORY = Theory(
    "stackelberg",
    (
        *FOLLOWERS,
        *REPLIES,
        *PRINTED_EQUILIBRIUM,
        *EQUILIBRIUM,
        *PARTICIPATION,
        *PROGRAMME_CLAIMS,
        *LEADER,
        *POOL_FORMULA,
        *PEAKS,
        *FIGURES,
        *COMPARISONS,
        *CAPPED,
        *CAPPED_POOL,
        *REPORTS,
    ),
    mechanism="stackelberg-pricing",
    symbols={"ratio": "z", "small": "Z_1", "large": "Z_2", "low": "z_1", "high": "z_2", "gap": r"\kappa", "least": "r"},
)
