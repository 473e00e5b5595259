"""Claims that repairs rest on: which rows are enough for a menu, and why nothing sound is nearer.

Types of equal cost are one group here; neighbours are all types of the next larger or the next smaller cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.contract.formulas import ic_slack
from ....formulations.repair.nearest import change, size_of_change
from ...kernel.sentence import Induction, above, at_least, at_most, equal
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber


def keeps_before_step(a: Algebra, payment_step: Any, epsilon_step: Any, cost: Any) -> Any:
    """Who stands before a step does not gain by the item after it."""
    return at_least(ic_slack(a, 0, 0, payment_step, epsilon_step, cost), 0)


def keeps_after_step(a: Algebra, payment_step: Any, epsilon_step: Any, other_cost: Any) -> Any:
    """Who stands after a step does not gain by the item before it."""
    return at_least(ic_slack(a, payment_step, epsilon_step, 0, 0, other_cost), 0)


def keeps_first(a: Algebra, payment_moved: Any, epsilon_moved: Any, own_cost: Any) -> Any:
    """The type where the walk began does not gain by the item it has come to."""
    return at_least(ic_slack(a, 0, 0, payment_moved, epsilon_moved, own_cost), 0)


BOTH: Mapping[str, Formula] = {
    "who stands before keeps its item": keeps_before_step,
    "who stands after keeps its item": keeps_after_step,
}


def walk(member: Mapping[str, Formula], turn: Formula) -> Induction:
    """Return the walk from a type's own item, one group of equal costs at a time."""
    return Induction(
        {"payment_moved": lambda a, payment_step: payment_step, "epsilon_moved": lambda a, epsilon_step: epsilon_step},
        (keeps_first,),
        member={**member, **BOTH},
        lemmas=(turn,),
    )


LOCAL_ROWS = Claim(
    "contract/local-rows-suffice",
    "If no type gains by the item of any type of the next larger or the next smaller cost, no type gains by the item "
    "of any type of another cost, whatever budgets are, for every number of types.",
    "Mussa & Rosen 1978; that budgets fall need not be asked for",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            walk(
                {
                    "the neighbours are no cheaper": lambda a, cost, own_cost: at_least(cost, own_cost),
                    "the next cost is larger": lambda a, cost, other_cost: above(other_cost, cost),
                },
                lambda a, epsilon_step: at_most(epsilon_step, 0),
            ),
            "from a type's own item to any dearer one's, group by group, the type never gains",
            "dearer",
        ),
        ForAnyNumber(
            walk(
                {
                    "the neighbours are no dearer": lambda a, cost, own_cost: at_most(cost, own_cost),
                    "the next cost is smaller": lambda a, cost, other_cost: above(cost, other_cost),
                },
                lambda a, epsilon_step: at_least(epsilon_step, 0),
            ),
            "from a type's own item to any cheaper one's, group by group, the type never gains",
            "cheaper",
        ),
    ),
    variant=Counterexample(
        {
            "the neighbour is no cheaper": lambda a, cost, own_cost: at_least(cost, own_cost),
            "the next cost is larger": lambda a, cost, other_cost: above(other_cost, cost),
            "who stands before keeps its item": keeps_before_step,
        },
        lambda a, payment_step, epsilon_step, own_cost: keeps_first(a, payment_step, epsilon_step, own_cost),
    ),
)


def gain_by_third(a: Algebra, payment: Any, epsilon: Any, third_payment: Any, third_epsilon: Any, cost: Any) -> Any:
    """What the cheaper type gains by the item of the third."""
    return -ic_slack(a, payment, epsilon, third_payment, third_epsilon, cost)


TIED: Mapping[str, Formula] = {
    "c > 0": lambda a, cost: above(cost, 0),
    "c′ > c": lambda a, cost, other_cost: above(other_cost, cost),
    "the first keeps its item": lambda a, payment, epsilon, other_payment, other_epsilon, cost: at_least(
        ic_slack(a, payment, epsilon, other_payment, other_epsilon, cost), 0
    ),
    "the second keeps its item": lambda a, payment, epsilon, other_payment, other_epsilon, other_cost: at_least(
        ic_slack(a, other_payment, other_epsilon, payment, epsilon, other_cost), 0
    ),
    "the second, of the same cost as the third, likes both items alike": (
        lambda a, other_payment, other_epsilon, third_payment, third_epsilon, other_cost: equal(
            ic_slack(a, other_payment, other_epsilon, third_payment, third_epsilon, other_cost), 0
        )
    ),
}
WITH_TIES = Claim(
    "contract/local-rows-suffice-with-ties",
    "If types are put in a row by their costs, equal ones in any order, and no type gains by the item of the type "
    "before or after it, no type gains by any item.",
    "the rows of Mussa & Rosen 1978, where two of three types have the same cost",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            TIED,
            lambda a, payment, epsilon, third_payment, third_epsilon, cost: at_most(
                gain_by_third(a, payment, epsilon, third_payment, third_epsilon, cost), 0
            ),
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
NO_NEARER = Claim(
    "contract/repair-distance-bound",
    "If a weighted sum of rows has slopes of at most t per unit of money of each entry, the changes that bring the sum "
    "by v up are worth at least v/t, for every number of entries.",
    "weak duality of linear programs",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "earned": lambda a, rate, raised, lowered: rate * change(a, raised, lowered),
                    "distance": size_of_change,
                },
                (lambda a, earned, distance, most: at_most(earned, most * distance),),
                given={"t > 0": lambda a, most: above(most, 0)},
                member={
                    "w > 0": lambda a, worth: above(worth, 0),
                    "nothing is raised by less than nothing": lambda a, raised: at_least(raised, 0),
                    "nothing is lowered by less than nothing": lambda a, lowered: at_least(lowered, 0),
                    "s ≤ t w": lambda a, rate, most, worth: at_most(rate, most * worth),
                    "s ≥ −t w": lambda a, rate, most, worth: at_least(rate, -most * worth),
                },
                closing={"v ≤ Σ s d": lambda a, earned, needed: at_least(earned, needed)},
                goal=lambda a, distance, needed, most: at_least(distance, needed / most),
            ),
            "entry by entry, what the sum of rows earns is at most t times what the changes are worth",
        ),
    ),
    variant=Counterexample(
        {
            "t > 0": lambda a, most: above(most, 0),
            "w > 0": lambda a, worth: above(worth, 0),
            "nothing is raised by less than nothing": lambda a, raised: at_least(raised, 0),
            "s ≤ t w": lambda a, rate, most, worth: at_most(rate, most * worth),
            "v ≤ s d": lambda a, rate, raised, needed: at_least(rate * raised, needed),
        },
        lambda a, worth, raised, needed, most: at_least(worth * raised, 2 * needed / most),
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
