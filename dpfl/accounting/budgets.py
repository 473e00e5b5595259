r"""The privacy budget of every client, keyed by its id, with numbers kept exactly as they were written.

A budget of 0 means that the client does not take part: it releases nothing. Files are in :mod:`.budget_files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from .privacy import Array

_MAGNITUDES = 400
"""Powers of ten beyond which a literal is no double anyway (1e308), and an exact fraction would fill memory."""


@dataclass(frozen=True)
class Budgets:
    r"""One privacy budget :math:`\varepsilon_i \ge 0` for each client, in the caller's order.

    Attributes
    ----------
    clients
        Unique ids, at least one.
    texts
        The budgets as numeric literals (``0.1``, ``5e-3``, ``196811/990``), kept as they were written.

    Raises
    ------
    InputError
        For an empty or repeated id, or a budget that is not a finite number of at least 0.

    Examples
    --------
    >>> budgets = Budgets(("anna", "bert"), ("0.1", "0"))
    >>> budgets.exact, budgets.epsilon.tolist(), budgets.participants
    ((Fraction(1, 10), Fraction(0, 1)), [0.1, 0.0], 1)
    """

    clients: tuple[str, ...]
    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.clients) != len(self.texts):
            remedy = "give one budget per client"
            raise InputError("epsilon", f"{len(self.texts)} budgets", f"there are {len(self.clients)} clients", remedy)
        if not self.clients:
            raise InputError("budgets", "none", "there must be at least one client", "give a budget per client id")
        check_ids(self.clients)
        for index, (client, text) in enumerate(zip(self.clients, self.texts, strict=True)):
            if not 0 < _nearest(text) < np.inf:  # of a million, all but the doubtful ones are told by a double
                budget_number(text, f"epsilon[{index}] (client {client})")

    @cached_property
    def exact(self) -> tuple[Fraction, ...]:
        """The budgets as exact fractions."""
        return tuple(budget_number(text, "epsilon") for text in self.texts)

    @cached_property
    def epsilon(self) -> Array:
        """The budgets as a read-only array of doubles, each the nearest to its exact value."""
        values = np.array([_nearest(text) for text in self.texts])
        values.setflags(write=False)
        return values

    @property
    def participants(self) -> int:
        """How many clients take part: those with a budget above 0."""
        return int(np.count_nonzero(self.epsilon))

    def place(self, client: str | int) -> int:
        """Return a client's place, by its id or its place itself.

        Raises
        ------
        InputError
            When there is none.

        Examples
        --------
        >>> budgets = Budgets(("anna", "bert"), ("1", "2"))
        >>> budgets.place("bert"), budgets.place(0)
        (1, 0)
        """
        if isinstance(client, str) and client in self.clients:
            return self.clients.index(client)
        if isinstance(client, int) and 0 <= client < len(self.clients):
            return client
        raise InputError("client", client, "is not among the budgets", "name one by its id or its place, from 0")

    def matching(self, clients: Sequence[str]) -> Budgets:
        """Return the same budgets in the order of `clients`; an unknown or a missing client is an error.

        Parameters
        ----------
        clients
            Every id that must have a budget.

        Raises
        ------
        InputError
            Naming the first client that is unknown, or that has no budget.

        Examples
        --------
        >>> Budgets(("a", "b"), ("1", "2")).matching(["b", "a"]).texts
        ('2', '1')
        """
        check_ids(clients)
        texts = dict(zip(self.clients, self.texts, strict=True))
        expected = set(clients)
        for client in self.clients:
            if client not in expected:
                raise InputError("client", client, "is unknown: it has a budget, but no data", "remove or correct it")
        for client in clients:
            if client not in texts:
                remedy = "add it; a budget of 0 means that it does not take part"
                raise InputError("client", client, "is missing: it has no budget", remedy)
        return Budgets(tuple(clients), tuple(texts[client] for client in clients))


def budgets_of(epsilon: Budgets | Mapping[Any, Any] | Iterable[Any], client: Iterable[Any] | None = None) -> Budgets:
    r"""Make budgets from plain data: a mapping from id to :math:`\varepsilon`, or numbers with or without ids.

    Parameters
    ----------
    epsilon
        A mapping from client id to budget, or the budgets alone; `Budgets` are returned as they are. Numbers are ints,
        floats, Decimals, Fractions, NumPy numbers or numeric text; a float means the double it is, and is written with
        the digits that restore it.
    client
        Ids for budgets given alone; by default their places ``0``, ``1``, ...

    Returns
    -------
    Budgets
        In the order given.

    Raises
    ------
    InputError
        As :class:`Budgets`, and for something that is not a number.

    Examples
    --------
    >>> budgets_of({"anna": 0.1, "bert": Fraction(1, 3)}).texts
    ('0.1', '1/3')
    >>> budgets_of([2, 0]).clients
    ('0', '1')
    """
    if isinstance(epsilon, Budgets):
        return epsilon
    if isinstance(epsilon, Mapping):
        if client is not None:
            raise InputError("client", client, "the mapping already names the clients", "give one of the two")
        client, epsilon = epsilon.keys(), epsilon.values()
    if isinstance(epsilon, str | bytes) or not isinstance(epsilon, Iterable):
        raise InputError("epsilon", epsilon, "must be a mapping or a list of numbers", "one budget per client")
    values = epsilon.tolist() if isinstance(epsilon, np.ndarray) else list(epsilon)
    ids = tuple(str(name) for name in (range(len(values)) if client is None else client))
    return Budgets(ids, tuple(_literal(value, f"epsilon[{index}]") for index, value in enumerate(values)))


def budget_number(text: str, field: str) -> Fraction:
    """Return the exact value of a numeric literal that is a possible budget.

    Parameters
    ----------
    text
        A decimal or a quotient of two whole numbers.
    field
        How a message names the place.

    Raises
    ------
    InputError
        If it is empty, no number, not finite, negative, or outside the range of a double.

    Examples
    --------
    >>> budget_number("5e-3", "epsilon"), budget_number("196811/990", "epsilon")
    (Fraction(1, 200), Fraction(196811, 990))
    """
    if not text.strip():
        raise InputError(field, text, "is empty", "write 0 for a client that does not take part")
    try:
        value = _exact(text.strip())
        nearest = float(value)
    except OverflowError:
        raise InputError(field, text, "is outside the range of a double", "write a finite, smaller number") from None
    except (InvalidOperation, ValueError, ZeroDivisionError):
        remedy = "write a finite decimal such as 0.5, or a fraction such as 1/2"
        raise InputError(field, text, "is no finite number", remedy) from None
    if value < 0:
        remedy = "write 0 for a client that does not take part"
        raise InputError(field, text, "a privacy budget must not be negative", remedy)
    if value > 0 and nearest == 0:
        raise InputError(field, text, "is outside the range of a double", "write 0 for a client that takes no part")
    return value


def check_ids(clients: Sequence[str]) -> None:
    """Refuse an empty or a repeated client id.

    Examples
    --------
    >>> check_ids(["anna", "bert"])
    """
    seen: dict[str, int] = {}
    for index, client in enumerate(clients):
        if not isinstance(client, str) or not client.strip():
            raise InputError(f"client[{index}]", client, "must be a text that is not empty", "give every client an id")
        if client in seen:
            rule = f"is a duplicate of client[{seen[client]}]"
            raise InputError(f"client[{index}]", client, rule, "give every client once")
        seen[client] = index


def _exact(literal: str) -> Fraction:
    if "/" in literal:
        return Fraction(literal)
    value = Decimal(literal)
    if value and value.is_finite() and abs(value.adjusted()) > _MAGNITUDES:
        raise OverflowError
    return Fraction(value)  # raises OverflowError of infinity, ValueError of NaN


def _nearest(text: str) -> float:
    """Return the double nearest to a literal; not a number for what is no single number."""
    try:
        return float(_exact(text.strip())) if "/" in text else float(text)
    except (InvalidOperation, OverflowError, ValueError, ZeroDivisionError):
        return np.nan


def _literal(value: Any, field: str) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal | str):
        raise InputError(field, value, "is no number", "give a number, or its text")
    return str(value)
