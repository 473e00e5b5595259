"""The best parameters of a family: found, and certified apart from the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import isfinite
from typing import Any

from ...formulations.data import Rule, exact, read_number
from ...formulations.design.family import Family
from ...formulations.errors import InputError
from ...formulations.language import Model
from ...formulations.registry import entries, loaded
from ...formulations.shown import Named, Shown
from ..certificates.design.cover import CoverCertificate, certify_cover
from ..certificates.design.points import double
from ..serialization import plain

SEARCHES = "mechproof.searches"
"""Entry points of what looks for the best parameters; nobody believes what they find."""
TOLERANCE = Rule("the tolerance", above=0)


@dataclass(frozen=True, eq=False, repr=False)
class Optimum(Shown):
    """A candidate for the best parameters, with the cut of all parameters that shows it.

    `exact` holds the parameters as fractions; where they are shown to be the best exactly, `certificate.exact` is true.
    `finished` is false if the time was up before the gap was small enough.

    Examples
    --------
    >>> from mechproof.formulations.design.contest_pool import ContestPool
    >>> best = optimise(ContestPool(cost=[1, 1], alpha=4, beta=2))
    >>> best.parameters, best.certificate.exact
    ({'reward_pool': 1.0}, True)
    """

    family: Family
    objective: str
    exact: Mapping[str, Fraction]
    word: str = field(repr=False)
    tolerance: float = 1e-6
    finished: bool = True
    multipliers: Mapping[str, Fraction] = field(default_factory=dict, repr=False)

    def facts(self) -> Mapping[str, Any]:
        """Return the parameters, the value and the gap."""
        gap = self.certificate.gap
        return {**self.parameters, "value": self.value, "gap": None if gap is None else double(gap)}

    @property
    def parameters(self) -> Mapping[str, float]:
        """The parameters as doubles."""
        return Named({name: float(value) for name, value in self.exact.items()})

    @property
    def value(self) -> float | None:
        """The objective at the parameters, a bound from below."""
        lower = self.certificate.lower
        return None if lower is None else float(lower)

    @property
    def mechanism(self) -> Model | None:
        """The mechanism of these parameters, where the family says how it is declared."""
        return self.family.mechanism(**self.exact)

    @cached_property
    def certificate(self) -> CoverCertificate:
        """What is shown of it, from the declaration alone."""
        return certify_cover(self.family, self.objective, self.exact, self.word, self.tolerance, self.multipliers)

    def document(self) -> dict[str, Any]:
        """Return it as JSON data, from which it can be certified again."""
        shown = self.certificate
        bounds = {name: _finite(getattr(shown, name), name != "lower") for name in ("lower", "upper", "most", "gap")}
        return {
            "objective": self.objective,
            "parameters": {name: str(value) for name, value in self.exact.items()},
            "value": self.value,
            "cover": self.word,
            "multipliers": {name: str(value) for name, value in self.multipliers.items()},
            "tolerance": self.tolerance,
            "finished": self.finished,
            "certificate": {
                "valid": shown.valid,
                "feasible": shown.feasible,
                "exact": shown.exact,
                "boxes": shown.boxes,
                "reason": shown.reason,
                "size": double(shown.size),
                **bounds,
            },
        }


def optimise(
    family: Family,
    objective: str | None = None,
    tolerance: Any = 1e-6,
    time_limit: float | None = 60.0,
    say: Callable[[str], None] = lambda _: None,
) -> Optimum:
    """Return the best parameters of a family, certified or with the gap that is left.

    Parameters
    ----------
    family, objective
        What is to be as large as it can be; by default the family's first objective.
    tolerance
        How much better anything may be, relative to the objective's size.
    time_limit
        Seconds after which the best so far is returned; None for as long as it takes.
    say
        Called now and then with how far it is.
    """
    within = float(read_number("tolerance", tolerance, TOLERANCE))
    named = family.objective(objective)
    found = loaded(entries(SEARCHES)["branch-and-bound"])(family, named, within, time_limit, say)
    return Optimum(family, named, found.point, found.word, within, found.finished, found.multipliers)


def stated_optimum(
    family: Family, document: Mapping[str, Any], objective: str | None = None, tolerance: Any = 1e-6
) -> Optimum:
    """Return what a document states, to be certified by the declaration of a family.

    The objective and the tolerance are those asked for: the document's tolerance is nobody's.

    Raises
    ------
    InputError
        When it is not written as an optimum is, or is one of another objective.
    """
    within, named = float(read_number("tolerance", tolerance, TOLERANCE)), family.objective(objective)
    try:
        parameters = {name: exact(text) for name, text in document["parameters"].items()}
        word, stated = str(document["cover"]), document["objective"]
        weights = {name: exact(text) for name, text in document["multipliers"].items()}
    except (KeyError, TypeError, AttributeError, ArithmeticError, ValueError) as error:
        rule, remedy = "is not written as an optimum is", "give a design's document"
        raise InputError("recheck", plain(str(error)), rule, remedy) from None
    if stated != named:
        raise InputError(
            "recheck", stated, f"is an optimum of another objective than {named!r}", "name it as the objective"
        )
    return Optimum(family, named, parameters, word, within, multipliers=weights)


def _finite(bound: Fraction | None, up: bool) -> float | None:
    """Return a bound as a double, rounded outwards; None where there is none among the doubles."""
    found = None if bound is None else double(bound, up)
    return found if found is not None and isfinite(found) else None
