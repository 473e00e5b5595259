"""Properties of a mechanism of one's own, asked of its declaration: proved, refuted, or inconclusive in the time given.

Every sentence is made of the declared formulas by role. A certificate is searched for in another process, which is
stopped when its time is up, and checked by the kernel in this one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Model
from ...formulations.registry import name_of
from ...formulations.words import suggestion
from ...solvers.worker import STARTING, Worker
from ..claims.claim import ClaimVerdict
from ..claims.proved import Proofs, Proved
from .asking import SETTLES, Subject, ask, asked_of, refuse_promises, samples_of, subject_of
from .attempts import ready
from .kinds import for_every_kind
from .settling import Settling

SECONDS = 5.0
"""How long a property may take: a guess at what somebody waits for; what is not settled then is inconclusive."""


class NothingAsked(UnsupportedModel):
    """A class declares nothing that could be proved of it."""


def prove_own(
    mechanism: Any, claim: str | None = None, seconds: float = SECONDS, say: Callable[[str], None] = lambda _: None
) -> Proofs:
    """Ask a mechanism's declaration for its properties, for all data and every number of people.

    Of a game: that utilities are concave in the own decision, that there is an equilibrium and only one, that nobody
    has less than nothing there, and that constraints, such as a pool that must suffice, hold whatever people decide. Of
    a program that declares a menu: that no bundle undercuts a price; that nobody prefers another type's item. What it
    promises is expected to be proved; a promise that no question settles stays open.

    Parameters
    ----------
    mechanism
        The class, or an instance of it: then the sentences are about all instances with the same parts and choices.
    claim
        The id of a single claim.
    seconds
        How long each property may take; what is not settled then is inconclusive.
    say
        Called with the id of each claim before it is settled.

    Raises
    ------
    UnsupportedModel
        When nothing can be asked of the mechanism.
    InputError
        When it promises what is no property, or the claim is not asked of it.

    Examples
    --------
    >>> import mechproof as mp
    >>> found = prove_own(mp.StackelbergPricing, claim="own/concave-client", seconds=60)
    >>> found.claims[0].verdict
    <ClaimVerdict.PROVED: 'PROVED'>
    """
    start = time.perf_counter()
    kind: type[Model] = mechanism if isinstance(mechanism, type) else type(mechanism)
    models = samples_of(mechanism)
    refuse_promises(kind, next(one for one in models.values() if one is not None))
    subjects: dict[str, Subject | None] = {
        words: None if one is None else subject_of(one) for words, one in models.items()
    }
    settled = []
    with Worker() as worker:
        for name in _names(kind, next(one for one in subjects.values() if one is not None), claim):
            say(f"own/{name}")
            worker.run(ready, STARTING)
            each = {
                words: None if one is None else Settling(one, ask(one, name), worker, seconds).settle()
                for words, one in subjects.items()
            }
            settled.append(_expected(for_every_kind(each), SETTLES.get(name, name) in kind.promises))
    return Proofs(name_of(kind), tuple(settled), time.perf_counter() - start, of_ones_own=True)


def _expected(found: Proved, promised: bool) -> Proved:
    """Return a claim that is expected to be proved if it is promised, however it came out; else to be as it is."""
    return replace(found, claim=replace(found.claim, expected=ClaimVerdict.PROVED if promised else found.verdict))


def _names(kind: type, subject: Subject, claim: str | None) -> list[str]:
    """Return what is asked of a mechanism, all of it or the one claim."""
    names = [name for name, _ in asked_of(subject)]
    if not names:
        raise NothingAsked(f"nothing is asked of {kind.__name__}: it declares no menu, and promises nothing")
    if claim is None:
        return names
    wanted = claim.removeprefix("own/")
    if wanted not in names:
        ids = [f"own/{name}" for name in names]
        remedy = suggestion(f"own/{wanted}", ids, ", ".join(ids))
        raise InputError("claim", claim, "is not asked of this mechanism", remedy)
    return [wanted]
