"""The properties of a mechanism of finitely many types: whether the truth is best, and taking part worth it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from ....formulations.finite.direct import DirectMechanism
from ....solvers.certificates.finite.lies import Lie, Lies, told, where, witness
from ....solvers.formatting import shown
from ....solvers.solution import Solution
from ..results import Item, Verdict
from ..within import amounts_to


def judge_direct(model: DirectMechanism, solution: Solution) -> tuple[Item, ...]:
    """Judge every property that a mechanism of finitely many types names, over fractions.

    The first is about the reports of the solution, all others about the truth.

    Examples
    --------
    >>> import mechproof as mp
    >>> sell = mp.DirectMechanism(
    ...     types=[[1, 3]], prior=[["1/2", "1/2"]], allocation=[[1, 1]], payment=[[1, 2]], person=["Ann"]
    ... )
    >>> for item in mp.verify(sell):
    ...     print(item.verdict, "|", item.text)
    violated | Ann of type 3 gains 1 by reporting 1, in expectation
    violated | Ann of type 3 gains 1 by reporting 1, in expectation
    holds | no type loses anything by the truth, in expectation
    violated | Ann of type 3 gains 1 by reporting 1
    violated | Ann of type 3 gains 1 by reporting 1
    holds | no type loses anything by the truth, at any profile of types
    """
    lies = Lies(model)
    said, truth = model.reports(solution.values["report"]), [k for count in model.shape for k in range(count)]
    gains, losses = partial(_gains, model), partial(_losses, model)
    expected, types = ", in expectation", ", at any profile of types"
    whatever = ", whatever the others report" + (" and are" if model.interdependent else "")
    return (
        gains("no-profitable-deviation", lies.in_expectation(said), expected, "any other report"),
        gains("bayesian-incentive-compatibility", lies.in_expectation(truth), expected),
        losses("interim-individual-rationality", lies.losses(), expected),
        gains("ex-post-incentive-compatibility", lies.ex_post(), types),
        gains("dominant-strategy-incentive-compatibility", lies.dominant(), whatever),
        losses("ex-post-individual-rationality", lies.losses_ex_post(), types),
    )


def _gains(model: DirectMechanism, name: str, lies: Iterable[Lie], when: str, by: str = "a lie") -> Item:
    """Judge that no report gains anything."""
    other = name not in model.promises
    best = max(lies, key=lambda lie: lie.gain, default=None)
    if best is None or best.gain <= 0:
        text = f"no type gains anything by {by}{when}"
        return Item(name, Verdict.HOLDS, text, "exact", {"gain": best.gain if best else 0}, other)
    text = told(model, best) + (when if best.others is None else "")
    return Item(name, Verdict.VIOLATED, text, "exact", witness(model, best), other, amounts_to(best.gain))


def _losses(model: DirectMechanism, name: str, losses: Iterable[Lie], when: str) -> Item:
    """Judge that nobody loses anything by the truth."""
    other = name not in model.promises
    worst = max(losses, key=lambda lie: lie.gain)
    if worst.gain <= 0:
        text = f"no type loses anything by the truth{when}"
        return Item(name, Verdict.HOLDS, text, "exact", {"least": -worst.gain}, other)
    who = f"{model.person[worst.person]} of type {model.types[worst.person][worst.type]}"
    text = f"{who} loses {shown(worst.gain)} by taking part{when if worst.others is None else where(model, worst)}"
    found = {name: value for name, value in witness(model, worst).items() if name not in ("report", "gain")}
    return Item(name, Verdict.VIOLATED, text, "exact", {**found, "loss": worst.gain}, other, amounts_to(worst.gain))
