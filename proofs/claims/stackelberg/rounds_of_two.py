"""Two clients who reply to each other in rounds: when that settles, the cycle where it does not, and far starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import best_response, interior_response
from ...kernel.sentence import Sentence, above, at_least, at_most, below, equal
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Lemma, OnBox, Step
from .equilibrium import INTERMEDIATE, TWO
from .rounds import DAMPING, NEARBY, from_share, reply_slope
from .terms import COST, OTHERS, POOL, SELLS, ratio_of_two


def both(a: Algebra, one: Any, two: Any) -> Any:
    """By what a deviation is multiplied that goes through both clients' replies."""
    ratio = ratio_of_two(a, one, two)
    first, second = (from_share(a, 1 - cost * ratio) for cost in (one, two))
    return first * second


def modulus(a: Algebra, real: Any, up: Any) -> Any:
    """|λ|²."""
    return real**2 + up**2


def threshold(a: Algebra, one: Any, two: Any) -> Any:
    """8ρ₁ρ₂/(ρ₁ + ρ₂)²."""
    return 8 * one * two / (one + two) ** 2


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
                    "each gives its best reply": lambda a, own, others, one, reward_pool: equal(
                        own, interior_response(a, others, one, reward_pool)
                    ),
                    "so does the other": lambda a, own, others, two, reward_pool: equal(
                        others, interior_response(a, own, two, reward_pool)
                    ),
                },
                lambda a, own, others, one, two, reward_pool: equal(
                    reply_slope(a, others=others, cost=one, reward_pool=reward_pool)
                    * reply_slope(a, others=own, cost=two, reward_pool=reward_pool),
                    -((one - two) ** 2) / (4 * one * two),
                ),
                lemmas=(
                    lambda a, own, others, one, reward_pool: equal(reward_pool * others, one * (own + others) ** 2),
                    lambda a, own, others, two, reward_pool: equal(reward_pool * own, two * (own + others) ** 2),
                    lambda a, own, others, one, two: equal(own * one, others * two),
                    lambda a, own, others, one, reward_pool: equal(
                        2 * others * reply_slope(a, others=others, cost=one, reward_pool=reward_pool), own - others
                    ),
                    lambda a, own, others, two, reward_pool: equal(
                        2 * own * reply_slope(a, others=own, cost=two, reward_pool=reward_pool), others - own
                    ),
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(TWO, lambda a, one, two: equal(both(a, one, two), -((one - two) ** 2) / (2 * one * two))),
)


def beside_threshold(compared: Callable[[Any, Any], Any], sign: str, place: str) -> Step:
    """The step that a damping on one side of the threshold leaves the modulus on the same side of one."""
    return Step(
        Sentence(
            {
                **TWO,
                **DAMPING,
                f"γ {sign} 8ρ₁ρ₂/(ρ₁ + ρ₂)²": lambda a, damping, one, two: compared(damping, threshold(a, one, two)),
            },
            lambda a, damping, one, two: compared(
                (1 - damping) ** 2 + damping**2 * (one - two) ** 2 / (4 * one * two), 1
            ),
            degree=4,
        ),
        place,
    )


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
                    "k ≤ 0": lambda a, product: at_most(product, 0),
                    "λ = x + iy solves (λ − 1 + γ)² = γ²k, real part": lambda a, real, up, damping, product: equal(
                        (real - 1 + damping) ** 2 - up**2, damping**2 * product
                    ),
                    "imaginary part": lambda a, real, up, damping: equal((real - 1 + damping) * up, 0),
                },
                lambda a, real, up, damping, product: equal(
                    modulus(a, real, up), (1 - damping) ** 2 - damping**2 * product
                ),
                lemmas=(
                    lambda a, real, damping: at_most((real - 1 + damping) ** 4, 0),
                    lambda a, real, damping: equal(real, 1 - damping),
                ),
                squares=(
                    lambda a, real, damping: real - 1 + damping,
                    lambda a, real, damping: damping * (real - 1 + damping),
                ),
                degree=4,
            ),
            "every eigenvalue's modulus",
        ),
        beside_threshold(below, "<", "below"),
        beside_threshold(above, ">", "above"),
        NEARBY,
        Lemma("stackelberg/two-replies-multiply"),
    ),
    variant=Counterexample(
        {
            **TWO,
            **DAMPING,
            "γ < 9ρ₁ρ₂/(ρ₁ + ρ₂)²": lambda a, damping, one, two: below(damping, 9 * threshold(a, one, two) / 8),
        },
        lambda a, damping, one, two: below((1 - damping) ** 2 - damping**2 * both(a, one, two), 1),
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
            {
                **TWO,
                **DAMPING,
                "γ < 4/2": lambda a, damping: below(damping, 2),
            },
            lambda a, damping, one, two: below((1 - damping) ** 2 - damping**2 * both(a, one, two), 1),
            costs={"γ from which on they do not settle": lambda a, one, two: threshold(a, one, two)},
            start={"one": "1", "two": "10", "damping": "7/10"},
            kept=True,
        ),
        Lemma("stackelberg/two-damped-replies"),
    ),
    attribution=Attribution.READING,
)

NOT_DEARER = {"ρ₂ ≥ ρ₁": lambda a, one, two: at_least(two, one)}


def widest(a: Algebra) -> Any:
    """3 + 2√2."""
    return 3 + 2 * a.sqrt(a.number(2))


TWO_IN_TURN = Claim(
    "stackelberg/two-replies-in-turn",
    "Two clients who reply one after the other settle near their equilibrium if their costs differ by a factor below "
    "3 + 2√2, and do not if by more.",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **TWO,
                    **NOT_DEARER,
                    "ρ₂ < (3 + 2√2)ρ₁": lambda a, one, two: below(two, widest(a) * one),
                },
                lambda a, one, two: below((two - one) ** 2, 4 * one * two),
                degree=4,
            ),
            "below",
        ),
        Step(
            Sentence(
                {
                    **TWO,
                    **NOT_DEARER,
                    "ρ₂ > (3 + 2√2)ρ₁": lambda a, one, two: above(two, widest(a) * one),
                },
                lambda a, one, two: above((two - one) ** 2, 4 * one * two),
                degree=4,
            ),
            "above",
        ),
        NEARBY,
        Lemma("stackelberg/two-replies-multiply"),
    ),
    variant=Counterexample(
        {**TWO, **NOT_DEARER, "ρ₂ < 6ρ₁": lambda a, one, two: below(two, 6 * one)},
        lambda a, one, two: above(both(a, one, two), -1),
        start={"one": "10", "two": "59"},
    ),
)


def turned(a: Algebra, second_budget: Any) -> Any:
    """What the second of costs (1, 5.9) sells after both have replied in turn at B = 1, by what it sold."""
    first = interior_response(a, second_budget, a.number(1), a.number(1))
    return interior_response(a, first, a.number(59) / 10, a.number(1))


def twice_turned(a: Algebra, second_budget: Any) -> Any:
    """The same after two rounds."""
    return turned(a, turned(a, second_budget))


CYCLE = Claim(
    "stackelberg/two-replies-in-turn-cycle",
    "Of two clients of costs (1, 5.9) who reply in turn at B = 1, the second's budgets return after two rounds, and "
    "not after one: to some value between .0409 and .0412.",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        OnBox(
            {"second_budget": ("0.0405", "0.0409")},
            lambda a, second_budget: above(twice_turned(a, second_budget), second_budget),
            "it has risen",
        ),
        OnBox(
            {"second_budget": ("0.0412", "0.0416")},
            lambda a, second_budget: below(twice_turned(a, second_budget), second_budget),
            "has fallen",
        ),
        OnBox(
            {"second_budget": ("0.0405", "0.0416")},
            lambda a, second_budget: above(turned(a, second_budget), 0),
            "both sell in between",
        ),
        OnBox(
            {"second_budget": ("0.0405", "0.0416")},
            lambda a, second_budget: below(turned(a, second_budget), second_budget / 8),
            "after one round it is another",
        ),
        INTERMEDIATE,
    ),
    variant=Counterexample(
        {"ε₂ ≥ .0405": lambda a, second_budget: at_least(2000 * second_budget, 81)},
        lambda a, second_budget: above(turned(a, second_budget), second_budget / 8),
        start={"second_budget": "41/1000"},
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
            {**OTHERS, **POOL, **COST},
            lambda a, others, cost, reward_pool: above(best_response(a, others, cost, reward_pool), 0),
            costs={"what is replied": best_response},
            start={"others": "3", "cost": "1", "reward_pool": "1"},
            kept=True,
        ),
        Lemma("stackelberg/zero-is-no-equilibrium"),
    ),
    attribution=Attribution.READING,
)
TWO_IN_ROUNDS = (THROUGH_BOTH, TWO_DAMPED, MORE_THAN_HALF, TWO_IN_TURN, CYCLE, FAR)
