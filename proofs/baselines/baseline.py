"""One way to spend a reward pool, judged; and a table of such ways as a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np

from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Model
from ...formulations.registry import Registry, name_of
from ...formulations.shown import Shown
from ...formulations.specification.fields import refuse_unknown
from ...solvers.serialization import declared, plain, provenance
from ...solvers.specification import Specification


@dataclass(frozen=True, eq=False, repr=False)
class Baseline(Shown):
    """One way to spend a pool.

    Attributes
    ----------
    name, source, reading
        Which, where it is from, and how it was read.
    reward_pool
        What all payments add up to at most.
    epsilon, payment, client_utility
        One for each client, in the game's order.
    server_utility
        None where each client is looked at alone, so that there is no one outcome.
    feasible
        Whether budgets lie within their declared bounds and the payments within the pool.
    rational
        Whether nobody is worse off than by staying out.
    compatible
        Whether nobody gains by taking another's item, where there is a menu of items; else None.
    text
        What the verdicts rest on.
    """

    name: str
    source: str
    reading: str
    reward_pool: float
    epsilon: np.ndarray
    payment: np.ndarray
    client_utility: np.ndarray
    server_utility: float | None
    feasible: bool
    rational: bool
    compatible: bool | None
    text: str

    def document(self) -> dict[str, Any]:
        """Return the row as plain data."""
        data: dict[str, Any] = plain(vars(self))
        return data


BASELINES: Registry[Callable[..., tuple[Baseline, ...]]] = Registry("mechproof.baselines")
"""What a mechanism is compared with, called as `baselines` is."""
baselines_of = BASELINES.add


def baselines(model: Model, *arguments: Any, **options: Any) -> tuple[Baseline, ...]:
    """Return what a mechanism, and everything it is compared with, would do with one pool.

    Parameters
    ----------
    model
        A mechanism that brings baselines, such as `StackelbergPricing`.
    arguments, options
        Those of the mechanism: for Stackelberg pricing `reward_pool`, `static_epsilon`, `random_range`, `seed` and
        `three_party`.

    Raises
    ------
    UnsupportedModel
        When the mechanism brings none.

    Examples
    --------
    >>> import mechproof as mp
    >>> [row.name for row in mp.baselines(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), seed=1)][:2]
    ['equilibrium', 'printed-29']
    """
    return _brought(model)(model, *arguments, **options)


def baselines_as_asked(specification: Specification, **options: Any) -> tuple[Baseline, ...]:
    """Return the baselines of a specification's mechanism, with the options of its ``[baselines]``.

    Parameters
    ----------
    specification
        Of a mechanism that brings baselines.
    options
        Go before those of the table; None is none.

    Raises
    ------
    InputError
        When the table has an option that the mechanism's baselines do not take, or one breaks a rule.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> asked = Specification("stackelberg-pricing", game, baselines={"reward_pool": 1, "static_epsilon": 5})
    >>> {row.name: row for row in baselines_as_asked(asked)}["static/shared"].client_utility.tolist()
    [-4.5, -4.5]
    """
    model = specification.model
    assert isinstance(model, Model)
    rows = _brought(model)
    refuse_unknown("baselines", specification.baselines, tuple(signature(rows).parameters)[1:])
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return rows(model, **{**specification.baselines, **given})
    except InputError as error:
        if error.field.partition(".")[0] not in specification.baselines:
            raise
        raise InputError(f"baselines.{error.field}", error.value, error.rule, error.remedy) from None


def _brought(model: Model) -> Callable[..., tuple[Baseline, ...]]:
    rows = BASELINES.of(type(model))
    if rows is None:
        having = ", ".join(sorted(BASELINES.everything()))
        raise UnsupportedModel(f"{type(model).__name__} brings no baselines to be compared with; {having} does")
    return rows


def baselines_document(
    model: Model, rows: Sequence[Baseline], seed: int, specification: Specification | None = None
) -> dict[str, Any]:
    """Return baselines as ``mechproof/baselines/1``.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> document = baselines_document(game, mp.baselines(game), seed=0)
    >>> document["rows"][0]["name"], document["rows"][0]["rational"]
    ('equilibrium', True)
    """
    kind = specification.type if specification else name_of(type(model))
    return {
        "schema": "mechproof/baselines/1",
        "mechanism": {"type": kind, "data": declared(model)},
        "seed": seed,
        "rows": [row.document() for row in rows],
        "provenance": provenance(specification.digests if specification else {}),
    }
