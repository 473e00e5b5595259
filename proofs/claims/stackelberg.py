"""The claims of Zhou 2023 about Stackelberg privacy pricing, and the theorems that stand in their place."""

from __future__ import annotations

from ..claim import Theory
from .stackelberg_best_response import REPLIES
from .stackelberg_capped_pool import CAPPED_POOL
from .stackelberg_caps import CAPPED
from .stackelberg_comparisons import COMPARISONS
from .stackelberg_equilibrium import EQUILIBRIUM
from .stackelberg_figures import FIGURES
from .stackelberg_followers import FOLLOWERS
from .stackelberg_leader import LEADER
from .stackelberg_participation import PARTICIPATION
from .stackelberg_peaks import PEAKS
from .stackelberg_pool_formula import POOL_FORMULA
from .stackelberg_printed_equilibrium import PRINTED_EQUILIBRIUM
from .stackelberg_programme import PROGRAMME_CLAIMS
from .stackelberg_reports import REPORTS

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
