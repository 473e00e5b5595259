"""The conformance kit of mechanisms: instances are drawn, solved, certified, verified, read twice and turned round."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...formulations.errors import BackendError, InputError, LimitReached, UnsupportedModel
from ...formulations.language import Declaration, Game, Model
from ...solvers.certificates.leader import LEADERS
from ...solvers.readings.game import GameReading
from ...solvers.readings.vectors import Vectors
from ...solvers.solution import Request, Solution
from ..properties.results import Item, Verdict
from ..properties.verify import judged, required_of, solved
from .as_text import kept_as
from .judgements import broken_promise, everybody, not_refused, order_matters, readings_differ, refuted, stated_in
from .requirements import hypothesis
from .strategies import instances, just_infeasible, refuse_words

CHECKS = ("certificate", "promises", "readings", "order", "refusals")
"""What is asked: no answer is refuted, no promise broken, doubles and exact numbers agree, the order of people does
not matter, data outside the rules are refused by an `InputError` that names the field."""

SHRINKING = 30.0
"""Seconds of the processor to look for a smaller instance once one fails."""


@dataclass
class Tried:
    """What was seen while a mechanism was checked.

    `certified` instances were solved, and what was asked of the answer, its certificate and promises, was shown; of
    `undecided` ones it is neither shown nor refuted, of which `led` have a leader of whom no argument is known that it
    decides on its best; `unanswered` ones no back end took or answered. `reasons` say why.
    """

    examples: int = 0
    certified: int = 0
    undecided: int = 0
    led: int = 0
    unanswered: int = 0
    refusals: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    shrinking_until: float = field(default=0.0, repr=False)

    def count(self, open_questions: Sequence[str]) -> None:
        """Count an instance that was answered, with what could not be shown of the answer."""
        self.certified += not open_questions
        self.undecided += bool(open_questions)
        for reason in open_questions:
            self._note(reason)

    def too_little(self, mechanism: type[Model], wanted: int) -> str:
        """Return why too little was shown for "nothing is wrong" to mean much."""
        often = max(self.reasons, key=lambda text: self.reasons[text], default="nothing was asked")
        return (
            f"{mechanism.__name__}: {self.certified} of {self.examples} instances could be certified with all that is "
            f"asked, {wanted} must be; mostly: {often} (certified=0 asks only that nothing is refuted)"
        )

    def leave_out(self, error: Exception) -> None:
        """Count an instance that was not answered."""
        self.unanswered += 1
        self._note(str(error))

    def _note(self, reason: str) -> None:
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


@dataclass(frozen=True)
class Asked:
    """How each instance is judged."""

    mechanism: type[Model]
    backend: str
    required: tuple[str, ...]
    people: tuple[str, ...]
    checks: tuple[str, ...]
    time_limit: float | None

    def wrong(self, model: Declaration, tried: Tried) -> tuple[str, Solution | None] | None:
        """Return what is wrong with one instance, and the answer it is wrong at; None if nothing is."""
        try:
            solution = solved(model, self.backend, Request(time_limit=self.time_limit))
        except (UnsupportedModel, BackendError, LimitReached) as error:
            tried.leave_out(error)
            return None
        return self._judged(solution, tried)

    def _judged(self, solution: Solution, tried: Tried) -> tuple[str, Solution | None] | None:
        if solution.certificate.impossible:
            tried.leave_out(BackendError(solution.certificate.reason))
            return None
        items = judged(solution, self.required) if "promises" in self.checks and self.required else ()
        judgements: Mapping[str, Callable[[], str | None]] = {
            "certificate": lambda: refuted(solution),
            "promises": lambda: broken_promise(items),
            "readings": lambda: readings_differ(solution),
            "order": lambda: order_matters(solution, self.people) if self.people else None,
        }
        for name, judgement in judgements.items():
            text = judgement() if name in self.checks else None
            if text:
                return text, solution
        tried.count(self._open(solution, items))
        tried.led += solution.certificate.optimal is None and _is_led(solution.model)
        return None

    def _open(self, solution: Solution, items: Sequence[Item]) -> list[str]:
        """Return what was asked and is not shown, in words."""
        found = [f"{item.property} is {item.verdict}: {item.text}" for item in items if item.verdict != Verdict.HOLDS]
        if "certificate" in self.checks and not solution.certificate.valid:
            found.insert(0, f"the certificate is undecided: {solution.certificate.reason}")
        return found


def check_mechanism(
    mechanism: type[Model],
    examples: int = 25,
    *,
    backend: str = "auto",
    require: Sequence[str] | None = None,
    people: Sequence[str] | None = None,
    checks: Sequence[str] = CHECKS,
    certified: int = 1,
    time_limit: float | None = None,
    seed: int | None = None,
    **drawing: Any,
) -> Tried:
    """Check a declared mechanism on instances that are drawn from its own rules.

    Each is solved and certified; its promises are verified; its outcomes are read in doubles and exactly; its people
    are put in the opposite order; and data that miss the rules by a hair must be refused. The smallest instance that
    fails is printed as a specification and as an ``@example``.

    Parameters
    ----------
    mechanism
        A class of models.
    examples
        How many instances are drawn, the same ones in every run.
    backend
        Who solves; the default of the class by default.
    require
        The properties that must hold; by default those the mechanism promises.
    people
        Whose order must not matter: by default everybody that vectors have entries for. Leave out those whom other data
        call by their place, as a buyer's wish calls a version.
    checks
        Which of "certificate", "promises", "readings", "order" and "refusals" are asked.
    certified
        How many instances must be shown to be as asked, by their certificates and promises. Of a leader of one's own
        the optimum is never shown: zero asks only that nothing is refuted.
    time_limit
        Seconds for each instance, by default none.
    seed
        Another number draws other instances.
    drawing
        Passed to `mp.strategies.instances`: `most`, `kinds`, fields that are not to be drawn.

    Returns
    -------
    Tried
        How many instances were certified, undecided or not answered.

    Raises
    ------
    AssertionError
        With what is wrong and the smallest instance; also when too few could be certified.
    InputError
        When a check, a property or a field is not known.

    Examples
    --------
    >>> import mechproof as mp
    >>> tried = check_mechanism(mp.PrivacyContract, 5, kinds=["small"])
    >>> tried.examples, tried.unanswered
    (5, 0)
    """
    refuse_words("checks", checks, CHECKS)
    required = _required(mechanism, require)
    asked = Asked(mechanism, backend, required, _turned(mechanism, people), tuple(checks), time_limit)
    tried, failures = Tried(), list[str]()
    if set(checks) != {"refusals"}:
        _try(instances(mechanism, **drawing), lambda model: _failing(asked, model, tried, failures), examples, seed)
    if "refusals" in checks and not failures:
        _try(_refused(mechanism, drawing), lambda wrong: _let_in(wrong, tried, failures), examples, seed)
    if failures:
        raise AssertionError(failures[-1])
    if tried.examples and tried.certified < certified:
        raise AssertionError(tried.too_little(mechanism, certified))
    return tried


def _is_led(model: Declaration) -> bool:
    """Whether a game has a leader, and brings no argument that shows its decision to be the best."""
    return isinstance(model, Game) and GameReading(model, Vectors()).leader is not None and not LEADERS.of(type(model))


def _turned(mechanism: type[Model], people: Sequence[str] | None) -> tuple[str, ...]:
    """Return whose order must not matter: those who are named, or everybody."""
    known = everybody(mechanism)
    for per in people or ():
        if per not in known:
            rule = f"no vector of {mechanism.__name__} has an entry for each"
            raise InputError("people", per, rule, f"they have one for each {', '.join(known)}")
    return known if people is None else tuple(people)


def _try(strategy: Any, judge: Callable[[Any], None], examples: int, seed: int | None) -> None:
    """Run a judge on drawn examples, the last time on the smallest that fails; its own failure is kept by the judge."""
    package = hypothesis("mp.testing.check_mechanism")
    quiet = package.settings(
        max_examples=examples,
        derandomize=seed is None,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(package.HealthCheck),
        verbosity=package.Verbosity.quiet,
    )
    test = quiet(package.given(strategy)(judge))
    try:
        (test if seed is None else package.seed(seed)(test))()
    except (_FailingError, package.errors.Flaky):  # flaky is what seems to pass once there is no time to shrink
        return


class _FailingError(Exception):
    """An example fails; Hypothesis shrinks it."""


def _failing(asked: Asked, model: Declaration, tried: Tried, failures: list[str]) -> None:
    tried.examples += not failures
    if failures and time.process_time() > tried.shrinking_until:
        return
    wrong = asked.wrong(model, tried)
    if wrong is not None:
        if not failures:
            tried.shrinking_until = time.process_time() + SHRINKING
        text, solution = wrong
        failures.append(f"{asked.mechanism.__name__}: {text}\n\n{kept_as(model, _answer_of(solution, asked.backend))}")
        raise _FailingError


def _let_in(refused: Any, tried: Tried, failures: list[str]) -> None:
    tried.refusals += not failures
    text = not_refused(refused)
    if text is not None:
        failures.append(f"what is no {refused.mechanism.__name__} must be refused: {text}")
        raise _FailingError


def _refused(mechanism: type[Model], drawing: Mapping[str, Any]) -> Any:
    return just_infeasible(
        mechanism, **{name: value for name, value in drawing.items() if name not in ("kinds", "arithmetics", "least")}
    )


def _answer_of(solution: Solution | None, backend: str) -> dict[str, Any] | None:
    """Return the decisions as a candidate, unless whoever solves the specification will find the same."""
    if solution is None or (solution.exact is not None and backend == "auto"):
        return None
    return stated_in(solution)


def _required(mechanism: type[Model], require: Sequence[str] | None) -> tuple[str, ...]:
    """Return the properties that must hold, which are known of the class alone."""
    if require is None and not mechanism.properties:
        return ()
    return required_of(object.__new__(mechanism), require, None)[0]
