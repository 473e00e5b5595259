"""What the classical rule for Gaussian noise gives (Zhou 2023, section 3.2)."""

from __future__ import annotations

from fractions import Fraction

from ....formulations.privacy import classical_sigma, composed_mu, gaussian_delta, rootless_sigma
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, log, roles
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, Erratum, OnBox, Step

BALLE_WANG = Axiom(
    "Gaussian mechanism",
    "a release with noise σ = Δ/μ is (ε, δ)-private exactly if δ ≥ Φ(μ/2 − ε/μ) − e^ε Φ(−μ/2 − ε/μ)",
    "Balle & Wang 2018, theorem 8",
)
COMPOSITION = Axiom(
    "composition",
    "T Gaussian releases of the same μ are together exactly one with μ√T",
    "Dong, Roth & Su 2022, corollary 3.3",
)
BELOW_ONE = Axiom(
    "classical rule",
    "σ = √(2 ln(1.25/δ)) Δ/ε makes a release (ε, δ)-private for ε < 1",
    "Dwork & Roth 2014, theorem A.1",
)

epsilon, delta, round_count = roles("epsilon delta round_count")
TARGET = Fraction(1, 100000)
BUDGET = {"ε > 0": epsilon > 0}
SMALL = {**BUDGET, "ε < 1": epsilon < 1}

classical, rootless = Term(classical_sigma), Term(rootless_sigma)
noise, rootless_noise = classical.at(delta=TARGET), rootless.at(delta=TARGET)
given_away = Term(gaussian_delta)
delta_at_zero = given_away.at(epsilon=0, mu=1 / noise)
"""By how much an event can be more probable than with a record less, under the classical rule's noise."""
true_delta = given_away.at(mu=1 / noise)
"""The δ that the classical rule really gives for the same ε, where 1/100000 is asked for."""
true_delta_rootless = given_away.at(mu=1 / rootless_noise)
"""The δ that the rule without its root really gives for the same ε."""
true_delta_composed = given_away.at(mu=Term(composed_mu).at(mu=1 / noise, rounds=round_count))
"""The δ of all rounds together, each with the classical rule for the same ε."""

CLASSICAL = Claim(
    "privacy/classical-sigma",
    "The classical rule σ = √(2 ln(1.25/δ)) Δ/ε makes a release (ε, δ)-private for every ε, at δ = 1/100000.",
    "Zhou 2023, section 3.2, which states it for ε < 1, read with the budgets of 98 for which section 7 uses it",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            BUDGET, true_delta <= TARGET, costs={"the true δ": true_delta}, start={"epsilon": "10"}, name="at 10"
        ),
        Counterexample(
            {"ε ≥ 98": epsilon > 97},
            true_delta <= TARGET,
            costs={
                "the true δ": true_delta,
                "the δ that holds with an ε of 290": given_away.at(epsilon=290, mu=1 / noise),
            },
            start={"epsilon": "98"},
            name="at 98",
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
    erratum=Erratum(
        "section 3.2 with the budgets of section 7: σ = √(2 ln(1.25/δ)) Δ/ε at ε = 98",
        "the exact condition of Balle & Wang; at δ = 1/100000 the rule suffices up to ε = 8.41",
        "privacy/classical-sigma-range",
    ),
)
CLASSICAL_RANGE = Claim(
    "privacy/classical-sigma-range",
    "At δ = 1/100000 the classical rule still suffices for all ε up to 8.41, beyond the ε < 1 it is proven for.",
    "theorem: how far Zhou 2023, section 3.2, is right",
    ClaimVerdict.PROVED,
    (BELOW_ONE, OnBox({"epsilon": ("1/2", "8.41")}, true_delta < TARGET), BALLE_WANG),
    variant=Counterexample({"0 < ε ≤ 9": (epsilon - 9) * epsilon < 0}, true_delta < TARGET, start={"epsilon": "17/2"}),
)
ROOTLESS = Claim(
    "privacy/rootless-sigma",
    "Without its root, as the text was extracted, the rule σ = 2 ln(1.25/δ) Δ/ε suffices for all ε from 1 up to 902 at "
    "δ = 1/100000.",
    "theorem: what Zhou 2023, section 3.2, as extracted, amounts to; it speaks of ε < 1",
    ClaimVerdict.PROVED,
    (OnBox({"epsilon": ("1", "902")}, true_delta_rootless < TARGET), BALLE_WANG),
    variant=Counterexample({"1 ≤ ε": epsilon > 1}, true_delta_rootless < TARGET, start={"epsilon": "1000"}),
)
ROOTLESS_NOISE = Claim(
    "privacy/rootless-noise",
    "Without its root the rule adds between 4.84 and 4.85 times the classical noise, at δ = 1/100000 and ε = 1; both "
    "are inversely proportional to ε.",
    "theorem: what the lost root costs",
    ClaimVerdict.PROVED,
    (
        OnBox({"epsilon": ("1", "1")}, rootless_noise > Fraction("4.84") * noise, "at least"),
        OnBox({"epsilon": ("1", "1")}, rootless_noise < Fraction("4.85") * noise, "at most"),
    ),
    variant=Counterexample(BUDGET, rootless_noise < 4 * noise),
)
EXTRACTED_CONSTANT = Claim(
    "privacy/constant-as-extracted",
    "The constant of the Gaussian mechanism is d ≥ 2 ln(1.25/δ), for ε < 1.",
    "Zhou 2023, section 3.2, as extracted: the root is lost",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**SMALL, "δ = 1/100000": delta.equals(TARGET)},
            classical * epsilon >= rootless * epsilon,
            costs={"times the noise that suffices": rootless / classical},
            start={"epsilon": "1/2", "delta": "1/100000"},
            kept=True,
        ),
        BELOW_ONE,
    ),
    attribution=Attribution.EXTRACTED,
    aliases=("privacy/rootless-same-noise",),
    erratum=Erratum(
        "section 3.2 as extracted: d ≥ 2 ln(1.25/δ)", "d ≥ √(2 ln(1.25/δ)), for ε < 1", "privacy/rootless-noise"
    ),
)
WITHOUT_FACTOR = Claim(
    "privacy/eq-1-as-extracted",
    "The noise of section 3.2 gives the privacy of (1) as extracted, without e to the ε: no event is more probable by "
    "more than δ, at δ = 1/100000.",
    "Zhou 2023, eq. 1, as extracted: the factor e to the ε is lost",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            SMALL,
            delta_at_zero <= TARGET,
            costs={
                "by how much more probable an event can be": delta_at_zero,
                "the true δ with the factor": true_delta,
            },
            start={"epsilon": "1/2"},
            kept=True,
        ),
        BALLE_WANG,
    ),
    attribution=Attribution.EXTRACTED,
    erratum=Erratum(
        "(1) as extracted: Pr[M(D) ∈ S] ≤ Pr[M(D′) ∈ S] + δ",
        "Pr[M(D) ∈ S] ≤ e^ε Pr[M(D′) ∈ S] + δ, which the rule gives",
        "privacy/classical-sigma-range",
    ),
)
NAIVE = Claim(
    "privacy/naive-composition",
    "If every round is (ε, δ)-private by the classical rule, all rounds together are (ε, δ)-private too, at "
    "δ = 1/100000.",
    "Zhou 2023, sections 3.2 and 7: it trains 200 rounds with one ε, and says nothing of all rounds together",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**BUDGET, "T ≥ 1": round_count > 0},
            true_delta_composed <= TARGET,
            costs={"the true δ": true_delta_composed},
            name="of a few rounds",
        ),
        Counterexample(
            {**BUDGET, "T = 200": round_count.equals(200)},
            true_delta_composed <= TARGET,
            costs={"the true δ": true_delta_composed},
            start={"epsilon": "1", "round_count": "200"},
            name="of 200 rounds",
            kept=True,
        ),
        COMPOSITION,
    ),
    attribution=Attribution.READING,
    erratum=Erratum(
        "section 7, read as an (ε, δ) of the whole training: 200 rounds, each with the noise for one",
        "T rounds are together μ√T-Gaussian",
        "",
    ),
)
NOISE_FALLS = Claim(
    "privacy/noise-falls-with-budget",
    "A larger budget needs less noise: it falls with ε, for every δ at which the rule is defined.",
    "Zhou 2023, sections 3.2 and 4.2",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**BUDGET, "δ > 0": delta > 0, "ln(1.25/δ) > 0": log(5 / (4 * delta)) > 0},
                classical.slope(epsilon) < 0,
                degree=4,
            )
        ),
    ),
    variant=Counterexample({**BUDGET, "0 < δ < 1": delta * (delta - 1) < 0}, classical.slope(epsilon) <= -1),
    attribution=Attribution.PRINTED,
)
