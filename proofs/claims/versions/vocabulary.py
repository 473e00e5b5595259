"""What the claims about menus of versions speak of: a version and the next one, and the two slacks of the safe cone."""

from __future__ import annotations

from ....formulations.versions import menu
from ...kernel.terms import Term, roles

epsilon, next_epsilon, weight, next_weight = roles("epsilon next_epsilon weight next_weight")

monotone = Term(menu.monotone_slack)
"""v′ − v."""
proportional = Term(menu.proportional_slack)
"""v − v′ x/x′."""

DEALER = "Chen, Koutris & Kumar, SIGMOD 2019; Liu et al., Dealer, PVLDB 2021"
WEIGHT = {"x > 0": weight > 0}
ORDERED = {"x′ > x": next_weight > weight}
RISING = {"v′ ≥ v": monotone >= 0}


def weight_against(attack: str) -> Term:
    """Return what adds up in a bundle under an attack, of a version's ε."""
    return Term(lambda a, epsilon: menu.version_weight(a, epsilon, attack))
