"""Whether the mechanism's own weights train better than the field's ways: only training shows it."""

from __future__ import annotations

from ..claim import Attribution, Claim, ClaimVerdict, Measurement
from ..measured import accuracy_above

ASKED = "only training shows it (mechproof train SPEC --baselines all)"


def _above(name: str, first: str, called: str, source: str) -> Claim:
    return Claim(
        f"privacy/baseline-{name}",
        f"Models trained with the mechanism's own weights are more accurate than with {called}, at the same budgets, "
        "the same trust and under the same account.",
        source,
        ClaimVerdict.MEASURED,
        (Measurement(ASKED, accuracy_above(first, name)),),
        attribution=Attribution.READING,
    )


FIELD = (
    _above(
        "robust-hdp",
        "mechanism",
        "Robust-HDP's, which are guessed from the updates",
        "Malekmohammadi, Yu & Cao 2024, arXiv 2406.03519, rebuilt",
    ),
    _above(
        "idp-sgd-sample",
        "mechanism/secure-sum",
        "IDP-SGD's sampling rates",
        "Boenisch et al. 2023, arXiv 2303.17046, rebuilt",
    ),
    _above(
        "idp-sgd-scale",
        "mechanism/secure-sum",
        "IDP-SGD's clipping bounds",
        "Boenisch et al. 2023, arXiv 2303.17046, rebuilt",
    ),
    _above(
        "jsam",
        "mechanism",
        "JSAM's selection at half of the cost",
        "Xu, Zhang & Huang 2026, arXiv 2602.21844, the formula of the selection",
    ),
)
