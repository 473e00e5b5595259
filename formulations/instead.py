"""The operations that formulas have, and what to write instead of one that they have not."""

from __future__ import annotations

from .algebra import Algebra
from .words import suggestion

OPERATIONS = tuple(name for name in vars(Algebra) if not name.startswith("_") and name not in ("number", "vector"))
ARITHMETIC = {"add", "subtract", "multiply", "divide", "true_divide", "power", "float_power", "negative", "positive"}
"""NumPy's functions that stand for the signs of arithmetic, when an array is one of two."""
INSTEAD = {
    "dot": "a.sum(x * y)",
    "matmul": "a.sum(x * y)",
    "where": "a.at_least(x, y), which is 1 where x ≥ y and else 0",
    "abs": "a.absolute(x)",
    "fabs": "a.absolute(x)",
    "fmax": "a.maximum(x, y)",
    "fmin": "a.minimum(x, y)",
    "max": "a.maximum(x, y)",
    "min": "a.minimum(x, y)",
    "mean": "a.sum(x) / count",
    "tanh": "1 - 2 / (a.exp(2 * x) + 1)",
    "log2": "a.log(x) / math.log(2)",
    "log10": "a.log(x) / math.log(10)",
}
"""What to write instead of an operation that formulas do not have."""
SIGNS = (
    "a formula decides by Python's own signs, and no reading but the plainest can tell; write a.at_least(x, y), "
    "which is 1 where x ≥ y and else 0, or a.maximum and a.minimum"
)


def instead_of(name: str) -> str:
    """Return what to write instead of an operation by this name.

    Examples
    --------
    >>> instead_of("log"), instead_of("dot"), instead_of("sqr")
    ('write a.log', 'write a.sum(x * y)', "did you mean 'sqrt'?")
    """
    if name in OPERATIONS or name in INSTEAD:
        return f"write {INSTEAD.get(name, f'a.{name}')}"
    return suggestion(name, OPERATIONS) or f"the operations are {', '.join(OPERATIONS)}"
