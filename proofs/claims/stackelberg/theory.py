"""The claims of Zhou 2023 about Stackelberg privacy pricing, and the theorems that stand in their place."""

from __future__ import annotations

from ..claim import Theory
from .accuracy import ACCURACIES
from .against_contract import AGAINST_CONTRACT
from .against_three_party import AGAINST_THREE_PARTY
from .best_response import REPLIES
from .capped_pool import CAPPED_POOL
from .capped_slope import CAPPED_SLOPE
from .caps import CAPPED
from .convex_costs import CONVEX_COSTS
from .equilibrium import EQUILIBRIUM
from .figures import FIGURES
from .fixed_budgets import FIXED_BUDGETS
from .followers import FOLLOWERS
from .group_weighted import GROUP_WEIGHTED
from .identity import IDENTITY
from .leader import LEADER
from .learning import LEARNING
from .optimal_payment import OPTIMAL_PAYMENT
from .participation import PARTICIPATION
from .peaks import PEAKS
from .pool_formula import POOL_FORMULA
from .printed_equilibrium import PRINTED_EQUILIBRIUM
from .printed_replies import PRINTED_REPLIES
from .reported import REPORTED
from .reports import REPORTS
from .revealed import REVEALED_COSTS
from .rounds import ROUNDS
from .rounds_any_costs import ANY_COSTS_IN_ROUNDS
from .rounds_of_two import TWO_IN_ROUNDS
from .same_pool import SAME_POOL
from .screening import SCREEN
from .sensitivities import SENSITIVITIES
from .shares_program import PROGRAMME_CLAIMS
from .uncertain import UNCERTAIN

THEORY = Theory(
    "stackelberg",
    (
        *FOLLOWERS,
        *REPLIES,
        *PRINTED_EQUILIBRIUM,
        *PRINTED_REPLIES,
        *EQUILIBRIUM,
        *PARTICIPATION,
        *SCREEN,
        *PROGRAMME_CLAIMS,
        *LEADER,
        *POOL_FORMULA,
        *OPTIMAL_PAYMENT,
        *PEAKS,
        *FIGURES,
        *SAME_POOL,
        *FIXED_BUDGETS,
        *AGAINST_CONTRACT,
        *GROUP_WEIGHTED,
        *AGAINST_THREE_PARTY,
        *ACCURACIES,
        *CAPPED,
        *CAPPED_SLOPE,
        *CAPPED_POOL,
        *REPORTS,
        *ROUNDS,
        *ANY_COSTS_IN_ROUNDS,
        *TWO_IN_ROUNDS,
        *LEARNING,
        *SENSITIVITIES,
        *UNCERTAIN,
        *REVEALED_COSTS,
        *IDENTITY,
        *REPORTED,
        *CONVEX_COSTS,
    ),
    mechanism="stackelberg-pricing",
    symbols={
        "factor": "m",
        "ratio": "z",
        "unexplained": "z",
        "seller_count": "n",
        "rest": "R'",
        "small": "Z_1",
        "large": "Z_2",
        "low": "z_1",
        "high": "z_2",
        "gap": r"\kappa",
        "worst_cost": r"\rho^*",
        "least_cost": r"\rho_0",
        "least_cap": "c_0",
        "worst_ratio": "z_0",
        "sellers": "n",
        "least": "r",
        "same_cost": r"\rho",
        "dearer": r"\rho'",
        **{name: rf"\rho_{place}" for place, name in enumerate(("one", "two", "three", "four", "five"), start=1)},
        "fixed": r"\varepsilon^*",
        "second": r"\varepsilon'",
        "first_share": "s_1",
        "second_share": "s_2",
        "steepness": "C'_1",
        "second_steepness": "C'_2",
        "exponent": "g",
        "paid_cost": r"\rho z^g",
        "least_drawn": r"\varepsilon_{1}",
        "most_drawn": r"\varepsilon_{2}",
        "cheap": "c",
        "dear": "c'",
        "cheap_count": "m",
        "dear_count": "m'",
        "cheap_power": "x",
        "dear_power": "x'",
        "dearest": "c^*",
        "dear_epsilon": r"\varepsilon'",
        "count": "m",
        "payment": "p",
        "inverse": "y",
        "second_inverse": "y_2",
        "second_epsilon": r"\varepsilon_2",
        "seller_cost": "c",
        "second_cost": "c_2",
        "buyer_alpha": r"\alpha_b",
        "privacy_weight": r"\alpha_3",
        "damping": r"\gamma",
        "share": "s",
        "falls": "a",
        "beyond": r"\ell",
        "bound": "h",
        "right": "x",
        "up": "y",
        "most": "M",
        "eigenvalue": r"\lambda",
        "product": "k",
        "real": "x",
        "misread": r"\delta",
        "round_count": "T",
        "deviation": "v",
        "remainder": "q",
        "second_budget": r"\varepsilon_2",
    },
    meaning={
        "same_cost": "the cost of every client alike",
        "worst_cost": "the largest cost that a client may have",
        "least_cost": "the least cost that a client may have",
        "least_cap": "the least cap that a client may have",
        "worst_ratio": "Σε/B at the largest costs",
        "cost_sum": "Σρ, whatever each cost is",
        "ratio": "Σε/B, whatever the costs are",
        "unexplained": "a number",
        "seller_count": "how many sell",
        "rest": "what the costs of the others who sell add up to",
        "others": "what the others sell together",
        "second": "what the second account sells",
        "steepness": "C′ at s₁Z₁",
        "second_steepness": "C′ at s₂Z₂",
        "paid_cost": "what z costs",
        "cheap_power": "e to the ε of the cheaper type",
        "dear_power": "e to the ε of the dearer type",
        "inverse": "1/p of a seller",
        "second_inverse": "1/p of the second",
        "buyer_alpha": "the buyer's α",
        "fixed": "the fixed budget",
        "least_drawn": "the least that is drawn",
        "most_drawn": "the most",
        "falls": "by how much a reply falls, of what the others sell more",
        "beyond": "a number, with λ its negative",
        "bound": "(n − 2)/2",
        "right": "Re λ",
        "real": "Re λ",
        "up": "Im λ",
        "most": "a number",
        "product": "what both replies multiply a deviation by",
        "deviation": "how far one is from its equilibrium",
        "remainder": "the others' part of the first sum",
        "second_budget": "what the second sells",
    },
)
