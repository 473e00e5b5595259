"""The format .nl of AMPL, Pyomo and their solvers: CasADi reads the expressions, and what they are is worked out here.

CasADi hands numbers over as doubles; each is read as the shortest decimal that means it, which is how Pyomo writes it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...formulations.errors import InputError
from ...formulations.extras import refuse_missing
from ...formulations.specification.tables import read_text
from .problem import Draft, Problem

Form = Mapping[tuple[int, ...], Fraction]
"""A polynomial: coefficients by the places of the variables that are multiplied, in order."""


def read_nl(file: Path) -> Problem:
    """Read a model with one objective, at most quadratic, and linear constraints.

    Names are those of the files ``.col`` and ``.row`` beside it, which Pyomo writes where it is asked for symbolic
    labels; else variables are called x0, x1, … and rows c0, c1, …

    Raises
    ------
    InputError
        When it is something else, or cannot be read.
    UnsupportedModel
        When CasADi is not installed.
    """
    refuse_missing("a model in the format .nl", "casadi")
    text, _ = read_text(file, "model")
    if not text.startswith("g"):
        raise InputError("model", str(file), "is not the text form of .nl, whose first letter is g")
    # CasADi reads no comments, which Pyomo writes where it is asked for symbolic labels
    plain = re.sub(r"[ \t]*#.*", "", text)
    senses = re.findall(r"^O\d+ ([01])", plain, re.MULTILINE)
    if len(senses) != 1:
        raise InputError("model", str(file), f"has {len(senses)} objectives", "one is read")
    with _as_written():
        builder = _imported(plain, file)
        objective, *rows = _forms(builder, file)
    names = _labels(file, ".col", "x", len(builder.x))
    draft = Draft(file, {name: place for place, name in enumerate(names)}, -1 if senses == ["1"] else 1)
    for product, value in objective.items():
        _add(draft, product, draft.sense * value)  # CasADi turns what is to be maximised
    for name, form, *ends in zip(_labels(file, ".row", "c", len(rows)), rows, builder.g_lb, builder.g_ub, strict=True):
        if any(len(product) > 1 for product in form):
            raise InputError("model", str(file), f"has a constraint that is not linear, {name}")
        low, high = (None if (end := _bound(value)) is None else end - form.get((), 0) for value in ends)
        draft.rows[name] = {product[0]: value for product, value in form.items() if product}, low, high
    for place, (low, high) in enumerate(zip(builder.x_lb, builder.x_ub, strict=True)):
        draft.bounds[place] = _bound(low), _bound(high)
    draft.whole = {place for place, whole in enumerate(builder.discrete) if whole}
    return draft.problem()


@contextmanager
def _as_written() -> Iterator[None]:
    """Keep CasADi from making x of the square of its root, or 1 of x/x: which x there are would be lost."""
    import casadi

    before = casadi.GlobalOptions.getSimplificationOnTheFly()
    casadi.GlobalOptions.setSimplificationOnTheFly(False)
    try:
        yield
    finally:
        casadi.GlobalOptions.setSimplificationOnTheFly(before)


def _imported(plain: str, file: Path) -> Any:
    """Return what CasADi reads of a text."""
    import casadi

    builder = casadi.NlpBuilder()
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "model.nl"
        copy.write_text(plain, encoding="utf-8")
        try:
            builder.import_nl(str(copy))
        except RuntimeError as error:
            reason = str(error).split(": ", 1)[-1].strip()
            raise InputError("model", str(file), f"cannot be read by CasADi: {reason}") from None
    return builder


def _forms(builder: Any, file: Path) -> Iterator[Form]:
    """Yield the objective and the constraints as polynomials, by going through the operations CasADi has recorded."""
    import casadi

    graph = casadi.Function("model", [casadi.vertcat(*builder.x)], [builder.f, *builder.g]).expand()
    work: dict[int, Form] = {}
    outcomes: dict[int, Form] = {}
    for k in range(graph.n_instructions()):
        kind, given, made = graph.instruction_id(k), graph.instruction_input(k), graph.instruction_output(k)
        if kind == casadi.OP_CONST:
            work[made[0]] = {(): _number(graph.instruction_constant(k))}
        elif kind == casadi.OP_INPUT:
            work[made[0]] = {(given[1],): Fraction(1)}
        elif kind == casadi.OP_OUTPUT:
            outcomes[made[0]] = {product: value for product, value in work[given[0]].items() if value}
        else:
            work[made[0]] = _operation(kind, [work[place] for place in given], file)
    yield from (outcomes.get(place, {}) for place in range(1 + len(builder.g)))


def _operation(kind: int, given: list[Form], file: Path) -> Form:
    """Return a sum, difference, product or square, a quotient by a number, or a number of numbers."""
    import casadi

    operations: Mapping[int, Callable[..., Form]] = {
        casadi.OP_ADD: lambda x, y: _sum(x, y, 1),
        casadi.OP_SUB: lambda x, y: _sum(x, y, -1),
        casadi.OP_NEG: lambda x: _sum({}, x, -1),
        casadi.OP_MUL: _product,
        casadi.OP_SQ: lambda x: _product(x, x),
    }
    if kind == casadi.OP_DIV and set(given[1]) == {()} and given[1][()]:
        return _sum({}, given[0], 1 / given[1][()])
    if kind in (casadi.OP_POW, casadi.OP_CONSTPOW) and set(given[1]) <= {()} and given[1].get((), 0) in (1, 2):
        return given[0] if given[1][()] == 1 else _product(given[0], given[0])
    if kind not in operations:
        raise InputError("model", str(file), "is not quadratic", "linear and quadratic programs are read")
    found = operations[kind](*given)
    if any(len(product) > 2 for product in found):
        raise InputError("model", str(file), "is not quadratic: it multiplies three variables")
    return found


def _sum(x: Form, y: Form, factor: int | Fraction) -> Form:
    return {product: x.get(product, Fraction(0)) + factor * y.get(product, 0) for product in {**x, **y}}


def _product(x: Form, y: Form) -> Form:
    found: dict[tuple[int, ...], Fraction] = defaultdict(Fraction)
    for one, many in x.items():
        for other, more in y.items():
            found[tuple(sorted(one + other))] += many * more
    return found


def _add(draft: Draft, product: tuple[int, ...], value: Fraction) -> None:
    """Put a term into the objective, of whose squares both triangles are held."""
    if not product:
        draft.constant += value
    elif len(product) == 1:
        draft.linear[product[0]] = value
    else:
        for i, j in (product, product[::-1]):
            draft.quadratic[i, j] = draft.quadratic.get((i, j), Fraction(0)) + value


def _number(value: float) -> Fraction:
    return Fraction(repr(float(value)))


def _bound(value: float) -> Fraction | None:
    return _number(value) if isfinite(value) else None


def _labels(file: Path, ending: str, letter: str, count: int) -> list[str]:
    """Return the names that stand beside the model, or numbers."""
    beside = file.with_suffix(ending)
    if not beside.exists():
        return [f"{letter}{k}" for k in range(count)]
    names = read_text(beside, "model")[0].splitlines()[:count]
    if len(set(names)) != count:
        raise InputError("model", str(beside), f"must name {count} different ones, a line each", "or take it away")
    return names
