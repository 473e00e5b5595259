"""The bound (48) as a rule of who takes part: wrong where it is asked once, right where it is asked again and again."""

from __future__ import annotations

from functools import reduce
from itertools import accumulate

from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import maximum, number, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Lemma, Step
from .printed_equilibrium import ALL_TAKE_PART
from .vocabulary import COST, RATIO, SUM, share

FIVE = one, two, three, four, five = roles("one two three four five")
cost, ratio, cost_sum, client_count, least = roles("cost ratio cost_sum client_count least")
dropped_sum, dropped_count, left, left_count = roles("dropped_sum dropped_count left left_count")

COSTS_OF_FIVE = {"one": "1/5", "two": "3/10", "three": "3/5", "four": "2", "five": "3"}
SUMS = list(accumulate(FIVE))
ratio_of_five = reduce(maximum, (k / summed for k, summed in enumerate(SUMS[1:], start=1)), number(0))
"""Z of five clients in the order of their costs: the largest of (k − 1)/R over the k cheapest."""
SCREENING = Claim(
    "stackelberg/eq-48-screening",
    "The clients whose costs are below R/(N − 1), over all clients, are those who take part.",
    "Zhou 2023, eq. 48 and section 6, read as the rule by which clients are kept out",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                "ρ₁ > 0": one > 0,
                "ρ₁ ≤ ρ₂": one <= two,
                "ρ₂ ≤ ρ₃": two <= three,
                "ρ₃ ≤ ρ₄": three <= four,
                "ρ₄ ≤ ρ₅": four <= five,
                "N = 5": client_count.equals(5),
                "R = Σρ": cost_sum.equals(SUMS[-1]),
                "the third passes: ρ₃ < R/(N − 1)": three * (client_count - 1) < cost_sum,
            },
            share.at(cost=three, ratio=ratio_of_five) > 0,
            costs={
                "R/(N − 1)": cost_sum / (client_count - 1),
                "the cost at which a client stays out, 1/z": 1 / ratio_of_five,
            },
            start={**COSTS_OF_FIVE, "client_count": "5", "cost_sum": "61/10"},
            kept=True,
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    attribution=Attribution.READING,
    erratum=Erratum(
        "(48), as a rule: who has ρᵢ < R/(N − 1) takes part",
        "drop those who do not, compute again, and repeat",
        "stackelberg/eq-48-drop-and-repeat",
    ),
)

DROP = Claim(
    "stackelberg/eq-48-drop-and-repeat",
    "Drop all whose cost is at least R/(N − 1), compute that of those who are left, and repeat: z = (N − 1)/R never "
    "falls, at least two are left each time, and it ends at those who take part.",
    "in place of Zhou 2023, eq. 48: the rule that is right",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"dropped_sum": cost, "dropped_count": number(1)},
                (dropped_sum * ratio >= dropped_count,),
                given=RATIO,
                member={**COST, "ρ ≥ 1/z: it is dropped": cost * ratio >= 1},
                closing={
                    **SUM,
                    "z = (N − 1)/R": (ratio * cost_sum).equals(client_count - 1),
                    "some cost is left": cost_sum - dropped_sum > 0,
                },
                goal=(client_count - dropped_count - 1) / (cost_sum - dropped_sum) >= ratio,
            ),
            "however many are dropped at once, the z of those who are left is no smaller; so who was dropped stays out",
            "z never falls",
        ),
        ForAnyNumber(
            Induction(
                {"left": 1 - cost * ratio, "left_count": number(1)},
                (left <= left_count * (1 - least * ratio),),
                given={**RATIO, "r > 0": least > 0},
                member={"ρ ≥ r, the least cost": cost >= least},
                closing={
                    "Σ (1 − ρz) ≥ 1 over those left, as the others have 1 − ρz ≤ 0": left >= 1,
                    "somebody is left": left_count >= 1,
                },
                goal=left_count > 1,
            ),
            "each of those left has less than 1 of a sum of at least 1: they are more than one",
            "two are left",
        ),
        Step(
            Sentence({**COST, **RATIO, "ρ ≥ 1/z: it was dropped": cost * ratio >= 1}, share.equals(0)),
            "who was dropped has no share",
        ),
        ALL_TAKE_PART,
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    variant=Counterexample({**RATIO, **COST}, share.equals(0)),
)
SCREEN = (SCREENING, DROP)
