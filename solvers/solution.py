"""What comes back: a back end's answer, our certificate of it, and the solution that holds both."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from numbers import Real
from typing import Any, ParamSpec, cast

import numpy as np

from ..formulations.data import refuse_masked
from ..formulations.errors import InputError
from ..formulations.language import Declaration
from ..formulations.shown import Named, Shown

ARITHMETICS = ("float", "exact")
"""Double precision, or fractions and balls."""
Asked = ParamSpec("Asked")
OWN_NUMBERS = "candidate"
"""The back end's name in a solution that somebody brought along."""


@dataclass(frozen=True, repr=False)
class Request(Shown):
    """What is asked of a back end.

    Examples
    --------
    >>> Request(tolerance=1e-6).arithmetic
    'float'
    """

    arithmetic: str = "float"
    tolerance: float = 1e-7
    time_limit: float | None = None
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_arithmetic(self.arithmetic)
        check_tolerance(self.tolerance)
        check_time_limit(self.time_limit)
        if not isinstance(self.seed, int) or isinstance(self.seed, bool) or self.seed < 0:
            raise InputError("seed", self.seed, "must be a whole number, at least zero")
        if not isinstance(self.options, Mapping):
            raise InputError("options", self.options, "must be a table of the back end's own options")

    def refuse_options(self, backend: str, *known: str) -> None:
        """Refuse options that a back end does not know.

        Examples
        --------
        >>> Request(options={"damping": 1}).refuse_options("closed-form")
        Traceback (most recent call last):
        mechproof.formulations.errors.InputError: options.damping = 1: is no option of closed-form (it takes none)
        """
        for name, value in self.options.items():
            if name not in known:
                rule = f"is no option of {backend}"
                raise InputError(f"options.{name}", value, rule, f"it takes {', '.join(known) or 'none'}")


def check_arithmetic(arithmetic: Any) -> None:
    """Refuse an arithmetic that is not known."""
    if arithmetic not in ARITHMETICS:
        raise InputError("arithmetic", arithmetic, "is not known", f"the choices are {', '.join(ARITHMETICS)}")


def check_tolerance(tolerance: Any) -> None:
    """Refuse a tolerance that is not between zero and one."""
    if not (_is_number(tolerance) and 0 < tolerance < 1):
        raise InputError(
            "tolerance", tolerance, "must be a number between 0 and 1", "it is relative; the default is 1e-7"
        )


def check_time_limit(time_limit: Any) -> None:
    """Refuse a limit that is no positive number of seconds; None is no limit."""
    if time_limit is not None and not (_is_number(time_limit) and 0 < time_limit < math.inf):
        raise InputError("time_limit", time_limit, "must be a positive number of seconds", "or leave it out")


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


@dataclass(frozen=True, repr=False)
class Answer(Shown, by="solvers.commands.present:show_answer"):
    """What a back end returns: the decisions by name, and what it claims of them.

    `decisions` are floats and arrays in the caller's order (fractions or balls if exact arithmetic was asked for);
    `claimed` is the solver's own word, such as "optimal".
    """

    decisions: Mapping[str, Any]
    claimed: str
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Certificate(Shown, by="solvers.commands.present:show_certificate"):
    """Our own re-check of an answer, from the declaration alone.

    `feasible` and `optimal` are True, False, or None where the check could not decide; `violation` is the largest
    broken constraint, relative to the size of its own terms; `gap` bounds the utility that is left on the table;
    `distance` bounds how far the decisions are from the solution, relative to the largest: both from above, or None.
    `distance_at_least` is how far a refuted answer is shown to be, at the least. With a leader the distances are the
    population's from its equilibrium at the leader's decision plus the leader's from the optimum. `impossible` says
    that no answer at all keeps the declaration, shown over fractions; False says nothing.
    """

    feasible: bool | None
    optimal: bool | None
    violation: float | None
    gap: float | None
    distance: float | None
    tolerance: float
    arithmetic: str
    reason: str
    distance_at_least: float | None = None
    impossible: bool = False
    solution: Solution | None = field(default=None, repr=False, compare=False)

    @property
    def valid(self) -> bool:
        """Whether the answer is shown to be feasible and optimal within the tolerance."""
        return self.feasible is True and self.optimal is True

    def document(self) -> dict[str, Any]:
        """Return the certificate as JSON data."""
        names = (name for name in self.__dataclass_fields__ if name != "solution")
        return {**{name: getattr(self, name) for name in names}, "valid": self.valid}

    def to_document(self) -> dict[str, Any]:
        """Return the answer with what shows it, ``mechproof/optimum/1``, for others to re-check in exact arithmetic.

        ``tools/recheck.py`` does that with Python's standard library alone.

        Raises
        ------
        InputError
            When the answer is not certified.
        UnsupportedModel
            When the mechanism, or this kind of it, brings nothing that the reader knows.

        Examples
        --------
        >>> import mechproof as mp
        >>> s = mp.solve(mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10), arithmetic="exact")
        >>> s.certificate.to_document()["answer"]
        {'reward_pool': '197/20', 'epsilon': ['591/50', '197/25', '0']}
        """
        from .optimum_document import optimum_document

        if not self.valid or self.solution is None:
            raise InputError("certificate", self.reason, "shows no optimum", "only a certified answer has a document")
        held = self.solution
        return optimum_document(held.model, held.values, held.exact, self.tolerance)


def of_its_solution(certify: Callable[Asked, Certificate]) -> Callable[Asked, Certificate]:
    """Let a function's certificates hold the solution that they are of, which is its first argument."""

    @wraps(certify)
    def holding(*args: Asked.args, **kwargs: Asked.kwargs) -> Certificate:
        certificate = certify(*args, **kwargs)
        solution = args[0] if args else kwargs["solution"]
        return replace(certificate, solution=cast(Solution, solution))

    return holding


@dataclass(frozen=True, eq=False, repr=False)
class Solution(Shown, by="solvers.commands.present:show_solution"):
    """An answer to a model, from a back end or brought along by somebody.

    `values` are floats and arrays in the caller's order: decisions and outcomes. `exact` holds the same as fractions
    or balls when exact arithmetic was asked for. The certificate is computed by `certify`, which is handed in, when it
    is first asked for.
    """

    model: Declaration
    values: Mapping[str, Any]
    claimed: str
    backend: str
    seconds: float
    request: Request = Request()
    exact: Mapping[str, Any] | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    certify: Callable[[Solution, str, float], Certificate] = field(kw_only=True, repr=False)

    def __post_init__(self) -> None:
        """Refuse masked numbers, wherever an answer comes from."""
        for statement in (self.values, self.exact or {}):
            for name, value in statement.items():
                refuse_masked(name, value)
        object.__setattr__(self, "values", Named(self.values))
        if self.exact is not None:
            object.__setattr__(self, "exact", Named(self.exact))

    def facts(self) -> Mapping[str, Any]:
        """Return the mechanism, the values, and who says so; the certificate is not computed for a line."""
        return {"model": type(self.model), **self.values, "backend": self.backend, "claimed": self.claimed}

    @cached_property
    def certificate(self) -> Certificate:
        """Our re-check, in the arithmetic and at the tolerance of the request."""
        return self.certify(self, self.request.arithmetic, self.request.tolerance)

    def altered(self, **values: Any) -> Solution:
        """Return the same solution with some values replaced, as somebody might have changed them."""
        for name, value in values.items():
            refuse_masked(name, value)
        changed = {name: np.asarray(value) if np.ndim(value) else value for name, value in values.items()}
        return replace(self, values={**self.values, **changed}, exact=None)

    def to_frame(self, library: str | None = None) -> Any:
        """Return a data frame with a row for each of the people: their names, data and values.

        Exact decimals stay exact; fractions that do not end stand as text in columns ``NAME_exact``, beside their
        nearest doubles.

        Parameters
        ----------
        library
            ``"pandas"``, ``"polars"`` or ``"pyarrow"``; the first of them that is installed, if None.

        Raises
        ------
        InputError
            When there are no rows, since all decisions are single numbers.
        UnsupportedModel
            When no such library is installed; the message has the command that brings one.

        Examples
        --------
        >>> import mechproof as mp
        >>> s = mp.solve(mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10), arithmetic="exact")
        >>> s.to_frame("polars")["epsilon"].to_list()
        [Decimal('11.82'), Decimal('7.88'), Decimal('0.00')]
        """
        from .rows import rows_of
        from .table_files import frame_of

        return frame_of(rows_of(self.model, self.values, self.exact), library)
