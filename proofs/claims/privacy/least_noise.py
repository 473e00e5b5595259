"""The least noise of an unbiased sum whose clients have budgets of their own, seen one by one or as their sum alone."""

from __future__ import annotations

from ....formulations.training import weights
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, roles
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step

COMPOSITION = Axiom(
    "composition",
    "T Gaussian releases, each with noise of σ times what a record moves, are together √T/σ-Gaussian, and no less",
    "Dong, Roth & Su 2022, corollary 3.3",
)
round_root, mu, records, weight, noise = roles("round_root mu records weight noise")
variance, whole, strengths, total, t = roles("variance whole strengths total t")
ROUNDS = {"ρ > 0": round_root > 0}
PERSON = {"μ > 0": mu > 0, "n > 0": records > 0}
CLIENT = {**ROUNDS, **PERSON}
WHOLE = {"Σ nw = 1": whole.equals(1)}

strength = records * mu
"""The budget times the records."""
counted = Term(weights.counted)
"""What a client's records count together."""
variance_of_own = Term(weights.own_variance).at(sigma=weights.needed_noise)
"""What a client's own noise adds to the variance of the sum's."""
beyond = Term(weights.noise_beyond).at(sigma=weights.needed_noise)
"""By how much the noise of the sum is more than a client needs."""

LEAST_OF_OWN = Claim(
    "privacy/least-noise-local",
    "Where every client adds its own noise, and is seen with it, the mean of all records carries at least the variance "
    "T/Σ(nμ)², with T = ρ², in units of what a record moves, whatever the weights and for any number of clients; and "
    "w = nμ²/Σ(nμ)² reaches it.",
    "theorem: the Cauchy–Schwarz inequality; the weights that calibrate gives by default",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"variance": variance_of_own, "whole": counted, "strengths": strength**2},
                (strengths >= 0, variance - 2 * t * round_root * whole + t**2 * strengths >= 0),
                given=ROUNDS,
                member=PERSON,
                closing={**WHOLE, "t Σ(nμ)² = ρ": (t * strengths).equals(round_root)},
                goal=variance * strengths >= round_root**2,
                squares=(round_root * weight - t * records * mu**2,),
            ),
            "the variance times Σ(nμ)² is at least T",
        ),
        Step(
            Sentence(
                {**CLIENT, "wS = nμ²": (weight * total).equals(records * mu**2)},
                (variance_of_own * total).equals(round_root**2 * counted),
            ),
            "with w = nμ²/S, where S = Σ(nμ)², each variance is T/S times nw, and these add up to 1",
        ),
        COMPOSITION,
    ),
    variant=Counterexample({**CLIENT, "S ≥ (nμ)²": total >= strength**2}, variance_of_own * total >= 2 * round_root**2),
)
LEAST_OF_A_SUM = Claim(
    "privacy/least-noise-secure-sum",
    "Where only the sum is seen, its noise covers everybody, and the mean of all records carries at least the noise "
    "ρ/Σnμ in units of what a record moves, where ρ² releases are made, whatever the weights and for any number of "
    "clients; and w = μ/Σnμ reaches it.",
    "theorem: each client alone bounds its own weight; the weights that calibrate gives by default",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"whole": counted, "strengths": strength},
                (round_root * whole <= noise * strengths,),
                given=ROUNDS,
                member={**PERSON, "s ≥ σw": beyond >= 0},
                closing=WHOLE,
                goal=noise * strengths >= round_root,
            ),
            "the noise times Σnμ is at least ρ",
        ),
        Step(
            Sentence(
                {**CLIENT, "sS = ρ": (noise * total).equals(round_root), "s = σw": beyond.equals(0)},
                (counted * total).equals(strength),
            ),
            "where the noise ρ/S covers everybody exactly the counts nw add up to 1, with S = Σnμ",
        ),
        COMPOSITION,
    ),
    variant=Counterexample(
        {**CLIENT, "s ≥ σw": beyond >= 0}, noise * records * mu >= 2 * round_root * records * weight
    ),
)
