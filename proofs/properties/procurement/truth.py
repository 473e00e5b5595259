"""Whether the truth is everybody's best report: where the outcome is the rule's, and what lies gain or would gain.

The rule is truthful since what a client sells falls with its report, and it is paid for each unit the largest report at
which it would still sell it. Who keeps something else than by the rule lies, or is lied like, if other reports are paid
by the rule: with its own cost it reports one nearby, or with a cost nearby it reports this one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.errors import InputError, UnsupportedModel
from ....formulations.procurement.declaration import PrivacyProcurement
from ....solvers.certificates.certify import certify
from ....solvers.certificates.procurement.exact import exact_outcome
from ....solvers.evaluation import to_floats
from ....solvers.readings.vectors import Vectors
from ....solvers.solution import Solution
from ..results import Item, Verdict
from ..within import at_least
from .lies import gains_of_lies, kept_by, reporting

NAME = "truthfulness"
LIES = 100_000
"""So many lies are tried in doubles, under VCG."""
FEW = 20
"""So many, of a revenue that gives no demand in closed form."""
MANY = 2_000
"""Of up to so many clients all may lie; of more these, drawn."""
SECONDS = 2.0
"""How long lies are tried exactly."""
NEARBY = (Fraction(11, 10), Fraction(10, 11), Fraction(101, 100), Fraction(100, 101), Fraction(1001, 1000))
PROVED = {
    "vcg": "what a client sells falls with its report, and by lying it can but lower what is gained in all",
    "myerson": "what a client sells falls with its report, and each unit is paid what it might have asked for it",
}


def truthfulness(model: PrivacyProcurement, solution: Solution) -> Item:
    """Judge whether the truth is best at this outcome.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4, client=["Ann", "Bob"])
    >>> print(mp.verify(mp.candidate(game, epsilon=[1, 0], payment=["3/2", 0]))["truthfulness"].text)
    client Ann gains 0.5 by reporting 11/10 instead of 1, if other reports are paid by the rule
    """
    arithmetic = "exact" if solution.exact is not None else "float"
    found = certify(solution, arithmetic, solution.request.tolerance)
    if not found.valid:
        lie = _lie(model, solution)
        return lie or Item(
            NAME, Verdict.INCONCLUSIVE, f"that this is the rule's outcome is not shown: {found.reason}", arithmetic
        )
    until = time.perf_counter() + SECONDS
    tried, most = _tried(model, until)
    text = f"no lie pays, because the outcome is the rule's: {PROVED[model.rule]}"
    text = f"{text}; of {tried:,} that were tried the best gains {most:.1g}"
    return Item(NAME, Verdict.HOLDS, text, arithmetic, {"tried": tried, "largest_gain": most})


def _tried(model: PrivacyProcurement, until: float) -> tuple[int, float]:
    """Return how many lies were tried, and the most that one gained."""
    generator, size = np.random.default_rng(0), len(model.cost)
    who = np.arange(size) if size <= MANY else generator.choice(size, MANY, replace=False)
    if model.rule == "vcg":
        many = LIES if model.value.demand(Vectors(), 1.0) is not None else FEW  # one by one, and by halving
        each, most, tried = max(many // len(who), 1), 0.0, 0
        for client in who.tolist():
            low, high = 0.2 * float(min(model.cost)), 2 * float(max(model.cost))
            gains = gains_of_lies(model, client, generator.uniform(low, high, each))
            most, tried = max(most, float(np.max(gains))), tried + each
            if time.perf_counter() > until:
                break
        return tried, most
    try:
        honest = exact_outcome(model)
    except UnsupportedModel:
        return 0, 0.0
    found: list[float] = []
    for client, report in _reports(model, who.tolist()):
        lying = kept_by(reporting(model, client, report), client, model.cost[client])
        found.append(lying - kept_by(honest, client, model.cost[client]))
        if time.perf_counter() > until:
            break
    return len(found), max(found, default=0.0)


def _reports(model: PrivacyProcurement, who: list[int]) -> Iterator[tuple[int, Any]]:
    """Yield lies: of types all, else others' costs and some that are near."""
    for client in who:
        truth = Fraction(model.cost[client])
        if model.by_types:
            yield from ((client, report) for report in model.prior.ascending.tolist() if report != truth)
            continue
        low, high = model.prior.bounds
        for report in (*(truth * factor for factor in NEARBY), *(Fraction(c) for c in model.cost.tolist()[:12])):
            if report > low and (high is None or report <= high):
                yield client, report


def _lie(model: PrivacyProcurement, solution: Solution) -> Item | None:
    """Return the best lie found at an outcome that is not the rule's, others being paid by the rule."""
    stated = solution.exact or solution.values
    epsilon, payment = (to_floats(stated[name]) for name in ("epsilon", "payment"))
    try:
        rule = exact_outcome(model)
    except UnsupportedModel:
        return None
    kept = payment - np.array([float(c) for c in model.cost]) * epsilon
    apart = np.abs(kept - np.array([float(x) for x in rule.rent]))
    client = int(np.argmax(np.maximum(apart, np.abs(epsilon - np.array([float(x) for x in rule.epsilon])))))
    truth, best = Fraction(model.cost[client]), None
    for report in _near(model, truth):
        try:
            other = reporting(model, client, report)
        except (InputError, UnsupportedModel):
            continue
        as_other = kept_by(other, client, truth) - float(kept[client])
        like_this = float(payment[client]) - float(report) * float(epsilon[client]) - kept_by(other, client, report)
        for gain, true, said in ((as_other, truth, report), (like_this, report, truth)):
            if best is None or gain > best[0] * 1.000001:
                best = (gain, true, said)
    scale = max(float(np.max(np.abs(payment), initial=0.0)), 1e-300)
    if best is None or not best[0] > solution.request.tolerance * scale:
        return None
    gain, true, said = best
    whose = model.owner_of(client) if true == truth else f"{model.owner_of(client)}, if its cost were {true},"
    text = f"{whose} gains {gain:.6g} by reporting {said} instead of {true}, if other reports are paid by the rule"
    people = model.people()
    witness = {"client": people[client] if people else str(client), "truth": true, "report": said, "gain": gain}
    return Item(NAME, Verdict.VIOLATED, text, "float", witness, within=at_least(gain, 1e-9 * scale))


def _near(model: PrivacyProcurement, truth: Fraction) -> list[Fraction]:
    if model.by_types:
        return [x for x in model.prior.ascending.tolist() if x != truth]
    return [truth * factor for factor in NEARBY]
