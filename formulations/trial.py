"""A trial reading: a formula is read once, of quantities of which only the shapes are known.

What no reading could take is refused where it is written: functions of NumPy, decisions by Python's signs, operations
that there are none of, vectors of different lengths.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import numpy as np

from .algebra import summed
from .authors import SlipError
from .data import as_float
from .instead import ARITHMETIC, OPERATIONS, SIGNS, instead_of
from .others import refuse_too_few


class Quantity:
    """A number, or several, of which only the shape is known; `decided` says that somebody decides on it.

    `made_of` tells the plain numbers apart that it was computed with.

    Examples
    --------
    >>> (3 * Quantity((2,)) + Quantity(())).shape
    (2,)
    """

    __slots__ = ("decided", "made_of", "shape")
    level = 0

    def __init__(self, shape: tuple[int, ...], decided: bool = False, made_of: int = 0) -> None:
        self.shape, self.decided, self.made_of = shape, decided, made_of

    def beside(self, *others: Any) -> Quantity:
        """Return what comes of this and others, entry by entry."""
        return together(self, *others)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __rtruediv__ = __pow__ = __rpow__ = beside

    def __truediv__(self, other: Any) -> Quantity:
        if isinstance(other, int) and other == 0:
            raise ZeroDivisionError("a formula divides by zero")
        return self.beside(other)

    def __neg__(self) -> Quantity:
        return self

    __pos__ = __abs__ = __neg__

    def __len__(self) -> int:
        if not self.shape:
            raise SlipError("it counts the entries of what is one number")
        return self.shape[0]

    def __getitem__(self, key: Any) -> Quantity:
        return Quantity(np.broadcast_to(0, self.shape)[key].shape, self.decided, self.made_of)

    def compared(self, other: Any) -> Any:
        """Return the truth of a relation, which an outcome may be, and which decides nothing."""
        return Truth(together(self, other).shape)

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = compared
    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise SlipError(SIGNS)

    def _by_number(self, *_: Any) -> Any:
        raise SlipError(
            f"a quantity of a formula is made a plain number, or given to a function of another library; the "
            f"operations of formulas are a.{', a.'.join(OPERATIONS)}"
        )

    __float__ = __int__ = __index__ = __round__ = __floor__ = __ceil__ = __trunc__ = __array__ = _by_number
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = _by_number

    def __matmul__(self, _: Any) -> Any:
        raise SlipError(f"@ is no operation of formulas; {instead_of('dot')}")

    __rmatmul__ = __matmul__

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **_: Any) -> Any:
        if method == "__call__" and function.__name__ in ARITHMETIC:
            return together(*inputs)
        if function.__name__ in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"):
            return Truth(together(*inputs).shape)
        name = "sum" if method == "reduce" and function.__name__ == "add" else function.__name__
        raise SlipError(f"numpy.{name} is no operation of formulas; {instead_of(name)}")

    def __array_function__(self, function: Any, types: Any, given: Any, named: Any) -> Any:
        if function in (np.shape, np.ndim, np.size):
            return function(np.broadcast_to(0, self.shape))  # of the shape alone
        raise SlipError(f"numpy.{function.__name__} is no operation of formulas; {instead_of(function.__name__)}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise SlipError(f".{name} is nothing that a quantity of a formula has; {instead_of(name)}")


class Truth:
    """Whether a relation of quantities holds; nothing is computed with it, and nothing decided by it."""

    __slots__ = ("shape",)

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape

    def beside(self, other: Any) -> Truth:
        """Return the truth of both, or of either."""
        return Truth(np.broadcast_shapes(self.shape, np.shape(other)))

    __and__ = __rand__ = __or__ = __ror__ = beside

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **_: Any) -> Any:
        if method == "__call__" and function in (np.bitwise_and, np.bitwise_or):  # the signs & and |, beside an array
            return Truth(np.broadcast_shapes(*map(np.shape, inputs)))
        raise SlipError(SIGNS)

    def __invert__(self) -> Truth:
        return self

    def _by_signs(self, *_: Any) -> Any:
        raise SlipError(SIGNS)

    __bool__ = __int__ = __float__ = __index__ = __neg__ = __getitem__ = __len__ = __eq__ = __ne__ = _by_signs
    __hash__ = None  # type: ignore[assignment]
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _by_signs


class Everybody(Quantity):
    """The role `others`: of how many people there are it tells single ones."""

    __slots__ = ()


class Known(Quantity):
    """A declared number, by which a formula may decide: every reading knows it."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        super().__init__(())
        self.value = value

    def _with(self, other: Any, compared: Callable[[Any, Any], Any]) -> Any:
        if isinstance(other, Quantity) and not isinstance(other, Known):
            return other.compared(self)
        return compared(self.value, other.value if isinstance(other, Known) else other)

    def __lt__(self, other: Any) -> Any:
        return self._with(other, lt)

    def __le__(self, other: Any) -> Any:
        return self._with(other, le)

    def __gt__(self, other: Any) -> Any:
        return self._with(other, gt)

    def __ge__(self, other: Any) -> Any:
        return self._with(other, ge)

    def __eq__(self, other: Any) -> Any:
        return self._with(other, eq)

    def __ne__(self, other: Any) -> Any:
        return self._with(other, ne)

    def __bool__(self) -> bool:
        return bool(self.value)

    __hash__ = None


def together(*quantities: Any) -> Quantity:
    """Return what comes of quantities and numbers, entry by entry.

    Raises
    ------
    SlipError
        When one is no number, or their lengths differ.
    """
    shapes = []
    for item in quantities:
        if isinstance(item, Truth):
            raise SlipError(SIGNS)
        if not isinstance(item, Quantity) and (item is None or np.asarray(item).dtype.kind not in "biufO"):
            raise SlipError(f"a formula computes with {item!r}, which is no number; does a formula lack its return?")
        shapes.append(np.shape(item))
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        lengths = " and of ".join(str(shape[0]) for shape in shapes if shape)
        raise SlipError(f"vectors of {lengths} entries stand side by side in a formula") from None
    return Quantity(shape, any(getattr(item, "decided", False) for item in quantities), made_of(*quantities))


def made_of(*quantities: Any) -> int:
    """Return a number that differs where the plain numbers do that quantities are, or were computed with."""
    return hash(tuple(x.made_of if isinstance(x, Quantity) else str(np.ravel(x).tolist()) for x in quantities))


class Trial:
    """The algebra of shapes.

    Parameters
    ----------
    each
        What one of a population is called where a formula is one person's, who sees no others but as `others`.

    Examples
    --------
    >>> Trial().sum(Quantity((3,))).shape
    ()
    """

    name = "trial"
    level = 0

    def __init__(self, each: str | None = None) -> None:
        self._each = each
        self.one_by_one = False

    def number(self, value: Any) -> Any:
        """Return a declared number."""
        return Known(as_float(value))

    def vector(self, value: Any) -> Any:
        """Return a declared vector as one of quantities."""
        return Quantity(np.shape(value))

    def sum(self, x: Any) -> Any:
        """Return one number; a person's formula adds up nobody's decisions."""
        summed(x)
        decided = isinstance(x, Quantity) and x.decided
        if decided and self._each is not None:
            raise SlipError(
                f"a.sum adds up everybody's in what is one {self._each}'s utility; use `others`, or declare the sum "
                "among the player's aggregates for whoever decides before or after"
            )
        return Quantity((), decided, made_of(x))

    def count_positive(self, x: Any) -> Any:
        """Return one number."""
        return Quantity((), isinstance(x, Quantity) and x.decided, made_of(x))

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Quantity:
        """Return one of the others for each person."""
        return self._single("highest", others, k, missing)

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Quantity:
        """Return one of the others for each person."""
        return self._single("lowest", others, k, missing)

    def _single(self, name: str, others: Any, k: Any, missing: Any) -> Quantity:
        if not isinstance(others, Everybody):
            raise SlipError(f"a.{name} takes the role `others` of a population, and nothing that is computed from it")
        refuse_too_few(name, k, others.shape[0] - 1, missing)
        self.one_by_one = True
        return together(others, 0 if missing is None else missing)

    def _of_one(self, x: Any) -> Quantity:
        return together(x)

    def _of_two(self, x: Any, y: Any) -> Quantity:
        return together(x, y)

    def normal_cdf(self, x: Any) -> Quantity:
        """Return as many; a person's marginal utility would need the density."""
        found = together(x)
        if found.decided and self._each is not None:
            raise SlipError(
                f"a.normal_cdf of a decision has no derivative here; declare {self._each}s' utility without"
            )
        return found

    log = log1p = exp = expm1 = sqrt = square = absolute = _of_one
    maximum = minimum = at_least = power = _of_two

    def share(self, own: Any, others: Any) -> Quantity:
        """Return own / (own + others)."""
        return together(own, others)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise SlipError(f"a.{name} is no operation of formulas; {instead_of(name)}")
