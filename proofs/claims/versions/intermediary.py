"""What owners are due of a purchase that is split, if whoever sells on pays them for each release."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ...kernel.terms import roles, sqrt
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Step
from .vocabulary import epsilon, next_epsilon, weight_against

ratio, copy_count = roles("ratio copy_count")
squared = weight_against("averaging")
"""What adds up if copies are averaged, ε²."""
paid = ratio * squared
"""A price linear in it."""
paid_split = copy_count * paid.at(epsilon=next_epsilon)
"""What n releases cost."""
sum_of_epsilon = copy_count * next_epsilon

SPLIT = {
    "r > 0, the price per ε²": ratio > 0,
    "ε > 0": epsilon > 0,
    "n ≥ 1": copy_count >= 1,
    "ε′ > 0, so that n releases of ε′ average to one of ε": next_epsilon > 0,
    "n ε′² = ε²": (copy_count * squared.at(epsilon=next_epsilon)).equals(squared),
}
EXAMPLE = {"ratio": "3/4", "epsilon": "2", "next_epsilon": "1", "copy_count": "4"}

LINEAR = Claim(
    "pricing/split-purchase-due",
    "Under a price linear in ε², as the precision of Gaussian noise is, n releases that replace one cost what it "
    "costs, and the sum of their ε is √n times its ε: owners who are paid by that sum are due √n times as much, and as "
    "much as before if they are paid by the root of the sum of ε², as Gaussian releases are accounted for.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(SPLIT, paid_split.equals(paid)), "the price"),
        Step(Sentence(SPLIT, sum_of_epsilon.equals(sqrt(copy_count) * epsilon), degree=4), "the sum of ε"),
        Step(
            Sentence(SPLIT, sqrt(copy_count * next_epsilon**2).equals(epsilon), degree=4), "the root of the sum of ε²"
        ),
    ),
    variant=Counterexample(SPLIT, sum_of_epsilon <= epsilon, start=EXAMPLE),
)

NOTHING_LOST = Claim(
    "pricing/intermediary-loses-nothing",
    "Under a price linear in ε² an intermediary that pays owners by the sum of the releases' ε, and has enough for one "
    "purchase, has enough for a purchase that is split.",
    "claim sought: that what nobody can arbitrage is safe to sell on",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**SPLIT, "one purchase pays for itself, at 1 for a unit of ε": paid >= epsilon},
            paid_split >= sum_of_epsilon,
            costs={"lost": sum_of_epsilon - paid_split},
            start=EXAMPLE,
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
)
