"""What only training shows (Zhou 2023, figure 17): which budgets make the more accurate model."""

from __future__ import annotations

from ..claim import Attribution, Claim, ClaimVerdict, Measurement
from ..measured import accuracy_above, as_predicted
from .against_three_party import RECONSTRUCTED

ACCURACY = Claim(
    "stackelberg/fig-17-accuracy",
    "Models trained with the budgets of the equilibrium are more accurate than with static and with random ones.",
    "Zhou 2023, figure 17 and section 7.4; the figure itself is drawn without static and random budgets",
    ClaimVerdict.MEASURED,
    (
        Measurement("only training shows it (mechproof train)", accuracy_above("mechanism", "static")),
        Measurement("only training shows it (mechproof train)", accuracy_above("mechanism", "random")),
    ),
    attribution=Attribution.READING,
)
ABOVE_CONTRACT = Claim(
    "stackelberg/fig-17-accuracy-above-contract",
    "Models trained with the budgets of the equilibrium are more accurate than with those of the contract of IC-MLE.",
    "Zhou 2023, figures 16 and 17",
    ClaimVerdict.MEASURED,
    (
        Measurement(
            "only training shows it (mechproof train --experiment zhou-17); with equal costs and the same pool the "
            "budgets are smaller, so that the noise is larger (see stackelberg/fig-16-exact-ratio)",
            accuracy_above("mechanism", "ic-mle"),
        ),
    ),
    attribution=Attribution.PRINTED,
)
ABOVE_MARKET = Claim(
    "stackelberg/fig-17-accuracy-above-three-party",
    "Models trained with the budgets of the equilibrium are more accurate than with those of the three-party game.",
    "Zhou 2023, figures 16 and 17; the game's values are not printed: here that of quantity is α, that of privacy 1",
    ClaimVerdict.MEASURED,
    (
        Measurement(
            "only training shows it (mechproof train --experiment zhou-17)",
            accuracy_above("mechanism", "three-party"),
        ),
    ),
    assumes=(RECONSTRUCTED,),
    attribution=Attribution.READING,
)
ORDER = Claim(
    "stackelberg/fig-17-predicted-order",
    "Arms with less noise are more accurate: the order that is predicted from the noise alone is the one measured.",
    "Zhou 2023, section 7.4: less noise, hence a more accurate model",
    ClaimVerdict.MEASURED,
    (Measurement("only training shows it (mechproof train)", as_predicted),),
    attribution=Attribution.PRINTED,
)
ACCURACIES = (ACCURACY, ABOVE_CONTRACT, ABOVE_MARKET, ORDER)
