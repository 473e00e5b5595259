"""The best mechanism of a family whose required properties are proved of all of it first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...formulations.authors import told
from ...formulations.design.family import Family
from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.registry import name_of
from ...formulations.shown import Named, Shown
from ...solvers.certificates.design.cover import CoverCertificate
from ...solvers.design.figure import design_figures, design_table
from ...solvers.design.optimum import Optimum, optimise, stated_optimum
from ...solvers.serialization import declared, provenance
from ..claims.claim import ClaimVerdict
from .requirements import Settled, settle_requirement

SCHEMA = "mechproof/design/1"


@dataclass(frozen=True, eq=False, repr=False)
class Design(Shown, by="proofs.design.present:show_design"):
    """What came of a design: the properties of the whole family, and its best mechanism where they are proved.

    `optimum` is None where a required property is refuted or not proved: nothing is chosen then.
    """

    family: Family
    objective: str
    requirements: tuple[Settled, ...]
    optimum: Optimum | None
    seconds: float = field(default=0.0, repr=False)

    def facts(self) -> Mapping[str, Any]:
        """Return what was sought, what was found, and what keeps it from being found."""
        best = {} if self.optimum is None else self.optimum.facts()
        return {"family": type(self.family), "objective": self.objective, "ok": self.ok, **best}

    @property
    def refuted(self) -> tuple[Settled, ...]:
        """The required properties that some mechanism of the family does not have."""
        return tuple(item for item in self.requirements if item.verdict == ClaimVerdict.REFUTED)

    @property
    def ok(self) -> bool:
        """Whether all that is required is proved, and the best mechanism is certified."""
        return self.optimum is not None and self.optimum.certificate.valid

    @property
    def parameters(self) -> Mapping[str, float]:
        """The best parameters; none where nothing was chosen."""
        return Named() if self.optimum is None else self.optimum.parameters

    @property
    def exact(self) -> Mapping[str, Any]:
        """The best parameters as fractions."""
        return Named() if self.optimum is None else Named(self.optimum.exact)

    @property
    def value(self) -> float | None:
        """The objective at the best parameters."""
        return None if self.optimum is None else self.optimum.value

    @property
    def certificate(self) -> CoverCertificate | None:
        """Why nothing is better, by more than the gap."""
        return None if self.optimum is None else self.optimum.certificate

    def document(self, name: str | None = None, digests: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the design as ``mechproof/design/1``, which `recheck_design` reads again.

        Examples
        --------
        >>> import mechproof as mp
        >>> found = mp.design(mp.ContestPool(cost=[1, 1], alpha=4, beta=2), require=["ir"])
        >>> found.document()["optimum"]["parameters"]
        {'reward_pool': '1'}
        """
        best = self.optimum
        return {
            "schema": SCHEMA,
            "family": {"type": name or name_of(type(self.family)), "data": declared(self.family)},
            "objective": self.objective,
            "box": {name: [str(low), str(high)] for name, (low, high) in self.family.box().items()},
            "requirements": [item.document() for item in self.requirements],
            "optimum": None if best is None else best.document(),
            "ok": self.ok,
            "tables": [] if best is None else [design_table(best).document()],
            "figures": [] if best is None else [figure.document() for figure in design_figures(best)],
            "seconds": self.seconds,
            "provenance": provenance(digests or {}),
        }


def design(
    family: Family,
    objective: str | None = None,
    require: Iterable[str] | None = None,
    tolerance: Any = 1e-6,
    time_limit: float | None = 60.0,
    say: Callable[[str], None] = lambda _: None,
) -> Design:
    """Return the best mechanism of a family, after its required properties are proved for all parameters.

    The best is sought over all parameters at once, not near a start, and what shows it is checked apart from the
    search: the parameters' box is covered by boxes in none of which anything is better by more than the gap.

    Parameters
    ----------
    family
        A `Family`: a shipped one or your own.
    objective
        The name of one of its objectives; by default its first.
    require
        Properties' names, short ("ir", "ic", "unique", "budget") or long; by default all that the family promises.
    tolerance
        How much better anything may be, relative to the objective's size.
    time_limit
        Seconds after which the best so far is returned, with the gap that is left.
    say
        Called now and then with how far it is.

    Raises
    ------
    InputError
        When an objective or a property is called by a name that there is none of.

    Examples
    --------
    The reserve price of Myerson 1981, whatever the number of sellers:

    >>> import mechproof as mp
    >>> family = mp.ReserveProcurement(value=1, prior=mp.UniformPrior(high=1), sellers=3)
    >>> best = design(family, require=["ir", "ic", "budget"])
    >>> best.exact, best.certificate.exact
    ({'reserve': Fraction(1, 2)}, True)
    """
    if not isinstance(family, Family):
        raise UnsupportedModel(
            f"{type(family).__name__} is no mp.Family, such as mp.ContestPool: nothing is left to choose"
        )
    start, named = time.perf_counter(), family.objective(objective)
    found = None
    try:
        settled = _settled(family, require, say)
        if all(item.proved for item in settled):
            found = optimise(family, named, tolerance, time_limit, say)
            say("certifying")
            _ = found.certificate
    except Exception as error:
        raise told(error) or error from None
    return Design(family, named, settled, found, time.perf_counter() - start)


def recheck_design(
    family: Family,
    document: Mapping[str, Any],
    objective: str | None = None,
    require: Iterable[str] | None = None,
    tolerance: Any = 1e-6,
) -> Design:
    """Return what a document states of a family, judged anew by its declaration; nothing is searched for.

    Parameters
    ----------
    family
        The family, from where it is trusted: not the document's.
    document
        As `Design.document` wrote it; its parameters, its cover and its certificates are not believed.
    objective, require, tolerance
        What is asked, as of `design`; what the document was asked is not believed either.

    Raises
    ------
    InputError
        When the document holds no optimum, it is not written as one, or it is one of another objective.

    Examples
    --------
    >>> import mechproof as mp
    >>> family = mp.ContestPool(cost=[1, 1], alpha=4, beta=2)
    >>> document = mp.design(family).document()
    >>> recheck_design(family, document).ok
    True
    >>> document["optimum"]["parameters"]["reward_pool"] = "3/2"
    >>> recheck_design(family, document).ok
    False
    """
    start, stated = time.perf_counter(), document.get("optimum")
    if not isinstance(stated, Mapping):
        raise InputError("recheck", stated, "holds no optimum", "give the document of a design that found one")
    best = stated_optimum(family, stated, objective, tolerance)
    kept = {item.get("name"): item.get("certificate") for item in _entries(document.get("requirements"))}
    settled = _settled(family, require, lambda _: None, kept)
    chosen = best if all(item.proved for item in settled) else None
    return Design(family, best.objective, settled, chosen, time.perf_counter() - start)


def _entries(written: Any) -> list[Mapping[str, Any]]:
    """Return the entries with a name of a list that may be anything: what is none of them shows nothing."""
    entries = written if isinstance(written, list) else []
    return [item for item in entries if isinstance(item, Mapping) and isinstance(item.get("name"), str)]


def _settled(
    family: Family,
    require: Iterable[str] | None,
    say: Callable[[str], None],
    kept: Mapping[Any, Any] | None = None,
) -> tuple[Settled, ...]:
    if isinstance(require, str):
        raise InputError("require", require, "must be a list of properties' names", 'such as ["ir", "ic"]')
    promised = [item.name for item in family.requirements() if item.promised]
    found = []
    for name, requirement in family.required(tuple(promised if require is None else require)).items():
        say(f"proving {name}")
        found.append(settle_requirement(family, name, requirement, (kept or {}).get(name)))
    return tuple(found)
