"""The least noise of an unbiased sum whose clients have budgets of their own, seen one by one or as their sum alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.training.weights import counted, needed_noise, noise_beyond, own_variance
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, equal, substitute
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step

COMPOSITION = Axiom(
    "composition",
    "T Gaussian releases, each with noise of σ times what a record moves, are together √T/σ-Gaussian, and no less",
    "Dong, Roth & Su 2022, corollary 3.3",
)
ROUNDS: Mapping[str, Formula] = {"ρ > 0": lambda a, round_root: above(round_root, 0)}
PERSON: Mapping[str, Formula] = {
    "μ > 0": lambda a, mu: above(mu, 0),
    "n > 0": lambda a, records: above(records, 0),
}


def strength(a: Algebra, mu: Any, records: Any) -> Any:
    """The budget times the records."""
    return records * mu


def squared_strength(a: Algebra, mu: Any, records: Any) -> Any:
    """Its square."""
    return a.square(strength(a, mu, records))


OWN = substitute(own_variance, sigma=needed_noise)
COVERED: Mapping[str, Formula] = {
    "s ≥ σw": substitute(lambda a, beyond: at_least(beyond, 0), beyond=substitute(noise_beyond, sigma=needed_noise))
}

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
                {"variance": OWN, "whole": counted, "strengths": squared_strength},
                (
                    lambda a, strengths: at_least(strengths, 0),
                    lambda a, variance, whole, strengths, round_root, t: at_least(
                        variance - 2 * t * round_root * whole + a.square(t) * strengths, 0
                    ),
                ),
                given=ROUNDS,
                member=PERSON,
                closing={
                    "Σ nw = 1": lambda a, whole: equal(whole, 1),
                    "t Σ(nμ)² = ρ": lambda a, t, strengths, round_root: equal(t * strengths, round_root),
                },
                goal=lambda a, variance, strengths, round_root: at_least(variance * strengths, a.square(round_root)),
                squares=(
                    lambda a, mu, records, weight, round_root, t: round_root * weight - t * records * a.square(mu),
                ),
            ),
            "the variance times Σ(nμ)² is at least T",
        ),
        Step(
            Sentence(
                {
                    **ROUNDS,
                    **PERSON,
                    "wS = nμ²": lambda a, weight, total, mu, records: equal(weight * total, records * a.square(mu)),
                },
                substitute(
                    lambda a, reached, counts, total, round_root: equal(reached * total, a.square(round_root) * counts),
                    reached=OWN,
                    counts=counted,
                ),
            ),
            "with w = nμ²/S, where S = Σ(nμ)², each variance is T/S times nw, and these add up to 1",
        ),
        COMPOSITION,
    ),
    variant=Counterexample(
        {
            **ROUNDS,
            **PERSON,
            "S ≥ (nμ)²": lambda a, total, mu, records: at_least(total, squared_strength(a, mu, records)),
        },
        substitute(
            lambda a, reached, total, round_root, weight, records: at_least(reached * total, 2 * a.square(round_root)),
            reached=OWN,
        ),
    ),
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
                (lambda a, whole, strengths, noise, round_root: at_most(round_root * whole, noise * strengths),),
                given=ROUNDS,
                member={**PERSON, **COVERED},
                closing={"Σ nw = 1": lambda a, whole: equal(whole, 1)},
                goal=lambda a, noise, strengths, round_root: at_least(noise * strengths, round_root),
            ),
            "the noise times Σnμ is at least ρ",
        ),
        Step(
            Sentence(
                {
                    **ROUNDS,
                    **PERSON,
                    "sS = ρ": lambda a, noise, total, round_root: equal(noise * total, round_root),
                    "s = σw": substitute(
                        lambda a, beyond: equal(beyond, 0), beyond=substitute(noise_beyond, sigma=needed_noise)
                    ),
                },
                substitute(
                    lambda a, counts, total, mu, records: equal(counts * total, strength(a, mu, records)),
                    counts=counted,
                ),
            ),
            "where the noise ρ/S covers everybody exactly the counts nw add up to 1, with S = Σnμ",
        ),
        COMPOSITION,
    ),
    variant=Counterexample(
        {**ROUNDS, **PERSON, **COVERED},
        lambda a, noise, mu, records, round_root, weight: at_least(
            noise * records * mu, 2 * round_root * records * weight
        ),
    ),
)
