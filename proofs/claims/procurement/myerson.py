"""Claims about Myerson's rule, for every number of types: truth, rationality, and payments up to what is added."""

from __future__ import annotations

from collections.abc import Mapping

from ....formulations.algebra import Formula
from ....formulations.procurement.formulas import step_rent
from ...kernel.sentence import Induction, at_least, at_most
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma
from .terms import DOES_NOT_FALL, DOES_NOT_RISE, FALLING, client_cost, threshold_utility

MYERSON = "Myerson 1981"


def walk(up: bool) -> Induction:
    """Return the walk of a client's report away from its cost, type by type; `epsilon_now` is what it sells there."""
    changes: Mapping[str, Formula] = {
        "epsilon_now": lambda a, epsilon, epsilon_now: epsilon - epsilon_now,
        "moved": lambda a, step: step,
        "rent_moved": lambda a, step, epsilon, epsilon_now: step_rent(a, 0, step, epsilon if up else epsilon_now),
    }
    bound: Formula = (
        (lambda a, rent_moved, moved, epsilon_now: at_least(rent_moved, moved * epsilon_now))
        if up
        else (lambda a, rent_moved, moved, epsilon_now: at_most(rent_moved, moved * epsilon_now))
    )
    goal: Formula = (
        (
            lambda a, epsilon_now, moved, rent_moved, rent, own_cost: at_least(
                rent, threshold_utility(a, epsilon_now, own_cost + moved, rent - rent_moved, own_cost)
            )
        )
        if up
        else (
            lambda a, epsilon_now, moved, rent_moved, rent, own_cost: at_least(
                rent, threshold_utility(a, epsilon_now, own_cost - moved, rent + rent_moved, own_cost)
            )
        )
    )
    return Induction(
        changes,
        (bound, lambda a, moved: at_least(moved, 0)),
        given={"what is sold at the truth is no less than 0": lambda a, own_epsilon: at_least(own_epsilon, 0)},
        member={**FALLING, **(DOES_NOT_RISE if up else DOES_NOT_FALL)},
        goal=goal,
        start={"epsilon_now": lambda a, own_epsilon: own_epsilon},
        carried=("epsilon_now",),
    )


MYERSON_TRUTHFUL = Claim(
    "procurement/myerson-truthful",
    "If what a client sells does not rise with its report and it is paid c ε and the steps (c_{j+1} − c_j) ε(c_{j+1}) "
    "to the dearest type, it keeps no more by reporting any other type, for every number of types.",
    MYERSON,
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            walk(up=True), "from the truth to any dearer report, what is lost of the steps is enough", "dearer"
        ),
        ForAnyNumber(walk(up=False), "from the truth to any cheaper report, the steps make up for no more", "cheaper"),
    ),
    variant=Counterexample(
        FALLING,
        lambda a, step, epsilon, epsilon_now: at_least(step_rent(a, 0, step, epsilon), step * epsilon_now),
    ),
)
MYERSON_RATIONAL = Claim(
    "procurement/myerson-rational",
    "Under Myerson's rule no client keeps less than nothing, for every number of types.",
    MYERSON,
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"rent": lambda a, step, epsilon: step_rent(a, 0, step, epsilon)},
                (lambda a, rent: at_least(rent, 0),),
                member=FALLING,
                goal=lambda a, rent, own_epsilon, own_cost: at_least(
                    threshold_utility(a, own_epsilon, own_cost, rent, own_cost), 0
                ),
            ),
            "step by step to the dearest type",
        ),
    ),
    variant=Counterexample(
        {"ε ≥ 0": FALLING["ε ≥ 0"]}, lambda a, step, epsilon: at_least(step_rent(a, 0, step, epsilon), 0)
    ),
)
UNITS: Mapping[str, Formula] = {
    "what is sold less at the next dearer type is no less than 0": lambda a, drop: at_least(drop, 0),
    "a type's cost is no more than what is charged": lambda a, cost, charge: at_most(cost, charge),
    "what is bought at a charge is worth it": lambda a, charge, drop, worth_step: at_least(worth_step, charge * drop),
}
MYERSON_PAYS = Claim(
    "procurement/myerson-pays-what-is-added",
    "Under Myerson's rule no client is paid more than what its ε adds to V, for every number of types; so that, V "
    "being concave, the server has no deficit whatever the costs.",
    MYERSON,
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "paid": lambda a, cost, drop: client_cost(a, cost, drop),
                    "added": lambda a, worth_step: worth_step,
                },
                (lambda a, paid, added: at_most(paid, added),),
                member=UNITS,
            ),
            "type by type, each unit is paid the dearest report at which it is still bought",
        ),
        Lemma("procurement/vcg-no-deficit"),
    ),
    variant=Counterexample(
        {name: formula for name, formula in UNITS.items() if "cost" not in name},
        lambda a, cost, drop, worth_step: at_most(client_cost(a, cost, drop), worth_step),
    ),
)
