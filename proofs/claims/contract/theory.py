"""Claims about privacy contracts: the printed solution (56), and what makes local incentives global."""

from __future__ import annotations

from ....formulations.contract.formulas import printed_epsilon, printed_payment
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, roles
from ..claim import Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Step, Theory
from .accounts import SECOND_ACCOUNT
from .ironing import IRONING, SYMBOLS
from .repair import REPAIRS
from .repair import SYMBOLS as OF_REPAIRS
from .vocabulary import COSTS, back_slack, kept, slack, step_slack, walk

epsilon, cost, own_cost, epsilon_step, reward_pool = roles("epsilon cost own_cost epsilon_step reward_pool")
other_payment, other_epsilon, other_cost = roles("other_payment other_epsilon other_cost")
owner_count, kept_more, rents = roles("owner_count kept rents")
kept_by_other = kept.at(payment=other_payment, epsilon=other_epsilon, cost=other_cost)
"""What the other type keeps."""
printed_slack = slack.at(
    payment=printed_payment,
    epsilon=printed_epsilon,
    other_payment=Term(printed_payment).at(cost=other_cost),
    other_epsilon=Term(printed_epsilon).at(cost=other_cost),
)
"""What a type loses by another's item where (56) is taken as printed; M is `owner_count`."""

PRINTED = {**COSTS, "M ≥ 2": owner_count >= 2, "B > 0": reward_pool > 0}
CHEAPER = {"the cheaper keeps its item": slack >= 0}
BOTH = {**COSTS, **CHEAPER, "the dearer keeps its item": back_slack >= 0}
DEAREST = {**COSTS, "ε′ ≥ 0": other_epsilon >= 0, "the dearest loses nothing": kept_by_other >= 0, **CHEAPER}
NEIGHBOUR = {"the neighbour's incentive is kept": step_slack >= 0}

PRINTED_IC = Claim(
    "contract/eq-56-printed-ic",
    "With the menu that (53)–(56) as printed make best, no type gains by another type's item.",
    "Zhou 2023, eq. 56, which prints cₖεₖ on both sides: all are paid alike, B/M, and sell B/(Mcₖ)",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            PRINTED,
            printed_slack >= 0,
            costs={"what each owner of the cheaper type gains by the dearer one's item": -printed_slack},
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
    (Step(Sentence(PRINTED, (-printed_slack).equals(reward_pool / owner_count * (1 - cost / other_cost)))),),
    variant=Counterexample(PRINTED, (-printed_slack).equals(reward_pool * (1 - cost / other_cost))),
)
FALLS = Claim(
    "contract/epsilon-falls",
    "Of two types that do not gain by each other's items the dearer sells no more privacy.",
    "Mussa & Rosen 1978",
    ClaimVerdict.PROVED,
    (Step(Sentence(BOTH, epsilon >= other_epsilon)),),
    variant=Counterexample(BOTH, epsilon >= 2 * other_epsilon),
)
LAST = Claim(
    "contract/ir-binds-last",
    "If the dearest type loses nothing and no type gains by its item, no type loses anything.",
    "Mussa & Rosen 1978",
    ClaimVerdict.PROVED,
    (Step(Sentence(DEAREST, kept >= 0)),),
    variant=Counterexample(DEAREST, kept.at(cost=other_cost) >= 0),
)
LOCAL = Claim(
    "contract/local-implies-global-ic",
    "If ε falls with the cost and no type gains by its neighbours' items, no type gains by any item, for every "
    "number of types.",
    "Mussa & Rosen 1978",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            walk(
                {"the neighbours are no cheaper": cost >= own_cost, "ε does not rise": epsilon_step <= 0, **NEIGHBOUR}
            ),
            "from a type's own item to any dearer one's, step by step, the type never gains",
            "dearer",
        ),
        ForAnyNumber(
            walk({"the neighbours are no dearer": cost <= own_cost, "ε does not fall": epsilon_step >= 0, **NEIGHBOUR}),
            "from a type's own item to any cheaper one's, step by step, the type never gains",
            "cheaper",
        ),
    ),
    variant=Counterexample(
        {"the neighbour is no cheaper": cost >= own_cost, "ε does not fall": epsilon_step >= 0, **NEIGHBOUR},
        step_slack.at(cost=own_cost) >= 0,
    ),
)
rent = (other_cost - cost) * other_epsilon
"""What hiding its cost is worth to a type against its dearer neighbour: (c′ − c) ε′."""
RENTS = Claim(
    "contract/information-rents",
    "If no type gains by its dearer neighbour's item, type k keeps at least Σ_{j>k} (c_j − c_{j−1}) ε_j more than the "
    "dearest type, for every number of types.",
    "Mussa & Rosen 1978; Myerson 1981",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction({"kept": kept - kept_by_other, "rents": rent}, (kept_more >= rents,), member=CHEAPER),
            "from the dearest type down to type k, neighbour by neighbour, what is kept outgrows the rents",
        ),
    ),
    variant=Counterexample({**COSTS, **CHEAPER}, kept - kept_by_other >= 2 * rent),
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
