"""What the claims about menus speak of: items (p, ε) and costs, what a type keeps, and the walk from item to item."""

from __future__ import annotations

from collections.abc import Mapping

from ....formulations.contract.formulas import ic_slack, owner_utility
from ...kernel.sentence import Induction
from ...kernel.terms import Term, roles

payment, epsilon, cost = roles("payment epsilon cost")
other_payment, other_epsilon, other_cost = roles("other_payment other_epsilon other_cost")
own_cost, reward_pool = roles("own_cost reward_pool")
payment_step, epsilon_step, payment_moved, epsilon_moved = roles(
    "payment_step epsilon_step payment_moved epsilon_moved"
)

kept = Term(owner_utility)
"""What a type keeps with its own item."""
slack = Term(ic_slack)
"""What a type loses by another's item."""
back_slack = slack.at(
    payment=other_payment, epsilon=other_epsilon, other_payment=payment, other_epsilon=epsilon, cost=other_cost
)
"""What the other type loses by the first one's item."""
step_slack = slack.at(payment=0, epsilon=0, other_payment=payment_step, other_epsilon=epsilon_step)
"""What a type loses by the next item, whose payment and ε are a step away from its own."""

COSTS = {"c > 0": cost > 0, "c′ > c": other_cost > cost}


def walk(member: Mapping[str, Term], *lemmas: Term) -> Induction:
    """Return the walk from a type's own item to another's step by step: by what it has come to the type never gains."""
    return Induction(
        {"payment_moved": payment_step, "epsilon_moved": epsilon_step},
        (step_slack.at(payment_step=payment_moved, epsilon_step=epsilon_moved, cost=own_cost) >= 0,),
        member=member,
        lemmas=lemmas,
    )
