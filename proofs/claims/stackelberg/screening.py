"""The bound (48) as a rule of who takes part: wrong where it is asked once, right where it is asked again and again."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.contest import equilibrium_share
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Lemma, Step
from .printed_equilibrium import ALL_TAKE_PART
from .terms import COST, RATIO, SUM

FIVE = ("one", "two", "three", "four", "five")


def ratio_of_five(a: Algebra, one: Any, two: Any, three: Any, four: Any, five: Any) -> Any:
    """Z of five clients in the order of their costs: the largest of (k − 1)/R over the k cheapest."""
    found, sums = a.number(0), list(accumulate((one, two, three, four, five)))
    for k, cost_sum in enumerate(sums[1:], start=1):
        found = a.maximum(found, k / cost_sum)
    return found


ASCENDING: Mapping[str, Formula] = {
    "ρ₁ > 0": lambda a, one: above(one, 0),
    "ρ₁ ≤ ρ₂": lambda a, one, two: at_most(one, two),
    "ρ₂ ≤ ρ₃": lambda a, two, three: at_most(two, three),
    "ρ₃ ≤ ρ₄": lambda a, three, four: at_most(three, four),
    "ρ₄ ≤ ρ₅": lambda a, four, five: at_most(four, five),
}
SCREENING = Claim(
    "stackelberg/eq-48-screening",
    "The clients whose costs are below R/(N − 1), over all clients, are those who take part.",
    "Zhou 2023, eq. 48 and section 6, read as the rule by which clients are kept out",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **ASCENDING,
                "N = 5": lambda a, client_count: equal(client_count, 5),
                "R = Σρ": lambda a, cost_sum, one, two, three, four, five: equal(
                    cost_sum, one + two + three + four + five
                ),
                "the third passes: ρ₃ < R/(N − 1)": lambda a, three, cost_sum, client_count: below(
                    three * (client_count - 1), cost_sum
                ),
            },
            lambda a, one, two, three, four, five: above(
                equilibrium_share(a, three, ratio_of_five(a, one, two, three, four, five)), 0
            ),
            costs={
                "R/(N − 1)": lambda a, cost_sum, client_count: cost_sum / (client_count - 1),
                "the cost at which a client stays out, 1/z": lambda a, one, two, three, four, five: (
                    1 / ratio_of_five(a, one, two, three, four, five)
                ),
            },
            start={
                **dict(zip(FIVE, ("1/5", "3/10", "3/5", "2", "3"), strict=True)),
                "client_count": "5",
                "cost_sum": "61/10",
            },
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


def staying(a: Algebra, cost: Any, ratio: Any) -> Any:
    """1 − ρz, a client's share before it is clipped."""
    return 1 - cost * ratio


DROP = Claim(
    "stackelberg/eq-48-drop-and-repeat",
    "Drop all whose cost is at least R/(N − 1), compute that of those who are left, and repeat: z = (N − 1)/R never "
    "falls, at least two are left each time, and it ends at those who take part.",
    "in place of Zhou 2023, eq. 48: the rule that is right",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"dropped_sum": lambda a, cost: cost, "dropped_count": lambda a: a.number(1)},
                (lambda a, dropped_sum, dropped_count, ratio: at_least(dropped_sum * ratio, dropped_count),),
                given=RATIO,
                member={**COST, "ρ ≥ 1/z: it is dropped": lambda a, cost, ratio: at_least(cost * ratio, 1)},
                closing={
                    **SUM,
                    "z = (N − 1)/R": lambda a, ratio, cost_sum, client_count: equal(ratio * cost_sum, client_count - 1),
                    "some cost is left": lambda a, cost_sum, dropped_sum: above(cost_sum - dropped_sum, 0),
                },
                goal=lambda a, ratio, cost_sum, client_count, dropped_sum, dropped_count: at_least(
                    (client_count - dropped_count - 1) / (cost_sum - dropped_sum), ratio
                ),
            ),
            "however many are dropped at once, the z of those who are left is no smaller; so who was dropped stays out",
            "z never falls",
        ),
        ForAnyNumber(
            Induction(
                {"left": staying, "left_count": lambda a: a.number(1)},
                (lambda a, left, left_count, least, ratio: at_most(left, left_count * (1 - least * ratio)),),
                given={**RATIO, "r > 0": lambda a, least: above(least, 0)},
                member={"ρ ≥ r, the least cost": lambda a, cost, least: at_least(cost, least)},
                closing={
                    "Σ (1 − ρz) ≥ 1 over those left, as the others have 1 − ρz ≤ 0": lambda a, left: at_least(left, 1),
                    "somebody is left": lambda a, left_count: at_least(left_count, 1),
                },
                goal=lambda a, left_count: above(left_count, 1),
            ),
            "each of those left has less than 1 of a sum of at least 1: they are more than one",
            "two are left",
        ),
        Step(
            Sentence(
                {**COST, **RATIO, "ρ ≥ 1/z: it was dropped": lambda a, cost, ratio: at_least(cost * ratio, 1)},
                lambda a, cost, ratio: equal(equilibrium_share(a, cost, ratio), 0),
            ),
            "who was dropped has no share",
        ),
        ALL_TAKE_PART,
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    variant=Counterexample({**RATIO, **COST}, lambda a, cost, ratio: equal(equilibrium_share(a, cost, ratio), 0)),
)
SCREEN = (SCREENING, DROP)
