"""Every back end on one model, side by side: what it claims, and what our certificate says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..formulations.errors import InputError, LimitReached, MechproofError, UnsupportedModel
from ..formulations.language import Declaration
from ..formulations.shown import Shown
from .backend import families, family_of
from .certificates.certify import certify
from .solution import Certificate, Request, Solution
from .solve import solved_by
from .worker import CrashError, OfferOf, Worker


@dataclass(frozen=True, eq=False, repr=False)
class Row(Shown):
    """One back end's part: `status` is "answered", "cannot", "failed", "crashed" or "timed out", `detail` says why.

    `for_others` says that it cannot since it solves other kinds of mechanisms.
    """

    backend: str
    status: str
    detail: str = ""
    claimed: str = ""
    certificate: Certificate | None = None
    solution: Solution | None = None
    seconds: float | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    for_others: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Shown, by="solvers.commands.present:show_compared"):
    """All rows for one model, in the order of the back ends' names."""

    model: Declaration
    rows: tuple[Row, ...]
    request: Request

    def facts(self) -> Mapping[str, Any]:
        """Return the mechanism, how many answered, and how many answers are certified."""
        answered = sum(row.status == "answered" for row in self.rows)
        return {
            "model": type(self.model),
            "rows": len(self.rows),
            "answered": answered,
            "certified": len(self.certified),
        }

    @property
    def passed_over(self) -> tuple[Row, ...]:
        """The rows of back ends that solve other kinds of mechanisms."""
        return tuple(row for row in self.rows if row.for_others)

    @property
    def certified(self) -> tuple[Row, ...]:
        """The rows whose answer is shown to be feasible and optimal within the tolerance."""
        return tuple(row for row in self.rows if row.certificate is not None and row.certificate.valid)

    @property
    def impossible(self) -> bool:
        """Whether it is shown that the model has no answer."""
        return any(row.certificate is not None and row.certificate.impossible for row in self.rows)


def compare(
    model: Declaration,
    backends: Sequence[str] | None = None,
    tolerance: float = 1e-7,
    time_limit: float | None = 60.0,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> Comparison:
    """Solve a model with every back end that can, each in a process of its own, and certify each answer.

    Parameters
    ----------
    model
        A game or program.
    backends
        Names to compare; all by default.
    tolerance
        Relative tolerance in the decisions.
    time_limit
        Seconds for each back end.
    seed
        Passed to the back ends.
    progress
        Called with a back end's name, its number and their number before it starts.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=[".1", ".1", 100])
    >>> [(row.backend, row.certificate.valid) for row in compare(game, backends=["closed-form"]).rows]
    [('closed-form', True)]
    """
    request = Request("float", tolerance, time_limit, seed)
    rows = []
    with Worker() as worker:
        offers = _offers(worker, model, backends)
        for index, (name, row) in enumerate(offers):
            if progress is not None:
                progress(name, index, len(offers))
            rows.append(row or _row(worker, model, name, request))
    return Comparison(model, tuple(rows), request)


def _offers(worker: Worker, model: Declaration, wanted: Sequence[str] | None) -> list[tuple[str, Row | None]]:
    """Return the back ends' names, with a row for those that need not be tried."""
    belongs = {name: family_of(name, also=()) for name in wanted or ()}
    offers: list[tuple[str, Row | None]] = []
    for family in families():
        asked = None if wanted is None else [name.casefold() for name, its in belongs.items() if its == family]
        if asked == []:
            continue
        try:
            found = worker.offers(family, model)
        except MechproofError as error:
            offers.append((family, Row(family, _status(error), str(error))))
            continue
        if asked is not None:
            found = _asked(asked, family, found)
        offers += [
            (name, None if why is None else Row(name, "cannot", why, for_others=others)) for name, why, others in found
        ]
    return offers


def _asked(asked: Sequence[str], family: str, found: Sequence[OfferOf]) -> list[OfferOf]:
    """Return those of a family's back ends that were asked for by name, which are never passed over."""
    names = [name for name, _, _ in found]
    for name in asked:
        if name not in (family.casefold(), *map(str.casefold, names)):
            raise InputError("backend", name, "is not known", f"the choices in {family} are {', '.join(names)}")
    return [(name, why, False) for name, why, _ in found if name.casefold() in asked or family.casefold() in asked]


def _row(worker: Worker, model: Declaration, name: str, request: Request) -> Row:
    try:
        solution = solved_by(worker, model, name, request)
        certificate = certify(solution, tolerance=request.tolerance)
    except MechproofError as error:
        return Row(name, _status(error), str(error))
    return Row(name, "answered", "", solution.claimed, certificate, solution, solution.seconds, dict(solution.versions))


def _status(error: Any) -> str:
    if isinstance(error, LimitReached):
        return "timed out"
    if isinstance(error, CrashError):
        return "crashed"
    return "cannot" if isinstance(error, UnsupportedModel) else "failed"
