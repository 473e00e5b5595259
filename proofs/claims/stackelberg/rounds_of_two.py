"""Two clients who reply to each other in rounds: when that settles, the cycle where it does not, and far starts."""

from __future__ import annotations

from fractions import Fraction

from ...kernel.sentence import Sentence
from ...kernel.terms import roles, sqrt
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Lemma, OnBox, Step
from .best_response import best_response
from .equilibrium import INTERMEDIATE, TWO
from .followers import OTHERS_SELL
from .rounds import DAMPING, NEARBY, from_share, interior_response, reply_slope
from .vocabulary import OTHERS, POOL, SELLS, ratio_of_two

own, others, one, two, reward_pool = roles("own others one two reward_pool")
damping, product, real, up, second_budget = roles("damping product real up second_budget")

both = from_share.at(share=1 - one * ratio_of_two) * from_share.at(share=1 - two * ratio_of_two)
"""By what a deviation is multiplied that goes through both clients' replies."""
first_slope, second_slope = reply_slope.at(cost=one), reply_slope.at(others=own, cost=two)
threshold = 8 * one * two / (one + two) ** 2
"""8ρ₁ρ₂/(ρ₁ + ρ₂)²."""
damped_modulus = (1 - damping) ** 2 - damping**2 * both
"""|λ|² of damped replies."""

THROUGH_BOTH = Claim(
    "stackelberg/two-replies-multiply",
    "At the equilibrium of two clients, a deviation that goes through both their replies is multiplied by "
    "−(ρ₁ − ρ₂)²/(4ρ₁ρ₂).",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **TWO,
                    **POOL,
                    **SELLS,
                    **OTHERS,
                    "each gives its best reply": own.equals(interior_response.at(cost=one)),
                    "so does the other": others.equals(interior_response.at(others=own, cost=two)),
                },
                (first_slope * second_slope).equals(-((one - two) ** 2) / (4 * one * two)),
                lemmas=(
                    (reward_pool * others).equals(one * (own + others) ** 2),
                    (reward_pool * own).equals(two * (own + others) ** 2),
                    (own * one).equals(others * two),
                    (2 * others * first_slope).equals(own - others),
                    (2 * own * second_slope).equals(others - own),
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(TWO, both.equals(-((one - two) ** 2) / (2 * one * two))),
)

DAMPED_TWO = {**TWO, **DAMPING}
around = real - 1 + damping
modulus = (1 - damping) ** 2 + damping**2 * (one - two) ** 2 / (4 * one * two)
TWO_DAMPED = Claim(
    "stackelberg/two-damped-replies",
    "Two clients whose replies go a part γ > 0 of the way settle near their equilibrium if γ < 8ρ₁ρ₂/(ρ₁ + ρ₂)², and "
    "do not if γ is above.",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    "k ≤ 0": product <= 0,
                    "λ = x + iy solves (λ − 1 + γ)² = γ²k, real part": (
                        (around**2 - up**2).equals(damping**2 * product)
                    ),
                    "imaginary part": (around * up).equals(0),
                },
                (real**2 + up**2).equals((1 - damping) ** 2 - damping**2 * product),
                lemmas=(around**4 <= 0, real.equals(1 - damping)),
                squares=(around, damping * around),
                degree=4,
            ),
            "every eigenvalue's modulus",
        ),
        Step(Sentence({**DAMPED_TWO, "γ < 8ρ₁ρ₂/(ρ₁ + ρ₂)²": damping < threshold}, modulus < 1, degree=4), "below"),
        Step(Sentence({**DAMPED_TWO, "γ > 8ρ₁ρ₂/(ρ₁ + ρ₂)²": damping > threshold}, modulus > 1, degree=4), "above"),
        NEARBY,
        Lemma("stackelberg/two-replies-multiply"),
    ),
    variant=Counterexample(
        {**DAMPED_TWO, "γ < 9ρ₁ρ₂/(ρ₁ + ρ₂)²": damping < 9 * threshold / 8},
        damped_modulus < 1,
        start={"one": "1", "two": "10", "damping": "7/10"},
    ),
)

MORE_THAN_HALF = Claim(
    "stackelberg/damping-below-four-by-n-suffices",
    "Replies that go a part γ < 4/n of the way settle near any equilibrium of n who sell, also where one sells more "
    "than half of all.",
    "theorem sought, without its hypothesis about shares",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**DAMPED_TWO, "γ < 4/2": damping < 2},
            damped_modulus < 1,
            costs={"γ from which on they do not settle": threshold},
            start={"one": "1", "two": "10", "damping": "7/10"},
            kept=True,
        ),
        Lemma("stackelberg/two-damped-replies"),
    ),
    attribution=Attribution.READING,
)

NOT_DEARER = {**TWO, "ρ₂ ≥ ρ₁": two >= one}
edge, difference = (3 + 2 * sqrt(2)) * one, (two - one) ** 2

TWO_IN_TURN = Claim(
    "stackelberg/two-replies-in-turn",
    "Two clients who reply one after the other settle near their equilibrium if their costs differ by a factor below "
    "3 + 2√2, and do not if by more.",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**NOT_DEARER, "ρ₂ < (3 + 2√2)ρ₁": two < edge}, difference < 4 * one * two, degree=4), "below"),
        Step(Sentence({**NOT_DEARER, "ρ₂ > (3 + 2√2)ρ₁": two > edge}, difference > 4 * one * two, degree=4), "above"),
        NEARBY,
        Lemma("stackelberg/two-replies-multiply"),
    ),
    variant=Counterexample({**NOT_DEARER, "ρ₂ < 6ρ₁": two < 6 * one}, both > -1, start={"one": "10", "two": "59"}),
)

first_reply = interior_response.at(others=second_budget, cost=1)
turned = interior_response.at(others=first_reply, cost=Fraction(59, 10)).at(reward_pool=1)
"""What the second of costs (1, 5.9) sells after both have replied in turn at B = 1, by what it sold."""
twice_turned = turned.at(second_budget=turned)

CYCLE = Claim(
    "stackelberg/two-replies-in-turn-cycle",
    "Of two clients of costs (1, 5.9) who reply in turn at B = 1, the second's budgets return after two rounds, and "
    "not after one: to some value between .0409 and .0412.",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        OnBox({"second_budget": ("0.0405", "0.0409")}, twice_turned > second_budget, "it has risen"),
        OnBox({"second_budget": ("0.0412", "0.0416")}, twice_turned < second_budget, "has fallen"),
        OnBox({"second_budget": ("0.0405", "0.0416")}, turned > 0, "both sell in between"),
        OnBox({"second_budget": ("0.0405", "0.0416")}, turned < second_budget / 8, "after one round it is another"),
        INTERMEDIATE,
    ),
    variant=Counterexample(
        {"ε₂ ≥ .0405": 2000 * second_budget >= 81}, turned > second_budget / 8, start={"second_budget": "41/1000"}
    ),
)

FAR = Claim(
    "stackelberg/equal-clients-settle-from-anywhere",
    "Two clients of equal cost can go on giving best replies at once from any positive budgets: what they reply is "
    "positive again, as it must be for the other to have a best reply.",
    "theorem sought (play in rounds, from far starts)",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            OTHERS_SELL,
            best_response > 0,
            costs={"what is replied": best_response},
            start={"others": "3", "cost": "1", "reward_pool": "1"},
            kept=True,
        ),
        Lemma("stackelberg/zero-is-no-equilibrium"),
    ),
    attribution=Attribution.READING,
)
TWO_IN_ROUNDS = (THROUGH_BOTH, TWO_DAMPED, MORE_THAN_HALF, TWO_IN_TURN, CYCLE, FAR)
