"""The properties of a procurement: rationality, truthfulness, no deficit, efficiency.

Numbers stated exactly are judged in fractions or balls, doubles with the tolerance they were asked for, somebody's own
doubles but for rounding. That the rules themselves are truthful is proved for every number of clients (the claims
``procurement/…``); what is judged here is whether the outcome is the rule's, and what lies gain at it.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.errors import UnsupportedModel
from ....formulations.procurement.declaration import PrivacyProcurement
from ....solvers.certificates.procurement.certify import lost, rule_of
from ....solvers.evaluation import to_floats
from ....solvers.formatting import shown
from ....solvers.solution import OWN_NUMBERS, Solution
from ..profile import ROUNDING
from ..results import Item, Verdict
from ..within import amounts_to
from .identity import identity
from .truth import truthfulness


def judge_procurement(model: PrivacyProcurement, solution: Solution) -> tuple[Item, ...]:
    """Judge every property that the mechanism names; the last three of the rule, whatever was stated."""
    stated = solution.exact or solution.values
    exact = solution.exact is not None
    slack = 0.0 if exact else ROUNDING if solution.backend == OWN_NUMBERS else solution.request.tolerance
    how = "exact" if exact else "float"
    return (
        individual_rationality(model, stated, slack, how),
        truthfulness(model, solution),
        budget_balance(model, stated, slack, how),
        efficiency(model, solution),
        *identity(model),
    )


def individual_rationality(model: PrivacyProcurement, stated: Any, slack: float, how: str) -> Item:
    """Judge whether everybody is paid what its ε costs it at least.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4, client=["Ann", "Bob"])
    >>> print(mp.verify(mp.candidate(game, epsilon=[1, 0], payment=["1/2", 0]))["individual-rationality"].text)
    client Ann loses 1/2 (≈ 0.500000) by taking part
    """
    kept = stated["client_utility"]
    floats = to_floats(kept)
    size = float(np.max(np.abs(to_floats(stated["payment"])), initial=0.0)) or 1.0
    at = int(np.argmin(floats))
    name = "individual-rationality"
    if _negative(kept[at], slack * size):
        loss = -floats[at] if hasattr(kept[at], "mid") else -kept[at]
        text = f"{model.owner_of(at)} loses {shown(loss)} by taking part"
        return Item(name, Verdict.VIOLATED, text, how, {"client": _name(model, at), "loss": loss}, within=_about(loss))
    text = f"none of the {len(floats):,} clients loses anything; {model.owner_of(at)} keeps least, {floats[at]:.6g}"
    return Item(name, Verdict.HOLDS, text, how, {"least": float(floats[at])})


def budget_balance(model: PrivacyProcurement, stated: Any, slack: float, how: str) -> Item:
    """Judge whether what is bought is worth what is paid for it at least."""
    left, paid = stated["server_utility"], float(np.sum(to_floats(stated["payment"])))
    if _negative(left, slack * max(paid, abs(float(left)))):
        short = -float(left)
        text = f"the server pays {paid:.6g}, which is {short:.6g} more than what it buys is worth"
        return Item("budget-balance", Verdict.VIOLATED, text, how, {"excess": short}, within=_about(short))
    text = f"the server pays {paid:.6g}, and keeps {float(left):.6g} of what it is worth"
    return Item("budget-balance", Verdict.HOLDS, text, how, {"left": float(left)})


def efficiency(model: PrivacyProcurement, solution: Solution) -> Item:
    """Judge whether nothing that could be gained in all, at the reported costs, is left."""
    name, tolerance = "efficiency", solution.request.tolerance
    best = model if model.rule == "vcg" else replace(model, rule="vcg", prior=None)
    promised = model.rule == "vcg"
    epsilon = np.asarray(to_floats((solution.exact or solution.values)["epsilon"]), dtype=float)
    try:
        with np.errstate(all="ignore"):
            gap = lost(best, rule_of(best, epsilon, False), epsilon)
    except UnsupportedModel as refusal:
        return Item(name, Verdict.INCONCLUSIVE, str(refusal), "float", informational=not promised)
    witness = {"lost": gap}
    if gap <= tolerance:
        text = f"what is gained in all is the most there is, to {max(gap, 1e-16):.0e}"
        return Item(name, Verdict.HOLDS, text, "float", witness, informational=not promised)
    text = f"{100 * gap:.3g} % of what could be gained in all is lost"
    if not promised:
        text += ": Myerson's rule buys less than is efficient, to pay less"
    return Item(name, Verdict.VIOLATED, text, "float", witness, informational=not promised)


def _negative(value: Any, slack: float) -> bool:
    """Whether a number is certainly below zero; an exact one whose ball holds zero is not."""
    return bool(value < -slack) if slack else bool(value < 0)


def _name(model: PrivacyProcurement, index: int) -> str:
    people = model.people()
    return people[index] if people else str(index)


def _about(amount: Any) -> Any:
    return amounts_to(amount) if isinstance(amount, Fraction) else amounts_to(amount, ROUNDING * abs(float(amount)))
