"""Claims about Myerson's rule, for every number of types: truth, rationality, and payments up to what is added."""

from __future__ import annotations

from collections.abc import Mapping

from ....formulations.procurement import formulas
from ...kernel.sentence import Induction
from ...kernel.terms import Term, roles
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma
from .vocabulary import client_cost, threshold_utility

MYERSON = "Myerson 1981"
epsilon, own_epsilon, epsilon_now, cost, own_cost = roles("epsilon own_epsilon epsilon_now cost own_cost")
step, moved, rent, rent_moved = roles("step moved rent rent_moved")
charge, drop, worth_step, paid, added = roles("charge drop worth_step paid added")

step_rent = Term(formulas.step_rent).at(cost=0, next_cost=step, next_epsilon=epsilon)
"""What a step of the cost adds to what is paid."""
FALLING = {"the step of the cost is no less than 0": step >= 0, "ε ≥ 0": epsilon >= 0}


def walk(way: int, sold: Term, bound: Term, member: Mapping[str, Term]) -> Induction:
    """Return the walk of a client's report away from its cost, type by type; `epsilon_now` is what it sells there.

    It goes up (1) or down (−1), and each step adds to the rent by what is `sold`.
    """
    kept = threshold_utility.at(
        epsilon=epsilon_now, report=own_cost + way * moved, rent=rent - way * rent_moved, cost=own_cost
    )
    return Induction(
        {"epsilon_now": epsilon - epsilon_now, "moved": step, "rent_moved": step_rent.at(epsilon=sold)},
        (bound, moved >= 0),
        given={"what is sold at the truth is no less than 0": own_epsilon >= 0},
        member={**FALLING, **member},
        goal=rent >= kept,
        start={"epsilon_now": own_epsilon},
        carried=("epsilon_now",),
    )


DEARER = walk(
    1, epsilon, rent_moved >= moved * epsilon_now, {"ε does not rise with the report": epsilon <= epsilon_now}
)
CHEAPER = walk(
    -1, epsilon_now, rent_moved <= moved * epsilon_now, {"ε does not fall as the report falls": epsilon >= epsilon_now}
)
MYERSON_TRUTHFUL = Claim(
    "procurement/myerson-truthful",
    "If what a client sells does not rise with its report and it is paid c ε and the steps (c_{j+1} − c_j) ε(c_{j+1}) "
    "to the dearest type, it keeps no more by reporting any other type, for every number of types.",
    MYERSON,
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(DEARER, "from the truth to any dearer report, what is lost of the steps is enough", "dearer"),
        ForAnyNumber(CHEAPER, "from the truth to any cheaper report, the steps make up for no more", "cheaper"),
    ),
    variant=Counterexample(FALLING, step_rent >= step * epsilon_now),
)
MYERSON_RATIONAL = Claim(
    "procurement/myerson-rational",
    "Under Myerson's rule no client keeps less than nothing, for every number of types.",
    MYERSON,
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"rent": step_rent},
                (rent >= 0,),
                member=FALLING,
                goal=threshold_utility.at(epsilon=own_epsilon, report=own_cost, cost=own_cost) >= 0,
            ),
            "step by step to the dearest type",
        ),
    ),
    variant=Counterexample({"ε ≥ 0": epsilon >= 0}, step_rent >= 0),
)
SOLD_LESS = {"what is sold less at the next dearer type is no less than 0": drop >= 0}
WORTH_IT = {"what is bought at a charge is worth it": worth_step >= charge * drop}
MYERSON_PAYS = Claim(
    "procurement/myerson-pays-what-is-added",
    "Under Myerson's rule no client is paid more than what its ε adds to V, for every number of types; so that, V "
    "being concave, the server has no deficit whatever the costs.",
    MYERSON,
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"paid": client_cost.at(epsilon=drop), "added": worth_step},
                (paid <= added,),
                member={**SOLD_LESS, "a type's cost is no more than what is charged": cost <= charge, **WORTH_IT},
            ),
            "type by type, each unit is paid the dearest report at which it is still bought",
        ),
        Lemma("procurement/vcg-no-deficit"),
    ),
    variant=Counterexample({**SOLD_LESS, **WORTH_IT}, client_cost.at(epsilon=drop) <= worth_step),
)
