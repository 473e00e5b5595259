"""Solving a model: choose a back end, ask it, read the outcomes off the declaration."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..formulations.data import is_missing
from ..formulations.errors import BackendError, ClaimedInfeasible, InputError, MechproofError, UnsupportedModel
from ..formulations.language import Declaration, Game, Model
from ..formulations.shown import Shown
from .backend import families, find, load
from .certificates.certify import certify
from .evaluation import decisions_of, exact_values, float_values, to_floats
from .readings.game import decides_discretely, decides_twice
from .solution import Answer, Request, Solution
from .worker import Worker


@dataclass(frozen=True, repr=False)
class Offer(Shown, by="solvers.commands.present:show_offer"):
    """A back end and whether it can take a model; if not, `reason` says why and what would help."""

    name: str
    accepts: bool
    reason: str = ""


def solve(
    model: Declaration,
    backend: str = "auto",
    arithmetic: str = "float",
    tolerance: float = 1e-7,
    time_limit: float | None = None,
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
) -> Solution:
    """Solve a declared model.

    Parameters
    ----------
    model
        A game or program.
    backend
        A back end's name, or "auto" for the model's default.
    arithmetic
        "float", or "exact" for fractions where the answer is rational and balls where it is not.
    tolerance
        Relative tolerance in the decisions at which the answer is certified.
    time_limit
        Seconds after which the back end is stopped from outside; None for no limit.
    seed, options
        Passed to the back end.

    Raises
    ------
    InputError, UnsupportedModel, BackendError, LimitReached
        When the request breaks a rule, the back end cannot take the model, fails, or runs out of time.

    Examples
    --------
    >>> import mechproof as mp
    >>> s = mp.solve(mp.StackelbergPricing(cost=["0.001"] * 100, alpha=10, beta=10), arithmetic="exact")
    >>> print(s.exact["reward_pool"], s.exact["epsilon"][0], s.certificate.valid)
    989/99 989/10 True
    """
    request = Request(arithmetic, tolerance, time_limit, seed, dict(options or {}))
    name = default_backend(model) if backend.casefold() == "auto" else backend
    if time_limit is not None:
        with Worker() as worker:
            return solved_by(worker, model, name, request)
    return solve_here(model, name, request)


def solve_here(model: Declaration, name: str, request: Request) -> Solution:
    """Solve in this process, without a limit on time."""
    chosen = find(name)
    refusal = chosen.accepts(model)
    if refusal is not None:
        raise UnsupportedModel(f"{chosen.name} {refusal}")
    started = time.perf_counter()
    try:
        answer = chosen.solve(model, request)
    except ClaimedInfeasible as claim:
        return without_answer(model, claim, chosen.name, request, time.perf_counter() - started)
    return completed(model, answer, chosen.name, request, time.perf_counter() - started)


def solved_by(worker: Worker, model: Declaration, name: str, request: Request) -> Solution:
    """Solve in another process, within the request's time limit.

    Raises
    ------
    LimitReached
        When the limit passed; the process is stopped.
    BackendError
        When the process died, or the back end failed or returned what is no answer.
    """
    started = time.perf_counter()
    try:
        answer, seconds = worker.solve(model, name, request)
    except ClaimedInfeasible as claim:
        return without_answer(model, claim, name, request, time.perf_counter() - started)
    try:
        return completed(model, answer, name, request, seconds)
    except MechproofError:
        raise
    except Exception as error:
        raise BackendError(f"{name} returned what is no answer: {error}") from error


def without_answer(
    model: Declaration, claim: ClaimedInfeasible, backend: str, request: Request, seconds: float
) -> Solution:
    """Return a solution whose certificate shows that there is none; its values are the lower bounds, and no answer.

    Raises
    ------
    ClaimedInfeasible
        The back end's word again, where that is not shown.
    """
    lower = {item.name: np.asarray(item.lower, dtype=np.float64)[()] for item in decisions_of(model)}
    solution = completed(model, Answer(lower, "infeasible"), backend, replace(request, arithmetic="float"), seconds)
    if not solution.certificate.impossible:
        raise claim
    return solution


def completed(model: Declaration, answer: Answer, backend: str, request: Request, seconds: float) -> Solution:
    """Return the solution of an answer: the decisions, and the outcomes read off the declaration."""
    expected = {decision.name: decision for decision in decisions_of(model)}
    if set(answer.decisions) != set(expected):
        raise BackendError(f"{backend} returned {sorted(answer.decisions)} where {sorted(expected)} were asked for")
    for name, decision in expected.items():
        if np.shape(answer.decisions[name]) != np.shape(decision.upper):
            raise BackendError(f"{backend} returned {name} of shape {np.shape(answer.decisions[name])}")
        if is_missing(answer.decisions[name]):
            raise BackendError(f"{backend} returned {name} with masked entries, of which nothing is known")
    decisions = {name: answer.decisions[name] for name in expected}
    exact = None
    if request.arithmetic == "exact":
        exact = exact_values(model, decisions)
        values = {name: to_floats(value) for name, value in exact.items()}
    else:
        floats = {name: np.asarray(value, dtype=np.float64)[()] for name, value in decisions.items()}
        values = float_values(model, floats)
    return Solution(model, values, answer.claimed, backend, seconds, request, exact, answer.versions, certify=certify)


def backends(model: Declaration) -> tuple[Offer, ...]:
    """Return every installed back end: whether it can take the model, and if not why and what would help.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> [offer.name for offer in mp.backends(game) if offer.accepts][:2]
    ['best-response', 'closed-form']
    """
    offers = []
    for family in families():
        try:
            offered = load(family)
        except BackendError as error:
            offers.append(Offer(family, False, str(error)))
            continue
        for item in offered:
            reason = item.accepts(model)
            offers.append(Offer(item.name, reason is None, reason or ""))
    return tuple(offers)


def default_backend(model: Declaration) -> str:
    """Return the name of the back end that "auto" stands for: the default, or one that takes what it does not."""
    assert isinstance(model, Model)
    if isinstance(model, Game) and model.asks_one_by_one:
        return "pure-profiles" if decides_discretely(model) else "best-response"
    if isinstance(model, Game) and decides_twice(model) and model.default_backend == Game.default_backend:
        return "two-decisions"
    if not any(decision.discrete for decision in model.decisions()) and model.default_backend != Game.default_backend:
        return model.default_backend
    others = ("best-response", "two-decisions") if isinstance(model, Game) else ("pyomo:highs", "pyomo:scip")
    taken = (name for name in (model.default_backend, *others) if _takes(name, model))
    return next(taken, model.default_backend)


def _takes(name: str, model: Declaration) -> bool:
    try:
        return find(name).accepts(model) is None
    except (InputError, BackendError):  # it is not installed
        return False
