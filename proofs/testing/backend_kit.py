"""The conformance kit of back ends: known problems, honest statuses, options, seeds, limits on time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.errors import InputError, LimitReached, MechproofError, UnsupportedModel
from ...formulations.language import Declaration, Model
from ...solvers.backend import BackEnd, find
from ...solvers.solution import Answer, Request
from ...solvers.solve import completed
from ...solvers.worker import Worker
from .known_problems import Known, known_problems, large_problems

CHECKS = ("accepts", "answers", "found", "infeasible", "exact", "options", "seed", "limit")
UNSURE = ("not ", "inaccurate", "limit", "infeasible", "unbounded")
"""Words by which a back end says itself that it found no answer."""
OPTION = "no_such_option"
MOMENT = 0.2
"""Seconds given for a large problem."""
GRACE = 5.0
"""Seconds that may pass beyond a limit until somebody says so."""


@dataclass(frozen=True)
class Finding:
    """What a back end does wrong: the check, the problem it was seen at, and what happened."""

    check: str
    problem: str
    text: str

    def __str__(self) -> str:
        return f"{self.check}, {self.problem}: {self.text}"


@dataclass(frozen=True)
class Checked:
    """What a back end was tried on: which known problems it solved, refused, and said itself that it did not solve."""

    backend: str
    solved: tuple[str, ...]
    refused: Mapping[str, str]
    unsolved: tuple[str, ...]


def check_backend(
    backend: str | BackEnd,
    problems: Sequence[Known] | None = None,
    *,
    except_for: Mapping[str, str] | None = None,
    tolerance: float = 1e-6,
    time_limit: float = 60.0,
) -> Checked:
    """Check a back end on problems whose answers are known, in a process of its own.

    It must take or refuse each with a reason; answer in the declared names and shapes; not claim to have found what is
    `tolerance` away from the answer, nor anything where there is no answer; refuse an option that it does not know;
    answer the same to the same seed; answer exactly, or not at all, where exact arithmetic is asked for; and be stopped
    at a limit on time.

    Parameters
    ----------
    backend
        The name of an installed back end, or an object with `name`, `accepts` and `solve`.
    problems
        Known problems; by default those shipped, which cover the shipped mechanisms and programs of one's own. A back
        end for another mechanism brings its own: ``Known(name, model, {"decision": value})``.
    except_for
        Checks that it need not pass, each with the reason. One that it does pass must not be named.
    tolerance
        How far decisions may be from the known ones, relative to the largest.
    time_limit
        Seconds for each problem.

    Raises
    ------
    AssertionError
        With everything that is found wrong; also when it takes none of the problems.
    InputError
        When there is no back end, or check, of this name.

    Examples
    --------
    >>> check_backend("price-fit").solved
    ('safe-prices',)
    """
    excepted = dict(except_for or {})
    for name in excepted:
        if name not in CHECKS:
            raise InputError("except_for", name, "is no check", f"the checks are {', '.join(CHECKS)}")
    chosen = _of(backend)
    with Worker() as worker:
        trial = Trial(chosen.name, backend, worker, tolerance, time_limit, {}, {}, [])
        found = list(trial.findings(known_problems() if problems is None else problems))
    if told := _held_against(found, excepted):
        raise AssertionError("\n".join([f"back end {chosen.name}", *told]))
    return Checked(chosen.name, tuple(trial.solved), trial.refused, tuple(trial.unsolved))


def _held_against(found: Sequence[Finding], excepted: Mapping[str, str]) -> list[str]:
    """Return what is wrong and not excepted, and the exceptions that are not needed."""
    failed = {finding.check for finding in found}
    needless = {name: reason for name, reason in excepted.items() if name not in failed}
    return [
        *(str(finding) for finding in found if finding.check not in excepted),
        *(f"{name} is passed: it needs no exception any more ({reason})" for name, reason in needless.items()),
    ]


@dataclass(frozen=True)
class Trial:
    """One back end being tried; what it says of the known problems is gathered on the way."""

    name: str
    backend: str | BackEnd
    worker: Worker
    tolerance: float
    time_limit: float
    refused: dict[str, str]
    solved: dict[str, Known]
    unsolved: list[str]

    def findings(self, problems: Sequence[Known]) -> Iterator[Finding]:
        """Try everything."""
        for problem in problems:
            yield from self._known(problem)
        if not self.solved:
            yield Finding("answers", "all", "it solves none of the known problems; give problems= that it takes")
            return
        first = next(iter(self.solved.values()))
        yield from self._option(first)
        yield from self._seed(first)
        for problem in self.solved.values():
            yield from self._exactly(problem)
        yield from self._limit()

    def _known(self, problem: Known) -> Iterator[Finding]:
        refusal = self._accepts(problem.model)
        if refusal is not None:
            self.refused[problem.name] = refusal
            if not refusal.strip():
                yield Finding("accepts", problem.name, "it refuses without a reason")
            return
        try:
            answer = self._asked(problem.model, Request(time_limit=self.time_limit))
        except MechproofError as error:
            if problem.decisions is not None:
                yield Finding("answers", problem.name, f"it accepts this and fails: {error}")
            return
        if problem.decisions is None:
            if _is_sure(answer):
                yield Finding("infeasible", problem.name, f"there is no answer, and it claims {answer.claimed!r}")
            return
        yield from self._compared(problem, answer)

    def _compared(self, problem: Known, answer: Answer) -> Iterator[Finding]:
        assert problem.decisions is not None
        try:
            completed(problem.model, answer, self.name, Request(), 0.0)
        except MechproofError as error:
            yield Finding("answers", problem.name, str(error))
            return
        off = distance(answer.decisions, problem.decisions)
        if off <= self.tolerance:
            self.solved[problem.name] = problem
        elif _is_sure(answer):
            yield Finding("found", problem.name, f"it claims {answer.claimed!r}, {off:.1e} from the answer")
        else:
            self.unsolved.append(problem.name)

    def _option(self, problem: Known) -> Iterator[Finding]:
        try:
            self._asked(problem.model, Request(time_limit=self.time_limit, options={OPTION: 1}))
            yield Finding("options", problem.name, "an option that it does not know is passed over in silence")
        except InputError as error:
            if OPTION not in error.field:
                yield Finding("options", problem.name, f"an unknown option is refused without its name: {error}")
        except MechproofError as error:
            yield Finding("options", problem.name, f"an unknown option is no InputError: {error}")

    def _seed(self, problem: Known) -> Iterator[Finding]:
        one, other = (self._asked(problem.model, Request(time_limit=self.time_limit, seed=7)) for _ in range(2))
        if distance(one.decisions, other.decisions) > 0:
            yield Finding("seed", problem.name, "the same seed gives two answers")

    def _exactly(self, problem: Known) -> Iterator[Finding]:
        assert problem.decisions is not None
        request = Request("exact", time_limit=self.time_limit)
        try:
            answer = self._asked(problem.model, request)
        except (UnsupportedModel, LimitReached):
            return
        except MechproofError as error:
            yield Finding("exact", problem.name, f"it neither answers nor is the model unsupported: {error}")
            return
        try:
            refuted = certify_refutes(problem.model, answer, self.name, request)
        except Exception as error:  # whatever is no number breaks where it is first computed with
            yield Finding("exact", problem.name, f"what it returns cannot be certified: {error}")
            return
        off = distance(answer.decisions, problem.decisions)
        kinds = {type(entry) for value in answer.decisions.values() for entry in np.ravel(value).tolist()}
        if float in kinds:
            yield Finding("exact", problem.name, "doubles are returned where exact numbers are asked for")
        elif off > 1e-15 or refuted:
            yield Finding("exact", problem.name, f"the exact answer is {off:.1e} from the known one")

    def _limit(self) -> Iterator[Finding]:
        """Ask for a large problem within a moment; who answers in time, or is stopped in time, passes."""
        for model in large_problems():
            if self._accepts(model) is not None:
                continue
            started = time.monotonic()
            try:
                answer = self._asked(model, Request(time_limit=MOMENT))
                completed(model, answer, self.name, Request(), 0.0)
            except LimitReached:
                pass
            except MechproofError as error:
                yield Finding("limit", type(model).__name__, f"stopped by a limit it says: {error}")
            if time.monotonic() - started > MOMENT + GRACE:
                yield Finding("limit", type(model).__name__, f"took {time.monotonic() - started:.1f} seconds")
            return

    def _accepts(self, model: Declaration) -> str | None:
        refusal: str | None = self.worker.run(accepted, self.time_limit, self.backend, model)
        return refusal

    def _asked(self, model: Model, request: Request) -> Answer:
        assert request.time_limit is not None
        answer: Answer = self.worker.run(asked, request.time_limit, self.backend, model, request)
        return answer


def accepted(backend: str | BackEnd, model: Declaration) -> str | None:
    """Return a back end's refusal of a model, or None; run in a process of its own."""
    return _of(backend).accepts(model)


def asked(backend: str | BackEnd, model: Declaration, request: Request) -> Answer:
    """Return a back end's answer; run in a process of its own."""
    return _of(backend).solve(model, request)


def certify_refutes(model: Model, answer: Answer, backend: str, request: Request) -> bool:
    """Whether an answer in exact arithmetic is shown to be none."""
    certificate = completed(model, answer, backend, request, 0.0).certificate
    return certificate.feasible is False or certificate.optimal is False


def distance(decisions: Mapping[str, Any], known: Mapping[str, Any]) -> float:
    """Return how far decisions are from known ones, each relative to its largest entry.

    Examples
    --------
    >>> distance({"x": np.array([1.0, 2.5])}, {"x": [1, 2]})
    0.25
    """
    off = 0.0
    for name, value in known.items():
        one, other = (np.array([float(entry) for entry in np.ravel(side)]) for side in (decisions[name], value))
        largest = float(np.max(np.abs(other))) or 1.0
        apart = float(np.max(np.abs(one - other))) / largest
        off = max(off, apart if np.isfinite(apart) else float("inf"))
    return off


def _of(backend: str | BackEnd) -> BackEnd:
    return find(backend) if isinstance(backend, str) else backend


def _is_sure(answer: Answer) -> bool:
    return not any(word in answer.claimed.lower() for word in UNSURE)
