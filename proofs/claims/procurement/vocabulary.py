"""What the claims about procurements speak of: VCG's and Myerson's payments, and what is bought of one client alone.

V is what all that is bought is worth, `rest` what the others' part of it costs them, W what is gained in all. Sums over
the others are single numbers here, so that what is said holds for every number of clients.
"""

from __future__ import annotations

from typing import Any, TypeVar

from ....formulations.procurement import formulas
from ....formulations.revenue_curve import LogRevenue
from ...kernel.terms import Term, maximum, minimum, roles

cost, report, worth, rest, cap, alpha, beta = roles("cost report worth rest cap alpha beta")

Declared = TypeVar("Declared")

client_utility = Term(formulas.client_utility)
client_cost = -client_utility.at(payment=0)
"""What a client's ε costs it: minus what it keeps if it is paid nothing."""
gained = worth - client_cost - rest
"""V − c ε − what the others' part costs: the welfare, told apart by client."""
pivot_payment = Term(formulas.pivot_payment)
pivot_utility = client_utility.at(payment=pivot_payment.at(cost=report))
"""What VCG leaves a client of a cost that reports something."""
threshold_utility = client_utility.at(payment=Term(formulas.threshold_payment).at(cost=report))
"""What Myerson's rule leaves a client of a cost that reports something."""


def declared(kind: type[Declared], **parameters: Any) -> Declared:
    """Return what is declared, its parameters being roles."""
    made = object.__new__(kind)
    for name, role in parameters.items():
        object.__setattr__(made, name, role)
    return made


demand = Term(lambda a, charge, alpha, beta: declared(LogRevenue, alpha=alpha, beta=beta).demand(a, charge))
bought_alone = maximum(minimum(demand, cap), 0)
"""What is bought of one client where there is no other, at what its ε is charged with."""

ALONE = {
    "c > 0": cost > 0,
    "the report is positive": report > 0,
    "e > 0": cap > 0,
    "α > 0": alpha > 0,
    "β > 0": beta > 0,
}
