"""The optimum of a linear program as a VIPR certificate: the program, a point, and what shows that none is better.

Everything is a fraction. The one derivation adds up rows with the dual multipliers of an exact vertex, and gets the
objective: so the checker has nothing to search for. The format is that of Cheung, Gleixner and Steffy, *Verifying
Integer Programming Results*, IPCO 2017.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...formulations.errors import UnsupportedModel
from ...formulations.registry import name_of
from ...solvers.linear.vertex import optimum
from ...solvers.repair.results import Repair
from ...solvers.solution import Solution
from .linear import Linear, linear_form, named
from .targets import Item


def optimum_files(what: Any) -> tuple[dict[str, str], list[Item], dict[str, str]]:
    """Return the file of an optimum by its name, what it is about, and what was left out.

    The optimum of a repair is its distance.

    Raises
    ------
    UnsupportedModel
        When it is the optimum of no linear program, or an answer that is not certified.
    """
    if isinstance(what, Solution | Repair) and not what.certificate.valid:
        raise UnsupportedModel(f"the answer is not certified: {what.certificate.reason}")
    if isinstance(what, Repair) and what.norm == "2":
        raise UnsupportedModel("the nearest under the norm 2 is no linear program's optimum; under 1 and inf it is")
    linear, name = _asked(what)
    text, value = certificate(linear)
    file = f"{name.replace('-', '_')}.vipr"
    said = {"rows": len(linear.rows), "value": str(value + linear.constant)}
    return {file: text}, [Item(name, file, said)], {}


def _asked(what: Any) -> tuple[Linear, str]:
    """Return the linear program of a model, a solution or a repair, and what its file is called."""
    if isinstance(what, Repair):
        return linear_form(what.program), f"repaired-{name_of(type(what.model))}"
    model = what.model if isinstance(what, Solution) else what
    return linear_form(model), name_of(type(model))


def certificate(linear: Linear) -> tuple[str, Fraction]:
    """Return the certificate of a linear program's optimum, and its value without the objective's constant.

    Raises
    ------
    UnsupportedModel
        When no exact vertex was found.
    """
    program = linear.program
    found = optimum(program)
    if not found.exact:
        raise UnsupportedModel(
            "no exact vertex of the linear program was found; decimals are exact as text, or in a specification"
        )
    width = len(linear.variables)
    value = sum((c * x for c, x in zip(program.cost, found.point, strict=True)), Fraction(0))
    reduced = list(program.cost)
    for row, price in zip(program.rows, found.price, strict=True):
        for place, slope in row.items():
            reduced[place] -= price * slope
    used = {place: multiplier for place, multiplier in enumerate([*reduced, *found.price]) if multiplier}
    point = {place: entry for place, entry in enumerate(found.point) if entry}
    objective = {place: slope for place, slope in enumerate(program.cost) if slope}
    said = ["VER 1.0", f"VAR {width}", *linear.variables, "INT 0", "OBJ min", named(objective)]
    said.append(f"CON {width + len(linear.rows)} {width}")
    said += [f"lower_{name} G 0 1 {place} 1" for place, name in enumerate(linear.variables)]
    rows = zip(linear.rows, program.rows, program.least, strict=True)
    said += [f"{name} G {least} {named(row)}" for name, row, least in rows]
    said += [f"RTP range {value} {value}", "SOL 1", f"optimum {named(point)}", "DER 1"]
    said.append(f"none_better G {value} OBJ {{ lin {named(used)} }} -1")
    return "\n".join(said) + "\n", value
