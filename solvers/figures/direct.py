"""What each type gets, pays and keeps in expectation when all report what a solution says, as a table."""

from __future__ import annotations

from fractions import Fraction

from ...formulations.finite.direct import DirectMechanism
from ..formatting import fraction_text
from ..readings.rationals import Rationals
from ..solution import Solution
from .figure import Table

NAMES = ("allocation", "payment", "utility")


def expectation_table(model: DirectMechanism, solution: Solution) -> tuple[Table, ...]:
    """Return the table; a type of no probability expects nothing.

    Examples
    --------
    >>> import mechproof as mp
    >>> model = mp.DirectMechanism(**mp.DirectMechanism.example)
    >>> (table,) = expectation_table(model, mp.solve(model))
    >>> table.rows[0]
    ('Ann of type 1', '1', '3/4', '9/8', '3/8')
    """
    said, people = model.reports(solution.values["report"]), model.people()
    rows = []
    for index, who in enumerate(people):
        person = model.person_of(index)
        total = dict.fromkeys(NAMES, Fraction(0))
        for true, probability in model.given(person, index - model.slices[person].start):
            found = model.at(Rationals(), person, true, model.saying(said, true))
            total = {name: value + probability * found[name] for name, value in total.items()}
        report = model.types[person][said[index]]
        rows.append((who, fraction_text(report), *(fraction_text(value) for value in total.values())))
    text = "Expectations over the others' types, each by what a type says of them."
    return (Table("What each type expects", text, ("type", "reports", *NAMES), tuple(rows)),)
