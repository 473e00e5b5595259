"""Properties of a mechanism of one's own, asked of its declaration: proved, refuted, or inconclusive in the time given.

Every sentence is made of the declared formulas by role. A certificate is searched for in another process, which is
stopped when its time is up, and checked by the kernel in this one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from ...formulations.errors import InputError, MechproofError, UnsupportedModel
from ...formulations.language import Game, Model, Program
from ...formulations.registry import name_of
from ...formulations.specification.tables import suggestion
from ...solvers.worker import STARTING, Worker
from ..claims.proved import Proofs
from .attempts import ready
from .games import GameQuestions
from .money import constraint_questions
from .programs import program_questions
from .questions import Question, no_routes
from .roles import Roles, roles_of_game
from .settling import Settling

SECONDS = 5.0
"""How long a property may take."""


def prove_own(
    mechanism: Any,
    claim: str | None = None,
    seconds: float = SECONDS,
    say: Callable[[str], None] = lambda _: None,
) -> Proofs:
    """Ask a mechanism's declaration for its properties, for all data and every number of people.

    Of a game: that utilities are concave in the own decision, that there is an equilibrium and only one, that nobody
    has less than nothing there, and that constraints, such as a pool that must suffice, hold whatever people decide. Of
    a program that declares a menu: that no bundle undercuts a price; that nobody prefers another type's item.

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

    Examples
    --------
    >>> import mechproof as mp
    >>> found = prove_own(mp.StackelbergPricing, claim="own/concave-client")
    >>> found.claims[0].verdict
    <ClaimVerdict.PROVED: 'PROVED'>
    """
    start = time.perf_counter()
    kind = mechanism if isinstance(mechanism, type) else type(mechanism)
    model = sample_of(mechanism)
    names = [name for name, _ in asked_of(model)]
    wanted = None if claim is None else claim.removeprefix("own/")
    if wanted is not None and wanted not in names:
        ids = [f"own/{name}" for name in names]
        remedy = suggestion(f"own/{wanted}", ids, ", ".join(ids))
        raise InputError("claim", claim, "is not asked of this mechanism", remedy)
    settled = []
    with Worker() as worker:
        for name in names:
            if wanted in (None, name):
                say(f"own/{name}")
                worker.run(ready, STARTING)
                settled.append(Settling(model, ask(model, name), worker, seconds).settle(kind))
    return Proofs(name_of(kind), tuple(settled), time.perf_counter() - start, of_ones_own=True)


def sample_of(mechanism: Any) -> Model:
    """Return a small instance that stands for a class, or for an instance's."""
    kind = mechanism if isinstance(mechanism, type) else type(mechanism)
    if issubclass(kind, Game):
        return roles_of_game(mechanism).sample
    if not isinstance(mechanism, type) and isinstance(mechanism, Program):
        return mechanism
    from .samples import samples

    made = next(samples(mechanism), None)
    if not isinstance(made, Program):
        raise UnsupportedModel(f"nothing is asked of {kind.__name__}: it is neither a game nor a program")
    return made


def roles_for(model: Model) -> Roles:
    """Return the roles of a game, by an instance."""
    return roles_of_game(model)


def asked_of(model: Model) -> list[tuple[str, Callable[[], Question]]]:
    """Return what is asked of a mechanism, by name."""
    if isinstance(model, Game):
        roles = roles_for(model)
        return [*GameQuestions(roles).questions(), *constraint_questions(roles)]
    assert isinstance(model, Program)
    return list(program_questions(model))


def ask(model: Model, name: str) -> Question:
    """Return a question, with its sentences; without any if the declaration cannot be read as sentences."""
    make = dict(asked_of(model))[name]
    try:
        return replace(make(), source=declared_by(model))
    except (MechproofError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        statement = f"{name.replace('-', ' ').capitalize()}."
        return replace(no_routes(name, statement, UnsupportedModel(str(error))), source=declared_by(model))


def declared_by(model: Model) -> str:
    """Return whose declaration it is, with its choices and with what it leaves out.

    Examples
    --------
    >>> import mechproof as mp
    >>> declared_by(sample_of(mp.StackelbergPricing))
    'declared by StackelbergPricing with mean_over = all, without epsilon_cap'
    """
    chosen = [f"{item.name} = {getattr(model, item.name)}" for item in fields(model) if "choice" in item.metadata]
    numbers = [item for item in fields(model) if "rule" in item.metadata or "part" in item.metadata]
    left_out = [item.name for item in numbers if getattr(model, item.name) is None]
    words = f"declared by {type(model).__name__}" + (f" with {', '.join(chosen)}" if chosen else "")
    words += f", without {', '.join(left_out)}" if left_out else ""
    assumed = isinstance(model, Game) and roles_for(model).assumed
    return words + (", with decisions' bounds as in small instances" if assumed else "")
