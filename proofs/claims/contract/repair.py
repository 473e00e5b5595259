"""Claims that repairs rest on: which rows are enough for a menu, and why nothing sound is nearer.

Types of equal cost are one group here; neighbours are all types of the next larger or the next smaller cost.
"""

from __future__ import annotations

from ....formulations.repair.nearest import change, size_of_change
from ...kernel.sentence import Induction
from ...kernel.terms import Term, roles
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber
from .vocabulary import COSTS, back_slack, slack, step_slack, walk

cost, other_cost, own_cost, epsilon_step = roles("cost other_cost own_cost epsilon_step")
third_payment, third_epsilon = roles("third_payment third_epsilon")
rate, most, worth, needed, raised, lowered, earned, distance = roles(
    "rate most worth needed raised lowered earned distance"
)

BEFORE = {"who stands before keeps its item": step_slack >= 0}
BOTH = {**BEFORE, "who stands after keeps its item": -step_slack.at(cost=other_cost) >= 0}
LARGER = {"the next cost is larger": other_cost > cost}

LOCAL_ROWS = Claim(
    "contract/local-rows-suffice",
    "If no type gains by the item of any type of the next larger or the next smaller cost, no type gains by the item "
    "of any type of another cost, whatever budgets are, for every number of types.",
    "Mussa & Rosen 1978; that budgets fall need not be asked for",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            walk({"the neighbours are no cheaper": cost >= own_cost, **LARGER, **BOTH}, epsilon_step <= 0),
            "from a type's own item to any dearer one's, group by group, the type never gains",
            "dearer",
        ),
        ForAnyNumber(
            walk(
                {
                    "the neighbours are no dearer": cost <= own_cost,
                    "the next cost is smaller": cost > other_cost,
                    **BOTH,
                },
                epsilon_step >= 0,
            ),
            "from a type's own item to any cheaper one's, group by group, the type never gains",
            "cheaper",
        ),
    ),
    variant=Counterexample(
        {"the neighbour is no cheaper": cost >= own_cost, **LARGER, **BEFORE}, step_slack.at(cost=own_cost) >= 0
    ),
)

gain_by_third = -slack.at(other_payment=third_payment, other_epsilon=third_epsilon)
"""What a type gains by the item of the third."""
WITH_TIES = Claim(
    "contract/local-rows-suffice-with-ties",
    "If types are put in a row by their costs, equal ones in any order, and no type gains by the item of the type "
    "before or after it, no type gains by any item.",
    "the rows of Mussa & Rosen 1978, where two of three types have the same cost",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **COSTS,
                "the first keeps its item": slack >= 0,
                "the second keeps its item": back_slack >= 0,
                "the second, of the same cost as the third, likes both items alike": back_slack.at(
                    payment=third_payment, epsilon=third_epsilon
                ).equals(0),
            },
            gain_by_third <= 0,
            costs={"what the cheapest type gains by the last one's item": gain_by_third},
            start={
                "cost": "1",
                "other_cost": "2",
                "payment": "3",
                "epsilon": "2",
                "other_payment": "2",
                "other_epsilon": "1",
                "third_payment": "6",
                "third_epsilon": "3",
            },
            kept=True,
        ),
    ),
)

POSITIVE = {"t > 0": most > 0}
ENTRY = {"w > 0": worth > 0, "nothing is raised by less than nothing": raised >= 0}
NO_NEARER = Claim(
    "contract/repair-distance-bound",
    "If a weighted sum of rows has slopes of at most t per unit of money of each entry, the changes that bring the sum "
    "by v up are worth at least v/t, for every number of entries.",
    "weak duality of linear programs",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"earned": rate * Term(change), "distance": size_of_change},
                (earned <= most * distance,),
                given=POSITIVE,
                member={
                    **ENTRY,
                    "nothing is lowered by less than nothing": lowered >= 0,
                    "s ≤ t w": rate <= most * worth,
                    "s ≥ −t w": rate >= -most * worth,
                },
                closing={"v ≤ Σ s d": earned >= needed},
                goal=distance >= needed / most,
            ),
            "entry by entry, what the sum of rows earns is at most t times what the changes are worth",
        ),
    ),
    variant=Counterexample(
        {**POSITIVE, **ENTRY, "s ≤ t w": rate <= most * worth, "v ≤ s d": rate * raised >= needed},
        worth * raised >= 2 * needed / most,
    ),
)
REPAIRS = (LOCAL_ROWS, WITH_TIES, NO_NEARER)
SYMBOLS = {
    "third_payment": "p''",
    "third_epsilon": r"\varepsilon''",
    "rate": "s",
    "most": "t",
    "worth": "w",
    "needed": "v",
    "raised": "d^+",
    "lowered": "d^-",
}
