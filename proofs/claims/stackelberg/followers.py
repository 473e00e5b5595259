"""The second stage: what one client does under an announced pool, given the others (Zhou 2023, eqs 3–22)."""

from __future__ import annotations

from ....formulations.stackelberg import declaration
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Lemma, Step
from .vocabulary import AT_EQUILIBRIUM, CLIENT, COST, OTHERS, OWN, POOL, SELLS, budget, marginal, of_three, utility

own, others, cost, reward_pool, total, one, two = roles("own others cost reward_pool total one two")
paid, sold, unexplained = roles("paid sold unexplained")

payment = Term(declaration.payment)
at_zero = marginal.at(own=0)
OTHERS_SELL = {**OTHERS, **POOL, **COST}

PAYMENT_RISES = Claim(
    "stackelberg/eq-3-payment-rises",
    "Where the others sell something, selling more is paid more: the payment rises strictly with the client's budget.",
    "Zhou 2023, eq. 3 and section 3.1",
    ClaimVerdict.PROVED,
    (Step(Sentence({**OTHERS, **OWN, **POOL}, payment.slope(own) > 0)),),
    variant=Counterexample({**OTHERS, **OWN, **POOL}, payment.slope(own) > reward_pool),
    attribution=Attribution.PRINTED,
)

POOL_IS_SPENT = Claim(
    "stackelberg/eq-9-pool-is-spent",
    "Whatever the clients sell, if anything, their payments add up to the pool.",
    "Zhou 2023, eq. 9",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"paid": payment.at(others=total - own), "sold": own},
                ((paid * total).equals(reward_pool * sold),),
                given={"E > 0": total > 0},
                closing={"E is what all sell": sold.equals(total)},
                goal=paid.equals(reward_pool),
            ),
            "for every number of clients and whatever they sell, Σ Pᵢ = B",
        ),
    ),
    variant=Counterexample(
        {"ε₁ > 0": one > 0, "ε₂ > 0": two > 0},
        (payment.at(own=one, others=two) + payment.at(own=two, others=two)).equals(reward_pool),
    ),
    attribution=Attribution.PRINTED,
)

MARGINAL = Claim(
    "stackelberg/eq-15-marginal",
    "The slope of a client's utility in its own budget is B ε₋ᵢ/(Σε)² − ρᵢ.",
    "Zhou 2023, eq. 15",
    ClaimVerdict.PROVED,
    (Step(Sentence(CLIENT, marginal.equals(reward_pool * others / (own + others) ** 2 - cost))),),
    variant=Counterexample(CLIENT, marginal.equals(reward_pool * own / (own + others) ** 2 - cost)),
    attribution=Attribution.PRINTED,
)

extracted_slope = reward_pool * unexplained / (own + others) ** 2 - cost
"""The right side of (15) as extracted, with a letter z that is explained nowhere."""
THE_OTHER = {"own": others, "others": own}
"""The roles of one of two clients as the other's."""

EXTRACTED_MARGINAL = Claim(
    "stackelberg/eq-15-as-extracted",
    "The slope of a client's utility in its own budget is Bz/(Σε)² − ρᵢ, with one z for all clients.",
    "Zhou 2023, eq. 15, as extracted: z stands where (16) and (17) have ε₋ᵢ, and is explained nowhere",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**OTHERS, **SELLS, **POOL, **COST, "z is right for who sells εᵢ": marginal.equals(extracted_slope)},
            marginal.equals(extracted_slope).at(**THE_OTHER),
            costs={
                "the slope of the other": marginal.at(**THE_OTHER),
                "by (15) with that z": extracted_slope.at(**THE_OTHER),
            },
            start={"own": "1", "others": "2", "cost": "1", "reward_pool": "9", "unexplained": "2"},
            kept=True,
        ),
    ),
    attribution=Attribution.EXTRACTED,
    erratum=Erratum(
        "(15) as extracted: the slope is Bz/(εᵢ + ε₋ᵢ)² − ρᵢ", "Bε₋ᵢ/(εᵢ + ε₋ᵢ)² − ρᵢ", "stackelberg/eq-15-marginal"
    ),
)

CONCAVE = Claim(
    "stackelberg/eq-16-concave",
    "A client's utility is strictly concave in its own budget, where the others sell something.",
    "Zhou 2023, eq. 16",
    ClaimVerdict.PROVED,
    (Step(Sentence(CLIENT, marginal.slope(own) < 0)),),
    variant=Counterexample(CLIENT, marginal.slope(own) < -1),
    attribution=Attribution.PRINTED,
)

AT_ZERO = Claim(
    "stackelberg/eq-17-limit-at-zero",
    "As a client's budget goes to zero, the slope of its utility goes to B/ε₋ᵢ − ρᵢ, which it never exceeds.",
    "Zhou 2023, eq. 17",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(OTHERS_SELL, at_zero.equals(reward_pool / others - cost)), "limit"),
        Step(Sentence(CLIENT, marginal <= reward_pool / others - cost), "bound"),
    ),
    variant=Counterexample(CLIENT, marginal <= reward_pool / others - 2 * cost),
    attribution=Attribution.PRINTED,
)

POSITIVE_UTILITY = Claim(
    "stackelberg/eq-18-everybody-gains",
    "At the equilibrium every client's utility is positive.",
    "Zhou 2023, eqs 18 and 49, which assume it of all",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            of_three(utility > 0),
            costs={"what the third client sells": of_three(budget)},
            start={"one": "1/5", "two": "3/10", "three": "2", "reward_pool": "1"},
            kept=True,
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(18) and (49): Uᵢ > 0 for every client",
        "Uᵢ = B max(0, 1 − ρᵢz)² ≥ 0, positive exactly for those who take part",
        "stackelberg/participants-gain",
    ),
)

SLOPE_AT_ZERO = Claim(
    "stackelberg/eq-20-slope-at-zero",
    "Where a client sells nothing yet, its utility rises with its budget.",
    "Zhou 2023, eqs 19 and 20: that the utility is positive is assumed, which presupposes it",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(Sentence({**OTHERS_SELL, "ρᵢ ε₋ᵢ < B": cost * others < reward_pool}, at_zero > 0)),
        Counterexample(
            OTHERS_SELL,
            at_zero > 0,
            costs={"the slope": at_zero},
            start={"others": "2", "reward_pool": "1", "cost": "1"},
            kept=True,
            needed="ρᵢ ε₋ᵢ < B",
        ),
    ),
    missing=("ρᵢ ε₋ᵢ < B",),
    variant=Counterexample({**OTHERS_SELL, "ρᵢ ε₋ᵢ < 2B": cost * others < 2 * reward_pool}, at_zero > 0),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(17)–(20): the utility rises at εᵢ = 0, because it is positive",
        "it rises there only if ρᵢε₋ᵢ < B; that it is positive is what was to be shown",
        "",
    ),
)

AT_INFINITY = Claim(
    "stackelberg/eq-21-limit-at-infinity",
    "As a client's budget grows, the slope of its utility goes to −ρᵢ from above, at most B ε₋ᵢ/εᵢ² away.",
    "Zhou 2023, eq. 21",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**CLIENT, **SELLS}, marginal > -cost), "from above"),
        Step(Sentence({**CLIENT, **SELLS}, marginal + cost < reward_pool * others / own**2, degree=4), "how far"),
    ),
    variant=Counterexample({**CLIENT, **SELLS}, marginal < -cost),
    attribution=Attribution.PRINTED,
)

FOLLOWERS = (
    PAYMENT_RISES,
    POOL_IS_SPENT,
    MARGINAL,
    EXTRACTED_MARGINAL,
    CONCAVE,
    AT_ZERO,
    POSITIVE_UTILITY,
    SLOPE_AT_ZERO,
    AT_INFINITY,
)
