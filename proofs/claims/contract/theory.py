"""Claims about privacy contracts: the printed solution (56), and what makes local incentives global."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.contract.formulas import ic_slack, owner_utility, printed_epsilon, printed_payment
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, equal
from ..claim import Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Step, Theory
from .accounts import SECOND_ACCOUNT
from .ironing import IRONING, SYMBOLS
from .repair import REPAIRS
from .repair import SYMBOLS as OF_REPAIRS

COSTS: Mapping[str, Formula] = {
    "c > 0": lambda a, cost: above(cost, 0),
    "c′ > c": lambda a, cost, other_cost: above(other_cost, cost),
}
PRINTED: Mapping[str, Formula] = {
    **COSTS,
    "M ≥ 2": lambda a, owner_count: at_least(owner_count, 2),
    "B > 0": lambda a, reward_pool: above(reward_pool, 0),
}


def printed_slack(a: Algebra, cost: Any, other_cost: Any, owner_count: Any, reward_pool: Any) -> Any:
    """What a type loses by another's item where (56) is taken as printed; M is `owner_count`."""
    item, other = (
        (printed_payment(a, c, owner_count, reward_pool), printed_epsilon(a, c, owner_count, reward_pool))
        for c in (cost, other_cost)
    )
    return ic_slack(a, *item, *other, cost)


def printed_gain(a: Algebra, cost: Any, other_cost: Any, owner_count: Any, reward_pool: Any) -> Any:
    """What a type gains by another's item where (56) is taken as printed."""
    return -printed_slack(a, cost, other_cost, owner_count, reward_pool)


def slack(a: Algebra, payment: Any, epsilon: Any, other_payment: Any, other_epsilon: Any, cost: Any) -> Any:
    """What a type loses by another's item."""
    return ic_slack(a, payment, epsilon, other_payment, other_epsilon, cost)


def back_slack(a: Algebra, payment: Any, epsilon: Any, other_payment: Any, other_epsilon: Any, other_cost: Any) -> Any:
    """What the other type loses by the first one's item."""
    return ic_slack(a, other_payment, other_epsilon, payment, epsilon, other_cost)


def own_item(a: Algebra, payment: Any, epsilon: Any, other_payment: Any, other_epsilon: Any, cost: Any) -> Any:
    """The type does not gain by the other's item."""
    return at_least(slack(a, payment, epsilon, other_payment, other_epsilon, cost), 0)


def their_item(a: Algebra, payment: Any, epsilon: Any, other_payment: Any, other_epsilon: Any, other_cost: Any) -> Any:
    """The other type does not gain by the first one's item."""
    return at_least(back_slack(a, payment, epsilon, other_payment, other_epsilon, other_cost), 0)


def no_envy_for_a_step(a: Algebra, payment_step: Any, epsilon_step: Any, cost: Any) -> Any:
    """A type does not gain by the next item, whose payment and ε are a step away from its own."""
    return at_least(ic_slack(a, 0, 0, payment_step, epsilon_step, cost), 0)


def no_envy_so_far(a: Algebra, payment_moved: Any, epsilon_moved: Any, own_cost: Any) -> Any:
    """The type where the chain began does not gain by the item it has come to."""
    return at_least(ic_slack(a, 0, 0, payment_moved, epsilon_moved, own_cost), 0)


def chain(member: Mapping[str, Formula]) -> Induction:
    """Return the walk from a type's own item to another's, one neighbour at a time."""
    return Induction(
        {"payment_moved": lambda a, payment_step: payment_step, "epsilon_moved": lambda a, epsilon_step: epsilon_step},
        (no_envy_so_far,),
        member={**member, "the neighbour's incentive is kept": no_envy_for_a_step},
    )


PRINTED_IC = Claim(
    "contract/eq-56-printed-ic",
    "With the menu that (53)–(56) as printed make best, no type gains by another type's item.",
    "Zhou 2023, eq. 56, which prints cₖεₖ on both sides: all are paid alike, B/M, and sell B/(Mcₖ)",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            PRINTED,
            lambda a, cost, other_cost, owner_count, reward_pool: at_least(
                printed_slack(a, cost, other_cost, owner_count, reward_pool), 0
            ),
            costs={"what each owner of the cheaper type gains by the dearer one's item": printed_gain},
            start={"cost": "1", "other_cost": "2", "owner_count": "2", "reward_pool": "2"},
            kept=True,
        ),
    ),
    erratum=Erratum(
        "(56): pₖ − cₖεₖ ≥ pₗ − cₖεₖ, with εₖ on both sides",
        "pₖ − cₖεₖ ≥ pₗ − cₖεₗ; the best menu is the ironed one",
        "contract/ironing-optimal",
    ),
)
PRINTED_GAIN = Claim(
    "contract/eq-56-gain",
    "With the menu that (53)–(56) as printed make best, every type but the dearest gains (B/M)(1 − c/c′) by the item "
    "of a dearer type.",
    "what Zhou 2023, eq. 56, costs",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                PRINTED,
                lambda a, cost, other_cost, owner_count, reward_pool: equal(
                    printed_gain(a, cost, other_cost, owner_count, reward_pool),
                    reward_pool / owner_count * (1 - cost / other_cost),
                ),
            )
        ),
    ),
    variant=Counterexample(
        PRINTED,
        lambda a, cost, other_cost, owner_count, reward_pool: equal(
            printed_gain(a, cost, other_cost, owner_count, reward_pool), reward_pool * (1 - cost / other_cost)
        ),
    ),
)
FALLS = Claim(
    "contract/epsilon-falls",
    "Of two types that do not gain by each other's items the dearer sells no more privacy.",
    "Mussa & Rosen 1978",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**COSTS, "the cheaper keeps its item": own_item, "the dearer keeps its item": their_item},
                lambda a, epsilon, other_epsilon: at_least(epsilon, other_epsilon),
            )
        ),
    ),
    variant=Counterexample(
        {**COSTS, "the cheaper keeps its item": own_item, "the dearer keeps its item": their_item},
        lambda a, epsilon, other_epsilon: at_least(epsilon, 2 * other_epsilon),
    ),
)
LAST = Claim(
    "contract/ir-binds-last",
    "If the dearest type loses nothing and no type gains by its item, no type loses anything.",
    "Mussa & Rosen 1978",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **COSTS,
                    "ε′ ≥ 0": lambda a, other_epsilon: at_least(other_epsilon, 0),
                    "the dearest loses nothing": lambda a, other_payment, other_epsilon, other_cost: at_least(
                        owner_utility(a, other_payment, other_epsilon, other_cost), 0
                    ),
                    "the cheaper keeps its item": own_item,
                },
                lambda a, payment, epsilon, cost: at_least(owner_utility(a, payment, epsilon, cost), 0),
            )
        ),
    ),
    variant=Counterexample(
        {
            **COSTS,
            "ε′ ≥ 0": lambda a, other_epsilon: at_least(other_epsilon, 0),
            "the dearest loses nothing": lambda a, other_payment, other_epsilon, other_cost: at_least(
                owner_utility(a, other_payment, other_epsilon, other_cost), 0
            ),
            "the cheaper keeps its item": own_item,
        },
        lambda a, payment, epsilon, cost, other_cost: at_least(owner_utility(a, payment, epsilon, other_cost), 0),
    ),
)
DEARER: Mapping[str, Formula] = {
    "the neighbours are no cheaper": lambda a, cost, own_cost: at_least(cost, own_cost),
    "ε does not rise": lambda a, epsilon_step: at_most(epsilon_step, 0),
}
CHEAPER: Mapping[str, Formula] = {
    "the neighbours are no dearer": lambda a, cost, own_cost: at_most(cost, own_cost),
    "ε does not fall": lambda a, epsilon_step: at_least(epsilon_step, 0),
}
LOCAL = Claim(
    "contract/local-implies-global-ic",
    "If ε falls with the cost and no type gains by its neighbours' items, no type gains by any item, for every "
    "number of types.",
    "Mussa & Rosen 1978",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            chain(DEARER), "from a type's own item to any dearer one's, step by step, the type never gains", "dearer"
        ),
        ForAnyNumber(
            chain(CHEAPER), "from a type's own item to any cheaper one's, step by step, the type never gains", "cheaper"
        ),
    ),
    variant=Counterexample(
        {
            "the neighbour is no cheaper": lambda a, cost, own_cost: at_least(cost, own_cost),
            "ε does not fall": lambda a, epsilon_step: at_least(epsilon_step, 0),
            "the neighbour's incentive is kept": no_envy_for_a_step,
        },
        lambda a, payment_step, epsilon_step, own_cost: no_envy_so_far(a, payment_step, epsilon_step, own_cost),
    ),
)


def more_kept(
    a: Algebra, payment: Any, epsilon: Any, other_payment: Any, other_epsilon: Any, cost: Any, other_cost: Any
) -> Any:
    """By how much a type keeps more with its own item than its dearer neighbour with its own."""
    return owner_utility(a, payment, epsilon, cost) - owner_utility(a, other_payment, other_epsilon, other_cost)


def rent(a: Algebra, other_epsilon: Any, cost: Any, other_cost: Any) -> Any:
    """What hiding its cost is worth to a type against its dearer neighbour: (c′ − c) ε′."""
    return (other_cost - cost) * other_epsilon


RENTS = Claim(
    "contract/information-rents",
    "If no type gains by its dearer neighbour's item, type k keeps at least Σ_{j>k} (c_j − c_{j−1}) ε_j more than the "
    "dearest type, for every number of types.",
    "Mussa & Rosen 1978; Myerson 1981",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"kept": more_kept, "rents": rent},
                (lambda a, kept, rents: at_least(kept, rents),),
                member={"the cheaper keeps its item": own_item},
            ),
            "from the dearest type down to type k, neighbour by neighbour, what is kept outgrows the rents",
        ),
    ),
    variant=Counterexample(
        {**COSTS, "the cheaper keeps its item": own_item},
        lambda a, payment, epsilon, other_payment, other_epsilon, cost, other_cost: at_least(
            more_kept(a, payment, epsilon, other_payment, other_epsilon, cost, other_cost),
            2 * rent(a, other_epsilon, cost, other_cost),
        ),
    ),
)
THEORY = Theory(
    "contract",
    (PRINTED_IC, PRINTED_GAIN, FALLS, LAST, LOCAL, RENTS, SECOND_ACCOUNT, *IRONING, *REPAIRS),
    mechanism="privacy-contract",
    symbols={
        "payment": "p",
        "epsilon": r"\varepsilon",
        "other_payment": "p'",
        "other_epsilon": r"\varepsilon'",
        "other_cost": "c'",
        "own_cost": "c_k",
        "level": "v",
        "owner_count": "M",
        "payment_step": r"\Delta p",
        "epsilon_step": r"\Delta\varepsilon",
        "payment_moved": r"\Sigma\Delta p",
        "epsilon_moved": r"\Sigma\Delta\varepsilon",
        **SYMBOLS,
        **OF_REPAIRS,
    },
)
