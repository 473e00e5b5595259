"""What a mechanism looks like at a solution: its formulas, and curves and tables made from its declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...formulations.algebra import Formula
from ...formulations.language import Game, Model, Program
from ...formulations.registry import Registry, name_of
from ..readings.game import leader_of, population_of
from ..serialization import declared, provenance
from ..solution import Solution
from ..specification import Specification
from .figure import Figure, Table
from .game import curves

SCHEMA = "mechproof/figures/1"
SECTIONS: Registry[Callable[[Any, Solution], tuple[Table, ...]]] = Registry("mechproof.sections")
"""The tables that mechanisms bring for reports, of a model and its solution."""
sections_of = SECTIONS.add


def figures_document(
    solution: Solution, specification: Specification | None = None, more: Iterable[Figure] = ()
) -> dict[str, Any]:
    """Return a mechanism's formulas and its curves around a solution as ``mechproof/figures/1``.

    Parameters
    ----------
    solution
        Of a game of one population, after at most one leader, or of a program.
    specification
        Where the model was read from, if it was.
    more
        Further figures, computed elsewhere.

    Raises
    ------
    UnsupportedModel
        When the model is a game of another shape.

    Examples
    --------
    >>> import mechproof as mp
    >>> document = figures_document(mp.solve(mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6)))
    >>> [figure["name"] for figure in document["figures"]]
    ['own-utility', 'leader-utility', 'crowd', 'spread']
    """
    model = solution.model
    assert isinstance(model, Model)
    sections = SECTIONS.of(type(model))
    return {
        "schema": SCHEMA,
        "mechanism": {"type": specification.type if specification else name_of(type(model)), "data": declared(model)},
        "formulas": formula_rows(formulas(model), model),
        "figures": [figure.document() for figure in (*curves(model, solution), *more)],
        "tables": [table.document() for table in (sections(model, solution) if sections else ())],
        "provenance": provenance(specification.digests if specification else {}),
    }


def formulas(model: Model) -> Mapping[str, Formula]:
    """Return a model's formulas by what they say: utilities or the objective, then outcomes, then constraints.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> list(formulas(StackelbergPricing(cost=[1, 1], alpha=4, beta=2)))
    ['server utility', 'client utility', 'payment', 'participates', 'budget balance ≥ 0']
    """
    found: dict[str, Formula] = {}
    if isinstance(model, Game):
        leader, population = leader_of(model), population_of(model)
        players = (population,) if leader is None else (leader, population)
        found = {f"{player.name} utility": player.utility for player in players}
    elif isinstance(model, Program):
        found = {"to be minimised": model.objective()}
    for name, formula in model.outcomes().items():
        if formula not in found.values():
            found[name.replace("_", " ")] = formula
    for item in model.constraints():
        found[f"{item.name.replace('_', ' ')} {'=' if item.equality else '≥'} 0"] = item.by_role or item.slack
    return found


def formula_rows(named: Mapping[str, Formula], model: Model) -> list[dict[str, str | None]]:
    """Return formulas as a document has them: by name, in MathML and LaTeX."""
    return [{"name": name, **_readings(formula, model)} for name, formula in named.items()]


def _readings(formula: Formula, model: Model) -> dict[str, str | None]:
    from ..readings.symbols import latex, mathml

    try:
        return {"mathml": mathml(formula, model), "latex": latex(formula, model)}
    except (TypeError, ValueError, AttributeError, NotImplementedError):  # some formulas cannot be read as symbols
        return {"mathml": None, "latex": None}
