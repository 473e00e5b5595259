"""Repair somebody's own numbers: the nearest ones that keep what a mechanism promises."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import ClaimedInfeasible, InputError
from ...formulations.language import Model
from ...formulations.repair.nearest import FARTHEST, NORMS
from ..backend import find
from ..candidate import candidate as own_numbers
from ..certificates.repair.changes import Changes
from ..certificates.repair.distance import certify_nearest, lower_bound
from ..certificates.repair.hint import contradiction
from ..evaluation import float_values, to_floats
from ..solution import Request, Solution
from .plan import REPAIRS, Asked, Plan, stated_exactly
from .programs import program_plan
from .results import Change, Repair


def repair(
    candidate: Solution,
    keep: str | Iterable[str] | None = None,
    norm: int | float | str = 1,
    tolerance: float = 1e-7,
) -> Repair:
    """Return the nearest sound mechanism to somebody's own numbers.

    Sound is what the mechanism promises of any numbers, not that they are the best: of a contract that nobody is worse
    off than by staying out, that nobody gains by another's item, and that the pool suffices; of prices that no bundle
    is cheaper than what it replaces; of a contest that nobody sells below cost; of a program of one's own all its
    rows, which must be linear.

    A change counts in money: Σ m_k (c_k |Δε_k| + |Δp_k|) for m_k owners whose privacy costs c_k per ε. So nothing
    depends on the units that anything is counted in.

    Parameters
    ----------
    candidate
        What `candidate` returns, or any solution.
    keep
        What stays as it is, one word or several: of contracts and contests "epsilon", "payments", "pool"; of a program
        its decisions. What is named is kept and nothing else; where nothing is named the pool is.
    norm
        1: all changes together. 2: the root of the sum of their squares. "inf": the largest of them.
    tolerance
        By what part of itself the distance may be too large to be certified; small programs are exact.

    Returns
    -------
    Repair
        The repaired candidate, its distance, what was changed and what it costs whom, certified.

    Raises
    ------
    InputError
        When what is kept leaves nothing sound.
    UnsupportedModel
        When the mechanism says no way to repair it, or its rows are not linear.

    Examples
    --------
    >>> import mechproof as mp
    >>> contract = mp.PrivacyContract(cost=["1/2", 1, 2], count=[10, 10, 10], reward_pool=30)
    >>> printed = mp.candidate(contract, epsilon=[2, 1, "1/2"], payment=[1, 1, 1])
    >>> r = mp.repair(printed)
    >>> print(r.distance, *r.candidate.exact["epsilon"], r.certificate.valid)
    25/2 1/2 1/2 1/2 True
    >>> r = mp.repair(printed, keep="epsilon")
    >>> print(*r.candidate.exact["payment"], r.candidate.model.reward_pool)
    2 3/2 1 45
    """
    asked = Asked(candidate, stated_exactly(candidate), _kept(keep), _norm(norm))
    plan = (REPAIRS.of(type(asked.model)) or program_plan)(asked)
    started = time.perf_counter()
    try:
        answer = find(plan.backend).solve(plan.program, Request("exact", tolerance))
    except ClaimedInfeasible as claim:
        raise _impossible(asked, plan) or claim from None
    seconds = time.perf_counter() - started
    moved = {name: value for name, value in answer.decisions.items() if name != FARTHEST}
    certificate, bound = certify_nearest(plan.program, moved, tolerance)
    decisions = {**asked.stated, **moved}
    model = plan.model(decisions)
    repaired = own_numbers(model, **decisions)
    return Repair(
        stated=candidate,
        candidate=repaired,
        distance=_root(bound.distance) if asked.norm == "2" else bound.distance,
        changed=tuple(_changes(asked, plan, model, decisions)),
        cost=plan.burdens(asked.stated, decisions),
        outcomes=_outcomes(asked, model, decisions),
        certificate=certificate,
        properties=plan.properties,
        kept=asked.kept,
        norm=asked.norm,
        bound=bound,
        program=plan.program,
        backend=plan.backend,
        seconds=seconds,
    )


def _kept(keep: str | Iterable[str] | None) -> tuple[str, ...]:
    if keep is None:
        return ()
    names = keep.split(",") if isinstance(keep, str) else keep
    return tuple(dict.fromkeys(name.strip() for name in names))


def _norm(norm: Any) -> str:
    name = "inf" if norm == math.inf else str(norm)
    if name not in NORMS:
        raise InputError("norm", norm, "is not known", f"the choices are {', '.join(NORMS)}")
    return name


def _root(square: Fraction) -> Fraction | float:
    """Return a root, as a fraction where it is one.

    Examples
    --------
    >>> _root(Fraction(9, 4)), _root(Fraction(2))
    (Fraction(3, 2), 1.4142135623730951)
    """
    parts = math.isqrt(square.numerator), math.isqrt(square.denominator)
    exactly = Fraction(*parts)
    return exactly if exactly * exactly == square else math.sqrt(square)


def _changes(asked: Asked, plan: Plan, model: Model, decisions: Mapping[str, Any]) -> Iterable[Change]:
    """Yield the decisions that changed, entry by entry, and data of the model that did."""
    changes = Changes(plan.program)
    amounts = iter(changes.amounts(changes.entries(decisions)))
    for item in plan.program.bounds:
        before, after = np.atleast_1d(asked.stated[item.name]), np.atleast_1d(decisions[item.name])
        for k, (was, now) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
            amount = next(amounts)
            if was != now:
                who = asked.model.person(k) if np.ndim(asked.stated[item.name]) else item.name
                yield Change(who, item.name, was, now, amount)
    for name in ("reward_pool",):
        was, now = getattr(asked.model, name, None), getattr(model, name, None)
        if was is not None and was != now:
            yield Change("the buyer", name, Fraction(was), Fraction(now), None)  # type: ignore[arg-type]


def _outcomes(asked: Asked, model: Model, decisions: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return the outcomes that are one number, before and after, both as the declaration has them."""
    pairs = ((asked.model, asked.stated), (model, decisions))
    before, after = (
        float_values(kind, {name: to_floats(value) for name, value in numbers.items()}) for kind, numbers in pairs
    )
    single = [name for name in model.outcomes() if np.ndim(before[name]) == 0]
    return {name: (float(before[name]), float(after[name])) for name in single}


def _impossible(asked: Asked, plan: Plan) -> InputError | None:
    """Return what says that nothing sound is left, if that is shown over fractions."""
    changes = Changes(plan.program)
    found = contradiction(changes)
    if found is None or lower_bound(changes, found.price) is not None:
        return None
    rows = dict.fromkeys(row.name for row, price in zip(changes.rows, found.price, strict=True) if price)
    kept = ", ".join(asked.kept) or None
    rule = f"leaves nothing sound: a weighted sum of {' and '.join(rows)} contradicts itself"
    return InputError("keep", kept, rule, "keep less, or repair the data first")
