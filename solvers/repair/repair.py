"""Repair somebody's own numbers: the nearest ones that keep what a mechanism promises."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ...formulations.errors import ClaimedInfeasible, InputError
from ...formulations.repair.nearest import FARTHEST, IN_DOUBLES, NORMS, Nearest
from ..backend import find
from ..certificates.repair.changes import Changes
from ..certificates.repair.distance import floor, lower_bound
from ..certificates.repair.hint import contradiction
from ..solution import Request, Solution
from .plan import REPAIRS, Asked, Plan, stated_numbers
from .programs import program_plan
from .results import Repair


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
    if not isinstance(candidate, Solution):
        rule = "is no solution: a repair begins with somebody's own numbers"
        raise InputError("candidate", candidate, rule, "give what mp.candidate returns")
    asked = Asked(candidate, stated_numbers(candidate), _kept(keep), _norm(norm))
    plan = (REPAIRS.of(type(asked.model)) or program_plan)(asked)
    started = time.perf_counter()
    program, moved = _nearest_of(asked, plan, Request("exact", tolerance))
    others = tuple(one for one in (plan.program, *plan.others) if one is not program)
    plan = replace(plan, program=program, others=others)
    return Repair(asked, plan, moved, tolerance, time.perf_counter() - started)


def _nearest_of(asked: Asked, plan: Plan, request: Request) -> tuple[Nearest, Mapping[str, Any]]:
    """Return the program whose answer is the nearest, and that."""
    if plan.found is not None:
        return plan.program, plan.found
    if not plan.others:
        return plan.program, _answer(asked, plan, plan.program, request)
    best: tuple[Fraction, Nearest, Mapping[str, Any]] | None = None
    for program in (plan.program, *plan.others):
        changes = Changes(program)
        if best is not None and floor(changes) >= best[0]:
            continue
        moved = _answer(asked, plan, program, request)
        size = changes.size(changes.amounts(changes.entries(moved)))
        if best is None or size < best[0]:
            best = size, program, moved
    assert best is not None
    return best[1:]


def _answer(asked: Asked, plan: Plan, program: Nearest, request: Request) -> Mapping[str, Any]:
    try:
        answer = find(plan.backend).solve(program, request)
    except ClaimedInfeasible as claim:
        raise _impossible(asked, program) or claim from None
    moved = {name: value for name, value in answer.decisions.items() if name != FARTHEST}
    return moved if plan.mended is None or answer.claimed != IN_DOUBLES else plan.mended(moved)


def _kept(keep: str | Iterable[str] | None) -> tuple[str, ...]:
    if keep is None:
        return ()
    given = keep.split(",") if isinstance(keep, str) else keep
    names = list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(name, str) for name in names):
        raise InputError("keep", keep, "must be names", 'such as "epsilon" or ["epsilon", "pool"]')
    return tuple(dict.fromkeys(name.strip() for name in names))


def _norm(norm: Any) -> str:
    name = "inf" if norm == math.inf else str(norm)
    if name not in NORMS:
        raise InputError("norm", norm, "is not known", f"the choices are {', '.join(NORMS)}")
    return name


def _impossible(asked: Asked, program: Nearest) -> InputError | None:
    """Return what says that nothing sound is left, if that is shown over fractions."""
    changes = Changes(program)
    found = contradiction(changes)
    if found is None or lower_bound(changes, found.price) is not None:
        return None
    rows = dict.fromkeys(row.name for row, price in zip(changes.rows, found.price, strict=True) if price)
    kept = ", ".join(asked.kept) or None
    rule = f"leaves nothing sound: a weighted sum of {' and '.join(rows)} contradicts itself"
    return InputError("keep", kept, rule, "keep less, or repair the data first")
