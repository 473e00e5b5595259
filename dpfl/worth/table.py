"""What was measured elsewhere, as a table; and the game whose leader solves with the curve, as a specification."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from ...formulations.errors import InputError
from ...formulations.language import Declaration
from ...formulations.revenue_curve import MeasuredRevenue
from ...formulations.specification.table_files import read_table
from ...formulations.stackelberg.declaration import StackelbergPricing
from ...solvers.formatting import fraction_text

COLUMNS = ("epsilon", "run", "worth")


def read_worth(path: Path) -> dict[float, list[float]]:
    r"""Read what models were worth at some budgets, run by run.

    Parameters
    ----------
    path
        A table with the columns ``epsilon``, ``run`` and ``worth``, a row for each run at each budget.

    Raises
    ------
    InputError
        When the file cannot be read, a column is missing, or a run is not at each budget just once.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "worth.csv"
    ...     _ = path.write_text("epsilon,run,worth\n2,b,4\n1,b,3\n1,a,2.5\n2,a,3.5\n")
    ...     read_worth(path)
    {1.0: [3.0, 2.5], 2.0: [4.0, 3.5]}
    """
    table = read_table(path, "measured", str(path))
    if missing := [name for name in COLUMNS if name not in table.columns]:
        raise InputError("measured, columns", ", ".join(table.columns), f"has no {missing[0]}", f"name {COLUMNS}")
    runs = [table.name_in(cell) for piece in table.cells("run") for cell in piece]
    epsilon, worth = (list(map(float, table.numbers(name, f"measured.{name}"))) for name in ("epsilon", "worth"))
    found: dict[float, dict[str, float]] = {}
    for budget, run, value in zip(epsilon, runs, worth, strict=True):
        if run in found.setdefault(budget, {}):
            raise InputError("measured, run", run, f"stands twice at ε = {budget:g}", "give it one row at each budget")
        found[budget][run] = value
    order = list(dict.fromkeys(runs))
    return {budget: _in_order(found[budget], budget, order) for budget in sorted(found)}


def _in_order(row: dict[str, float], budget: float, runs: Sequence[str]) -> list[float]:
    if absent := [run for run in runs if run not in row]:
        rule = f"has no row at ε = {budget:g}"
        raise InputError("measured, run", absent[0], rule, "measure every run at every budget")
    return [row[run] for run in runs]


def leaders_game(model: object) -> StackelbergPricing:
    """Return the contest of a specification, whose leader can have a measured curve.

    Raises
    ------
    InputError
        When it is another mechanism, or has costs that are written in no number.
    """
    if not isinstance(model, StackelbergPricing) or not model.linear_costs:
        given = getattr(model, "type", type(model).__name__) if isinstance(model, Declaration) else model
        rule = "has no leader with a revenue curve and linear costs"
        raise InputError("game", given, rule, "name a specification of stackelberg-pricing")
    return model


def with_curve(game: StackelbergPricing, revenue: MeasuredRevenue) -> str:
    """Return a specification of the same contest with the measured curve.

    Examples
    --------
    >>> game = StackelbergPricing(cost=["0.5", 1], alpha=1, beta=1)
    >>> print(with_curve(game, MeasuredRevenue(half=["0.5"], beta=[60])))
    format = 1
    <BLANKLINE>
    [mechanism]
    type = "stackelberg-pricing"
    cost = ["1/2", "1"]
    revenue = { type = "measured", half = ["1/2"], beta = ["60"] }
    <BLANKLINE>
    """
    lines = ["format = 1", "", "[mechanism]", 'type = "stackelberg-pricing"']
    if game.client is not None:
        lines.append(f"client = {json.dumps(list(game.client), ensure_ascii=False)}")
    lines.append(f"cost = {_list(game.cost)}")
    if game.epsilon_cap is not None:
        lines.append(f"epsilon_cap = {_list(game.epsilon_cap)}")
    if game.mean_over != "all":
        lines.append(f"mean_over = {json.dumps(game.mean_over)}")
    lines.append(f'revenue = {{ type = "measured", half = {_list(revenue.half)}, beta = {_list(revenue.beta)} }}')
    return "\n".join(lines) + "\n"


def _list(values: Sequence[Fraction]) -> str:
    return f"[{', '.join(json.dumps(fraction_text(Fraction(value))) for value in values)}]"
